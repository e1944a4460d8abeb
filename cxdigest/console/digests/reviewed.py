"""A digest that waits, as its coach reads it; and the coach's word on it.

The page behind the link in a mail and the console show and do the same by these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from cxdigest.errors import WrongUseError
from cxdigest.language import _, spoken
from cxdigest.model import KIND_WORDS, Kind
from cxdigest.pipeline import Street
from cxdigest.pipeline.reviews import reviewing
from cxdigest.pipeline.reviews.reviewing import Listed
from cxdigest.render import words
from cxdigest.store import Reviewed

Act = Literal["save", "approve", "hold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One posting of a digest that waits."""

    number: int  #: from 1; it stays the same whatever is left out
    id: str
    title: str
    company: str
    key: Kind
    kind: str  #: in words
    dropped: bool  #: the coach leaves it out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a coach reads before saying the word."""

    id: str
    client: str
    day: str
    standing: str  #: what happens without a word
    held: bool
    note: str
    rows: tuple[Row, ...]
    preview: str  #: what is sent, as text
    seen: str  #: stands for the note and what is left out, as they are now


def sheet_of(street: Street, one: Reviewed) -> Sheet:
    """Return what waits.

    Raises:
        WrongUseError: it waits no more, or another version of cxdigest kept it.
        RenderError: a template is missing or wrong.
    """
    return Sheet(
        id=one.id,
        client=_client(street, one),
        day=words.long_day(one.day, spoken()),
        standing=_standing(street, one),
        held=one.state == "held",
        note=one.note,
        rows=tuple(_row(found) for found in reviewing.postings_of(street, one)),
        preview=reviewing.preview_of(street, one).text,
        seen=seen_as(one),
    )


def decide(street: Street, one: Reviewed, act: Act) -> str:
    """Say the word on a digest and nothing else; return what is so now.

    Raises:
        WrongUseError: it waits no more.
    """
    if act == "approve":
        return reviewing.approve(street, one)
    if act == "hold":
        return reviewing.hold(street, one)
    return ""


def revise(street: Street, one: Reviewed, act: Act, *, note: str, left_out: Collection[str]) -> str:
    """Keep the note and leave out the postings numbered *left_out*, then say the word.

    Raises:
        WrongUseError: the note is too long, or it waits no more.
    """
    dropped = [
        found.candidate.posting.id
        for found in reviewing.postings_of(street, one)
        if str(found.number) in left_out
    ]
    told = reviewing.rewrite(street, one, note=note.replace("\r\n", "\n"), left_out=dropped)
    return decide(street, one, act) or told


def seen_as(one: Reviewed) -> str:
    """Return what stands for the note and what is left out, to notice that another changed it."""
    text = "\x00".join((one.note, *sorted(one.dropped)))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def act_of(word: str) -> Act:
    """Return what a button says; saving, where it says nothing else."""
    if word == "approve":
        return "approve"
    return "hold" if word == "hold" else "save"


def waiting_of(street: Street, profile: str, digest_id: str = "") -> Reviewed | None:
    """Return what waits of *profile*: the one of this id, or the one with the nearest deadline.

    None where nothing does, or what has this id is another's.
    """
    if not digest_id:
        return next(iter(street.store.reviews([profile])), None)
    one = street.store.review(digest_id)
    return one if one and one.profile == profile else None


def require_open(one: Reviewed) -> None:
    """Refuse what waits no more.

    Raises:
        WrongUseError: it does not.
    """
    if not one.open:
        raise WrongUseError(
            _("This digest waits no more: it was sent, or the next took its place.")
        )


def _row(found: Listed) -> Row:
    candidate = found.candidate
    kind = candidate.verdict.kind if candidate.verdict else "unclear"
    return Row(
        number=found.number,
        id=candidate.posting.id,
        title=words.clean(candidate.posting.title) or _("(no title)"),
        company=words.clean(candidate.posting.company, 60),
        key=kind,
        kind=_(KIND_WORDS[kind]),
        dropped=found.dropped,
    )


def _client(street: Street, one: Reviewed) -> str:
    profile = street.profile(one.profile)
    return words.clean(profile.heading if profile else one.profile, 60)


def _standing(street: Street, one: Reviewed) -> str:
    if one.deadline is None:
        return _("It is held. It can be approved until the next one is made.")
    zone = reviewing.clock_of(street, one).key
    moment = words.local(one.deadline, zone)
    when = words.at_on(moment, words.short_day(moment.date(), spoken()))
    if one.otherwise == "send":
        return _("If you say nothing until {when} ({zone} time), it is sent.", when=when, zone=zone)
    return _("If you say nothing until {when} ({zone} time), it is held.", when=when, zone=zone)
