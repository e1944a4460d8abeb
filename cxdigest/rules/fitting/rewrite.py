"""Write fitted numbers into the text of a pack; every other character stays.

Numbers are replaced where they stand, by their place in the file, so that comments, order and
layout are kept and the difference can be reviewed line by line. Pure: text in, text out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_Edit = tuple[int, int, str]  #: from, to, and what stands there instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is to be written."""

    points: Mapping[str, int]  #: by rule id
    settings: Mapping[str, int]  #: by path, e.g. ``genuine_margin.full.service``
    confidence: tuple[tuple[int, int], ...]  #: the table; empty where it stays


def rewritten(packs: Sequence[str], numbers: Numbers) -> list[str]:
    """Return the texts of *packs* with *numbers* in them.

    Where several packs say the same, the last one counts and is the one that is changed.
    """
    roots = [yaml.compose(pack, Loader=yaml.SafeLoader) for pack in packs]
    rule_at = {name: at for at, root in enumerate(roots) for name in _rules(root)}
    key_at = {key: at for at, root in enumerate(roots) for key in _fields(_settings(root))}
    texts = []
    for at, (pack, root) in enumerate(zip(packs, roots, strict=True)):
        rules = {name: rule for name, rule in _rules(root).items() if rule_at[name] == at}
        settings = {
            key: node for key, node in _fields(_settings(root)).items() if key_at[key] == at
        }
        edits = [*_in_rules(rules, numbers), *_in_settings(settings, numbers)]
        texts.append(_edited(pack, edits))
    return texts


def overriding(name: str, packs: Sequence[str], fitted: Sequence[str]) -> str:
    """Return a pack that overrides what *packs* say otherwise than *fitted*; empty if nothing.

    A rule and a setting are overridden whole, so that their text is copied with its new numbers.
    """
    blocks: dict[str, list[str]] = {"settings": [], "rules": []}
    for old, new in zip(packs, fitted, strict=True):
        before = dict(_blocks(old))
        for key, block in _blocks(new):
            if before[key] != block:
                blocks[key[0]].append(block)
    if not any(blocks.values()):
        return ""
    text = f"pack: {name}\nabout: Fitted numbers in place of those of the shipped packs.\n"
    for heading, some in blocks.items():
        if some:
            text += f"\n{heading}:\n" + textwrap.indent("".join(some), "  ")
    return text


def _in_rules(rules: Mapping[str, Node], numbers: Numbers) -> Iterator[_Edit]:
    for name, rule in rules.items():
        if name in numbers.points:
            yield from _number(_fields(rule)["points"], numbers.points[name])


def _in_settings(settings: Mapping[str, Node], numbers: Numbers) -> Iterator[_Edit]:
    for key, node in settings.items():
        if key == "confidence" and numbers.confidence:
            table = ", ".join(f"{margin}: {percent}" for margin, percent in numbers.confidence)
            if [*numbers.confidence] != _table(node):
                yield node.start_mark.index, _end(node), f"{{{table}}}"
        for path, value in _scalars(key, node):
            if path in numbers.settings:
                yield from _number(value, numbers.settings[path])


def _number(node: Node, value: int) -> Iterator[_Edit]:
    """Yield the edit that makes *node* say *value*, if it says something else."""
    if int(node.value) != value:
        yield node.start_mark.index, node.end_mark.index, str(value)


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def _fields(node: Node | None) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _settings(root: Node | None) -> Node | None:
    return _fields(root).get("settings")


def _rules(root: Node | None) -> dict[str, Node]:
    """Return the rules of a pack by their ids."""
    listed = _fields(root).get("rules")
    items = listed.value if isinstance(listed, SequenceNode) else []
    return {str(_fields(item)["id"].value).strip(): item for item in items}


def _scalars(path: str, node: Node) -> Iterator[tuple[str, ScalarNode]]:
    """Yield every single value below *node* with its path."""
    if isinstance(node, ScalarNode):
        yield path, node
    for key, value in _fields(node).items():
        yield from _scalars(f"{path}.{key}", value)


def _table(node: Node) -> list[tuple[int, int]]:
    return [(int(margin), int(value.value)) for margin, value in _fields(node).items()]


def _end(node: Node) -> int:
    """Return where *node* ends; a block reaches to its last value, not to what follows."""
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    return int(node.end_mark.index)


def _blocks(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (("rules", id) or ("settings", key), its lines without indent) of a pack."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for name, rule in _rules(root).items():
        yield ("rules", name), _lines(text, rule.start_mark.index, _end(rule))
    settings = _settings(root)
    for key, value in settings.value if isinstance(settings, MappingNode) else ():
        yield ("settings", str(key.value)), _lines(text, key.start_mark.index, _end(value))


def _lines(text: str, start: int, end: int) -> str:
    """Return the whole lines that hold what stands from *start* to *end*."""
    first = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end - 1)
    return textwrap.dedent(text[first : after if after >= 0 else len(text)]) + "\n"
