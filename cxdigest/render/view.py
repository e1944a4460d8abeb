"""What the templates see: one day in plain words, cut to length, nothing left to decide.

Pure. These records are the interface to people's own templates: fields may be added, never renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cxdigest.model import Candidate, Digest, Evidence, Posting, SourceReport, Verdict
from cxdigest.render import words
from cxdigest.text import edition_mark

#: Sources and reasons named one by one; further ones are counted.
_NAMED = 12
_QUIET = frozenset({"new", "empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One posting as the reader sees it. Empty strings where nothing is known."""

    title: str  #: never empty
    url: str  #: http or https; empty where there is no link that may be clicked
    link_note: str  #: what the reader should know of the link; empty for a plain one
    employer: str
    place: str
    workplace: str  #: ``Remote``, ``Hybrid``, ``On site``
    salary: str
    age: str  #: e.g. ``posted 3 days ago``, ``first seen today``
    seen_at: str  #: e.g. ``LinkedIn and Indeed``
    facts: str  #: employer, place, workplace and salary in one line
    origin: str  #: age, where it was seen, and the notes on verdict and link in one line
    kind: str  #: in plain words
    note: str  #: what the verdict could see, where it was not all; empty where it is unclear
    quotes: tuple[str, ...]  #: the words that say so, strongest first, at most two
    where: str  #: where the first quote stands, e.g. ``in the summary``; empty for the duties
    reason: str  #: one sentence: what the first quote shows, or why nothing can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the mail."""

    key: str  #: ``genuine``, ``unclear``, ``flagged`` or ``others``
    title: str
    short: str  #: what follows the number at the top, e.g. ``worth a look``
    about: str  #: one sentence below the title, may be empty
    rows: tuple[Row, ...]  #: those that are shown
    total: int  #: how many there are
    compact: bool  #: a large day: title, employer, place and one line of why

    @property
    def more(self) -> int:
        """How many are not shown here."""
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """A source that needs the reader's attention."""

    source: str
    what: str  #: in plain words
    message: str  #: what went wrong and the way out


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole mail in plain words."""

    subject: str
    preheader: str  #: what a mail list shows beside the subject
    heading: str  #: shown name of the profile, may be empty
    day: str  #: ``Saturday 21 November 2026``
    lead: str  #: the day in one or two sentences
    sections: tuple[Section, ...]  #: those that have postings, in reading order
    attention: tuple[Attention, ...]
    more_attention: int  #: further sources that need attention
    unread: str  #: ``2 alerts could not be read``, may be empty
    unread_reasons: tuple[str, ...]
    polled: str  #: when which source was polled
    mark: str  #: cxdigest knows its own mails by it: a template must print it


#: What templates may read freely: frozen, and every field is text, a number or a tuple of these.
RECORDS = frozenset({Row, Section, Attention, View})

#: Title, short name, one sentence below the title.
_SECTIONS = {
    "genuine": ("Customer experience roles", "customer experience", ""),
    "unclear": (
        "Worth a look",
        "worth a look",
        "These may be customer experience; what could be read does not tell yet.",
    ),
    "flagged": (
        "Called customer experience; the duties say something else",
        "say something else",
        "Nearest to customer experience first.",
    ),
    "others": ("Other trades", "other trades", ""),
}
_ROLE = "customer experience role"
_OUTCOME_WORDS = {
    "unreadable": "what arrived could not be read",
    "auth": "the login was refused",
    "network": "it could not be reached",
    "throttled": "it asked to be polled less often",
    "gone": "it is no longer there",
}


def rows_of(digest: Digest) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every section, in the digest's order."""
    groups = {
        "genuine": digest.genuine,
        "unclear": digest.unclear,
        "flagged": digest.flagged,
        "others": digest.others,
    }
    return {key: tuple(_row(found, digest) for found in group) for key, group in groups.items()}


