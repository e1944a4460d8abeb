"""Print a table of figures beside their goals; time a call."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table


def seconds(call: Callable[[], object], *, runs: int) -> list[float]:
    """Return the wall time of each of *runs* calls, after one that is not counted."""
    call()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return taken


def spread(values: Sequence[float], form: str) -> str:
    """Return median and range of *values*, e.g. ``12.1 (11.8 to 12.9)``."""
    low, mid, high = min(values), statistics.median(values), max(values)
    return f"{mid:{form}} ({low:{form}} to {high:{form}})"


def show(
    title: str,
    rows: Sequence[Sequence[str]],
    columns: Sequence[str] = ("what", "median (range)", "ratio", "goal"),
) -> None:
    """Print *rows* of *columns*, the first of which says what was measured."""
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, justify="left" if name == columns[0] else "right")
    for row in rows:
        table.add_row(*row)
    Console(width=110).print(table)
