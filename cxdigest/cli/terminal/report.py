"""Lines of a report as a person, a file or a program gets them.

Signs and colours stand on a terminal alone; anywhere else each line is one line, begun by its word.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import typer

from cxdigest import __version__
from cxdigest.doctor import Line, State, worst
from cxdigest.language import _, ngettext
from cxdigest.text import printable
from cxdigest.worker import clock

_SIGNS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
    "unchecked": ("?", "cyan"),
}


def record(lines: Sequence[Line]) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "state": worst(lines),
        "cxdigest": __version__,
        "made": clock().isoformat(timespec="seconds"),
        "counts": dict(Counter(line.state for line in lines)),
        "lines": [
            {"check": line.check, **{k: v for k, v in asdict(line).items() if k != "check"}}
            for line in lines
        ],
    }


def show(lines: Sequence[Line]) -> None:
    """Print *lines*, and how many there are of each state."""
    wide = sys.stdout.isatty()
    for line in lines:
        _on_a_terminal(line) if wide else print(_writable(_plain(line)))
    counts = Counter(line.state for line in lines)
    told = [
        ngettext("{n} ok", "{n} ok", counts["ok"]),
        ngettext("{n} warning", "{n} warnings", counts["warning"]),
        ngettext("{n} failed", "{n} failed", counts["failed"]),
    ]
    if counts["unchecked"]:
        told.append(
            ngettext("{n} could not be checked", "{n} could not be checked", counts["unchecked"])
        )
    print(("\n" if wide else "") + ", ".join(told))


def _writable(text: str) -> str:
    """Return *text* as standard output can write it: not every terminal or pipe takes UTF-8."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _plain(line: Line) -> str:
    """Return *line* for a file or a pipe: all of it on one line, and no colours."""
    subject = f"{line.subject}: " if line.subject else ""
    fix = f" -> {line.fix}" if line.fix else ""
    return printable(f"{line.state:9} {_(line.check)}: {subject}{line.says}{fix}")


def _on_a_terminal(line: Line) -> None:
    sign, colour = _SIGNS[line.state]
    # https://no-color.org, and terminals that can do nothing.
    coloured = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = max(40, shutil.get_terminal_size().columns)
    subject = f"{line.subject}: " if line.subject else ""
    said = textwrap.wrap(printable(f"{_(line.check)}: {subject}{line.says}"), width - 2)
    way = textwrap.wrap(printable(f"→ {line.fix}"), width - 4) if line.fix else []
    for number, part in enumerate([*said, *(f"  {one}" for one in way)]):
        head = f"{sign} " if number == 0 else "  "
        if number == 0 and coloured:
            head = typer.style(head, fg=colour, bold=True)
        typer.echo(_writable(head + part))
