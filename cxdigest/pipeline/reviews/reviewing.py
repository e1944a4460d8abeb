"""What a coach does with a digest that waits: look, approve, hold, write on top, leave out.

The command line, the page and the mail that is read back all call these. Each gives one sentence
that says what is so now; none acts on a digest that went, or that another changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from cxdigest.errors import WrongUseError
from cxdigest.language import SOURCE, _, figure, ngettext, spoken
from cxdigest.model import Candidate, Digest, Rendered
from cxdigest.pipeline.deliveries.deliver import leaving_by
from cxdigest.pipeline.deliveries.own_brand import in_own_brand
from cxdigest.pipeline.street import Street
from cxdigest.render import render, words
from cxdigest.render.plot import pictures_of
from cxdigest.store import Reviewed
from cxdigest.store.editions.content import shown

LONGEST_NOTE = 4000  #: letters
#: Another who changes the same digest at the same moment is waited for so many times.
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One posting of a digest that waits."""

    number: int  #: from 1; it stays the same whatever is left out
    section: str
    candidate: Candidate
    dropped: bool  #: the coach leaves it out


def postings_of(street: Street, one: Reviewed) -> tuple[Listed, ...]:
    """Return the postings of a digest that waits, in its own order.

    Raises:
        WrongUseError: it waits no more.
    """
    return tuple(_listed(_content(street, one), one.dropped))


def _listed(digest: Digest, dropped: Collection[str]) -> Iterator[Listed]:
    number = 0
    for section, group in shown(digest).items():
        for candidate in group:
            number += 1
            left_out = candidate.posting.id in dropped
            yield Listed(number=number, section=section, candidate=candidate, dropped=left_out)


def approve(street: Street, one: Reviewed) -> str:
    """Let the digest go to its recipients at once.

    Raises:
        WrongUseError: it is not there to be approved any more.
    """
    if not street.store.approve_review(one.id, now=street.clock()):
        raise WrongUseError(_why_not(street, one))
    return _("{digest} is approved and goes out now.", digest=_the(one))


def hold(street: Street, one: Reviewed) -> str:
    """Keep the digest back until it is approved, or the next one takes its place.

    Raises:
        WrongUseError: it went already.
    """
    if not street.store.hold_review(one.id) and not _is_held(street, one):
        raise WrongUseError(_why_not(street, one))
    return _(
        "{digest} is held. It can be approved until the next one is made; then its postings stand "
        "in that one.",
        digest=_the(one),
    )


def write_note(street: Street, one: Reviewed, note: str) -> str:
    """Put *note* on top of the digest in place of the one that is there; empty: none.

    Raises:
        WrongUseError: the note is too long, or the digest went already.
    """
    note = _note(note)
    _revise(street, one, lambda now: (note, now.dropped))
    if note:
        return _("{digest} has your note on top.", digest=_the(one))
    return _("{digest} has no note on top.", digest=_the(one))


def drop(street: Street, one: Reviewed, posting_ids: Collection[str]) -> str:
    """Leave postings out; they count as shown and never come again to this reader.

    Raises:
        WrongUseError: one is not in the digest, or it went already.
    """
    chosen = _chosen(street, one, posting_ids)
    _revise(street, one, lambda now: (now.note, tuple(dict.fromkeys((*now.dropped, *chosen)))))
    return ngettext(
        "{n} posting left out of {digest}.",
        "{n} postings left out of {digest}.",
        len(chosen),
        digest=named(one),
    )


def keep(street: Street, one: Reviewed, posting_ids: Collection[str]) -> str:
    """Take back that postings were left out.

    Raises:
        WrongUseError: one is not in the digest, or it went already.
    """
    chosen = _chosen(street, one, posting_ids)
    _revise(street, one, lambda now: (now.note, tuple(p for p in now.dropped if p not in chosen)))
    return ngettext(
        "{n} posting kept in {digest}.",
        "{n} postings kept in {digest}.",
        len(chosen),
        digest=named(one),
    )


def rewrite(street: Street, one: Reviewed, *, note: str, left_out: Collection[str]) -> str:
    """Put *note* on top and leave *left_out* out, and no others: what a page says at once.

    Raises:
        WrongUseError: the note is too long, one is not in the digest, or it went already.
    """
    note, chosen = _note(note), _chosen(street, one, left_out)
    if (note, set(chosen)) != (one.note, set(one.dropped)):
        _revise(street, one, lambda _now: (note, chosen))
    return _("Your changes are kept.")


