"""The JSON-LD of a page -> its JobPosting nodes, however carelessly the JSON was written.

Seen on boards: several scripts, arrays, ``@graph``, JSON in JSON, entities in place of quotes,
comments, CDATA, commas before a bracket, line feeds and bad escapes within words.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cxdigest.jobposting.nodes import Node
from cxdigest.text import unescaped

MAX_SCRIPTS = 50
MAX_SCRIPT = 2_000_000  #: characters; a posting's has 10,000
MAX_NODES = 5_000

_SCRIPT = re.compile(r"<script\b([^<>]{0,1000}+)>", re.IGNORECASE)
_TYPE = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_WRAPPING = re.compile(r"<!--|-->|/?/?\*?\s*(?:<!\[CDATA\[|\]\]>)\s*(?:\*/)?")
#: A word in quotes, or what stands outside of words and is no JSON.
_WORD_OR_COMMENT = re.compile(
    r"""(?P<word>"(?:[^"\\]++|\\.)*+"?)|/\*.*?(?:\*/|\Z)|//[^\n]*""", re.DOTALL
)
_WORD_OR_COMMA = re.compile(
    r"""(?P<word>"(?:[^"\\]++|\\.)*+"?)|,(?=\s*+[}\]])|[;\s]++\Z""", re.DOTALL
)
_BAD_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))", re.DOTALL)
_LINE_END = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What the JSON-LD of one page says."""

    postings: tuple[Node, ...]  #: the JobPosting nodes, in the page's order
    named: Mapping[str, Node]  #: ``@id`` -> the node that others refer to by it


def read_linked_data(html: str) -> Graph:
    """Return what the JSON-LD scripts of *html* state; what cannot be read is left out."""
    postings: list[Node] = []
    named: dict[str, Node] = {}
    for node in _nodes([value for text in _scripts(html) if (value := _loaded(text)) is not None]):
        if "jobposting" in _types(node):
            postings.append(node)
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            named.setdefault(name, node)
    return Graph(postings=tuple(postings), named=named)


def _scripts(html: str) -> Iterator[str]:
    opened = (found for found in _SCRIPT.finditer(html) if _TYPE.search(found[1]))
    left = MAX_SCRIPT  # of all together: scripts that never end hold each other
    for start in islice(opened, MAX_SCRIPTS):
        end = _SCRIPT_END.search(html, start.end())
        text = html[start.end() : end.start() if end else None]
        if len(text) <= left:
            left -= len(text)
            yield text


def _loaded(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Return what *text* says, read ever more leniently; None where that is nothing."""
    text = _WRAPPING.sub(" ", text).strip() if "<!" in text or "]]>" in text else text.strip()
    for mend in _MENDERS:
        try:
            value = json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
        # Some templates write the JSON into a JSON string.
        return _loaded(value) if isinstance(value, str) and "{" in value else value
    return _pieces(_mended(text))


def _pieces(text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the objects of *text* that follow each other without a bracket around them."""
    decoder, at = json.JSONDecoder(strict=False), text.find("{")
    found: list[Any] = []
    while at >= 0 and len(found) < MAX_SCRIPTS:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
        at = text.find("{", at)
    return found or None


def _mended(text: str) -> str:
    text = _WORD_OR_COMMENT.sub(lambda found: found["word"] or " ", text)
    return _WORD_OR_COMMA.sub(lambda found: _word(found["word"] or ""), text)


#: From the page's own words to what is left when its mistakes are mended.
_MENDERS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    _mended,
    lambda text: _mended(unescaped(text)),
)


def _word(word: str) -> str:
    r"""Mend the escapes of *word*: ``\'`` is no escape of JSON, and ``\u12`` no letter."""
    word = _LINE_END.sub(" ", word)
    if "\\" not in word:
        return word
    return _BAD_ESCAPE.sub(lambda found: found[0] if found[1] else found[2], word)


def _nodes(values: list[Any]) -> Iterator[Node]:
    """Yield the objects in *values*, outer ones first, as the page orders them."""
    waiting = deque(values)
    for _ in range(MAX_NODES):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extendleft(reversed(value))
        elif isinstance(value, dict):
            node = {_plain(key): inner for key, inner in value.items()}
            yield node
            if "jobposting" not in _types(node):
                waiting.extendleft(
                    [one for one in reversed(node.values()) if isinstance(one, dict | list)]
                )
            else:  # its employer may be what another posting refers to
                waiting.extend(one for one in node.values() if isinstance(one, dict))


def _plain(key: str) -> str:
    """Return *key* without the name of the vocabulary: ``schema:title``, ``http://schema.org/title``."""
    return re.sub(r"^(?:schema:|https?://(?:www\.)?schema\.org/)", "", key)


def _types(node: Node) -> set[str]:
    stated = node.get("@type") or node.get("type") or ""
    listed = stated if isinstance(stated, list) else [stated]
    return {_plain(one).casefold() for one in listed if isinstance(one, str) and one}
