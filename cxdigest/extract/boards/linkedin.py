"""LinkedIn's alert mails: saved searches, similar jobs, suggested searches; text and HTML together.

A card in the text part::

    Customer Experience Lead
    Foxglove Housing Trust
    Leeds
    View job: https://www.linkedin.com/comm/jobs/view/4000000001/?trackingId=…

Read by position, because the lines between place and link are an open set. The HTML part repeats
the card as title and ``Company · Place (Workplace)``; workplace and pay stand in it alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from cxdigest.extract.cards.both import Reading, Row, extraction, join
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.facts import is_pay, split_place
from cxdigest.extract.lines.layout import Card, cards, read_layout
from cxdigest.extract.lines.signs import RECEIPT
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction, Sighting
from cxdigest.text import is_host, unhidden

_JOB = re.compile(r"linkedin\.com/(?:comm/)?jobs/view/", re.IGNORECASE)
_MAIL_JOB = re.compile(r"linkedin\.com/comm/jobs/view/")  # LinkedIn's own mails alone have /comm
_LINK_LINE = re.compile(r"^(?:[^:]{1,40}:)?\s*<?(https?://\S+?)>?$")
_URL = re.compile(r"https?://\S+")
_RULE = re.compile(r"^[-_=*]{10,}$")
_TAG = re.compile(r"</?\w[^>]*>")
_OWN = re.compile(r"applica(?:tion|nt)|applied|rejected", re.IGNORECASE)
_BROKEN = re.compile("^(?:\\d{3}\\b|[(&/,|+\u2013\u2014-])")
_OPEN_END = ("-", "\u2013", "/", "&", ",")
#: What can stand third where a card has no place; an open set, so that position comes first.
_BADGE = re.compile(
    r"\d+\+? (?:connections?|(?:school|company) alum)|(?:this company is |actively )?(?:actively )?"
    r"(?:hiring|recruiting)|fast growing|top applicant|high skills match|apply with |easy apply|"
    r"promoted|be an early applicant",
    re.IGNORECASE,
)
_CARD = 3  # lines: title, company, place
_HEADING = 1_000


@dataclass(slots=True)
class _Part:
    """What one part of a mail shows."""

    found: dict[str, Row] = field(default_factory=dict)  #: by native id, in order
    others: set[str] = field(default_factory=set)  #: native ids under the reader's other alerts
    search: str = ""  #: the first link to the whole search, as written
    shown: list[str] = field(default_factory=list)  #: the lines of the HTML part


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* is LinkedIn's, by its sender, and shows jobs."""
    host = mail.sender.rpartition("@")[2]
    known = is_host(host, "linkedin.com") or "x-linkedin-template" in mail.headers
    shape = _JOB if known else _MAIL_JOB
    return bool(shape.search(mail.text) or shape.search(mail.html))


def read(mail: Mail) -> Extraction:
    """Return what *mail* shows, of both its parts."""
    text, html = _read_text(mail), _read_html(mail.html)
    joined = join(
        Reading(part="text", strategy="three lines above a link", rows=tuple(text.found.values())),
        Reading(part="HTML", strategy="cards around links", rows=tuple(html.found.values())),
    )
    others = html.others or text.others
    sightings = tuple(
        replace(one, section="other-alerts") if one.native_id in others else one
        for one in joined.sightings
    )
    if _is_receipt(mail):
        sightings = sightings[1:]  # the job that the reader has already applied for comes first
    return extraction(
        FORMAT.name,
        replace(joined, sightings=sightings),
        announced=announced(mail, html.shown),
        search_url=clean(text.search or html.search).url,
        reason="It shows no new job.",
    )


FORMAT = MailFormat(
    name="linkedin",
    recognises=recognises,
    read=read,
    domains=("linkedin.com",),
    marks="it links to linkedin.com/jobs/view",
)


def _is_receipt(mail: Mail) -> bool:
    template = mail.headers.get("x-linkedin-template", "") or mail.headers.get("feedback-id", "")
    return bool(_OWN.search(template) or RECEIPT.search(mail.subject))


def _job(href: str) -> str:
    """Return the native id that *href* leads to; searches that preselect a job lead to none."""
    link = clean(href)
    return link.native_id if "linkedin:" in link.native_id and "/search" not in href else ""


def _is_search(href: str) -> bool:
    return "/jobs/search" in href


def _others(hrefs: Iterable[str]) -> tuple[set[str], str]:
    """Return the jobs that belong to the reader's other alerts, and the first search.

    Each other alert's list ends in a link to all its jobs and a link to edit that alert.
    """
    others: set[str] = set()
    listed: list[str] = []
    done: list[str] = []
    search = ""
    for href in hrefs:
        if job := _job(href):
            listed.append(job)
        elif _is_search(href):
            search = search or href
            done, listed = (listed, []) if listed else (done, listed)
        elif "/jobs/jam/manage/" in href:
            others.update(done, listed)
            done, listed = [], []
    return others, search


