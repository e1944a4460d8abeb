"""Read the file of a pack: every value is its text and knows its line.

``yamlfile`` reads the YAML; what a text is to mean is the caller's business. Each problem carries
file, line, the line itself and what to write instead, and reading goes on behind it, so that one
look shows them all. Pure: bytes in, values out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from cxdigest import yamlfile
from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.yamlfile import Node

LARGEST = 1_000_000  #: bytes; all shipped packs together are an eighth of it
_LONGEST_LINE = 200  #: characters of a line that are shown
_MOST = 200  #: problems that are told of one file
_NUMBER = re.compile(r"[+-]?[0-9]+")
_DIGITS = 9  #: no number of a pack has as many, and Python reads no number of thousands
_LIKELY = 0.65  #: how like a known word another must be to be suggested for it
_SURELY = 0.75  #: how like a known key an unknown one must be to be read as that one


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the file: a text, a list or a mapping, with its line from 1."""

    line: int
    data: str | list[Value] | dict[str, Value]
    surprising: bool = False  #: unquoted, and YAML would read it as something else than text


@dataclass(slots=True)
class Sheet:
    """One file being read, and everything found wrong with it so far."""

    name: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    patterns: int = 0  #: read so far
    words: int = 0  #: in them, with those of their word lists

    def wrong(self, line: int, key: str, what: str, instead: str = "") -> None:
        """Note one problem; of very many the first."""
        if self.is_full:
            return
        if len(self.problems) == _MOST - 1:
            what, instead = _("there is more to mend from here on"), _("mend what is named first")
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        if len(text) > _LONGEST_LINE:
            text = f"{text[: _LONGEST_LINE - 1]}…"
        self.problems.append(
            Problem(where=self.name, line=line, key=key, what=what, instead=instead, text=text)
        )

    @property
    def is_full(self) -> bool:
        """Tell whether no more problems are told, so that none need be looked for."""
        return len(self.problems) >= _MOST

    def is_wrong(self, line: int) -> bool:
        """Tell whether the last problem noted is in *line*."""
        return any(problem.line == line for problem in self.problems[-1:])

    def texts(self, value: Value, key: str, *, least: int = 1) -> list[tuple[str, int]]:
        """Return a text or a list of at least so many texts, each with its line."""
        items = value.data if isinstance(value.data, list) else [value]
        if len(items) < least:
            self.wrong(value.line, key, _("the list is empty"), _("write at least one text"))
        return [(text, item.line) for item in items if (text := self.text(item, key))]

    def text(self, value: Value, key: str) -> str:
        """Return one text; anything else is a problem and reads as empty."""
        if not isinstance(value.data, str):
            self.wrong(
                value.line, key, _("this must be one text"), _("write it in one line, in quotes")
            )
            return ""
        if value.surprising:
            instead = (
                _('write "{data}" in quotes', data=value.data) if value.data else _("write a text")
            )
            self.wrong(value.line, key, _("YAML does not read this as text"), instead)
            return ""
        text = value.data.strip()
        if not text:
            self.wrong(value.line, key, _("this text is empty"), _("write it, or remove it"))
        return text

    def number(self, value: Value, key: str, bounds: tuple[int, int]) -> int:
        """Return a whole number within *bounds*; anything else is a problem and reads as 0."""
        text, (least, most) = value.data, bounds
        if not isinstance(text, str) or not _NUMBER.fullmatch(text):
            self.wrong(
                value.line, key, _("this must be a whole number"), _("write for example 3 or -2")
            )
            return 0
        if len(text) <= _DIGITS and least <= int(text) <= most:
            return int(text)
        self.wrong(
            value.line,
            key,
            _("this number is out of bounds"),
            _("write {least} to {most}", least=least, most=most),
        )
        return 0

    def mapping(self, value: Value, key: str) -> dict[str, Value]:
        """Return a mapping's keys whatever they are; anything else is a problem and reads empty."""
        if isinstance(value.data, dict):
            return value.data
        self.wrong(value.line, key, _("this must be keys with values"), _("write key: value"))
        return {}

    def fields(self, value: Value, key: str, known: Iterable[str]) -> dict[str, Value]:
        """Return a mapping's known keys; unknown ones are problems with a suggestion.

        A key that is surely a known one misspelt is read as that one, so that its value is checked
        too and nobody is told that it is missing.
        """
        known = list(known)
        every = self.mapping(value, key)
        found = {name: item for name, item in every.items() if name in known}
        for name, item in every.items():
            if name in known or self.is_full:
                continue
            path = f"{key}.{name}".lstrip(".")
            self.wrong(item.line, path, _("no such key"), suggest(name, known))
            for meant in difflib.get_close_matches(name, known, 1, _SURELY):
                found.setdefault(meant, item)
        return found


def suggest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return what to write instead of *word*: the known one that is like it, or *otherwise*."""
    known = list(known)
    near = difflib.get_close_matches(word, known, 1, _LIKELY)
    return (
        _('did you mean "{near}"?', near=near[0])
        if near
        else otherwise or _("known are {names}", names=", ".join(known))
    )


def read(name: str, content: bytes) -> tuple[Sheet, Value | None]:
    """Return the sheet of one file and its value, ``None`` where it is not YAML at all."""
    if len(content) > LARGEST:
        sheet = Sheet(name, [])
        sheet.wrong(
            0,
            "",
            _("is larger than {largest} bytes", largest=f"{LARGEST:,}"),
            _("is it the right file?"),
        )
        return sheet, None
    lines, problems, value = _read(name, content)
    return Sheet(name, lines, [*problems]), value


@lru_cache(maxsize=16)
def _read(name: str, content: bytes) -> tuple[list[str], tuple[Problem, ...], Value | None]:
    """Return lines, problems and value, which nothing changes: the shipped files are read often."""
    sheet = Sheet(name, content.decode("utf-8", "replace").splitlines())
    document = yamlfile.load(content, name, literal=True)
    for problem in document.problems:
        sheet.wrong(problem.line, problem.key, problem.what, problem.instead)
    value = None
    if not document.broken and document.root.value is None:
        sheet.wrong(0, "", _("the file is empty"), _("write pack: NAME and rules:"))
    elif not document.broken:
        value = _value(1, document.root)
    return sheet.lines, tuple(sheet.problems), value


def _value(line: int, node: Node) -> Value:
    if isinstance(node.value, list):
        return Value(line, [_value(*below) for below in node.below.values()])
    if isinstance(node.value, dict):
        return Value(line, {str(key): _value(*below) for key, below in node.below.items()})
    return Value(line, node.value, node.surprising)
