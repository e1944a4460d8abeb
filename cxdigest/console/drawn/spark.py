"""A row of numbers as a small line, and the same as words for whoever does not see it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cxdigest.language import _, figure

WIDTH, HEIGHT = 120, 24
_EDGE = 2  #: so that a line at the very top or bottom is seen whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """One line."""

    points: str  #: for ``polyline`` in a box of ``WIDTH`` by ``HEIGHT``
    said: str  #: the same in words


def spark(values: Sequence[int], said: Callable[[int], str]) -> Spark:
    """Return the line of *values*, one a day, the last one today; *said* says their sum."""
    most = max(values, default=0)
    step = WIDTH / max(1, len(values) - 1)
    points = " ".join(
        f"{round(place * step, 1):g},{round(_height(value, most), 1):g}"
        for place, value in enumerate(values)
    )
    total = said(sum(values))
    if most:
        total += _(", at most {most} on one day", most=figure(most))
    return Spark(points=points, said=total)


def _height(value: int, most: int) -> float:
    room = HEIGHT - 2 * _EDGE
    return HEIGHT - _EDGE - (room * value / most if most else 0)
