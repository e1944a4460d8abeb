"""Fit the points of rules to labelled postings: whole numbers, signs kept, not far from a hand's.

A multinomial logistic loss over the seven kinds, in which a genuine role weighs more by its price,
with a pull towards the present points; then the numbers of the decision, chosen on scores that the
fit had not seen. Employers are never parted. Pure and deterministic; needs the extra ``fit``.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from cxdigest.model import Tier
from cxdigest.rules.accuracy import Labelled, folds, posting_at
from cxdigest.rules.compiled import Rules
from cxdigest.rules.decision import Decision, decide
from cxdigest.rules.firing import SCORED, Firing, Floats, Ints, Sums, firing
from cxdigest.rules.rule import TIERS

PRICE = 5.0  #: a hidden genuine role costs as much as so many other mistakes
LEAST = 5  #: employers whose postings a rule must fire on before its points are fitted
MOST_POINTS = 12
#: What a rule pays, in nats, for points that double or vanish; one is chosen by cross-validation.
PULLS = (1.0, 3.0, 10.0, 30.0)
_GENUINE = SCORED.index("genuine")


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
    """Fits the points of one set of rules, as often as it is asked."""

    def __init__(
        self, rules: Rules, *, price: float, pull: float | None, count: int, numbers: bool
    ) -> None:
        self._rules = rules
        self._sums = Sums(rules)
        self._present = np.array([rule.points for rule in rules.rules], dtype=np.int64)
        self._price = price
        self._pulls = PULLS if pull is None else (pull,)
        self._count = count
        self._numbers = numbers

    def fit(self, sample: _Sample) -> Fit:
        """Return what *sample* says."""
        fold_of = _folds(sample.groups, self._count)
        tried = [self._cross_validated(sample, fold_of, pull) for pull in self._pulls]
        best = min(range(len(tried)), key=lambda index: tried[index].loss)
        points = self._points(sample, self._pulls[best])
        seen = self._employers(sample)
        ids = [rule.id for rule in self._rules.rules]
        return Fit(
            points={name: int(value) for name, value in zip(ids, points, strict=True)},
            decision=self._decision(tried[best], sample.labels),
            silent=tuple(name for name, n in zip(ids, seen, strict=True) if n == 0),
            rare=tuple(name for name, n in zip(ids, seen, strict=True) if 0 < n < LEAST),
            pull=self._pulls[best],
            loss_before=self._loss_at_present(sample, fold_of),
            loss_after=tried[best].loss,
            postings=len(sample.labels),
        )

    def _decision(self, tried: _Tried, labels: Ints) -> Decision | None:
        if not self._numbers:
            return None
        return decide(tried.scores, labels, self._rules.settings, price=self._price)

    def _cross_validated(self, sample: _Sample, fold_of: Ints, pull: float) -> _Tried:
        """Return the scores of each fold by points that were fitted to the others."""
        scores: dict[Tier, Ints] = {
            tier: np.zeros((len(sample.labels), len(SCORED)), dtype=np.int64) for tier in TIERS
        }
        loss = 0.0
        for fold in range(self._count):
            inside, outside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            fitted_to, rest = sample.at(inside), sample.at(outside)
            points = self._points(fitted_to, pull)
            for tier in TIERS:
                scores[tier][outside] = self._sums.exact(points, rest.fired[tier])
            loss += self._loss(scores["full"][outside], rest.labels, self._heat(fitted_to))
        return _Tried(scores, loss / self._weights(sample.labels).sum())

    def _loss_at_present(self, sample: _Sample, fold_of: Ints) -> float:
        loss = 0.0
        for fold in range(self._count):
            inside, outside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            rest = sample.at(outside)
            scores = self._sums.exact(self._present, rest.fired["full"])
            loss += self._loss(scores, rest.labels, self._heat(sample.at(inside)))
        return loss / float(self._weights(sample.labels).sum())

    def _points(self, sample: _Sample, pull: float) -> Ints:
        """Return whole points for every rule."""
        heat = self._heat(sample)
        free = self._employers(sample) >= LEAST
        present = self._present.astype(float)

        def cost(points: Floats) -> tuple[float, Floats]:
            return self._cost(points, sample, heat, pull)

        bounds = [
            _bounds(points) if fitted else (points, points)
            for points, fitted in zip(present, free, strict=True)
        ]
        done = minimize(cost, present, jac=True, bounds=bounds, method="L-BFGS-B")
        whole: Ints = np.rint(done.x).astype(np.int64)
        return whole

    def _cost(
        self, points: Floats, sample: _Sample, heat: float, pull: float
    ) -> tuple[float, Floats]:
        """Return the loss of *points* with the pull, and its gradient."""
        fired, labels = sample.fired["full"], sample.labels
        scores, back = self._sums.smooth(points, fired)
        weights = self._weights(labels)
        by_score = _softmax(scores / heat)
        by_score[np.arange(len(labels)), labels] -= 1
        by_score *= weights[:, None] / heat
        drift = (points - self._present) / np.abs(self._present)
        cost = self._loss(scores, labels, heat) + pull * float(drift @ drift)
        return cost, back(by_score) + 2 * pull * drift / np.abs(self._present)

    def _loss(self, scores: Floats | Ints, labels: Ints, heat: float) -> float:
        logs = scores / heat
        top = logs.max(axis=1, keepdims=True)
        spread = np.log(np.exp(logs - top).sum(axis=1)) + top[:, 0]
        return float(self._weights(labels) @ (spread - logs[np.arange(len(labels)), labels]))

    def _weights(self, labels: Ints) -> Floats:
        """Return what each posting weighs.

        A genuine role weighs the root of its price: the decision asks for the price itself, and
        points that were bent by all of it would pay it twice.
        """
        weights: Floats = np.where(labels == _GENUINE, math.sqrt(self._price), 1.0)
        return weights

    def _heat(self, sample: _Sample) -> float:
        """Return how many points make a kind e times as likely, judged by the present points."""
        scores = self._sums.exact(self._present, sample.fired["full"])
        found = minimize_scalar(
            lambda heat: self._loss(scores, sample.labels, heat), bounds=(0.5, 30), method="bounded"
        )
        return float(found.x)

    def _employers(self, sample: _Sample) -> Ints:
        """Return how many employers' postings each rule fires on."""
        fires = sample.fired["full"].percents > 0
        numbers = {group: index for index, group in enumerate(dict.fromkeys(sample.groups))}
        of = np.array([numbers[group] for group in sample.groups])
        seen = np.zeros((len(numbers), fires.shape[1]), dtype=np.bool_)
        np.logical_or.at(seen, of, fires)
        employers: Ints = seen.sum(axis=0)
        return employers


@dataclass(frozen=True, slots=True)
class _Tried:
    scores: Mapping[Tier, Ints]
    loss: float


def _bounds(points: float) -> tuple[float, float]:
    """Return between which points a rule may move: its sign stays."""
    most = max(float(MOST_POINTS), abs(points))
    return (1.0, most) if points > 0 else (-most, -1.0)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
