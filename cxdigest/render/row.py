"""One posting in plain words: what a row of the mail says.

Pure. ``Row`` is part of the interface to people's own templates (``view``).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from cxdigest.language import _, marked, spoken
from cxdigest.latest import Latest
from cxdigest.links import clean
from cxdigest.model import (
    KIND_WORDS,
    Candidate,
    Digest,
    Evidence,
    FeedbackWord,
    Kind,
    Posting,
    SeenAt,
    Verdict,
)
from cxdigest.render import stored, words
from cxdigest.render.pay import employment_words, pay_words
from cxdigest.text import host_of
from cxdigest.tiers import judged_from

_QUOTES = 3
_MISSED = 6
#: Days without a record after which another one is the posting posted again.
_AGAIN = 3
_LINE = 110  #: characters of quoted words beyond which no further quote is added


#: Words of a reader that are a verdict.
_JUDGING = frozenset({"genuine", "not-genuine"})


#: Beside what was set aside, where the bare word would read as a verdict.
_BACK = marked("Say it is genuine")


class Act(NamedTuple):
    """One thing that the reader may say of a posting; a named tuple as ``Row``."""

    word: FeedbackWord
    label: str  #: e.g. ``Not genuine``
    url: str  #: http, https or mailto, signed; says it


class _Words(NamedTuple):
    title: str  #: never empty
    url: str  #: http or https; empty where there is no link that may be clicked
    link_note: str  #: what the reader should know of the link; empty for a plain one
    employer: str
    place: str
    workplace: str  #: ``Remote``, ``Hybrid``, ``On site``
    salary: str
    age: str  #: e.g. ``posted 3 days ago``, ``first seen today``
    seen_at: str  #: e.g. ``LinkedIn and Indeed``
    facts: str  #: employer, place, workplace, salary, employment and until when to apply
    origin: str  #: age, where it was seen, and the notes on verdict and link in one line
    kind: str  #: in plain words
    note: str  #: what the verdict could see, where it was not all; empty where it is unclear
    quotes: tuple[str, ...]  #: the words that say so, strongest first, at most three
    where: str  #: where the first quote stands, e.g. ``in the summary``; empty for the duties
    reason: str  #: one sentence: what the first quote shows, or why nothing can be told
    suggests: str  #: the title that says what it is; empty unless flagged from the duties
    marks: str  #: what to know before anything else: no longer open, sender not verified
    employment: str  #: as its page states it, e.g. ``Full-time``
    until: str  #: e.g. ``apply until Sun 30 Nov``; empty once that is over
    apply_url: str  #: where to apply at the employer's, where *url* does not lead there
    reference: str  #: by which the reader may send the duties; empty where they are known
    full: bool  #: stands in its full form where there is room; otherwise in a compact one
    said: str  #: the reader's own word on it that holds, e.g. ``you said so``
    missed: str  #: the reader's wishes that it does not meet, in a few words
    since: str  #: what happened since it was shown: one sentence, mostly empty
    acts: tuple[Act, ...]  #: what the reader may say of it; at most one in a compact form


class Row(_Words):
    """One posting as the reader sees it. Empty strings where nothing is known.

    People's own templates read it too, so fields may be added and never taken away (``view``).
    A row is in one language, so what is written of it is too.
    A named tuple: a day has hundreds, and a frozen dataclass takes three times as long to make.
    """

    #: What is written of it wherever its acts have these labels, for whoever sees the same of it.
    written: dict[Hashable, Any] | None = None

    def kept(self) -> dict[Hashable, Any]:
        """Return what was written of it so far, to look up and to add to; bounded."""
        if self.written is None:
            self.written = {}
        elif len(self.written) > _MOST_WRITTEN:
            self.written.clear()
        return self.written


#: In words as they were for whoever sees the same of it on the same day.
_MADE: Latest[Row] = Latest(4096)
#: Forms of a row that are kept: a few of each of a few brands.
_MOST_WRITTEN = 24


def row_of(candidate: Candidate, digest: Digest, *, full: bool = True) -> Row:
    """Return what *digest* says of *candidate*."""
    posting, verdict, said = candidate.posting, candidate.verdict, candidate.said
    missed, since, day = candidate.missed, candidate.since, digest.day
    made_of = (
        posting, verdict, candidate.seen, said, missed, since, full, day, digest.zone,
        digest.locale,
    )  # fmt: skip
    key = (posting.id, spoken())
    bare = _MADE.made(key, made_of, lambda: _bare(candidate, digest, full=full))
    return _answered(bare, _acts(candidate, full=full)) if candidate.actions else bare


def _answered(bare: Row, acts: tuple[Act, ...]) -> Row:
    """Return *bare* with what its reader may say, and with what is written of all such."""
    if not acts:
        return bare
    row = Row._make((*bare[:-1], acts))
    row.written = bare.kept().setdefault(tuple([act.label for act in acts]), {})
    return row


def _bare(candidate: Candidate, digest: Digest, *, full: bool) -> Row:
    """Return what is said of *candidate* whoever reads it."""
    posting, verdict = candidate.posting, candidate.verdict
    url = words.safe_url(posting.url)
    telling = _telling(verdict)
    employer, place = words.clean(posting.company, 80), words.clean(posting.location, 80)
    workplace, salary = _workplace(posting), words.clean(pay_words(posting.salary), 60)
    age, seen_at = _age(candidate, digest), _seen_at(candidate)
    said, link_note = _said(candidate), _link_note(posting, url)
    kind: Kind = verdict.kind if verdict else "unclear"
    note = "" if candidate.said in _JUDGING else _note(posting, verdict)
    employment, until = (
        words.upfirst(words.clean(employment_words(posting.employment), 30)),
        _until(posting, digest),
    )
    reference = _reference(posting, verdict)
    return Row(
        title=words.clean(posting.title) or _("(no title)"),
        url=url,
        link_note=link_note,
        employer=employer,
        place=place,
        workplace=workplace,
        salary=salary,
        age=age,
        seen_at=seen_at,
        facts=words.joined(employer, place, workplace, salary, employment, until),
        origin=words.upfirst(words.joined(said, age, seen_at, note, link_note)),
        kind=_(KIND_WORDS[kind]),
        note=note,
        quotes=_quotes(telling),
        where=_where(verdict, telling),
        reason=_reason(verdict, telling),
        suggests=words.clean(verdict.suggests) if verdict else "",
        marks=words.upfirst(words.joined(_over(posting, digest), _unproven(candidate))),
        employment=employment,
        until=until,
        apply_url=_apply_url(posting, url),
        reference=reference,
        full=full,
        said=said,
        missed=words.clean("; ".join(candidate.missed[:_MISSED]), 200),
        since=words.sentence(words.clean(candidate.since, 200)),
        acts=(),
    )


def _said(candidate: Candidate) -> str:
    return _(words.SAID_WORDS[candidate.said]) if candidate.said else ""


def _acts(candidate: Candidate, *, full: bool) -> tuple[Act, ...]:
    """Return all that may be said where there is room; of what was set aside, the way back."""
    if full:
        labels = _labels(spoken())
        return tuple([
            Act(action.word, labels[action.word], url)
            for action in candidate.actions
            if (url := words.action_url(action.url))
        ])  # fmt: skip
    kind = candidate.verdict.kind if candidate.verdict else "unclear"
    if kind in {"genuine", "unclear"}:
        return ()
    return tuple([
        Act(action.word, _(_BACK), url)
        for action in candidate.actions
        if action.word == "genuine" and (url := words.action_url(action.url))
    ])  # fmt: skip


@lru_cache(maxsize=8)
def _labels(language: str) -> Mapping[FeedbackWord, str]:
    """Return what the ways of saying something are called; asked for with each row."""
    del language  # by which they are kept
    return {word: _(label) for word, label in words.ACTION_WORDS.items()}


def why(verdict: Verdict | None) -> tuple[tuple[str, ...], str]:
    """Return the words that say what it is, and the one sentence beside them, as a row has them."""
    telling = _telling(verdict)
    return _quotes(telling), _reason(verdict, telling)


def _note(posting: Posting, verdict: Verdict | None) -> str:
    """What the verdict could see, where that was not all; whose page, where it was one."""
    if verdict is None or verdict.kind == "unclear":
        return ""
    if verdict.tier == "full":
        return words.duties_words(posting.duties_from)
    return judged_from(verdict.tier)


def _reference(posting: Posting, verdict: Verdict | None) -> str:
    unclear = verdict is None or verdict.kind == "unclear"
    open_question = not posting.closed and (verdict is None or verdict.tier != "full")
    return words.clean(posting.id, 40) if unclear and open_question else ""


def _over(posting: Posting, digest: Digest) -> str:
    last = _day(posting.valid_through)
    if last and last < digest.day:
        return _("applications closed {ago}", ago=words.days_ago(last, digest.day, digest.locale))
    return _("no longer open") if posting.closed else ""


def _until(posting: Posting, digest: Digest) -> str:
    last = _day(posting.valid_through)
    if posting.closed or last is None or last < digest.day:
        return ""
    return _("apply until {day}", day=words.days_ago(last, digest.day, digest.locale))


def _unproven(candidate: Candidate) -> str:
    """Said where no alert that showed it came from a sender who may be who he says he is."""
    every = [at.authenticity for at in candidate.seen]
    return _("sender not verified") if every and set(every) == {"failed"} else ""


def _apply_url(posting: Posting, url: str) -> str:
    there = words.safe_url(posting.apply_url)
    return "" if posting.closed or there == url else there


def _day(stated: str) -> date | None:
    if not stated:
        return None
    try:
        return date.fromisoformat(stated)
    except ValueError:  # none is stated, or not one of the calendar
        return None


def _seen_at(candidate: Candidate) -> str:
    """Name the boards and services that showed it, each once, in the order they did."""
    return words.listed(list(dict.fromkeys(map(_board_of, candidate.seen)))[:6])


def _board_of(at: SeenAt) -> str:
    """Name the board; of one that no format knows, the host that its link leads to."""
    if at.format == "fallback":
        link = clean(at.url)
        if not link.opaque and (host := host_of(link.url)):
            return words.clean(host.removeprefix("www."), 80)
    return words.format_words(at.format)


def _workplace(posting: Posting) -> str:
    """The workplace in words, unless the place says it already (``Remote, UK``)."""
    told = words.WORKPLACE_WORDS[posting.workplace]
    return "" if told.lower() in posting.location.lower() else _(told)


def _telling(verdict: Verdict | None) -> list[Evidence]:
    """The evidence that speaks for the verdict's kind, beyond the title where there is any.

    What no single rule says, the count of sentences, comes after the words that rules point at.
    """
    if verdict is None or verdict.kind == "unclear":
        return []
    speaking = [
        found
        for found in verdict.evidence
        if found.kind == verdict.kind and found.points > 0 and words.clean(found.quote)
    ]
    return sorted(speaking, key=lambda found: (found.where == "title", not found.pack))


def _quotes(telling: Sequence[Evidence]) -> tuple[str, ...]:
    """The strongest quote whole, and up to two more where the line has room for them.

    No words are quoted twice: of two quotes, one within the other, the longer stands for both
    where a line holds it.
    """
    every = list(dict.fromkeys(words.clean(found.quote, 200) for found in telling))
    if len(every) == 1:
        return tuple(every)
    quotes: list[str] = []
    for found in every:
        around = [one for one in every if _within(found, one) and len(one) <= _LINE]
        quote = max(around, key=len, default=found)
        if any(_within(quote, shown) or _within(shown, quote) for shown in quotes):
            continue
        if quotes and (len(quotes) == _QUOTES or sum(map(len, quotes)) + len(quote) > _LINE):
            break
        quotes.append(quote)
    return tuple(quotes)


def _within(part: str, whole: str) -> bool:
    return part.casefold() in whole.casefold()


def _reason(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    if verdict is None:
        return _("This posting has not been judged yet.")
    if verdict.kind == "unclear":
        return _said_so(verdict.reason) or _("The words found do not settle what the job is.")
    return _said_so(telling[0].reason) if telling else ""


def _said_so(reason: str) -> str:
    return words.clean(stored.said(reason), 240)


def _where(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    """Where the first quote stands, unless that goes without saying or stands in the note."""
    if verdict is None or verdict.tier != "full" or not telling or telling[0].where == "duties":
        return ""
    return _(words.WHERE_WORDS[telling[0].where])


def _link_note(posting: Posting, url: str) -> str:
    if not url:
        return _("no link that can be opened came with the alert")
    return _("link through the board's tracker") if posting.opaque else ""


def _age(candidate: Candidate, digest: Digest) -> str:
    """Since when it is out, and when it was posted again where it was."""
    posting = candidate.posting
    again = _posted_again(candidate, digest)
    if again and candidate.seen:
        first = words.local(candidate.seen[0].seen, digest.zone).date()
        return _(
            "first seen {first}, posted again {again}",
            first=words.days_ago(first, digest.day, digest.locale),
            again=words.days_ago(again, digest.day, digest.locale),
        )
    if posted := _day(posting.posted):
        return _("posted {ago}", ago=words.days_ago(posted, digest.day, digest.locale))
    if posting.first_seen is None:
        return ""
    seen = words.local(posting.first_seen, digest.zone).date()
    return _("first seen {ago}", ago=words.days_ago(seen, digest.day, digest.locale))


def _posted_again(candidate: Candidate, digest: Digest) -> date | None:
    """Return when one board showed it last as a new record of its own, days after another."""
    if len(candidate.seen) < 2:  # noqa: PLR2004 - nothing can come again that came once
        return None
    latest: date | None = None
    records: dict[str, dict[str, date]] = {}
    for at in candidate.seen:
        day = words.local(at.seen, digest.zone).date()
        known = records.setdefault(words.format_words(at.format), {})
        if at.key not in known and known and (day - max(known.values())).days >= _AGAIN:
            latest = max(day, latest or day)
        known[at.key] = day
    return latest
