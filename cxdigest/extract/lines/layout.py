"""HTML of a mail -> its lines of text, its links, and the boxes that hold them.

One pass over the tree makes flat lists, so that formats can ask which lines stand beside a link
without walking it again. Knows no board.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from cxdigest.markup import read_markup
from cxdigest.text import unhidden

_DROPPED = ["script", "style", "head", "title", "template", "noscript", "svg"]
_HIDDEN = '[style*="display:none"],[style*="display: none"],[hidden]'
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt"),
        *("fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "tr", "ul"),
    ]
)
_MAX_ELEMENTS = 30_000  # the largest alert seen has 1,300, and 80 links
_MAX_LINKS = 2_000
_CARD_LINES = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as the reader sees it."""

    text: str  #: white space folded, invisible letters removed; never empty
    parts: tuple[str, ...]  #: the same, as its inline elements cut it
    box: int  #: the element that its first text stands in
    link: str = ""  #: where its first linked text leads, as written
    linked: str = ""  #: that text


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One link."""

    href: str  #: as written
    box: int  #: its element
    look: str  #: its class and style and its parent's: links that look alike do alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The lines that belong to one target of a link."""

    key: str  #: what the links were grouped by
    hrefs: tuple[str, ...]  #: the links that lead there, as written
    lines: tuple[Line, ...]
    start: int  #: number of the first of *lines* in the layout
    box: int  #: the element that holds it


@dataclass(slots=True)
class Layout:
    """A mail's HTML, flat. Elements are numbered in the order of the document."""

    lines: list[Line] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)  #: name of each element
    parents: list[int] = field(default_factory=list)  #: of each element; 0 is its own
    ends: list[int] = field(default_factory=list)  #: first element after each one's inside
    first: list[int] = field(default_factory=list)  #: first line of each element
    after: list[int] = field(default_factory=list)  #: first line after each element

    def inside(self, box: int) -> Sequence[Line]:
        """Return the lines that stand in element *box*."""
        return self.lines[self.first[box] : self.after[box]]


def read_layout(html: str) -> Layout:
    """Return the layout of *html*; what is hidden from the reader is left out."""
    tree = read_markup(html)
    tree.strip_tags(_DROPPED)
    for node in tree.css(_HIDDEN):
        node.decompose()
    layout = Layout()
    if tree.body is not None:
        _Walk(layout).run(tree.body)
    return layout