def section(key: str, rows: Sequence[Row], shown: int, *, compact: bool) -> Section:
    """Return the section *key* with the first *shown* of its *rows*."""
    title, short, about = _SECTIONS[key]
    return Section(
        key=key,
        title=title,
        short=short,
        about=about,
        rows=tuple(rows[:shown]),
        total=len(rows),
        compact=compact,
    )


def view(digest: Digest, sections: Iterable[Section]) -> View:
    """Return what the templates see of *digest* when it shows *sections*."""
    troubled = [report for report in digest.reports if report.outcome not in _QUIET]
    unread = sum(report.unread for report in digest.reports)
    reasons = dict.fromkeys(
        words.clean(reason, 200) for report in digest.reports for reason in report.unread_reasons
    )
    return View(
        subject=subject(digest),
        preheader=_preheader(digest),
        heading=words.clean(digest.heading, 60),
        day=words.long_day(digest.day),
        lead=_lead(digest),
        sections=tuple(found for found in sections if found.total),
        attention=tuple(map(_attention, troubled[:_NAMED])),
        more_attention=max(0, len(troubled) - _NAMED),
        unread=f"{words.count(unread, 'alert')} could not be read" if unread else "",
        unread_reasons=tuple(reasons)[:_NAMED],
        polled=_polled(digest),
        mark=edition_mark(digest.profile, digest.day),
    )


def subject(digest: Digest) -> str:
    """Return the subject: the numbers and the day on one clean line."""
    aside = len(digest.flagged) + len(digest.others)
    parts = [words.upfirst(words.count(len(digest.genuine), _ROLE))]
    if digest.unclear:
        parts.append(f"{len(digest.unclear):,} worth a look")
    if aside:
        parts.append(f"{aside:,} set aside")
    if not (digest.genuine or digest.unclear or aside):
        parts = ["No new postings"]
        if troubled := sum(report.outcome not in _QUIET for report in digest.reports):
            needs = "needs" if troubled == 1 else "need"
            parts.append(f"{words.count(troubled, 'source')} {needs} attention")
    return words.clean(f"{', '.join(parts)} · {words.short_day(digest.day)}", 200)


def _lead(digest: Digest) -> str:
    flagged, others = len(digest.flagged), len(digest.others)
    if not (digest.genuine or digest.unclear or flagged or others):
        return _empty_day(digest)
    parts = [f"{words.count(len(digest.genuine), _ROLE)} today"]
    if digest.unclear:
        parts.append(f"{len(digest.unclear):,} worth a look")
    if flagged:
        parts.append(
            f"{flagged:,} {'is' if flagged == 1 else 'are'} called customer experience while the "
            f"duties say something else"
        )
    if others:
        parts.append(f"{words.count(others, 'belongs', 'belong')} to other trades")
    return words.upfirst("; ".join(parts)) + "."


def _empty_day(digest: Digest) -> str:
    sources = len(digest.reports)
    quiet = sum(report.outcome in _QUIET for report in digest.reports)
    if not sources:
        return "No new postings: this profile has no sources yet."
    if quiet == sources:
        polled = "your source was" if sources == 1 else f"your {sources:,} sources were"
        return f"No new postings: {polled} polled and brought nothing new."
    return (
        f"No new postings, but only {quiet:,} of {words.count(sources, 'source')} could be read, "
        "so something may be missing."
    )


def _preheader(digest: Digest) -> str:
    first = next(iter((*digest.genuine, *digest.unclear)), None)
    if first is None:
        return _lead(digest)
    posting = first.posting
    who = f" at {words.clean(posting.company, 60)}" if posting.company.strip() else ""
    place = f", {words.clean(posting.location, 60)}" if posting.location.strip() else ""
    opening = "First in line" if digest.genuine else "Nothing certain yet; worth a look"
    return f"{opening}: {words.clean(posting.title, 90)}{who}{place}."


