"""Render a digest: subject, text part, HTML part with its styles inlined, and what goes with them.

Pure apart from reading templates. Gmail clips a mail near 102 KB, so the HTML part never passes
``HTML_LIMIT``: the less wanted sections give way first, then full forms; what gives way is counted
and attached. Genuine and doubtful postings always stand in the mail or with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment
from jinja2.runtime import Macro

from cxdigest.errors import RenderError
from cxdigest.model import Candidate, Digest, Enclosure, Rendered
from cxdigest.render import rest
from cxdigest.render.faults import fault_of
from cxdigest.render.fit import Plan, Turn, fit, plan_of, turns_of
from cxdigest.render.picture import Picture, picture_of, shown
from cxdigest.render.room import ROOMS, WIDEST, Room
from cxdigest.render.row import Row
from cxdigest.render.sections import Group, groups_of, section
from cxdigest.render.templates import FAULTS, HTML, REST, TEXT, environment, fill
from cxdigest.render.view import UNSUBSCRIBE, View, subject, view

__all__ = [
    "HTML_LIMIT", "TEXT_LIMIT", "UNSUBSCRIBE", "environment", "faulty", "render",
]  # fmt: skip

HTML_LIMIT = 80_000  #: bytes of UTF-8
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

    def view(self, plan: Plan, *, room: Room = WIDEST, attached: str = "") -> View:
        sections = [
            section(group, plan.shown[key], plan.whole[key]) for key, group in self.groups.items()
        ]
        return view(
            self.digest,
            sections,
            room=room,
            picture=self.picture,
            attached=attached,
            mailed=self.mailed,
        )


def render(
    digest: Digest,
    templates: Environment,
    pictures: Sequence[Enclosure] = (),
    *,
    mailed: bool = True,
) -> Rendered:
    """Write *digest* as a mail.

    *pictures* are of its week and have a ``cid``; those that stand in the mail, and the files with
    what found no room, are its enclosures. *mailed*: its footer offers to end these mails, by the
    link ``UNSUBSCRIBE`` that whoever delivers it replaces.

    Raises:
        RenderError: a template is missing or wrong, named with its line; or a posting cannot be
            put into words (``faulty`` tells which).
    """
    try:
        return _rendered(_edition(digest, pictures, mailed=mailed), templates, pictures)
    except FAULTS as error:
        raise RenderError(f"{type(error).__name__}: {error}") from error


def faulty(candidate: Candidate, digest: Digest, templates: Environment) -> str:
    """Return why *candidate* of *digest* cannot be written; ``""`` if it can be.

    Also ``""`` where the templates can write no posting at all in its place.
    """
    return fault_of(candidate, digest, lambda alone: render(alone, templates))


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
    name = rest.name_of(digest.day) if left else ""

    def text(plan: Plan) -> str:
        attached = f"{name}.html" if name else ""
        return fill(templates, TEXT, mail=edition.view(plan, attached=attached))

    return Rendered(
        subject=subject(digest),
        text=fit(text, edition.turns, TEXT_LIMIT)[0],
        html=html,
        enclosures=(*shown(pictures, edition.picture), *_files(left, name, edition, templates)),
    )


def _html(edition: _Edition, templates: Environment) -> tuple[str, Plan]:
    """Write the HTML part; a text around the postings that is too long is shortened for it."""
    once, total = _Once(), plan_of(edition.turns, sum(turn.count for turn in edition.turns))

    def writer(room: Room) -> Callable[[Plan], str]:
        def write(plan: Plan) -> str:
            attached = "" if plan == total else f"{rest.name_of(edition.digest.day)}.html"
            mail = edition.view(plan, room=room, attached=attached)
            return fill(templates, HTML, mail=mail, once=once)

        return write

    for room in ROOMS:
        html, plan = fit(writer(room), edition.turns, HTML_LIMIT)
        if plan == total and len(html.encode()) <= HTML_LIMIT:
            return html, plan
        frame = writer(room)(plan_of(edition.turns, 0))
        if len(frame.encode()) <= _FRAME * HTML_LIMIT:
            return html, plan
    return html, plan


class _Once:
    """Writes a row by a macro once a mail, however often the mail is tried at another length."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, int], str] = {}

    def __call__(self, macro: Macro, row: Row) -> str:
        key = (macro.name, id(row))
        if (written := self._written.get(key)) is None:
            written = self._written[key] = macro(row)
        return written


def _files(
    left: Mapping[str, tuple[Row, ...]], name: str, edition: _Edition, templates: Environment
) -> tuple[Enclosure, ...]:
    if not left:
        return ()
    return (_page(left, name, edition, templates), rest.table(left, name))


def _page(
    left: Mapping[str, tuple[Row, ...]], name: str, edition: _Edition, templates: Environment
) -> Enclosure:
    mail = edition.view(plan_of(edition.turns, 0))
    sections, room = [], rest.PAGE_MOST
    for key, rows in left.items():
        taken = min(len(rows), room)
        room -= taken
        group = Group(key=key, rows=rows, counted={}, shared="")
        sections.append(section(group, taken, taken))
    page = fill(templates, REST, mail=mail, sections=sections)
    return Enclosure(name=f"{name}.html", media="text/html", content=page.encode())
