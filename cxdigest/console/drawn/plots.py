"""Where the parts of a plot stand; templates draw them as SVG, styles colour them.

Pure, and knows no kind and no posting: columns are stacked from named parts, shares are a mark with
the interval around it. What is not known leaves a gap, which is not the same as a nought.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 26, 40
_FILLED = 0.74  #: of a column's room
_TICKS = 5  #: lines above the lowest, at most
_LABELS = 9  #: under the columns, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What one column shows."""

    label: str
    parts: Sequence[tuple[str, int]]  #: name and number, from below
    known: bool = True  #: False: nobody looked, so that it is no nought


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One rectangle of a column."""

    name: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, with what stands under and over it."""

    x: float
    width: float
    label: str
    total: int
    known: bool
    parts: tuple[Part, ...]
    labelled: bool  #: there is room for the label
    lesser: bool  #: on a narrow screen there is none

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 1)

    @property
    def top(self) -> float:
        """Where its highest part begins."""
        return min((part.y for part in self.parts), default=float(HEIGHT - _BOTTOM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A share with its interval; without one, a gap."""

    middle: float
    label: str
    y: float | None  #: None: too few to say
    high: float  #: y of the interval's upper end
    low: float
    labelled: bool
    lesser: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot's frame and what stands in it."""

    ticks: tuple[tuple[float, str], ...]  #: y and label, the lowest first
    columns: tuple[Column, ...] = ()
    marks: tuple[Mark, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    base: int = HEIGHT - _BOTTOM


def stacked(stacks: Sequence[Stack]) -> Plot:
    """Return columns of numbers, the highest as high as there is room."""
    totals = [sum(number for _, number in one.parts) for one in stacks]
    step = nice_step(max([*totals, 1]))
    top = step * math.ceil(max([*totals, 1]) / step)
    ticks = tuple((_y(value, top), _short(value)) for value in range(0, top + 1, step))
    columns = tuple(
        _column(place, len(stacks), one, total, top)
        for place, (one, total) in enumerate(zip(stacks, totals, strict=True))
    )
    return Plot(ticks=ticks, columns=columns)


def shares(labels: Sequence[str], figures: Sequence[tuple[float, float, float] | None]) -> Plot:
    """Return marks for *figures*: share, lower and upper end from 0 to 1; None leaves a gap."""
    most = max([100 * one[2] for one in figures if one], default=0)
    step = nice_step(max(math.ceil(most), _TICKS))
    top = min(100, step * math.ceil(max(most, 1) / step))
    ticks = tuple((_y(value, top), f"{value} %") for value in range(0, top + 1, step))
    marks = tuple(
        _mark(place, len(labels), label, one, top)
        for place, (label, one) in enumerate(zip(labels, figures, strict=True))
    )
    return Plot(ticks=ticks, marks=marks)


def nice_step(most: int) -> int:
    """Return the step of an axis up to *most*: 1, 2 or 5 of tens, in at most five steps."""
    raw = most / _TICKS
    power = 10 ** max(0, math.floor(math.log10(raw))) if raw > 1 else 1
    return next(power * one for one in (1, 2, 5, 10) if power * one >= raw)


def _column(place: int, of: int, one: Stack, total: int, top: int) -> Column:
    room = (WIDTH - _LEFT - _RIGHT) / of
    parts, below = [], 0
    for name, number in one.parts:
        if number and one.known:
            y, floor = _y(below + number, top), _y(below, top)
            parts.append(Part(name=name, y=y, height=round(floor - y, 1)))
            below += number
    labelled, lesser = _labelled(place, of)
    return Column(
        x=round(_LEFT + room * (place + (1 - _FILLED) / 2), 1),
        width=round(room * _FILLED, 1),
        label=one.label,
        total=total,
        known=one.known,
        parts=tuple(parts),
        labelled=labelled,
        lesser=lesser,
    )


def _mark(
    place: int, of: int, label: str, one: tuple[float, float, float] | None, top: int
) -> Mark:
    room = (WIDTH - _LEFT - _RIGHT) / of
    labelled, lesser = _labelled(place, of)
    share, low, high = one or (0.0, 0.0, 0.0)
    return Mark(
        middle=round(_LEFT + room * (place + 0.5), 1),
        label=label,
        y=_y(100 * share, top) if one else None,
        high=_y(100 * high, top),
        low=_y(100 * low, top),
        labelled=labelled,
        lesser=lesser,
    )


def _labelled(place: int, of: int) -> tuple[bool, bool]:
    """Tell whether a label has room, and whether a narrow screen has none. The last always has."""
    every = math.ceil(of / _LABELS)
    behind = of - 1 - place
    return behind % every == 0, behind % (3 * every) != 0


def _y(value: float, top: int) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 1)


def _short(value: int) -> str:
    """Write 1500 as ``1.5k``, so that it fits on a narrow screen."""
    return f"{value / 1000:g}k" if value >= 1000 else str(value)  # noqa: PLR2004 - a thousand
