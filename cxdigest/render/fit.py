"""Fit a mail into its limit: what matters most first, then as much as there is room for.

Pure. Places are given away in one order of worth, so a plan is a length of that order: genuine and
doubtful postings in one line each, a few of the lesser sections, the full forms of the wanted
ones, then the rest. Writing is the dear part, so lengths are guessed from what rows weighed so far.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Literal

from cxdigest.render.row import Row
from cxdigest.render.sections import Group

#: So many of each lesser section keep a place while the wanted ones still stand in full.
_FEW = 10
#: Room that may be left over, as a part of the limit, before another length is tried.
_NEAR = 0.03
_TRIES = 8
#: Bytes of the text around the postings on a usual day.
_FRAME = 12_000
_WANTED, _LESSER = ("genuine", "unclear"), ("flagged", "others", "again", "closed")
#: Bytes of tags and styles in a row, beside its own words: in one line, for its quotes, for what
#: its full form has beyond that, and for each link that says something of it.
_LINE, _QUOTED, _FULL, _ACT = 250, 200, 350, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many rows of each section are shown, and how many of them may be in full."""

    shown: Mapping[str, int]
    whole: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Some places of one kind, given away one after another."""

    key: str
    what: Literal["shown", "whole"]
    weights: tuple[int, ...]  #: how many bytes each place takes, about: one a row


def turns_of(groups: Mapping[str, Group]) -> tuple[Turn, ...]:
    """Return all places of a day in the order of their worth."""
    rows = {key: group.rows for key, group in groups.items()}
    full = {key: mine if any(row.full for row in mine) else () for key, mine in rows.items()}
    lines = {
        key: tuple(map(_quoting if key == "flagged" else _line, mine)) for key, mine in rows.items()
    }
    told = [
        *(Turn(key=key, what="shown", weights=lines[key]) for key in _WANTED),
        *(Turn(key=key, what="shown", weights=lines[key][:_FEW]) for key in _LESSER),
        *(
            Turn(key=key, what="whole", weights=tuple(map(_whole, full[key])))
            for key in (*_WANTED, *_LESSER)
        ),
        *(Turn(key=key, what="shown", weights=lines[key][_FEW:]) for key in _LESSER),
    ]
    return tuple(turn for turn in told if turn.weights)


def _line(row: Row) -> int:
    acts = 0 if row.full else _acts(row)
    return _LINE + len(row.title) + len(row.url) + len(row.facts) + len(row.since) + acts


def _acts(row: Row) -> int:
    return sum([_ACT + len(act.url) for act in row.acts])


def _quoting(row: Row) -> int:
    return _line(row) + _QUOTED + sum(map(len, row.quotes))


def _whole(row: Row) -> int:
    if not row.full:
        return 0
    return _FULL + sum(map(len, row.quotes)) + len(row.reason) + len(row.origin) + _acts(row)


def plan_of(turns: tuple[Turn, ...], length: int) -> Plan:
    """Give the first *length* places away."""
    given: dict[str, dict[str, int]] = {
        what: dict.fromkeys((*_WANTED, *_LESSER), 0) for what in ("shown", "whole")
    }
    for turn in turns:
        taken = min(len(turn.weights), length)
        given[turn.what][turn.key] += taken
        length -= taken
    return Plan(shown=given["shown"], whole=given["whole"])


def total_of(turns: tuple[Turn, ...]) -> Plan:
    """Return the plan that shows everything as it is usually shown."""
    return plan_of(turns, sum(len(turn.weights) for turn in turns))


def seems_to_fit(turns: tuple[Turn, ...], limit: int) -> bool:
    """Tell whether it is worth while to try the whole day first."""
    return _FRAME + sum(sum(turn.weights) for turn in turns) <= limit * (1 + _NEAR)


def longest(
    write: Callable[[Plan], str], turns: tuple[Turn, ...], limit: int, frame: str
) -> tuple[str, Plan]:
    """Return what *write* makes of the roomiest plan that stays below *limit* bytes, and the plan.

    *frame* is what it makes of no row at all; it is returned where even that does not fit.
    """
    weights = list(accumulate(chain.from_iterable(turn.weights for turn in turns), initial=0))
    best, size = (frame, plan_of(turns, 0)), size_of(frame)
    low, beyond = 0, len(weights)
    scale = 1.0  # bytes a byte of weight, from here on
    for _ in range(_TRIES):
        room = limit - size
        if beyond - low <= 1 or room < _NEAR * limit:
            break
        # A little less than would just fit, because rows differ.
        reach = weights[low] + (room - _NEAR * limit / 2) / scale
        length = min(max(bisect_right(weights, reach) - 1, low + 1), beyond - 1)
        written = write(plan := plan_of(turns, length))
        taken = size_of(written)
        scale = max(0.01, (taken - size) / max(1, weights[length] - weights[low]))
        if taken <= limit:
            low, size, best = length, taken, (written, plan)
        else:
            beyond = length
    return best


def size_of(written: str) -> int:
    """Return how many bytes *written* takes."""
    return len(written.encode())