class _Walk:
    """One pass over the tree, without recursion: mails nest tables a thousand deep."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.parts: list[str] = []
        self.box = 0
        self.link = ""
        self.linked: list[str] = []
        self.open_links: list[str] = []

    def run(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        stack: list[tuple[LexborNode, int, bool, bool]] = []
        while node is not None or stack:
            if node is None:
                node = self._leave(*stack.pop())
                continue
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "", stack[-1][1] if stack else 0)
            elif tag in {"br", "hr"}:
                self._break()
            elif not tag or (tag[0] not in "-_!" and len(self.layout.parents) < _MAX_ELEMENTS):
                opened = self._enter(node, tag or "", stack[-1][1] if stack else 0)
                stack.append((node, *opened))
                node = node.child
                continue
            node = node.next if stack else None

    def _enter(self, node: LexborNode, tag: str, parent: int) -> tuple[int, bool, bool]:
        layout, inline = self.layout, tag not in _BLOCKS
        if not inline:
            self._break()
        box = len(layout.parents)
        layout.tags.append(tag)
        layout.parents.append(parent)
        layout.ends.append(0)
        layout.first.append(len(layout.lines))
        layout.after.append(0)
        return box, inline, tag == "a" and self._open_link(node, box)

    def _open_link(self, node: LexborNode, box: int) -> bool:
        href = (node.attributes.get("href") or "").strip()
        if href and len(self.layout.anchors) < _MAX_LINKS:
            look = _look(node) + (_look(node.parent) if node.parent else "")
            self.layout.anchors.append(Anchor(href=href, box=box, look=look))
            self.open_links.append(href)
            return True
        return False

    def _leave(self, node: LexborNode, box: int, inline: bool, linked: bool) -> LexborNode | None:  # noqa: FBT001 - unpacked from the stack
        if not inline:
            self._break()
        if linked:
            self.open_links.pop()
        self.layout.ends[box] = len(self.layout.parents)
        self.layout.after[box] = len(self.layout.lines) + bool(self.parts)
        return node.next if box else None

    def _text(self, text: str, box: int) -> None:
        if not text.strip():
            if self.parts:
                self.parts.append(" ")
                self.linked.append(" ")
            return
        if not self.parts:
            self.box = box
        if not self.link and self.open_links:
            self.link = self.open_links[-1]
        if self.link and self.open_links and self.open_links[-1] == self.link:
            self.linked.append(text)
        self.parts.append(text)

    def _break(self) -> None:
        if not self.parts:
            return
        text = unhidden("".join(self.parts))
        if text:
            parts = tuple(filter(None, map(unhidden, self.parts)))
            linked = unhidden("".join(self.linked)) if self.linked else ""
            self.layout.lines.append(
                Line(text=text, parts=parts, box=self.box, link=self.link, linked=linked)
            )
        self.parts, self.link, self.linked = [], "", []


def _look(node: LexborNode) -> str:
    return f"{node.attributes.get('class')}|{node.attributes.get('style')}|"


def cards(layout: Layout, key_of: Callable[[str], str]) -> list[Card]:
    """Return one card for each run of links of one key (``""``: not a posting's link), in order."""
    keyed = [(anchor, key) for anchor in layout.anchors if (key := key_of(anchor.href))]
    runs: list[tuple[str, list[Anchor]]] = []
    for anchor, key in keyed:
        if not runs or runs[-1][0] != key:
            runs.append((key, []))
        runs[-1][1].append(anchor)
    boxes = _Boxes(layout, [anchor.box for anchor, _ in keyed])
    parted = [(key, part) for key, anchors in runs for part in boxes.parted(anchors)]
    held = [(key, anchors, boxes.of([a.box for a in anchors])) for key, anchors in parted]
    return [
        card for card in map(_card, [layout] * len(held), held, [*held[1:], None]) if card.lines
    ]


def _card(
    layout: Layout,
    held: tuple[str, list[Anchor], int],
    following: tuple[str, list[Anchor], int] | None,
) -> Card:
    key, anchors, box = held
    start, end = layout.first[box], layout.after[box]
    if end - start <= 1:  # a title alone: its facts stand beside it, not inside
        stop = layout.first[following[2]] if following else len(layout.lines)
        end = max(end, min(start + _CARD_LINES, stop))
    return Card(
        key=key,
        hrefs=tuple(dict.fromkeys(anchor.href for anchor in anchors)),
        lines=tuple(layout.lines[start:end]),
        start=start,
        box=box,
    )


class _Boxes:
    """The largest element around some links that holds no other posting's links."""

    def __init__(self, layout: Layout, keyed: list[int]) -> None:
        self.layout = layout
        self.keyed = keyed
        self.linked = [anchor.box for anchor in layout.anchors]

    def of(self, own: list[int]) -> int:
        layout = self.layout
        box = self._common(own)
        foreign = self._count(self.linked, box)
        while box:
            parent = layout.parents[box]
            if self._count(self.keyed, parent) > len(own):
                break
            if self._count(self.linked, parent) > foreign and len(layout.inside(box)) > 1:
                break
            box, foreign = parent, self._count(self.linked, parent)
        return box

    def parted(self, anchors: list[Anchor]) -> list[list[Anchor]]:
        """Part *anchors* where no element holds them alone: a board showed one card twice."""
        own = [anchor.box for anchor in anchors]
        parts: list[list[Anchor]] = []
        for anchor in anchors:
            last = [one.box for one in parts[-1]] if parts else []
            box = self._common([*last[:1], anchor.box])
            if last and self._count(self.keyed, box) <= self._count(own, box):
                parts[-1].append(anchor)
            else:
                parts.append([anchor])
        return parts

    def _common(self, own: list[int]) -> int:
        box, ends = own[0], self.layout.ends
        while box and ends[box] <= own[-1]:
            box = self.layout.parents[box]
        return box

    def _count(self, boxes: list[int], box: int) -> int:
        return bisect_left(boxes, self.layout.ends[box]) - bisect_right(boxes, box - 1)


def path_of(layout: Layout, box: int, steps: int) -> tuple[str, ...]:
    """Return the names of *box* and the elements around it, the innermost first."""
    names: list[str] = []
    while box and len(names) < steps:
        names.append(layout.tags[box])
        box = layout.parents[box]
    return tuple(names)
