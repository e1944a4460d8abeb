"""What the templates see: one day in plain words, cut to length, nothing left to decide.

Pure. These records are the interface to people's own templates: fields may be added, never renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from cxdigest.language import _, figure, marked, ngettext, spoken
from cxdigest.model import Digest, SourceReport
from cxdigest.render import stored, words
from cxdigest.render.aside import (
    Told,
    corrections_of,
    gap_of,
    left_out_of,
    note_heading,
    note_of,
    unwritten_of,
)
from cxdigest.render.losses import Loss, advice_for, doubts_of, losses_of
from cxdigest.render.picture import Bar, Image, Picture
from cxdigest.render.room import WIDEST, Room
from cxdigest.render.row import Act, Row, row_of
from cxdigest.render.sections import Section
from cxdigest.text import edition_mark

#: The link that ends these mails, in the frozen mail; each recipient's own replaces it.
UNSUBSCRIBE = "https://unsubscribe.invalid/"
_QUIET = frozenset({"new", "empty"})


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
    earlier: str  #: what became of postings of earlier digests; may be empty
    lang: str  #: language of the dates, e.g. ``en`` or ``de``
    language: str  #: of everything else
    note_heading: str  #: whose note stands on top; empty where there is none
    note: tuple[str, ...]  #: what the coach wrote, a paragraph each
    gap: str  #: days that should have had a digest and had none; may be empty
    corrections: tuple[Told, ...]  #: what the reader's own words changed
    picture: Picture | None  #: the week in numbers
    unread_at: tuple[Attention, ...]  #: why alerts could not be read, by source and reason
    more_unread: int  #: further reasons
    left_out: str  #: what the reader's own settings kept out, counted by reason
    unwritten: str  #: postings that could not be written out, by reference
    attached: str  #: name of the file that lists what this mail has no room for; may be empty
    unsubscribe: str  #: the link that ends these mails; empty where the digest is no mail

    @property
    def news(self) -> tuple[Section, ...]:
        """The sections of new postings."""
        return tuple(found for found in self.sections if found.key not in {"again", "closed"})


#: What templates may read freely: frozen, and every field is text, a number or a tuple of these.
RECORDS = frozenset({Row, Act, Section, Told, Attention, Loss, Picture, Bar, Image, View})

#: How a reader gives the duties of a posting; the reference stands beside it.
_BY_REPLY = marked(
    "Do you know the duties of one? Reply to this mail with its ref on a line of its own and the "
    "text of the duties below it, and the next digest judges by them."
)
_BY_COMMAND = marked(
    "Do you know the duties of one? Save them to a file: cxdigest explain REF --duties FILE judges "
    "by them at once, with the ref beside the posting."
)
_OUTCOME_WORDS = {
    "unreadable": marked("what arrived could not be read"),
    "auth": marked("the login was refused"),
    "network": marked("it could not be reached"),
    "throttled": marked("it asked to be polled less often"),
    "gone": marked("it is no longer there"),
}


def frame(
    digest: Digest, *, room: Room = WIDEST, picture: Picture | None = None, mailed: bool = True
) -> View:
    """Return what the templates see of *digest* before it shows a posting.

    *mailed*: it says how to end these mails.
    """
    lost, note = losses_of(digest), note_of(digest, room)
    troubles = sum(len(_troubles(report)) for report in digest.reports)
    unread, unread_at = _unread(digest), tuple(islice(_unread_at(digest, room), room.named))
    reasons = sum(len(set(report.unread_reasons)) for report in digest.reports)
    return View(
        subject=subject(digest),
        preheader=_preheader(digest),
        heading=words.clean(digest.heading, 60),
        day=words.long_day(digest.day, digest.locale),
        lead=_lead(digest),
        sections=(),
        attention=tuple(islice(_attention(digest, room), room.named)),
        more_attention=max(0, troubles - room.named),
        unread=_could_not(unread) if unread else "",
        unread_reasons=tuple(dict.fromkeys(one.what for one in unread_at)),
        losses=lost,
        advice=advice_for(lost),
        doubts=doubts_of(digest),
        duties="",
        polled=_polled(digest, room),
        mark=edition_mark(digest.profile, digest.day),
        earlier=_earlier(digest),
        lang=words.clean(digest.locale, 20).replace("_", "-"),
        language=spoken(),
        note_heading=note_heading(digest) if note else "",
        note=note,
        gap=gap_of(digest),
        corrections=corrections_of(digest, room),
        picture=picture,
        unread_at=unread_at,
        more_unread=max(0, reasons - len(unread_at)),
        left_out=left_out_of(digest, room),
        unwritten=unwritten_of(digest, room),
        attached="",
        unsubscribe=UNSUBSCRIBE if mailed else "",
    )


def view(around: View, digest: Digest, sections: Iterable[Section], *, attached: str = "") -> View:
    """Return *around*, the frame of *digest*, with *sections*.

    *attached* is the name of the file with what finds no room.
    """
    shown = tuple(found for found in sections if found.total)
    duties = _way_to_tell(digest) if any(map(_asks, shown)) else ""
    return replace(around, sections=shown, duties=duties, attached=attached)


def subject(digest: Digest) -> str:
    """Return the subject: the numbers and the day on one clean line."""
    aside = len(digest.flagged) + len(digest.others)
    parts = [words.upfirst(words.roles(len(digest.genuine)))]
    if digest.unclear:
        parts.append(words.worth_a_look(len(digest.unclear)))
    if aside:
        parts.append(words.set_aside(aside))
    if not (digest.genuine or digest.unclear or aside):
        parts = [_("No new postings"), *_news_of_old(digest)]
        needing = (one.outcome not in _QUIET or bool(one.silent) for one in digest.reports)
        if troubled := sum(needing):
            parts.append(
                ngettext("{n} source needs attention", "{n} sources need attention", troubled)
            )
        if unread := _unread(digest):
            parts.append(_could_not(unread))
    return words.clean(f"{', '.join(parts)} · {words.short_day(digest.day, digest.locale)}", 200)


def _news_of_old(digest: Digest) -> list[str]:
    again, closed = len(digest.again), len(digest.closed)
    return [
        *([ngettext("{n} seen again", "{n} seen again", again)] if again else ()),
        *([ngettext("{n} closed since", "{n} closed since", closed)] if closed else ()),
    ]


def _could_not(unread: int) -> str:
    return ngettext("{n} alert could not be read", "{n} alerts could not be read", unread)


def _unread(digest: Digest) -> int:
    return sum(report.unread for report in digest.reports)


def _unread_at(digest: Digest, room: Room) -> Iterator[Attention]:
    """Yield why alerts could not be read: each reason of each source once."""
    for report in digest.reports:
        for reason in dict.fromkeys(report.unread_reasons):
            what = words.sentence(words.clean(stored.said(reason), min(200, room.most)))
            yield Attention(source=words.clean(report.source, room.name), what=what, message="")


def _lead(digest: Digest) -> str:
    flagged, others = len(digest.flagged), len(digest.others)
    if not (digest.genuine or digest.unclear or flagged or others):
        return _empty_day(digest)
    parts = [_("{roles} today", roles=words.roles(len(digest.genuine)))]
    if digest.unclear:
        parts.append(words.worth_a_look(len(digest.unclear)))
    if flagged:
        parts.append(
            ngettext(
                "{n} is called customer experience while the duties say something else",
                "{n} are called customer experience while the duties say something else",
                flagged,
            )
        )
    if others:
        parts.append(ngettext("{n} belongs to other trades", "{n} belong to other trades", others))
    return words.upfirst("; ".join(parts)) + "."


def _earlier(digest: Digest) -> str:
    """Say what became of postings of earlier digests, where anything did."""
    told = words.listed(_news_of_old(digest))
    return _("Of earlier postings, {told}.", told=told) if told else ""


def _empty_day(digest: Digest) -> str:
    sources = len(digest.reports)
    quiet = sum(report.outcome in _QUIET for report in digest.reports)
    if not sources:
        return _("No new postings: this profile has no sources yet.")
    if unread := _unread(digest):
        return _("No new postings, but {told}.", told=_could_not(unread))
    if quiet == sources:
        return ngettext(
            "No new postings: your source was polled and brought nothing new.",
            "No new postings: your {n} sources were polled and brought nothing new.",
            sources,
        )
    return ngettext(
        "No new postings, but only {read} of {n} source could be read, so something may be "
        "missing.",
        "No new postings, but only {read} of {n} sources could be read, so something may be "
        "missing.",
        sources,
        read=figure(quiet),
    )


def _preheader(digest: Digest) -> str:
    first = next(iter((*digest.genuine, *digest.unclear)), None)
    if first is None:
        return _lead(digest)
    row = row_of(first, digest)
    title = words.clean(row.title, 90)
    what = _("{title} at {employer}", title=title, employer=row.employer) if row.employer else title
    what = f"{what}, {row.place}" if row.place else what
    if digest.genuine:
        return _("The first is {posting}.", posting=what)
    return _("Nothing is certain yet; the first worth a look is {posting}.", posting=what)


def _attention(digest: Digest, room: Room) -> Iterator[Attention]:
    for report in digest.reports:
        for what, message in _troubles(report):
            yield Attention(
                source=words.clean(report.source, min(80, room.name)),
                what=what,
                message=words.clean(message, room.most),
            )


def _troubles(report: SourceReport) -> list[tuple[str, str]]:
    """Return what is wrong with a source, and what it says of that itself."""
    told = []
    if report.outcome not in _QUIET:
        told.append((_(_OUTCOME_WORDS.get(report.outcome, report.outcome)), report.message))
    if report.silent:
        told.append((_("it used to bring postings and now does not"), report.silent))
    return told


def _way_to_tell(digest: Digest) -> str:
    return _(_BY_REPLY if digest.replies else _BY_COMMAND)


def _asks(section: Section) -> bool:
    return not section.compact and any(row.reference for row in section.rows)


def _polled(digest: Digest, room: Room) -> str:
    if not digest.reports:
        return ""
    named = digest.reports[: room.named]
    told = ", ".join(f"{words.clean(found.source, 60)} {_when(found, digest)}" for found in named)
    further = len(digest.reports) - len(named)
    if further:
        told = _("{named} and {n} more", named=told, n=figure(further))
    zone = words.clean(digest.zone, 40)
    return _("Sources polled: {told} ({zone} time).", told=told, zone=zone)


def _when(report: SourceReport, digest: Digest) -> str:
    if report.polled is None:
        return _("not yet")
    moment = words.local(report.polled, digest.zone)
    clock = f"{moment:%H:%M}"
    if moment.date() != digest.day:
        clock = f"{words.short_day(moment.date(), digest.locale)} {clock}"
    if not report.alerts:
        return clock
    alerts = ngettext("{n} alert", "{n} alerts", report.alerts)
    return f"{clock} ({alerts})"