def preview_of(street: Street, one: Reviewed) -> Rendered:
    """Return what its reader would get now, without the links that are the reader's own.

    Raises:
        RenderError: a template is missing or wrong.
    """
    return leaving_by(_preview(street, one), "")


def _preview(street: Street, one: Reviewed) -> Rendered:
    try:
        digest = _without(_content(street, one), one.dropped)
    except WrongUseError:
        # Kept by another version, or gone: what was frozen is what is sent.
        frozen = street.store.review_payload(one.id)
        return leaving_by(frozen or Rendered(subject=one.subject, text="", html=""), "")
    plain: dict[str, Any] = {
        section: tuple(replace(found, actions=()) for found in group)
        for section, group in shown(digest).items()
    }
    return leaving_by(_written(street, replace(digest, note=one.note, **plain)), "")


def clock_of(street: Street, one: Reviewed) -> ZoneInfo:
    """Return the zone in which the deadline is told: the coach's, as in the mail that asked."""
    profile = next((p for p in street.profiles if p.name == one.profile), None)
    coach = next((c for c in street.coaches if profile and c.name == profile.coach), None)
    told = coach or profile
    return told.zone if told else ZoneInfo("UTC")


def named(one: Reviewed) -> str:
    """Name a digest within a sentence."""
    day = words.short_day(one.day, spoken())
    return _("the digest of {profile} for {day}", profile=one.profile, day=day)


def _the(one: Reviewed) -> str:
    """Name a digest at the beginning of a sentence."""
    return words.upfirst(named(one))


def language_of(street: Street, one: Reviewed) -> str:
    """Return the language in which its coach is answered."""
    profile = street.profile(one.profile)
    coach = next((c for c in street.coaches if profile and c.name == profile.coach), None)
    told = coach or profile
    return told.language if told else SOURCE


def _note(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise WrongUseError(
            _(
                "The note has {n} letters; write at most {most} of them.",
                n=figure(len(note)),
                most=figure(LONGEST_NOTE),
            )
        )
    return note


def _revise(
    street: Street, one: Reviewed, change: Callable[[Reviewed], tuple[str, tuple[str, ...]]]
) -> None:
    digest = _content(street, one)
    for _try in range(_TRIES):
        now = street.store.review(one.id)
        if now is None or not now.open:
            break
        note, dropped = change(now)
        rendered = _written(street, replace(_without(digest, dropped), note=note))
        if street.store.revise_review(now, note=note, dropped=dropped, rendered=rendered):
            return
    raise WrongUseError(_why_not(street, one))


def _written(street: Street, digest: Digest) -> Rendered:
    profile = street.profile(digest.profile)
    coach = profile.coach if profile else ""
    named = next((one.heading for one in street.coaches if one.name == coach), "")
    signed = replace(digest, coach=named)
    pictures = pictures_of(signed)
    return in_own_brand(street, digest.profile, lambda own: render(signed, own, pictures))[0]


def _without(digest: Digest, dropped: Collection[str]) -> Digest:
    rest: dict[str, Any] = {
        section: tuple(found for found in group if found.posting.id not in dropped)
        for section, group in shown(digest).items()
    }
    return replace(digest, **rest)


def _content(street: Street, one: Reviewed) -> Digest:
    digest = street.store.review_content(one.id)
    if digest is None:
        raise WrongUseError(_why_not(street, one))
    return digest


def _chosen(street: Street, one: Reviewed, posting_ids: Collection[str]) -> tuple[str, ...]:
    there = {found.candidate.posting.id for found in postings_of(street, one)}
    for posting_id in posting_ids:
        if posting_id not in there:
            told = _("{digest} has no posting {posting}.", digest=_the(one), posting=posting_id)
            raise WrongUseError(told)
    return tuple(dict.fromkeys(posting_ids))


def _is_held(street: Street, one: Reviewed) -> bool:
    now = street.store.review(one.id)
    return now is not None and now.state == "held"


def _why_not(street: Street, one: Reviewed) -> str:
    now = street.store.review(one.id)
    if now is None:
        return _("{digest} is not there any more.", digest=_the(one))
    if now.state == "lapsed":
        return _(
            "{digest} was held until the next one took its place; its postings stand in that one.",
            digest=_the(one),
        )
    if now.open:
        return _("{digest} is being changed by somebody else; try again.", digest=_the(one))
    return _("{digest} waits for no review: it went out or is on its way.", digest=_the(one))
