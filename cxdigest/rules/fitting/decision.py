"""Choose the numbers that turn scores into a verdict: threshold, margins, and the confidence table.

The scores must come from postings that had no part in fitting the points. All numbers are whole and
stay where they are unless moving them saves something; of less text no smaller margin is asked.
Pure; needs NumPy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxdigest.model import Kind, Tier
from cxdigest.rules.fitting.firing import SCORED, Bools, Floats, Ints
from cxdigest.rules.reading.rule import Settings

#: What a needless `unclear` costs, where a wrong kind costs 1. Below the full text it costs less:
#: there the honest answer often is that nothing can be said.
DOUBT: Mapping[Tier, float] = {"title": 0.02, "snippet": 0.02, "full": 0.4}
#: What moving a number by one must save at least.
_INERTIA = 0.5
_THRESHOLDS = range(1, 17)
_MARGINS = range(1, 11)
_GENUINE_MARGINS = range(17)
_GENUINE = SCORED.index("genuine")
_EVEN = 50  #: percent right where nothing is known
_LEAST_IN_ROW = 12  #: verdicts behind a row of the confidence table


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The numbers of one judge; as in ``Settings``."""

    threshold: Mapping[Tier, int]
    margin: Mapping[Tier, int]
    genuine_margin: Mapping[Tier, Mapping[Kind, int]]
    confidence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """What *n* postings were given at one tier, and what they are."""

    scores: Ints  #: n by 7
    labels: Ints  #: n; indices of kinds


@dataclass(frozen=True, slots=True)
class Standing:
    """How the kinds stand on *n* postings."""

    leader: Ints  #: the kind that leads, as an index
    points: Ints  #: its points
    ahead: Ints  #: of the next, which counts as 0 where it is below
    over_genuine: Ints  #: ahead of genuine


def standing(scores: Ints) -> Standing:
    """Return how *scores*, n by 7, stand; the first of equals leads, as in the engine."""
    leader = np.argmax(scores, axis=1)
    ranked = np.sort(scores, axis=1)
    points = ranked[:, -1]
    ahead = points - np.maximum(0, ranked[:, -2])
    return Standing(leader, points, ahead, points - scores[:, _GENUINE])


def decided(stand: Standing, tier: Tier, numbers: Decision | Settings) -> Bools:
    """Tell, for each posting, whether *numbers* let the leader win."""
    needed = np.array([numbers.genuine_margin[tier].get(kind, 0) for kind in SCORED])
    enough = stand.points >= numbers.threshold[tier]
    clear = stand.ahead >= numbers.margin[tier]
    free = (stand.leader == _GENUINE) | (stand.over_genuine >= needed[stand.leader])
    out: Bools = enough & clear & free
    return out


