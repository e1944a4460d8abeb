"""What a template's macro makes of a row or of a section, made once.

However often a mail is tried at another length, what is written is its edition's, and stays. And
what the shipped templates write of a row they write for everybody who sees the same of it: all but
its number and the links of its reader, which are put in. People's own may do anything with those,
so they are asked for each mail. Pure; bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jinja2 import Environment
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from cxdigest.render.row import Row
from cxdigest.render.sections import Section
from cxdigest.render.templates import writes_alike

#: Stands for a link, and as often as it has digits for a number, while a row is written; no words
#: hold one, they are cleaned.
_BLANK = "\0"
_BLANKS = re.compile(f"{_BLANK}+")
_Values = tuple[object, ...]


class Once:
    """Writes rows, and the rows of sections, by macros of one mail's templates.

    *html*: what the macros write is escaped.
    """

    def __init__(self, templates: Environment, *, html: bool) -> None:
        self._alike = templates if writes_alike(templates) else None
        self._html = html
        self._written: dict[tuple[object, ...], str] = {}

    def __call__(self, macro: Macro, what: Row | Section, *how: object) -> str:
        """Return what *macro* makes of *what*, and of *how* it stands where that matters."""
        key = (macro.name, id(what), how)
        if (written := self._written.get(key)) is None:
            written = self._written[key] = macro(what, *how)
        return written

    def rows(self, section: Section, said: Macro, forms: TemplateModule) -> str:
        """Return the rows of *section*, each as the macro of *forms* that its form is named by.

        *said* writes a reason that several share, above them, with their number.
        """
        if (written := self._written.get(("rows", id(section)))) is None:
            filled = _Filled(self._alike)
            macros = {name: getattr(forms, name) for name in _FORMS}
            for reason, row, form in section.forms():
                if reason:
                    filled.add(said(reason, section.shared[reason]))
                filled.add_row(macros[form], row, self._links(row))
                filled.add("\n")
            written = self._written["rows", id(section)] = self._marked(filled)
        return written

    def listed(self, section: Section, said: Macro, posting: Macro) -> str:
        """Return the rows of *section*, numbered, each as *posting* writes it."""
        filled, key, compact = _Filled(self._alike), section.key, section.compact
        for number, (reason, row, _) in enumerate(section.forms(), start=1):
            if reason:
                filled.add(said(reason, section.shared[reason]))
            told = row.reason in section.shared
            filled.add_row(posting, row, (), key, told, compact, number=number)
        return self._marked(filled)

    def answers(self, section: Section, answer: Macro) -> str:
        """Return what may be said of the rows of *section*, as *answer* writes it, numbered."""
        filled = _Filled(self._alike)
        for number, row in enumerate(section.rows, start=1):
            if row.acts:
                filled.add_row(answer, row, self._links(row), number=number)
        return self._marked(filled)

    def _links(self, row: Row) -> Sequence[str]:
        links = [act.url for act in row.acts]
        # As plain text: an escaped one would be cut into escaped ones, which takes longer.
        return str.split(escape("\n".join(links)), "\n") if links and self._html else links

    def _marked(self, filled: _Filled) -> str:
        return Markup(filled.text()) if self._html else filled.text()  # noqa: S704 - all escaped


#: The macros by which the HTML part writes a row.
_FORMS = ("genuine", "other", "undecided", "unclear", "flagged", "wanted", "brief")


class _Filled:
    """A text of forms, each with its blanks filled in: at the end, in one go."""

    def __init__(self, alike: Environment | None) -> None:
        self._alike = alike
        self._forms: list[str] = []
        self._values: list[object] = []

    def add(self, written: str) -> None:
        self._forms.append(written.replace("%", "%%"))

    def add_row(
        self, macro: Macro, row: Row, links: Sequence[str], *how: object, number: int = 0
    ) -> None:
        """Add what *macro* makes of *row*, of its *number* where it has one, and of *how*."""
        if self._alike is None:
            self.add(macro(row, *how, number) if number else macro(row, *how))
            return
        digits = len(str(number)) if number else 0
        kept, key = row.kept(), (self._alike, macro.name, how, digits)
        form, blanks = kept.get(key) or kept.setdefault(key, _form(macro, row, how, digits))
        self._forms.append(form)
        if blanks:
            values = (number, *links) if number else links
            self._values += values if len(values) == blanks else values[:blanks]

    def text(self) -> str:
        return "".join(self._forms) % tuple(self._values)


def _form(macro: Macro, row: Row, how: tuple[object, ...], digits: int) -> tuple[str, int]:
    """Return what *macro* writes with blanks for the number and the links, and how many there are.

    The number stands before all links.
    """
    nobodys = row._replace(acts=tuple(act._replace(url=_BLANK) for act in row.acts))
    number = (_BLANK * digits,) if digits else ()
    return _BLANKS.subn("%s", str(macro(nobodys, *how, *number)).replace("%", "%%"))
