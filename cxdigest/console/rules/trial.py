"""Try it: a posting that was pasted, linked or dropped as an alert, judged at once.

Nothing is stored; a link is asked for as the pages of postings are, by the same politeness and
behind the same guards. Knows no HTTP.
"""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cxdigest.console.drawn.text import Placed, placed
from cxdigest.errors import HostBusyError, WrongUseError
from cxdigest.extract import extract, is_proven
from cxdigest.extract.split import split
from cxdigest.identity import posting_of, with_page
from cxdigest.language import _
from cxdigest.links import clean
from cxdigest.model import Extraction, Kind, Posting, Trace, Verdict
from cxdigest.pipeline import Street
from cxdigest.pipeline.pages.search import Search
from cxdigest.rules import Rules, judge
from cxdigest.rules.evidence.week import WEEK
from cxdigest.rules.texts.page import plain
from cxdigest.rules.verdicts.score import points_of
from cxdigest.store import Waiting
from cxdigest.text import squash

MOST_POSTINGS = 60  #: of one file that are judged
MOST_ALERTS = 20  #: of one file that are read
LONGEST_TEXT = 40_000  #: characters; the judge reads no more
_LONGEST_LINE = 300  #: of a title or an employer


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One posting as rules judge it."""

    posting: Posting
    verdict: Verdict
    text: Placed  #: title and text, with what was quoted of them
    points: tuple[tuple[Kind, int], ...]  #: of each kind that anything speaks for, most first
    before: Verdict | None = None  #: by the rules in force, where they say something else


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAlert:
    """One alert of a file, as the poller would read it."""

    name: str  #: of the file, with the number of the message where it has several
    read: Extraction
    proven: bool  #: a captured alert has shown that its format reads rightly
    postings: tuple[Posting, ...]
    news: tuple[str, ...]  #: titles of hits that are no postings

    @property
    def made(self) -> tuple[Trace, ...]:
        """How it was read."""
        return tuple(one for one in self.read.traces if one.step != "left")

    @property
    def left(self) -> tuple[Trace, ...]:
        """What was left aside."""
        return tuple(one for one in self.read.traces if one.step == "left")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was dropped."""

    alerts: tuple[ReadAlert, ...]
    left_out: str = ""  #: one sentence where it holds more than is shown

    @property
    def postings(self) -> tuple[Posting, ...]:
        """All postings of its alerts."""
        return tuple(posting for one in self.alerts for posting in one.postings)


def try_out(posting: Posting, rules: Rules, *, now: Rules | None = None) -> Tried:
    """Return *posting* as *rules* judge it; with those in force *now*, what they say otherwise."""
    verdict = judge(posting, rules)
    before = judge(posting, now) if now and now.fingerprint != rules.fingerprint else None
    same = before and (before.kind, before.flagged) == (verdict.kind, verdict.flagged)
    quoted = [one for one in verdict.evidence if not one.rule.startswith(f"{WEEK}.")]
    return Tried(
        posting=posting,
        verdict=verdict,
        text=placed(posting, quoted),
        points=_points(verdict, rules),
        before=None if same else before,
    )


def pasted(title: str, company: str, text: str) -> Posting:
    """Return what somebody pasted as a posting.

    Raises:
        WrongUseError: there is no title.
    """
    named = squash(title)[:_LONGEST_LINE]
    if not named:
        raise WrongUseError(_("Without a title there is nothing to judge; write at least that."))
    return Posting(
        id=_id(named, company, text),
        title=named,
        company=squash(company)[:_LONGEST_LINE],
        description=text[:LONGEST_TEXT],
    )


def read_file(content: bytes, name: str, *, now: datetime) -> ReadFile:
    """Read the alerts of a file as the poller would: a mail, an mbox of many, or a feed."""
    alerts: list[ReadAlert] = []
    shown = 0
    for number, alert in enumerate(split(io.BytesIO(content), source="", name=name)):
        if number >= MOST_ALERTS or shown >= MOST_POSTINGS:
            rest = _(
                "The file holds more alerts than are shown here; cxdigest extract reads them all."
            )
            return ReadFile(alerts=tuple(alerts), left_out=rest)
        found = extract(alert, explain=True)
        postings = [posting_of(one, now=now) for one in found.sightings if one.is_posting]
        alerts.append(
            ReadAlert(
                name=alert.key if alert.media == "mail" else name,
                read=found,
                proven=is_proven(found.format),
                postings=tuple(postings[: MOST_POSTINGS - shown]),
                news=tuple(one.title for one in found.sightings if not one.is_posting),
            )
        )
        shown += len(postings)
    left_out = ""
    if shown > MOST_POSTINGS:
        left_out = _(
            "It shows {shown} postings; the first {most_postings} of them are judged here.",
            shown=shown,
            most_postings=MOST_POSTINGS,
        )
    return ReadFile(alerts=tuple(alerts), left_out=left_out)


def fetched(url: str, street: Street, *, today: date) -> Posting:
    """Return the posting at *url*, asked for as the pages of postings are.

    Raises:
        WrongUseError: it may not be asked, could not be, or shows no opening; its text says why.
    """
    if street.pages is None:
        raise WrongUseError(_("This cxdigest reads no pages; paste the text instead."))
    known = clean(url)
    link = Posting(id=_id(known.url), title=_("Posting without a title"), url=known.url)
    waiting = Waiting(posting=link, links=(known.url,), last=None)
    search = Search(waiting, desk=street.pages, store=street.store, today=today, spend=lambda: None)
    try:
        found = search.run()
    except HostBusyError as error:
        raise WrongUseError(_("{error} Try again in a minute.", error=error)) from error
    if found.page is None:
        raise WrongUseError(
            _("{detail} Open it yourself and paste its text here.", detail=found.detail)
        )
    posting = with_page(link, found.page)
    title = found.page.title or link.title
    return pasted(title, posting.company, plain(posting.description))


def _points(verdict: Verdict, rules: Rules) -> tuple[tuple[Kind, int], ...]:
    points = points_of(verdict.evidence, rules, claims=verdict.claims)
    order: dict[int, list[Kind]] = defaultdict(list)
    for kind, sum_ in points.items():
        if sum_:
            order[sum_].append(kind)
    return tuple((kind, sum_) for sum_ in sorted(order, reverse=True) for kind in order[sum_])


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]


def fired(tried: Sequence[Tried]) -> Collection[str]:
    """Return the ids of the rules that spoke in any of *tried*."""
    return {item.rule for one in tried for item in one.verdict.evidence}
