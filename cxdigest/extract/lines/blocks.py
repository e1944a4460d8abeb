"""The text part of a mail -> blocks: the lines that stand above or beside each of its links.

Knows no board; ``layout`` does the same for HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.text import unhidden

_MAX_BLOCKS = 2_000
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")
_RULE = re.compile(r"[-_=*~.\u2500-\u2501\u2014]{3,}")
_TAG = re.compile(r"</?[a-z]+[\s>]")  # LinkedIn puts headings in HTML into its text
_BROKEN = re.compile(r"\d{3}(?!\d)")  # the rest of a number that a mail program broke in two


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One link with the lines above it, back to the link before."""

    href: str  #: as written
    label: str  #: what stands before the link on its line, without a colon
    runs: tuple[tuple[str, ...], ...]  #: lines above, parted where the mail has blank lines
    opens: bool = False  #: its first line stands right below the link before
    closes: bool = False  #: its last line stands right above the link
    start: int = 0  #: number of the first of them, from 1
    end: int = 0  #: number of the link's own line


def blocks(text: str, *, tail: bool = False) -> Iterator[Block]:
    """Yield a block for each link of *text*, as far as a real alert could be long.

    With *tail*, what stands below the last link is a block without one.
    """
    runs: list[list[str]] = [[]]
    left, start, last, opens = _MAX_BLOCKS, 1, 0, False
    for number, raw in enumerate(text.split("\n"), 1):
        line = unhidden(raw)
        start = start if runs != [[]] else number
        url = _URL.search(line)
        if url:
            label = line[: url.start()].rstrip("(<[ :").strip(" []")
            kept = tuple(tuple(run) for run in runs if run)
            yield Block(
                href=url[0],
                label=label,
                runs=kept,
                opens=opens,
                closes=bool(runs[-1]),
                start=start,
                end=number,
            )
            runs, last = [[]], number
            left -= 1
            if not left:
                return
        elif not line or _RULE.fullmatch(line) or _TAG.match(line):
            runs += [[]] if runs[-1] else []
        elif runs[-1] and _BROKEN.match(line) and runs[-1][-1][-1].isdigit():
            runs[-1][-1] += f" {line}"
        else:
            opens = number == last + 1 if runs == [[]] else opens
            runs[-1].append(line)
    if tail and runs != [[]]:
        kept = tuple(tuple(run) for run in runs if run)
        yield Block(href="", label="", runs=kept, opens=opens, start=start, end=start)
