"""A configuration with more sources in it: the text as a person wrote it, and the new lines.

Nothing else of the text changes, comments and order least of all. Where the sources do not stand in
a block to which lines can be added, nothing is tried. Whoever writes the result reads it first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cxdigest import yamlfile

_BLOCK = re.compile(r"sources[ \t]*:[ \t]*(?:#.*)?")
_EMPTY = re.compile(r"sources[ \t]*:[ \t]*\{[ \t]*\}[ \t]*(?:#.*)?")


def block(sources: Mapping[str, Any], *, indent: str = "  ") -> list[str]:
    """Return *sources* as the lines that stand below ``sources:``."""
    lines = []
    for name, keys in sources.items():
        title = keys.get("#", "")
        lines.append(f"{indent}{name}:{f' # {title}' if title else ''}")
        rest = {key: value for key, value in keys.items() if key != "#"}
        lines += [f"{indent * 2}{line}" for line in yamlfile.dump(rest).splitlines()]
    return lines


def with_sources(text: str, sources: Mapping[str, Any]) -> str | None:
    """Return *text* with *sources* after those that it has; None: it is not plain where.

    A key ``#`` of a source is what is said beside its name.
    """
    lines = text.splitlines(keepends=True)
    end = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
    at = [number for number, line in enumerate(lines) if line.startswith("sources")]
    if not at:
        return _appended(text, sources, end)
    if len(at) > 1:
        return None
    key = lines[at[0]].rstrip("\r\n")
    if _EMPTY.fullmatch(key):
        lines[at[0]] = f"sources:{end}"
    elif not _BLOCK.fullmatch(key):
        return None
    last, indent = _last(lines, at[0])
    if indent is None:
        last, indent = at[0], "  "
    if not lines[last].endswith("\n"):
        lines[last] += end
    new = [line + end for line in block(sources, indent=indent)]
    return "".join([*lines[: last + 1], *new, *lines[last + 1 :]])


def _appended(text: str, sources: Mapping[str, Any], end: str) -> str | None:
    if re.search(r"^(?:---|\.\.\.|[{\[])", text, re.MULTILINE):
        return None  # several documents, or one that is written in one line
    gap = "" if not text or text.endswith("\n") else end
    return text + gap + "".join(line + end for line in ("", "sources:", *block(sources)))


def _last(lines: list[str], key: int) -> tuple[int, str | None]:
    """Return the last line of the block below line *key*, and how its names are indented."""
    last, indent = key, None
    for number in range(key + 1, len(lines)):
        line = lines[number].rstrip("\r\n")
        inner = line.lstrip(" ")
        if not inner or inner.startswith("#"):
            continue  # comes to the block with the next line of it
        if inner == line:
            break
        indent = line[: len(line) - len(inner)] if indent is None else indent
        last = number
    return last, indent