def _read_html(html: str) -> _Part:
    part = _Part()
    if not _JOB.search(html):
        return part
    layout = read_layout(html)
    part.shown = [line.text for line in layout.lines]
    part.others, part.search = _others(anchor.href for anchor in layout.anchors)
    for card in cards(layout, _job):
        if sighting := _of_card(card):
            row = Row(
                key=card.key,
                sighting=sighting,
                start=card.start + 1,
                end=card.start + len(card.lines),
                quote=card.lines[0].text,
            )
            part.found.setdefault(card.key, row)
    return part


def _of_card(card: Card) -> Sighting | None:
    """Read title and ``Company · Place (Workplace)``; the title is the card's first linked line."""
    own = set(card.hrefs)
    at = next((n for n, line in enumerate(card.lines) if line.link in own), None)
    if at is None or len(card.lines) < at + 2 or " · " not in card.lines[at + 1].text:
        return None
    company, _, shown = card.lines[at + 1].text.rpartition(" · ")
    place, mode = split_place(shown)
    return Sighting(
        format=FORMAT.name,
        title=card.lines[at].text,
        company=company,
        location=place,
        workplace=mode,
        salary=next((line.text for line in card.lines[at + 2 :] if is_pay(line.text)), ""),
        url=clean(card.hrefs[0]).url,
        native_id=card.key,
    )


def _read_text(mail: Mail) -> _Part:
    part = _Part()
    hrefs: list[str] = []
    for job, url, runs, (start, end) in _listed(mail.text, hrefs):
        if sighting := _of_runs(job, url, _unheaded(runs, mail), mail.subject):
            row = Row(
                key=job, sighting=sighting, start=start, end=end, quote=runs[0][0], apart=True
            )
            part.found.setdefault(job, row)
    part.others, part.search = _others(hrefs)
    return part


def _listed(
    text: str, hrefs: list[str]
) -> Iterator[tuple[str, str, list[list[str]], tuple[int, int]]]:
    """Yield (native id, link, runs of lines above it, their numbers) for each card.

    All links go to *hrefs*.
    """
    runs: list[list[str]] = [[]]
    start = 0
    for number, line in enumerate(_lines(text), 1):
        start = start if runs != [[]] else number
        url = _URL.search(line)
        if url:
            hrefs.append(url[0].rstrip(">"))
            alone = _LINK_LINE.match(line)
            job = _job(hrefs[-1])
            if job and alone:
                yield job, hrefs[-1], _unlabelled([run for run in runs if run]), (start, number)
            runs = [[]]
        elif _RULE.match(line):
            runs = [[]]
        elif line:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])


def _lines(text: str) -> Iterator[str]:
    """Yield the lines; headings in HTML, which LinkedIn puts into text, become rules."""
    for raw in text.split("\n"):
        line = unhidden(raw)
        yield "-" * 57 if _TAG.match(line) else line


def _unlabelled(runs: list[list[str]]) -> list[list[str]]:
    """Drop "View job:" where it has a line of its own, as in 2023."""
    if runs and runs[-1][-1].endswith(":"):
        runs[-1].pop()
    return [run for run in runs if run]


def _unheaded(runs: list[list[str]], mail: Mail) -> list[list[str]]:
    """Drop the mail's own heading, its first line, from the runs above the first card.

    It is none where the subject names it, nor where it is needed to make a card's three lines.
    """
    heading = unhidden(mail.text[:_HEADING].lstrip().partition("\n")[0])
    if not runs or runs[0][0] != heading or heading.casefold() in mail.subject.casefold():
        return runs
    if len(runs[0]) == _CARD and all(len(run) < _CARD for run in runs[1:]):
        return runs
    return [run for run in (runs[0][1:], *runs[1:]) if run]


def _of_runs(job: str, url: str, runs: list[list[str]], subject: str) -> Sighting | None:
    """Read title, company and place from the first run that has room for them."""
    if not runs:
        return None
    run = next((run for run in runs if len(run) >= _CARD), max(runs, key=len))
    run = _joined(run[_start(run, subject) :])
    if len(run) < 2:  # noqa: PLR2004 - a title and its company at least
        return None
    return Sighting(
        format=FORMAT.name,
        title=run[0],
        company=run[1],
        location=run[2] if len(run) >= _CARD and not _is_badge(run[2]) else "",
        salary=next((line for lines in runs for line in lines if is_pay(line)), ""),
        url=clean(url).url,
        native_id=job,
    )


def _start(run: list[str], subject: str) -> int:
    """Return where the card starts in a run that a heading may be glued to.

    The subject names the first job with its company; a heading is a sentence.
    """
    named = subject.casefold()
    for at in range(len(run) - 1):
        if run[at].casefold() in named and run[at + 1].casefold() in named:
            return at
    return 1 if len(run) > _CARD and run[0].endswith((".", ":")) else 0


def _is_badge(line: str) -> bool:
    return is_pay(line) or _BADGE.match(line) is not None


def _joined(run: list[str]) -> list[str]:
    """Undo a line break inside the title."""
    if len(run) > _CARD and (_BROKEN.match(run[1]) or run[0].endswith(_OPEN_END)):
        return [f"{run[0]} {run[1]}", *run[2:]]
    return run
