"""Fit the points of rules to labelled postings: whole numbers, signs kept, not far from a hand's.

A multinomial logistic loss over the seven kinds, in which a genuine role weighs more by its price,
with a pull towards the present points; then the numbers of the decision, chosen on scores that the
fit had not seen. Employers are never parted. Pure and deterministic; needs the extra ``fit``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxdigest.model import Tier
from cxdigest.rules.accuracy import Labelled, folds, posting_at
from cxdigest.rules.compiled import Rules
from cxdigest.rules.decision import Decision, decide
from cxdigest.rules.descent import Descent
from cxdigest.rules.firing import SCORED, Firing, Ints, firing
from cxdigest.rules.rule import TIERS

PRICE = 5.0  #: a hidden genuine role costs as much as so many other mistakes
LEAST = 5  #: employers whose postings a rule must fire on before its points are fitted
#: What a rule pays, in nats, for points that are e times the present ones, or the e-th part.
PULLS = (2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What the labels say about rules."""

    points: Mapping[str, int]  #: of every active rule, by its id
    decision: Decision | None  #: None where only points were asked for
    silent: tuple[str, ...]  #: rules that never fired: nothing is known of them
    rare: tuple[str, ...]  #: rules that fired for too few employers; their points stay
    pull: float  #: the pull towards the present points
    loss_before: float  #: mean loss of the present points, in nats
    loss_after: float  #: the same of fitted points, on postings their fit had not seen
    postings: int  #: that were fitted to


@dataclass(frozen=True, slots=True)
class _Sample:
    """Labelled postings as arrays: *n* of them."""

    fired: Mapping[Tier, Firing]
    labels: Ints  #: n; indices of kinds
    groups: tuple[str, ...]  #: n; employers

    def at(self, rows: Ints) -> _Sample:
        return _Sample(
            {tier: fired.at(rows) for tier, fired in self.fired.items()},
            self.labels[rows],
            tuple(self.groups[row] for row in rows),
        )


def fit(
    labelled: Sequence[Labelled],
    rules: Rules,
    *,
    price: float = PRICE,
    pull: float | None = None,
    count: int = 5,
    numbers: bool = True,
) -> Fit:
    """Return the points, and with *numbers* the decision, that fit *labelled* best.

    *count* is how many folds; without *pull*, the best of ``PULLS`` is taken. Postings labelled
    `unclear` are left out.

    Raises:
        ValueError: fewer employers than folds.
    """
    return Fitter(rules, price=price, pull=pull, count=count, numbers=numbers).fit(
        _sample(labelled, rules)
    )


def apply(rules: Rules, fitted: Fit) -> Rules:
    """Return *rules* with the points and numbers of *fitted*; no file is touched."""
    whole = rules.all_rules
    settings = whole.settings
    if fitted.decision is not None:
        settings = replace(
            settings,
            threshold=fitted.decision.threshold,
            margin=fitted.decision.margin,
            genuine_margin=fitted.decision.genuine_margin,
            confidence=fitted.decision.confidence,
        )
    changed = repr((whole.fingerprint, sorted(fitted.points.items()), fitted.decision))
    return Rules(
        replace(
            whole,
            rules=tuple(
                replace(rule, points=fitted.points.get(rule.id, rule.points))
                for rule in whole.rules
            ),
            settings=settings,
            fingerprint=hashlib.sha256(changed.encode()).hexdigest()[:16],
        )
    )


def held_out(
    labelled: Sequence[Labelled],
    rules: Rules,
    *,
    price: float = PRICE,
    pull: float | None = None,
    count: int = 5,
    numbers: bool = True,
    seed: int = 0,
) -> Iterator[tuple[list[Labelled], Rules]]:
    """Yield each fold's postings, with rules that were fitted to all other folds.

    Raises:
        ValueError: fewer employers than folds.
    """
    whole = _sample(labelled, rules)
    fitter = Fitter(rules, price=price, pull=pull, count=count, numbers=numbers)
    fold_of = _folds([one.group for one in labelled], count, seed)
    known = np.array([one.kind != "unclear" for one in labelled])
    for fold in range(count):
        # The sample has no rows for what is labelled unclear.
        fitted = fitter.fit(whole.at(np.flatnonzero(fold_of[known] != fold)))
        out = [one for one, of in zip(labelled, fold_of, strict=True) if of == fold]
        yield out, apply(rules, fitted)


