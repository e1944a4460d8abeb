"""What a template's macro makes of a row or of a section, made once.

However often a mail is tried at another length, what is written is its edition's, and stays. And
what the shipped templates write of a row they write for everybody who sees the same of it: all but
the links of its reader, which are put in. People's own may do anything with a link, so they are
asked for each mail. Pure; bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from cxdigest.latest import Latest
from cxdigest.render.row import Act, Row
from cxdigest.render.sections import Section
from cxdigest.render.templates import writes_alike

#: Stands for a link while a row is written; no words hold one, they are cleaned.
_LINK = "\0"
#: Rows as they were written, cut where their reader's links stand.
_WRITTEN: Latest[tuple[str, ...]] = Latest(4096)


class Once:
    """Writes rows, and the rows of sections, by macros of one mail's templates."""

    def __init__(self, templates: Environment) -> None:
        self._alike = templates if writes_alike(templates) else None
        self._written: dict[tuple[object, ...], str] = {}

    def __call__(self, macro: Macro, what: Row | Section, *how: object) -> str:
        """Return what *macro* makes of *what*, and of *how* it stands where that matters."""
        key = (macro.name, id(what), how)
        if (written := self._written.get(key)) is None:
            written = self._written[key] = self._made(macro, what, how)
        return written

    def _made(self, macro: Macro, what: Row | Section, how: tuple[object, ...]) -> str:
        if self._alike is None or not isinstance(what, Row):
            return macro(what, *how)
        of = (what.shared, [act.label for act in what.acts], how)
        pieces = _WRITTEN.made(
            (self._alike, macro.name, what.url), of, partial(_pieces, macro, what, how)
        )
        return _with_links(pieces, what.acts)


def _pieces(macro: Macro, row: Row, how: tuple[object, ...]) -> tuple[str, ...]:
    """Return what *macro* writes before, between and after the links of *row*."""
    nobodys = row._replace(acts=tuple(act._replace(url=_LINK) for act in row.acts))
    return tuple(macro(nobodys, *how).split(_LINK))


def _with_links(pieces: Sequence[str], acts: Sequence[Act]) -> str:
    if len(pieces) == 1:  # this form of it has none
        return pieces[0]
    if not isinstance(pieces[0], Markup):
        return _between(pieces, [act.url for act in acts])
    return Markup(_between(pieces, [escape(act.url) for act in acts]))  # noqa: S704 - both escaped


def _between(pieces: Sequence[str], links: Sequence[str]) -> str:
    return "".join(chain.from_iterable(zip(pieces, (*links, ""), strict=True)))
