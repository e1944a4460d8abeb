"""Attributes of a page's tags -> JobPosting nodes: microdata, else RDFa.

``<div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">…`` and the same with
``typeof`` and ``property``. https://html.spec.whatwg.org/multipage/microdata.html says which
attribute holds a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cxdigest.jobposting.nodes import Node
from cxdigest.text import squash

_MAX_POSTINGS = 50
_MAX_PROPERTIES = 1_000
_MAX_TEXT = 2_000  #: characters of a value that is no markup
_MAX_STEPS = 200  #: up the tree to what a property belongs to
_HELD = {"meta": "content", "time": "datetime", "data": "value", "a": "href", "link": "href"}
_MARKUP = frozenset(
    {"description", "responsibilities", "qualifications", "skills", "jobBenefits", "benefits",
     "experienceRequirements"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    """How one vocabulary of attributes calls its three."""

    scope: str
    kind: str
    prop: str


_DIALECTS = (
    _Dialect(scope="itemscope", kind="itemtype", prop="itemprop"),
    _Dialect(scope="typeof", kind="typeof", prop="property"),
)


def read_tagged(tree: LexborHTMLParser) -> list[Node]:
    """Return the JobPosting nodes of *tree*, in the page's order."""
    for dialect in _DIALECTS:
        tops = [
            node
            for node in tree.css(f'[{dialect.kind}*="JobPosting"]')
            if (node.attributes.get(dialect.kind) or "").strip().endswith("JobPosting")
        ]
        if found := [_node(top, dialect) for top in tops[:_MAX_POSTINGS]]:
            return found
    return []


def _node(top: LexborNode, dialect: _Dialect) -> Node:
    scopes: dict[int, Node] = {top.mem_id: {}}
    for element in islice(top.css(f"[{dialect.prop}]"), _MAX_PROPERTIES):
        owner = None if element.mem_id == top.mem_id else _owner(element, dialect, scopes)
        if owner is None:
            continue
        names = (element.attributes.get(dialect.prop) or "").split()
        plain = [name.rpartition("/")[2].rpartition(":")[2] for name in names]
        value = _value(element, plain, dialect, scopes)
        for name in plain:
            owner[name] = [*owner[name], value] if name in owner else [value]
    return scopes[top.mem_id]


def _owner(element: LexborNode, dialect: _Dialect, scopes: dict[int, Node]) -> Node | None:
    """Return the item that *element* says something of, None where it is not of the posting."""
    parent = element.parent
    for _ in range(_MAX_STEPS):
        if parent is None or parent.mem_id in scopes:
            break
        if dialect.scope in parent.attributes:
            return None
        parent = parent.parent
    return scopes.get(parent.mem_id) if parent else None


def _value(
    element: LexborNode, names: list[str], dialect: _Dialect, scopes: dict[int, Node]
) -> object:
    if dialect.scope in element.attributes:
        inner = element.css(f"[{dialect.prop}]")
        if any(one.mem_id != element.mem_id for one in inner):
            return scopes.setdefault(element.mem_id, {})
        return squash(element.text()[:_MAX_TEXT])
    for name in (_HELD.get(element.tag or "", "content"), "content"):
        if held := (element.attributes.get(name) or "").strip():
            return held
    if _MARKUP.intersection(names):
        return element.inner_html or ""
    return squash(element.text()[:_MAX_TEXT])
