"""Which rules fire on which postings, and the sums the engine makes of it, on whole arrays.

``Firing`` holds what does not depend on points, so that a thousand choices of points cost no second
reading. ``Sums`` adds up as ``score`` does: rounded points in capped groups. Pure; needs NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cxdigest.model import KINDS, Posting, Tier
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.verdicts.judge import judge_many
from cxdigest.rules.verdicts.score import points_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SCORED = KINDS[:-1]  #: the kinds that are given points


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What fired on *n* postings, of *r* rules."""

    percents: Ints  #: n by r; percent of a rule's points that count, of all its wordings
    beside: Ints  #: n by 7; points that are no single rule's, as the present points make them
    claims: Bools  #: n; the title says customer experience

    def at(self, rows: Ints) -> Self:
        """Return the postings of these rows alone."""
        return replace(
            self,
            percents=self.percents[rows],
            beside=self.beside[rows],
            claims=self.claims[rows],
        )


def firing(postings: Sequence[Posting], rules: Rules) -> Firing:
    """Return what fires on *postings*.

    The rules are asked with 100 points each, so that their points are percents, and once as they
    are.
    """
    whole = rules.all_rules
    probing = Rules(replace(whole, rules=tuple(replace(r, points=100) for r in whole.rules)))
    number = {rule.id: index for index, rule in enumerate(rules.rules)}
    percents = np.zeros((len(postings), len(number)), dtype=np.int64)
    beside = np.zeros((len(postings), len(SCORED)), dtype=np.int64)
    claims = np.zeros(len(postings), dtype=np.bool_)
    for row, verdict in enumerate(judge_many(postings, probing)):
        claims[row] = verdict.claims
        for item in verdict.evidence:
            if item.rule in number:
                percents[row, number[item.rule]] = item.points
    for row, verdict in enumerate(judge_many(postings, rules)):
        for item in verdict.evidence:
            if item.rule not in number:
                beside[row, SCORED.index(item.kind)] += item.points
    return Firing(percents=percents, beside=beside, claims=claims)


def scored(postings: Sequence[Posting], rules: Rules) -> tuple[Ints, list[Tier]]:
    """Return the scores the engine itself gives, n by 7, and the tier of each verdict."""
    scores = np.zeros((len(postings), len(SCORED)), dtype=np.int64)
    tiers: list[Tier] = []
    for row, verdict in enumerate(judge_many(postings, rules)):
        points = points_of(verdict.evidence, rules, claims=verdict.claims)
        scores[row] = [points[kind] for kind in SCORED]
        tiers.append(verdict.tier)
    return scores, tiers


class Sums:
    """How the points of *r* rules become the scores of the seven kinds.

    Groups are summed by runs of columns, not by a product of matrices: for sizes like these the
    threads of a linear algebra library cost more than they give, and could change the last digit.
    """

    def __init__(self, rules: Rules) -> None:
        keys = [(SCORED.index(rule.kind), rule.group) for rule in rules.rules]
        groups = sorted(set(keys))
        number = {key: index for index, key in enumerate(groups)}
        kinds = np.array([kind for kind, _ in groups])
        self._group_of = np.array([number[key] for key in keys])  # r
        self._order = np.argsort(self._group_of, kind="stable")
        self._starts = np.searchsorted(self._group_of[self._order], np.arange(len(groups)))
        self._kind_of = kinds  # g, ascending
        self._kinds = np.unique(kinds)
        self._kind_starts = np.searchsorted(kinds, self._kinds)
        self._caps = np.array([rules.caps[group] for _, group in groups], dtype=float)
        supporting = [group in rules.settings.supporting for _, group in groups]
        self._supporting = np.array(supporting, dtype=np.bool_)

    def exact(self, points: Ints, fired: Firing) -> Ints:
        """Return the scores, n by 7, of whole *points*.

        They are the engine's where points are the present ones; what is no single rule's may move
        with others.
        """
        size = (np.abs(points) * fired.percents + 50) // 100
        capped = np.minimum(self._by_group(np.sign(points) * size), self._caps)
        base, support = self._by_kind(capped, fired)
        return np.rint(base + np.minimum(support, np.maximum(base, 0))).astype(np.int64)

    def smooth(self, points: Floats, fired: Firing) -> tuple[Floats, Callable[[Floats], Floats]]:
        """Return the scores, n by 7, without rounding, and what tells their gradient.

        The second turns a gradient by scores into one by points; at the cap of a group, and where
        support is cut, it is a subgradient.
        """
        shares = fired.percents / 100
        total = self._by_group(shares * points)
        base, support = self._by_kind(np.minimum(total, self._caps), fired)
        most = np.maximum(base, 0)
        cut = support > most

        def back(by_score: Floats) -> Floats:
            own = (by_score * (1 + (cut & (base > 0))))[:, self._kind_of]
            supported = (by_score * ~cut)[:, self._kind_of]
            by_group = np.where(self._apart(fired.claims), supported, own) * (total <= self._caps)
            gradient: Floats = np.sum(by_group[:, self._group_of] * shares, axis=0)
            return gradient

        return base + np.minimum(support, most), back

    def _by_group(self, contributions: Floats | Ints) -> Floats:
        sums: Floats = np.add.reduceat(contributions[:, self._order], self._starts, axis=1)
        return sums

    def _by_kind(self, capped: Floats, fired: Firing) -> tuple[Floats, Floats]:
        """Return the kinds' own points and what only supports them, each n by 7."""
        apart = self._apart(fired.claims)
        base, support = np.zeros((2, len(capped), len(SCORED)))
        own, supporting = np.where(apart, 0, capped), np.where(apart, capped, 0)
        base[:, self._kinds] = np.add.reduceat(own, self._kind_starts, axis=1)
        support[:, self._kinds] = np.add.reduceat(supporting, self._kind_starts, axis=1)
        return base + fired.beside, support

    def _apart(self, claims: Bools) -> Bools:
        """Tell, n by g, which groups are only support under which titles."""
        return self._supporting[None, :] & ~claims[:, None]
