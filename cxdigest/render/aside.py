"""What stands around the postings: the coach's note, days without a digest, what was left out.

Pure. Every list has a limit and says how many there are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.language import _, figure, marked, ngettext
from cxdigest.model import Correction, Digest, FeedbackWord
from cxdigest.render import words
from cxdigest.render.room import Room

#: Days without a digest that are named one by one.
_DAYS = 4
_WEEK = 7
_SAID: dict[FeedbackWord, str] = {
    "genuine": marked("You said that {posting} is genuine."),
    "not-genuine": marked("You said that {posting} is not genuine."),
    "hide-employer": marked("You said that {posting} is from an employer you want hidden."),
    "applied": marked("You said that {posting} is one you applied for."),
    "not-for-me": marked("You said that {posting} is not for you."),
}


def note_of(digest: Digest, room: Room) -> tuple[str, ...]:
    """Return what the coach wrote on top, a paragraph each."""
    told = [words.clean(line, room.note) for line in digest.note[: room.note].splitlines()]
    told = [line for line in told if line]
    if len(told) > room.paragraphs:
        told[room.paragraphs :] = [" ".join(told[room.paragraphs :])]
    return (*told, *(["[…]"] if len(digest.note) > room.note else []))


def note_heading(digest: Digest) -> str:
    """Say whose note it is."""
    coach = words.clean(digest.coach, 60)
    return _("A note from {coach}", coach=coach) if coach else _("A note on this digest")


def gap_of(digest: Digest) -> str:
    """Say which days had no digest and why; empty where none is missed."""
    if not digest.missed:
        return ""
    days = sorted(digest.missed)
    if len(days) > _DAYS:
        first, last = (words.short_day(day, digest.locale) for day in (days[0], days[-1]))
        told = ngettext(
            "No digest on {n} day from {first} to {last}",
            "No digest on {n} days from {first} to {last}",
            len(days),
            first=first,
            last=last,
        )
    else:
        near = (digest.day - days[0]).days < _WEEK
        name = words.weekday if near else words.short_day
        told = _("No digest {days}", days=words.listed([name(day, digest.locale) for day in days]))
    why = words.clean(digest.missed_why, 200)
    return words.sentence(f"{told}: {why}" if why else told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one word of the reader changed."""

    words: str  #: whole sentences
    url: str  #: of the posting; empty where there is no link that may be clicked


def corrections_of(digest: Digest, room: Room) -> tuple[Told, ...]:
    """Say what the reader's words since the last digest changed, one entry each."""
    told = [
        Told(words=_correction(one, room), url=words.safe_url(one.url))
        for one in digest.corrections[: room.named]
    ]
    rest = _further(len(digest.corrections), room)
    return (*told, *(Told(words=more, url="") for more in rest))


def _correction(one: Correction, room: Room) -> str:
    title = words.clean(one.title, room.name) or _("(no title)")
    company = words.clean(one.company, room.name)
    posting = _("“{quote}”", quote=title)
    if company:
        posting = _("{title} at {employer}", title=posting, employer=company)
    changed = words.sentence(words.clean(one.changed, room.most))
    return f"{_(_SAID[one.word], posting=posting)} {changed}".strip()


def left_out_of(digest: Digest, room: Room) -> str:
    """Count what the reader's own settings kept out, by reason; empty where nothing was."""
    total = sum(one.count for one in digest.hidings)
    if not total:
        return ""
    named = digest.hidings[: room.named]
    told = [f"{figure(one.count)} {words.clean(_(one.reason), room.name)}" for one in named]
    if rest := total - sum(one.count for one in named):
        told.append(_("{n} for other reasons", n=figure(rest)))
    return _("Left out by your own settings: {told}.", told=", ".join(told))


def unwritten_of(digest: Digest, room: Room) -> str:
    """Name the postings that could not be written out, by their references."""
    if not digest.quarantined:
        return ""
    total = len(digest.quarantined)
    named = [words.clean(one.posting.id, 40) for one in digest.quarantined[: room.named]]
    told = ", ".join(named)
    if total > len(named):
        told = _("{named} and {n} more", named=told, n=figure(total - len(named)))
    return ngettext(
        "{n} posting could not be written out and stands here by reference alone: {named}. Nothing "
        "is lost: cxdigest explain REF shows it.",
        "{n} postings could not be written out and stand here by reference alone: {named}. Nothing "
        "is lost: cxdigest explain REF shows it.",
        total,
        named=told,
    )


def _further(total: int, room: Room) -> Iterator[str]:
    if total > room.named:
        yield ngettext("And {n} more correction.", "And {n} more corrections.", total - room.named)
