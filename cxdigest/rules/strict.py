"""Read YAML strictly: nothing is guessed, no key is lost, and every value knows its line.

PyYAML alone reads ``no`` as false and ``7:30`` as 450 and keeps the last of two equal keys; here
every plain value is its text, what is read into it is the caller's business, and each problem
carries file, line and the line itself. Pure: bytes in, values out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from cxdigest.errors import Problem

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURPRISES = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:null", "tag:yaml.org,2002:timestamp")


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
    nodes: set[int] = field(default_factory=set)  #: identities seen, to refuse aliases

    def wrong(self, line: int, key: str, what: str, instead: str = "") -> None:
        """Note one problem."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        self.problems.append(
            Problem(where=self.name, line=line, key=key, what=what, instead=instead, text=text)
        )

    def texts(self, value: Value, key: str) -> list[tuple[str, int]]:
        """Return a text or a list of texts, each with its line."""
        items = value.data if isinstance(value.data, list) else [value]
        return [(text, item.line) for item in items if (text := self.text(item, key))]

    def text(self, value: Value, key: str) -> str:
        """Return one text; anything else is a problem and reads as empty."""
        if not isinstance(value.data, str):
            self.wrong(value.line, key, "this must be one text", "write it in one line, in quotes")
            return ""
        if value.surprising:
            instead = f'write "{value.data}" in quotes' if value.data else "write a text"
            self.wrong(value.line, key, "YAML does not read this as text", instead)
            return ""
        return value.data.strip()

    def number(self, value: Value, key: str) -> int:
        """Return a whole number; anything else is a problem and reads as 0."""
        if isinstance(value.data, str) and value.data.lstrip("+-").isdecimal():
            return int(value.data)
        self.wrong(value.line, key, "this must be a whole number", "write for example 3 or -2")
        return 0

    def mapping(self, value: Value, key: str) -> dict[str, Value]:
        """Return a mapping's keys whatever they are; anything else is a problem and reads empty."""
        if isinstance(value.data, dict):
            return value.data
        self.wrong(value.line, key, "this must be keys with values", "write key: value")
        return {}

    def fields(self, value: Value, key: str, known: Iterable[str]) -> dict[str, Value]:
        """Return a mapping's known keys; unknown ones are problems with a suggestion."""
        known = list(known)
        every = self.mapping(value, key)
        for name, item in every.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                instead = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
                self.wrong(item.line, f"{key}.{name}".lstrip("."), "no such key", instead)
        return {name: item for name, item in every.items() if name in known}


def read(name: str, content: bytes) -> tuple[Sheet, Value | None]:
    """Return the sheet of one file and its value, ``None`` where it is not YAML at all."""
    sheet = Sheet(name, content.decode("utf-8", "replace").splitlines())
    try:
        node = yaml.compose(content, Loader=_LOADER)
        if node is None:
            sheet.wrong(0, "", "the file is empty", "write pack: NAME and rules:")
            return sheet, None
        return sheet, _value(node, sheet, "")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        sheet.wrong(line, "", f"not YAML: {error.problem}", "check quotes and indentation here")
    except yaml.YAMLError as error:
        sheet.wrong(0, "", f"not YAML: {str(error).splitlines()[0]}", "save the file as UTF-8 text")
    except RecursionError:
        sheet.wrong(0, "", "nested too deeply", "a pack needs no more than five levels")
    return sheet, None


def _value(node: yaml.Node, sheet: Sheet, key: str) -> Value:
    line = node.start_mark.line + 1
    if id(node) in sheet.nodes:
        sheet.wrong(line, key, "an alias (*name) stands for this", "write it out")
        return Value(line, "")
    sheet.nodes.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Value(line, [_value(item, sheet, key) for item in node.value])
    if isinstance(node, yaml.MappingNode):
        return Value(line, dict(_pairs(node, sheet, key)))
    plain = getattr(node, "style", None) not in ("'", '"', "|", ">")
    return Value(line, node.value, surprising=plain and node.tag in _SURPRISES)


def _pairs(node: yaml.MappingNode, sheet: Sheet, key: str) -> Iterator[tuple[str, Value]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        name, line = str(key_node.value), key_node.start_mark.line + 1
        path = f"{key}.{name}".lstrip(".")
        if name in seen:
            sheet.wrong(
                line, path, f"this key stands twice, first in line {seen[name]}", "keep one"
            )
            continue
        seen[name] = line
        value = _value(value_node, sheet, path)
        yield name, Value(line, value.data, value.surprising)
