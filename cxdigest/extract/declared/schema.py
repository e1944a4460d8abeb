"""The file of a declared format -> a record, or every problem with its line.

``docs/formats.md`` lists the keys. Pure: bytes in, records and problems out.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cxdigest import yamlfile
from cxdigest.errors import Problem, ProblemsError
from cxdigest.extract.declared.template import (
    LinkShape,
    Template,
    read_link_shape,
    read_template,
)
from cxdigest.yamlfile import Node

KEYS = (
    "format", "board", "unproven", "evidence", "unknown", "senders", "links", "words", "company",
    "drop", "labels", "sections", "required", "text", "html", "inline", "cut_titles",
)  # fmt: skip
LINK_KEYS = ("postings", "trackers", "others")
ITEMS = ("title", "company", "location", "facts", "blank", "link")
NEEDED = ("format", "board", "unproven", "evidence", "unknown", "senders", "links")
REQUIRED = ("company", "location", "posted", "salary")

Item = str | Template
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """In which order a posting's lines stand."""

    above: tuple[tuple[Item, ...], ...]  #: those above the link, parted where a blank line stands
    below: tuple[Item, ...] = ()  #: those below it

    @property
    def items(self) -> tuple[Item, ...]:
        """All lines, as HTML shows them: the link is one of them."""
        return (*(item for group in self.above for item in group), *self.below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What one file says."""

    name: str
    board: str  #: as readers know it
    proven: bool  #: a captured mail has shown it right
    evidence: str  #: what it was written from
    unknown: str  #: what nobody has seen yet
    senders: tuple[str, ...]  #: hosts, or whole addresses
    postings: tuple[LinkShape, ...]  #: links that lead to a posting
    trackers: tuple[LinkShape, ...] = ()  #: links that do not say where they lead
    others: tuple[LinkShape, ...] = ()  #: links of those shapes that lead elsewhere
    words: tuple[str, ...] = ()  #: one of them stands in the mail, in lower case
    company: str = ""  #: of all postings; ``{sender}`` is who the mail is from
    drop: tuple[Template, ...] = ()
    labels: tuple[Template, ...] = ()
    sections: tuple[tuple[Template, str], ...] = ()
    required: tuple[str, ...] = ()
    text: tuple[Lines, ...] = ()
    html: tuple[Lines, ...] = ()
    inline: bool = False  #: each inline element of the HTML is a line of its own
    cut_titles: bool = False  #: long titles end in dots


def read_format(name: str, content: bytes) -> Declared:
    """Return what the file *name* says.

    Raises:
        ProblemsError: with every problem, each with its line and what to write instead.
    """
    document = yamlfile.load(content, f"{name}.yaml")
    reader = _Reader(where=f"{name}.yaml", problems=list(document.problems))
    if document.broken or not isinstance(document.data, dict):
        if not document.broken:
            reader.wrong(1, "", "must be keys with values", "write format: NAME in the first line")
        raise ProblemsError(reader.problems)
    declared = reader.declared(document.root)
    if declared.name != name:
        what = f"the name is {declared.name!r} and the file's is {name!r}"
        reader.wrong(1, "format", what, f"write format: {name}")
    if reader.problems:
        raise ProblemsError(sorted(reader.problems, key=lambda problem: problem.line))
    return declared


@dataclass(slots=True)
class _Reader:
    where: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, key: str, what: str, instead: str = "") -> None:
        self.problems.append(
            Problem(where=self.where, line=line, key=key, what=what, instead=instead)
        )

    def declared(self, root: Node) -> Declared:
        below = self.keys(root, 1, "", KEYS, NEEDED)
        links = self.links(below)
        if not ("text" in below or "html" in below):
            self.wrong(1, "", "neither text nor html is said", "write the lines of a posting")
        return Declared(
            name=self.text(below, "format"),
            board=self.text(below, "board"),
            proven=not self.flag(below, "unproven"),
            evidence=self.text(below, "evidence"),
            unknown=self.text(below, "unknown"),
            senders=tuple(text.lower() for text, _ in self.texts(below, "senders")),
            postings=self.made(links, "links.postings", read_link_shape),
            trackers=self.made(links, "links.trackers", read_link_shape),
            others=self.made(links, "links.others", read_link_shape),
            words=tuple(text.lower() for text, _ in self.texts(below, "words")),
            company=self.text(below, "company"),
            drop=self.made(below, "drop", read_template),
            labels=self.made(below, "labels", read_template),
            sections=self.sections(below),
            required=self.required(below),
            text=self.layouts(below, "text"),
            html=self.layouts(below, "html"),
            inline=self.flag(below, "inline"),
            cut_titles=self.flag(below, "cut_titles"),
        )

    def keys(
        self, node: Node, line: int, path: str, known: tuple[str, ...], needed: tuple[str, ...] = ()
    ) -> dict[str, tuple[int, Node]]:
        """Return what is below *node* by its known keys."""
        if not isinstance(node.value, dict):
            self.wrong(line, path, "must be keys with values", f"known are {', '.join(known)}")
            return {}
        below = {str(key): value for key, value in node.below.items()}
        for key, (at, _) in below.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1, 0.6)
                instead = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
                self.wrong(at, f"{path}.{key}".lstrip("."), "no such key", instead)
        for key in needed:
            if key not in below:
                self.wrong(line, key, "is missing", f"write {key}: …")
        return below

    def links(self, below: dict[str, tuple[int, Node]]) -> dict[str, tuple[int, Node]]:
        if "links" not in below:
            return {}
        line, node = below["links"]
        found = self.keys(node, line, "links", LINK_KEYS)
        if not ("postings" in found or "trackers" in found):
            self.wrong(line, "links", "no link leads to a posting", "write postings: [HOST/PATH]")
        return {f"links.{key}": value for key, value in found.items()}

    def text(self, below: dict[str, tuple[int, Node]], key: str) -> str:
        """Return one text; ``""`` where it is not said."""
        if key not in below:
            return ""
        line, node = below[key]
        if isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        self.wrong(line, key, "must be one text", "write it in quotes")
        return ""

    def flag(self, below: dict[str, tuple[int, Node]], key: str) -> bool:
        if key not in below:
            return False
        line, node = below[key]
        if not isinstance(node.value, bool):
            self.wrong(line, key, "must be true or false", f"write {key}: true")
        return node.value is True

    def texts(self, below: dict[str, tuple[int, Node]], key: str) -> list[tuple[str, int]]:
        """Return a list of texts, each with its line."""
        if key not in below:
            return []
        line, node = below[key]
        items = list(node.below.values()) if isinstance(node.value, list) else [(line, node)]
        found = [(item.value, at) for at, item in items if isinstance(item.value, str)]
        if len(found) < len(items) or not all(text.strip() for text, _ in found) or not items:
            self.wrong(line, key, "must be a list of texts", "write each in quotes")
        return found

    def made(
        self, below: dict[str, tuple[int, Node]], key: str, make: Callable[[str], T | str]
    ) -> tuple[T, ...]:
        """Return what *make* makes of each text; the text it answers instead is a problem."""
        out: list[T] = []
        for text, line in self.texts(below, key):
            one = make(text)
            if isinstance(one, str):
                self.wrong(line, key, f"{text!r}: {one}", "docs/formats.md shows how")
            else:
                out.append(one)
        return tuple(out)

    def sections(self, below: dict[str, tuple[int, Node]]) -> tuple[tuple[Template, str], ...]:
        if "sections" not in below:
            return ()
        line, node = below["sections"]
        if not isinstance(node.value, dict):
            self.wrong(line, "sections", "must be headings with names", 'write "HEADING": NAME')
            return ()
        out: list[tuple[Template, str]] = []
        for heading, (at, name) in node.below.items():
            one = read_template(str(heading))
            if isinstance(one, str) or not isinstance(name.value, str):
                self.wrong(at, "sections", f"{heading!r} is no heading with a name", "name: text")
            else:
                out.append((one, name.value))
        return tuple(out)

    def required(self, below: dict[str, tuple[int, Node]]) -> tuple[str, ...]:
        found = self.texts(below, "required")
        for name, line in found:
            if name not in REQUIRED:
                self.wrong(
                    line, "required", f"{name!r} is unknown", f"known: {', '.join(REQUIRED)}"
                )
        return tuple(name for name, _ in found)

    def layouts(self, below: dict[str, tuple[int, Node]], key: str) -> tuple[Lines, ...]:
        """Return the orders that a part may have: a list of lists of lines."""
        if key not in below:
            return ()
        line, node = below[key]
        rows = list(node.below.values()) if isinstance(node.value, list) else []
        if not rows or not all(isinstance(row.value, list) for _, row in rows):
            self.wrong(line, key, "must be a list of lists", "write - [title, company, link]")
            return ()
        return tuple(filter(None, (self.lines(row, at, key) for at, row in rows)))

    def lines(self, row: Node, line: int, key: str) -> Lines | None:
        groups: list[list[Item]] = [[]]
        below: list[Item] = []
        linked = False
        for at, node in row.below.values():
            item = self.item(node, at, key)
            if item == "link":
                linked = True
            elif item == "blank":
                groups.append([])
            elif item is not None:
                (below if linked else groups[-1]).append(item)
        above = tuple(tuple(group) for group in groups)
        said = [*groups[0], *groups[-1], *below]
        if key == "text" and not linked:
            self.wrong(line, key, "it is not said where the link stands", "add link to the list")
        elif key == "html" and (linked or len(groups) > 1):
            self.wrong(line, key, "HTML has no lines for link or blank", "remove them")
        elif not any(item == "title" or _has(item, "title") for item in said):
            self.wrong(line, key, "no line is the title", "add title to the list")
        elif len(groups) > 2 or (len(groups) > 1 and not all(above)):  # noqa: PLR2004 - two groups
            self.wrong(line, key, "one blank may stand, between lines above the link", "remove it")
        else:
            return Lines(above=above, below=tuple(below))
        return None

    def item(self, node: Node, line: int, key: str) -> Item | None:
        text = node.value
        if isinstance(text, str) and text in ITEMS:
            return text
        template = read_template(text) if isinstance(text, str) and "{" in text else None
        if isinstance(template, Template):
            return template
        instead = template or f"known are {', '.join(ITEMS)}; or a line with {{title}} and the like"
        self.wrong(line, key, f"{text!r} is no line", instead)
        return None


def _has(item: Item, name: str) -> bool:
    return isinstance(item, Template) and name in item.names