def _sample(labelled: Sequence[Labelled], rules: Rules) -> _Sample:
    known = [one for one in labelled if one.kind != "unclear"]
    return _Sample(
        {tier: firing([posting_at(one.posting, tier) for one in known], rules) for tier in TIERS},
        np.array([SCORED.index(one.kind) for one in known], dtype=np.int64),
        tuple(one.group for one in known),
    )


def _folds(groups: Sequence[str], count: int, seed: int = 0) -> Ints:
    if len(set(groups)) < count:
        raise ValueError(f"{len(set(groups))} employers cannot be parted into {count} folds")
    return np.array(folds(groups, count, seed=seed), dtype=np.int64)


class Fitter:
    """Fits one set of rules, as often as it is asked."""

    def __init__(
        self, rules: Rules, *, price: float, pull: float | None, count: int, numbers: bool
    ) -> None:
        self._rules = rules
        self._descent = Descent(rules, price)
        self._price = price
        self._pulls = PULLS if pull is None else (pull,)
        self._count = count
        self._numbers = numbers

    def fit(self, sample: _Sample) -> Fit:
        """Return what *sample* says."""
        fold_of = _folds(sample.groups, self._count)
        tried = [self._tried(sample, fold_of, pull) for pull in self._pulls]
        best = min(tried, key=lambda one: one.loss)
        ids = [rule.id for rule in self._rules.rules]
        seen = _employers(sample)
        points = self._points(sample, best.pull)
        return Fit(
            points={name: int(value) for name, value in zip(ids, points, strict=True)},
            decision=self._decision(best, sample.labels),
            silent=tuple(name for name, n in zip(ids, seen, strict=True) if n == 0),
            rare=tuple(name for name, n in zip(ids, seen, strict=True) if 0 < n < LEAST),
            pull=best.pull,
            loss_before=self._tried(sample, fold_of, None).loss,
            loss_after=best.loss,
            postings=len(sample.labels),
        )

    def _decision(self, tried: _Tried, labels: Ints) -> Decision | None:
        if not self._numbers:
            return None
        return decide(tried.scores, labels, self._rules.settings, price=self._price)

    def _points(self, sample: _Sample, pull: float | None) -> Ints:
        """Return the points fitted with *pull*, the present ones without."""
        if pull is None:
            return self._descent.present
        free = _employers(sample) >= LEAST
        return self._descent.points(sample.fired["full"], sample.labels, free, pull)

    def _tried(self, sample: _Sample, fold_of: Ints, pull: float | None) -> _Tried:
        """Return how each fold fares by points that were fitted to the others."""
        scores: dict[Tier, Ints] = {
            tier: np.zeros((len(sample.labels), len(SCORED)), dtype=np.int64) for tier in TIERS
        }
        loss = 0.0
        for fold in range(self._count):
            rows = np.flatnonzero(fold_of == fold)
            inside, outside = sample.at(np.flatnonzero(fold_of != fold)), sample.at(rows)
            points = self._points(inside, pull)
            for tier in TIERS:
                scores[tier][rows] = self._descent.sums.exact(points, outside.fired[tier])
            heat = self._descent.heat(points, inside.fired["full"], inside.labels)
            loss += self._descent.loss(points, heat, outside.fired["full"], outside.labels)
        mean = loss / float(self._descent.weights(sample.labels).sum())
        return _Tried(pull or 0.0, scores, mean)


@dataclass(frozen=True, slots=True)
class _Tried:
    pull: float
    scores: Mapping[Tier, Ints]
    loss: float


def _employers(sample: _Sample) -> Ints:
    """Return how many employers' postings each rule fires on."""
    fires = sample.fired["full"].percents > 0
    numbers = {group: index for index, group in enumerate(dict.fromkeys(sample.groups))}
    seen = np.zeros((len(numbers), fires.shape[1]), dtype=np.bool_)
    np.logical_or.at(seen, np.array([numbers[group] for group in sample.groups]), fires)
    employers: Ints = seen.sum(axis=0)
    return employers
