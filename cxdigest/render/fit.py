"""Fit a mail into its limit: what matters most first, then as much as there is room for.

Pure. Places are given away in one order of worth, so a plan is a length of that order: genuine and
doubtful postings in one line each, a few of the lesser sections, the full forms of the wanted
ones, then the rest. Writing is the dear part, so lengths are guessed from what rows weighed so far.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from cxdigest.render.sections import Group

#: So many of each lesser section keep a place while the wanted ones still stand in full.
_FEW = 10
#: Bytes that a row takes at least; no more rows than fit at that size are ever tried.
_LEAST_ROW = 100
#: Room that may be left over, as a part of the limit, before another length is tried.
_NEAR = 0.03
_TRIES = 8
_WANTED, _LESSER = ("genuine", "unclear"), ("flagged", "others", "again", "closed")
#: Bytes that a place takes about, in one line or for what its full form takes beyond that.
_SHOWN = {
    "genuine": 300,
    "unclear": 280,
    "flagged": 560,
    "others": 300,
    "again": 360,
    "closed": 340,
}
_WHOLE = {"genuine": 900, "unclear": 500, "flagged": 600, "others": 600, "again": 0, "closed": 0}


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
    count: int

    @property
    def weight(self) -> int:
        """Bytes of one place, about."""
        return (_SHOWN if self.what == "shown" else _WHOLE)[self.key]


def turns_of(groups: Mapping[str, Group]) -> tuple[Turn, ...]:
    """Return all places of a day in the order of their worth."""
    sizes = {key: len(group.rows) for key, group in groups.items()}
    few = {key: min(sizes[key], _FEW) for key in _LESSER}
    full = {
        key: size if any(row.full for row in groups[key].rows) else 0 for key, size in sizes.items()
    }
    told = [
        *(Turn(key=key, what="shown", count=sizes[key]) for key in _WANTED),
        *(Turn(key=key, what="shown", count=few[key]) for key in _LESSER),
        *(Turn(key=key, what="whole", count=full[key]) for key in (*_WANTED, *_LESSER)),
        *(Turn(key=key, what="shown", count=sizes[key] - few[key]) for key in _LESSER),
    ]
    return tuple(turn for turn in told if turn.count)


def plan_of(turns: tuple[Turn, ...], length: int) -> Plan:
    """Give the first *length* places away."""
    given: dict[str, dict[str, int]] = {
        what: dict.fromkeys((*_WANTED, *_LESSER), 0) for what in ("shown", "whole")
    }
    for turn in turns:
        taken = min(turn.count, length)
        given[turn.what][turn.key] += taken
        length -= taken
    return Plan(shown=given["shown"], whole=given["whole"])


def fit(write: Callable[[Plan], str], turns: tuple[Turn, ...], limit: int) -> tuple[str, Plan]:
    """Return what *write* makes of the roomiest plan that stays below *limit* bytes, and the plan.

    Where even the plan without a row does not fit, that is returned.
    """
    weights = [0, *accumulate(turn.weight for turn in turns for _ in range(turn.count))]
    most = min(len(weights) - 1, 2 * limit // _LEAST_ROW)
    if weights[most] <= 2 * limit and _size(whole := write(every := plan_of(turns, most))) <= limit:
        return whole, every
    search = _Search(write=write, turns=turns, weights=weights[: most + 1], limit=limit)
    return search.longest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The search for the longest plan that fits."""

    write: Callable[[Plan], str]
    turns: tuple[Turn, ...]
    weights: list[int]  #: what so many places weigh, as was guessed
    limit: int

    def longest(self) -> tuple[str, Plan]:
        least = plan_of(self.turns, 0)
        best = (self.write(least), least)
        frame = size = _size(best[0])
        low, beyond, scale = 0, len(self.weights), 1.0
        for _ in range(_TRIES):
            if beyond - low <= 1 or self.limit - size < _NEAR * self.limit:
                break
            guess = self._fitting((self.limit - frame) / scale)
            length = min(max(guess, low + 1), beyond - 1)
            written = self.write(plan := plan_of(self.turns, length))
            taken = _size(written)
            scale = max(0.01, (taken - frame) / max(1, self.weights[length]))
            if taken <= self.limit:
                low, size, best = length, taken, (written, plan)
            else:
                beyond = length
        return best

    def _fitting(self, room: float) -> int:
        """Return how many places weigh *room*, less a little because rows differ."""
        return bisect_right(self.weights, room * (1 - _NEAR / 2)) - 1


def _size(written: str) -> int:
    return len(written.encode())
