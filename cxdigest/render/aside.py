"""What stands around the postings: the coach's note, days without a digest, what was left out.

Pure. Every list has a limit and says how many there are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.model import Correction, Digest, FeedbackWord
from cxdigest.render import words
from cxdigest.render.room import Room

#: Days without a digest that are named one by one.
_DAYS = 4
_WEEK = 7
_SAID: dict[FeedbackWord, str] = {
    "genuine": "is genuine",
    "not-genuine": "is not genuine",
    "hide-employer": "is from an employer you want hidden",
    "applied": "is one you applied for",
    "not-for-me": "is not for you",
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
    return f"A note from {coach}" if coach else "A note on this digest"


def gap_of(digest: Digest) -> str:
    """Say which days had no digest and why; empty where none is missed."""
    if not digest.missed:
        return ""
    days = sorted(digest.missed)
    if len(days) > _DAYS:
        first, last = (words.short_day(day, digest.locale) for day in (days[0], days[-1]))
        told = f"No digest on {len(days):,} days from {first} to {last}"
    else:
        near = (digest.day - days[0]).days < _WEEK
        name = words.weekday if near else words.short_day
        told = f"No digest {words.listed([name(day, digest.locale) for day in days])}"
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
    rest = _further(len(digest.corrections), room, "correction")
    return (*told, *(Told(words=more, url="") for more in rest))


def _correction(one: Correction, room: Room) -> str:
    title = words.clean(one.title, room.name) or "(no title)"
    company = words.clean(one.company, room.name)
    who = f" at {company}" if company else ""
    changed = words.sentence(words.clean(one.changed, room.most))
    return f"You said that “{title}”{who} {_SAID[one.word]}. {changed}".strip()


def left_out_of(digest: Digest, room: Room) -> str:
    """Count what the reader's own settings kept out, by reason; empty where nothing was."""
    total = sum(one.count for one in digest.hidings)
    if not total:
        return ""
    named = digest.hidings[: room.named]
    told = [f"{one.count:,} {words.clean(one.reason, room.name)}" for one in named]
    if rest := total - sum(one.count for one in named):
        told.append(f"{rest:,} for other reasons")
    return f"Left out by your own settings: {', '.join(told)}."


def unwritten_of(digest: Digest, room: Room) -> str:
    """Name the postings that could not be written out, by their references."""
    if not digest.quarantined:
        return ""
    total = len(digest.quarantined)
    named = [words.clean(one.posting.id, 40) for one in digest.quarantined[: room.named]]
    rest = f" and {total - len(named):,} more" if total > len(named) else ""
    what = words.upfirst(words.count(total, "posting"))
    stand = "stands" if total == 1 else "stand"
    return (
        f"{what} could not be written out and {stand} here by reference alone: "
        f"{', '.join(named)}{rest}. Nothing is lost: cxdigest explain REF shows it."
    )


def _further(total: int, room: Room, one: str) -> Iterator[str]:
    if total > room.named:
        yield f"And {words.count(total - room.named, f'more {one}')}."