def decide(scored: Mapping[Tier, Scored], present: Settings, *, price: float) -> Decision:
    """Return the numbers that cost least on postings *scored* at each tier.

    A hidden genuine role costs *price*, another wrong kind 1, an `unclear` what ``DOUBT`` says.
    """
    threshold: dict[Tier, int] = {}
    margin: dict[Tier, int] = {}
    genuine_margin: dict[Tier, Mapping[Kind, int]] = {}
    least = _MARGINS[0]
    for tier in ("full", "snippet", "title"):
        now = _Numbers(present.threshold[tier], present.margin[tier], present.genuine_margin[tier])
        best = _cheapest(scored[tier], now, least, price=price, doubt=DOUBT[tier])
        threshold[tier], margin[tier] = best.threshold, best.margin
        genuine_margin[tier] = _in_the_order_of(now.genuine_margin, best.genuine_margin)
        least = best.margin
    chosen = Decision(
        threshold=threshold, margin=margin, genuine_margin=genuine_margin, confidence=()
    )
    table = confidence(*_outcomes(scored, chosen))
    return replace(chosen, confidence=table or present.confidence)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of one tier."""

    threshold: int
    margin: int
    genuine_margin: Mapping[Kind, int]


def _cheapest(
    of_tier: Scored, now: _Numbers, least_margin: int, *, price: float, doubt: float
) -> _Numbers:
    """Return the cheapest numbers, of which the margin is *least_margin* or more.

    Once threshold and margin are set, the kinds do not touch each other, so each kind's margin
    over genuine is the best there is for it.
    """
    stand = standing(of_tier.scores)
    cost = _cost_of_leader(stand, of_tier.labels, price) - doubt
    best: tuple[float, _Numbers] | None = None
    for least, lead in itertools.product(
        _nearest(_THRESHOLDS, now.threshold), _nearest(_MARGINS, now.margin, least_margin)
    ):
        said = np.where((stand.points >= least) & (stand.ahead >= lead), cost, 0.0)
        total = _INERTIA * (abs(least - now.threshold) + abs(lead - now.margin))
        total += float(said[stand.leader == _GENUINE].sum())
        margins = {}
        for index, kind in enumerate(SCORED[1:], 1):
            mine = stand.leader == index
            margins[kind], more = _genuine_margin(
                said[mine], stand.over_genuine[mine], now.genuine_margin[kind]
            )
            total += more
        if best is None or total < best[0] - 1e-9:
            best = total, _Numbers(least, lead, margins)
    assert best is not None
    return best[1]


def _in_the_order_of(now: Mapping[Kind, int], chosen: Mapping[Kind, int]) -> dict[Kind, int]:
    """Return *chosen*, raised until a kind that is asked more than another now still is.

    Which kind shares most words with genuine roles is known of the trades, not of so few labels.
    """
    ordered: dict[Kind, int] = {}
    for kind in sorted(chosen, key=lambda one: now[one]):
        below = [ordered[other] for other in ordered if now[other] < now[kind]]
        ordered[kind] = max(chosen[kind], 1 + max(below)) if below else chosen[kind]
    return {kind: ordered[kind] for kind in chosen}


def _cost_of_leader(stand: Standing, labels: Ints, price: float) -> Floats:
    """Return what it costs, for each posting, to say what leads."""
    hidden = (labels == _GENUINE) & (stand.leader != _GENUINE)
    cost: Floats = np.where(hidden, price, (labels != stand.leader).astype(float))
    return cost


def _nearest(numbers: range, now: int, least: int = 0) -> list[int]:
    """Return *numbers* and *now* from *least* on, nearest to *now* first, then the more careful."""
    usable = {number for number in (*numbers, now, least) if number >= least}
    return sorted(usable, key=lambda number: (abs(number - now), -number))


def _genuine_margin(cost: Floats, over: Ints, now: int) -> tuple[int, float]:
    """Return the margin over genuine that costs least for one kind, and its cost.

    *over* says how far each of its postings is ahead of genuine, and *cost* what it costs to say
    so.
    """
    margins = _nearest(_GENUINE_MARGINS, now)
    most = max(margins)
    at = np.bincount(np.minimum(over, most), weights=cost, minlength=most + 1)
    from_there_on = at[::-1].cumsum()[::-1]
    costs = [(_INERTIA * abs(each - now) + float(from_there_on[each]), each) for each in margins]
    total, margin = min(costs, key=lambda pair: round(pair[0], 9))
    return margin, total


def _outcomes(scored: Mapping[Tier, Scored], numbers: Decision) -> tuple[list[int], list[bool]]:
    """Return how far ahead each verdict was, at every tier, and whether it was right."""
    ahead: list[int] = []
    right: list[bool] = []
    for tier, of_tier in scored.items():
        stand = standing(of_tier.scores)
        said = decided(stand, tier, numbers)
        ahead += stand.ahead[said].tolist()
        right += (stand.leader == of_tier.labels)[said].tolist()
    return ahead, right


def confidence(ahead: Sequence[int], right: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Return (margin, percent right from there on), both ascending; empty without verdicts.

    An isotonic regression, each share drawn a little towards a half, so that a few lucky
    verdicts do not say 100 %.
    """
    if not ahead:
        return ()
    table = [(0, _EVEN)]  # of margins below all that were seen nothing is known
    for margin, hits, n in _joined(list(_bins(sorted(zip(ahead, right, strict=True))))):
        percent = int(100 * (hits + 1) / (n + 2))
        if margin == 0:
            table = [(0, percent)]
        elif percent > table[-1][1]:
            table.append((margin, percent))
    return tuple(table)


def _bins(pairs: Sequence[tuple[int, bool]]) -> Iterator[tuple[int, int, int]]:
    """Yield (margin, hits, n) for runs of margins with enough verdicts each."""
    first, hits, n, last = pairs[0][0], 0, 0, pairs[0][0]
    for margin, is_right in pairs:
        if margin != last and n >= _LEAST_IN_ROW:
            yield first, hits, n
            first, hits, n = margin, 0, 0
        hits, n, last = hits + is_right, n + 1, margin
    yield first, hits, n


def _joined(bins: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join neighbours until the shares ascend: pool adjacent violators."""
    joined: list[tuple[int, int, int]] = []
    for one in bins:
        joined.append(one)
        while len(joined) > 1 and _share(joined[-2]) >= _share(joined[-1]):
            (_, hits, n), (first, hits_before, n_before) = joined.pop(), joined.pop()
            joined.append((first, hits_before + hits, n_before + n))
    return joined


def _share(one: tuple[int, int, int]) -> float:
    return one[1] / one[2]
