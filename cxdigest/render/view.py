"""What the templates see: one day in plain words, cut to length, nothing left to decide.

Pure. These records are the interface to people's own templates: fields may be added, never renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cxdigest.model import Digest, SourceReport
from cxdigest.render import words
from cxdigest.render.losses import Loss, advice_for, doubts_of, losses_of
from cxdigest.render.row import Row, row_of
from cxdigest.text import edition_mark

#: Sources and reasons named one by one; further ones are counted.
_NAMED = 12
_QUIET = frozenset({"new", "empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section of the mail."""

    key: str  #: ``genuine``, ``unclear``, ``flagged`` or ``others``
    title: str
    short: str  #: what follows the number at the top, e.g. ``worth a look``
    about: str  #: one sentence below the title, may be empty
    rows: tuple[Row, ...]  #: those that are shown
    total: int  #: how many there are
    compact: bool  #: a large day: one line a posting

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
    unread_reasons: tuple[str, ...]  #: whole sentences
    losses: tuple[Loss, ...]  #: openings that no alert showed
    advice: str  #: what to do about them; empty where there are none
    doubts: tuple[str, ...]  #: what is in doubt about the alerts, whole sentences
    duties: str  #: how the reader may send the duties of a posting that has a reference
    polled: str  #: when which source was polled
    mark: str  #: cxdigest knows its own mails by it: a template must print it


#: What templates may read freely: frozen, and every field is text, a number or a tuple of these.
RECORDS = frozenset({Row, Section, Attention, Loss, View})

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
#: How a reader gives the duties of a posting; the reference stands beside it.
_BY_REPLY = (
    "Do you know the duties of one? Reply to this mail with its ref on a line of its own and the "
    "text of the duties below it, and the next digest judges by them."
)
_BY_COMMAND = (
    "Do you know the duties of one? Save them to a file: cxdigest explain REF --duties FILE judges "
    "by them at once, with the ref beside the posting."
)
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
    return {key: tuple(row_of(found, digest) for found in group) for key, group in groups.items()}


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
    troubled = [found for report in digest.reports for found in _attention(report)]
    lost = losses_of(digest)
    sections = [found for found in sections if found.total]
    unread = _unread(digest)
    reasons = dict.fromkeys(
        words.sentence(words.clean(reason, 200))
        for report in digest.reports
        for reason in report.unread_reasons
    )
    return View(
        subject=subject(digest),
        preheader=_preheader(digest),
        heading=words.clean(digest.heading, 60),
        day=words.long_day(digest.day),
        lead=_lead(digest),
        sections=tuple(sections),
        attention=tuple(troubled[:_NAMED]),
        more_attention=max(0, len(troubled) - _NAMED),
        unread=f"{words.count(unread, 'alert')} could not be read" if unread else "",
        unread_reasons=tuple(reasons)[:_NAMED],
        losses=lost,
        advice=advice_for(lost),
        doubts=doubts_of(digest),
        duties=_way_to_tell(digest) if any(_asks(found) for found in sections) else "",
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
        needing = (one.outcome not in _QUIET or bool(one.silent) for one in digest.reports)
        if troubled := sum(needing):
            needs = "needs" if troubled == 1 else "need"
            parts.append(f"{words.count(troubled, 'source')} {needs} attention")
        if unread := _unread(digest):
            parts.append(f"{words.count(unread, 'alert')} could not be read")
    return words.clean(f"{', '.join(parts)} · {words.short_day(digest.day)}", 200)


def _unread(digest: Digest) -> int:
    return sum(report.unread for report in digest.reports)


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
    if unread := _unread(digest):
        return f"No new postings, but {words.count(unread, 'alert')} could not be read."
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
    row = row_of(first, digest)
    who = f" at {row.employer}" if row.employer else ""
    place = f", {row.place}" if row.place else ""
    opening = "First in line" if digest.genuine else "Nothing certain yet; worth a look"
    return f"{opening}: {words.clean(row.title, 90)}{who}{place}."


def _attention(report: SourceReport) -> Iterator[Attention]:
    source = words.clean(report.source, 80)
    if report.outcome not in _QUIET:
        what = _OUTCOME_WORDS.get(report.outcome, report.outcome)
        yield Attention(source=source, what=what, message=words.clean(report.message, 400))
    if report.silent:
        what = "it used to bring postings and now does not"
        yield Attention(source=source, what=what, message=words.clean(report.silent, 500))


def _way_to_tell(digest: Digest) -> str:
    return _BY_REPLY if digest.replies else _BY_COMMAND


def _asks(section: Section) -> bool:
    return not section.compact and any(row.reference for row in section.rows)


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