def _row(candidate: Candidate, digest: Digest) -> Row:
    posting, verdict = candidate.posting, candidate.verdict
    url = words.safe_url(posting.url)
    telling = _telling(verdict)
    employer, place = words.clean(posting.company, 80), words.clean(posting.location, 80)
    workplace, salary = _workplace(posting), words.clean(posting.salary, 60)
    age, seen_at = _age(posting, digest), _seen_at(candidate)
    note = words.TIER_WORDS[verdict.tier] if verdict and verdict.kind != "unclear" else ""
    link_note = _link_note(posting, url)
    return Row(
        title=words.clean(posting.title) or "(no title)",
        url=url,
        link_note=link_note,
        employer=employer,
        place=place,
        workplace=workplace,
        salary=salary,
        age=age,
        seen_at=seen_at,
        facts=words.joined(employer, place, workplace, salary),
        origin=words.upfirst(words.joined(age, seen_at, note, link_note)),
        kind=words.KIND_WORDS[verdict.kind if verdict else "unclear"],
        note=note,
        quotes=tuple(dict.fromkeys(words.clean(found.quote, 200) for found in telling))[:2],
        where=_where(verdict, telling),
        reason=_reason(verdict, telling),
    )


def _seen_at(candidate: Candidate) -> str:
    """Name the boards and services that showed it, each once, in the order they did."""
    names = dict.fromkeys(words.format_words(at.format) for at in candidate.seen)
    return words.listed(list(names)[:6])


def _workplace(posting: Posting) -> str:
    """The workplace in words, unless the place says it already (``Remote, UK``)."""
    told = words.WORKPLACE_WORDS[posting.workplace]
    return "" if told.lower() in posting.location.lower() else told


def _telling(verdict: Verdict | None) -> list[Evidence]:
    """The evidence that speaks for the verdict's kind, beyond the title where there is any."""
    if verdict is None or verdict.kind == "unclear":
        return []
    speaking = [
        found
        for found in verdict.evidence
        if found.kind == verdict.kind and found.points > 0 and words.clean(found.quote)
    ]
    return sorted(speaking, key=lambda found: found.where == "title")


def _reason(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    if verdict is None:
        return "This posting has not been judged yet."
    if verdict.kind == "unclear":
        return words.clean(verdict.reason, 240) or "The words found do not settle what the job is."
    return words.clean(telling[0].reason, 240) if telling else ""


def _where(verdict: Verdict | None, telling: Sequence[Evidence]) -> str:
    """Where the first quote stands, unless that goes without saying or stands in the note."""
    if verdict is None or verdict.tier != "full" or not telling or telling[0].where == "duties":
        return ""
    return words.WHERE_WORDS[telling[0].where]


def _link_note(posting: Posting, url: str) -> str:
    if not url:
        return "no link that can be opened came with the alert"
    return "link through the board's tracker" if posting.opaque else ""


def _age(posting: Posting, digest: Digest) -> str:
    try:
        return f"posted {words.days_ago(date.fromisoformat(posting.posted), digest.day)}"
    except ValueError:  # the alert states no day, or not one of the calendar
        pass
    if posting.first_seen is None:
        return ""
    seen = words.local(posting.first_seen, digest.zone).date()
    return f"first seen {words.days_ago(seen, digest.day)}"


def _attention(report: SourceReport) -> Attention:
    return Attention(
        source=words.clean(report.source, 80),
        what=_OUTCOME_WORDS.get(report.outcome, report.outcome),
        message=words.clean(report.message, 400),
    )


def _polled(digest: Digest) -> str:
    if not digest.reports:
        return ""
    told = [f"{words.clean(found.source, 60)} {_when(found, digest)}" for found in digest.reports]
    rest = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return (
        f"Sources polled: {', '.join(told[:_NAMED])}{rest} ({words.clean(digest.zone, 40)} time)."
    )


def _when(report: SourceReport, digest: Digest) -> str:
    if report.polled is None:
        return "not yet"
    moment = words.local(report.polled, digest.zone)
    clock = f"{moment:%H:%M}"
    if moment.date() != digest.day:
        clock = f"{words.short_day(moment.date())} {clock}"
    return f"{clock} ({words.count(report.alerts, 'alert')})" if report.alerts else clock
