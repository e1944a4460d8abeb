"""Render a digest: subject, text part, HTML part with its styles inlined, and what goes with them.

Pure apart from reading templates. Gmail clips a mail near 102 KB, so the HTML part never passes
``HTML_LIMIT``: the less wanted sections give way first, then full forms; what gives way is counted
and attached. Genuine and doubtful postings always stand in the mail or with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from jinja2 import Environment

from cxdigest.errors import RenderError
from cxdigest.language import speaking
from cxdigest.model import Digest, Enclosure, Rendered
from cxdigest.render import rest, words
from cxdigest.render.fit import (
    Plan,
    Turn,
    longest,
    plan_of,
    seems_to_fit,
    size_of,
    total_of,
    turns_of,
)
from cxdigest.render.once import Once
from cxdigest.render.picture import Picture, picture_of, shown
from cxdigest.render.room import ROOMS, WIDEST, Room
from cxdigest.render.sections import Group, Section, groups_of, section
from cxdigest.render.templates import FAULTS, HTML, TEXT, environment, fill
from cxdigest.render.view import UNSUBSCRIBE, View, frame, subject, view

__all__ = ["HTML_LIMIT", "TEXT_LIMIT", "UNSUBSCRIBE", "environment", "render"]

HTML_LIMIT = 80_000  #: bytes of UTF-8
_LINK = 600  #: of them kept for the link that replaces ``UNSUBSCRIBE``
TEXT_LIMIT = 2_000_000  #: bytes; the text part lists what the HTML part counts
#: The part of the limit that the text around the postings may take before it is shortened.
_FRAME = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edition:
    """One digest in words, before it is known what there is room for."""

    digest: Digest
    groups: Mapping[str, Group]
    turns: tuple[Turn, ...]
    picture: Picture | None
    mailed: bool
    #: What was needed so far.
    frames: dict[Room, View] = field(default_factory=dict)
    sections: dict[tuple[str, int, int], Section] = field(default_factory=dict)

    def view(self, plan: Plan, *, room: Room = WIDEST, attached: str = "") -> View:
        if room not in self.frames:
            self.frames[room] = frame(
                self.digest, room=room, picture=self.picture, mailed=self.mailed
            )
        sections = [self._section(key, plan) for key in self.groups]
        return view(self.frames[room], self.digest, sections, attached=attached)

    def _section(self, key: str, plan: Plan) -> Section:
        place = key, plan.shown[key], plan.whole[key]
        if place not in self.sections:
            self.sections[place] = section(self.groups[key], *place[1:])
        return self.sections[place]


def render(
    digest: Digest,
    templates: Environment,
    pictures: Sequence[Enclosure] = (),
    *,
    mailed: bool = True,
) -> Rendered:
    """Write *digest* as a mail, in its language.

    *pictures* are of its week and have a ``cid``; those that stand in the mail, and the files with
    what found no room, are its enclosures. *mailed*: its footer offers to end these mails, by the
    link ``UNSUBSCRIBE`` that whoever delivers it replaces.

    Raises:
        RenderError: a template is missing or wrong, named with its line; or a posting cannot be
            put into words.
    """
    try:
        with speaking(digest.language):
            return _rendered(_edition(digest, pictures, mailed=mailed), templates, pictures)
    except FAULTS as error:
        raise RenderError(f"{type(error).__name__}: {error}") from error


def _edition(digest: Digest, pictures: Sequence[Enclosure], *, mailed: bool) -> _Edition:
    groups = groups_of(digest)
    return _Edition(
        digest=digest,
        groups=groups,
        turns=turns_of(groups),
        picture=picture_of(digest, pictures),
        mailed=mailed,
    )


def _rendered(edition: _Edition, templates: Environment, pictures: Sequence[Enclosure]) -> Rendered:
    digest = edition.digest
    html, plan = _html(edition, templates)
    left = rest.rest_of(edition.groups, plan)
    name = rest.name_of(digest.day)
    return Rendered(
        subject=subject(digest),
        text=_text(edition, templates, attached=f"{name}.html" if left else ""),
        html=html,
        enclosures=(
            *shown(pictures, edition.picture),
            *(rest.files(left, name, words.long_day(digest.day, digest.locale)) if left else ()),
        ),
    )


def _text(edition: _Edition, templates: Environment, *, attached: str) -> str:
    once = Once(templates, html=False)

    def write(plan: Plan) -> str:
        return fill(templates, TEXT, mail=edition.view(plan, attached=attached), once=once)

    if size_of(whole := write(total_of(edition.turns))) <= TEXT_LIMIT:
        return whole
    return longest(write, edition.turns, TEXT_LIMIT, write(plan_of(edition.turns, 0)))[0]


def _html(edition: _Edition, templates: Environment) -> tuple[str, Plan]:
    """Write the HTML part; a text around the postings that is too long is shortened for it."""
    once, total, none = (
        Once(templates, html=True),
        total_of(edition.turns),
        plan_of(edition.turns, 0),
    )
    name = f"{rest.name_of(edition.digest.day)}.html"

    def write(plan: Plan, room: Room = WIDEST) -> str:
        mail = edition.view(plan, room=room, attached="" if plan == total else name)
        return fill(templates, HTML, mail=mail, once=once)

    limit = HTML_LIMIT - _LINK
    if seems_to_fit(edition.turns, limit) and size_of(whole := write(total)) <= limit:
        return whole, total
    for room in ROOMS:
        if size_of(least := write(none, room)) <= _FRAME * limit:
            break
    return longest(partial(write, room=room), edition.turns, limit, least)
