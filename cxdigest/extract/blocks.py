"""The text part of a mail -> blocks: the lines that stand above or beside each of its links.

Knows no board; ``layout`` does the same for HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cxdigest.text import unhidden

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One link with the lines above it, back to the link before."""

    href: str  #: as written
    label: str  #: what stands before the link on its line, without a colon
    runs: tuple[tuple[str, ...], ...]  #: lines above, parted where the mail has blank lines


def blocks(text: str, ends: Callable[[str], bool] = bool) -> Iterator[Block]:
    """Yield a block for each link of *text*; only links that *ends* accepts end one."""
    runs: list[list[str]] = [[]]
    for raw in text.split("\n"):
        line = unhidden(raw)
        url = _URL.search(line)
        if url and ends(url[0]):
            label = line[: url.start()].rstrip("(<[ :").strip()
            kept = tuple(tuple(run) for run in runs if run)
            yield Block(href=url[0], label=label, runs=kept)
            runs = [[]]
        elif line:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
