"""Read YAML strictly, so that every value means to the program what it means to the writer.

YAML 1.1 reads ``7:30`` as 450 and ``no`` as false, keeps the last of two equal keys, and lets ten
lines unfold into a billion; all of this is refused with the line and with what to write instead.
Opens nothing: bytes in, data and problems out. Only the parser's events are PyYAML's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.yamlfile.syntax import explain
from cxdigest.yamlfile.words import Surprise, read_word
from cxdigest.yamlfile.writing import dump

__all__ = ["DEEPEST", "LARGEST", "LONGEST", "Document", "Node", "Path", "dotted", "dump", "load"]

Path = tuple[str | int, ...]

LONGEST = 10_000_000  #: bytes; no file that a person writes comes near
LARGEST = 500_000  #: values with all aliases unfolded
DEEPEST = 40  #: levels of nesting

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast
_STR = "tag:yaml.org,2002:str"
_MERGE = "<<"
_COMMENT = re.compile(r"\s+#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of a document with the lines of what is below it."""

    value: Any  #: dict, list, str, int, float, bool or None
    below: dict[str | int, tuple[int, Node]] = field(default_factory=dict)  #: key to line and node
    size: int = 1  #: values in it with all aliases unfolded
    #: Read literally, and unquoted it would be true, false or nothing to other programs.
    surprising: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one file says. Not to be used while there are ``problems``."""

    where: str  #: file name as the person knows it
    root: Node  #: its value is None where the file is empty or cannot be parsed
    problems: tuple[Problem, ...] = ()  #: in file order
    broken: bool = False  #: not parsed to the end: nothing more can be said about it

    @property
    def data(self) -> Any:  # noqa: ANN401 - whatever the file says
        """The whole value: dict, list, str, int, float, bool or None."""
        return self.root.value

    def line(self, path: Path) -> int:
        """Return the line of the entry at *path*, or of the nearest one above it; 0 for none."""
        line, node = 0, self.root
        for part in path:
            if part not in node.below:
                break
            line, node = node.below[part]
        return line


def load(
    content: bytes, where: str, *, secrets: Collection[str] = (), literal: bool = False
) -> Document:
    """Read *content*; every problem is in the result, nothing is raised.

    *where* is the file's name in the messages. The values of keys named in *secrets* never stand
    in a message. List positions in paths count from 0, in messages from 1. A *literal* file is made
    of words: every key and value is the text that stands there, and aliases are refused.
    """
    try:
        text = _decode(content, where)
        reader = _Reader(where, text, secrets, literal=literal)
        root = reader.read()
    except _BrokenError as error:
        return Document(where=where, root=Node(value=None), problems=(error.problem,), broken=True)
    problems = sorted(reader.problems, key=lambda problem: problem.line)
    return Document(where=where, root=root, problems=tuple(problems))


def dotted(path: Path) -> str:
    """Return *path* for a person: ``profiles.me.deliver[1].to``, positions counted from 1."""
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return shown.removeprefix(".")


class _BrokenError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _broken(where: str, line: int, what: str, instead: str) -> _BrokenError:
    return _BrokenError(Problem(where=where, line=line, key="", what=what, instead=instead))


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _decode(content: bytes, where: str) -> str:
    if len(content) > LONGEST:
        raise _broken(
            where,
            0,
            _("is larger than {longest} bytes", longest=f"{LONGEST:,}"),
            _("is it the right file?"),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _broken(where, line, _("is not UTF-8 text"), _("save the file as UTF-8")) from error
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        what = _("the control character U+{found} stands here", found=f"{ord(found[0]):04X}")
        raise _broken(where, line, what, _("remove it"))
    return text


class _Reader:
    """Builds nodes from the parser's events, with bounds on depth and size."""

    def __init__(self, where: str, text: str, secrets: Collection[str], *, literal: bool) -> None:
        self.where = where
        self.secrets = secrets
        self.literal = literal
        self.lines = [*text.splitlines(), ""]
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.events = _events(where, text)

    def read(self) -> Node:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Node(value=None)
        root = self.node(next(self.events), ())
        next(self.events)  # the document ends
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise _broken(
                self.where, _line(event), _("a second document begins"), _("keep one a file")
            )
        return root

    def node(self, event: Any, path: Path) -> Node:  # noqa: ANN401 - yaml's classes are untyped
        if isinstance(event, yaml.AliasEvent):
            node = self.alias(event, path)
        elif len(path) > DEEPEST:
            what = _("is nested more than {deepest} levels deep", deepest=DEEPEST)
            raise _broken(self.where, _line(event), what, _("write it flatter"))
        elif isinstance(event, yaml.ScalarEvent):
            node = self.scalar(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(event, path)
        else:
            node = self.mapping(event, path)
        if node.size > LARGEST:
            what = _("unfolds into more than {largest} values", largest=f"{LARGEST:,}")
            raise _broken(
                self.where, _line(event), what, _("write out what the aliases (*) stand for")
            )
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: yaml.AliasEvent, path: Path) -> Node:
        if self.literal:
            if not any(problem.line == _line(event) for problem in self.problems[-1:]):
                self.problem(
                    _line(event), path, _("an alias (*) stands for this"), _("write it out")
                )
            return Node(value="")
        # The name is not shown: an unquoted password may begin with an asterisk.
        if event.anchor not in self.anchors:
            what = _("* refers to an anchor (&) that no complete value above has")
            raise _broken(
                self.where, _line(event), what, _("put the value in quotes if * belongs to it")
            )
        return self.anchors[event.anchor]

    def sequence(self, event: yaml.SequenceStartEvent, path: Path) -> Node:
        self.refuse_tag(event, path)
        below: dict[str | int, tuple[int, Node]] = {}
        for index, item in enumerate(self.until(yaml.SequenceEndEvent)):
            below[index] = (_line(item), self.node(item, (*path, index)))
        return _container([node.value for _, node in below.values()], below)

    def mapping(self, event: yaml.MappingStartEvent, path: Path) -> Node:
        self.refuse_tag(event, path)
        below: dict[str | int, tuple[int, Node]] = {}
        merged: list[tuple[int, Node]] = []
        for key_event in self.until(yaml.MappingEndEvent):
            key, line = self.key(key_event, path), _line(key_event)
            node = self.node(next(self.events), (*path, key))
            if key == _MERGE:
                merged += self.to_merge(node, line, path)
                continue
            if key in below:
                first, node_before = below[key]
                self.problem(
                    line,
                    (*path, key),
                    _("stands twice, first in line {first}", first=first),
                    _("keep one"),
                )
                node = _together(node_before, node)
            below[key] = (line, node)
        for _at, other in merged:
            below = {**other.below, **below}
        return _container({key: node.value for key, (_, node) in below.items()}, below)

    def to_merge(self, node: Node, line: int, path: Path) -> list[tuple[int, Node]]:
        nodes = (
            [item for _, item in node.below.values()] if isinstance(node.value, list) else [node]
        )
        if all(isinstance(item.value, dict) for item in nodes):
            return [(line, item) for item in nodes]
        self.problem(
            line, (*path, _MERGE), _("is not a mapping"), _("name an anchor (&) of a mapping")
        )
        return []

    def key(self, event: Any, path: Path) -> str:  # noqa: ANN401 - yaml's classes are untyped
        if not isinstance(event, yaml.ScalarEvent):
            raise _broken(
                self.where, _line(event), _("a key must be a plain word"), _("put {…} in quotes")
            )
        value, surprise = _resolve(event)
        text = str(event.value)
        if text == _MERGE or self.literal:
            return text
        if surprise:
            self.problem(
                _line(event),
                (*path, text),
                _("the key {surprise}", surprise=surprise[0]),
                surprise[1],
            )
        elif not isinstance(value, str):
            what = _("the key {value} is not text", value=text or "(empty)")
            self.problem(
                _line(event), (*path, text), what, _('write "{text}" in quotes', text=text)
            )
        return text

    def scalar(self, event: yaml.ScalarEvent, path: Path) -> Node:
        if event.tag not in (None, _STR):
            self.refuse_tag(event, path)
            return Node(value=event.value)
        value, surprise = _resolve(event)
        if self.literal:
            odd = value is None or isinstance(value, bool)
            return Node(value=str(event.value), surprising=odd)
        if path and path[-1] in self.secrets:
            surprise = self.in_secret(event, surprise)
        if surprise:
            self.problem(_line(event), path, *surprise)
        return Node(value=value)

    def in_secret(self, event: yaml.ScalarEvent, surprise: Surprise | None) -> Surprise | None:
        """Say what is surprising about a secret value without showing it."""
        if surprise:
            return _("does not read as the text that stands there"), _("put it in quotes")
        end = event.end_mark
        if end and event.implicit[0] and _COMMENT.match(self.lines[end.line][end.column :]):
            return _("ends where a # begins a comment"), _("put the whole of it in quotes")
        return None

    def refuse_tag(self, event: Any, path: Path) -> None:  # noqa: ANN401 - as above
        if event.tag is not None:
            self.problem(
                _line(event),
                path,
                _("has a tag (!)"),
                _("remove it, or put the whole value in quotes"),
            )

    def until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def problem(self, line: int, path: Path, what: str, instead: str) -> None:
        self.problems.append(
            Problem(where=self.where, line=line, key=dotted(path), what=what, instead=instead)
        )


def _resolve(event: yaml.ScalarEvent) -> tuple[Any, Surprise | None]:
    text = str(event.value)
    return read_word(text) if event.implicit[0] else (text, None)


def _line(event: Any) -> int:  # noqa: ANN401 - yaml's classes are untyped
    return int(event.start_mark.line) + 1


def _container(value: Any, below: dict[str | int, tuple[int, Node]]) -> Node:  # noqa: ANN401
    return Node(value=value, below=below, size=1 + sum(node.size for _, node in below.values()))


def _together(first: Node, second: Node) -> Node:
    """Join the values of two equal keys, so that what is said about the rest stays true."""
    if not (isinstance(first.value, dict) and isinstance(second.value, dict)):
        return second
    return _container({**first.value, **second.value}, {**first.below, **second.below})


def _events(where: str, text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_PARSER)
    except yaml.MarkedYAMLError as error:
        raise _broken(where, *explain(error, text)) from error
    except yaml.YAMLError as error:
        raise _broken(
            where, 0, _("is not YAML ({error})", error=error), _("compare it with the example")
        ) from error
