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
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.fitting.decision import Decision, Scored, decide
from cxdigest.rules.fitting.descent import Descent
from cxdigest.rules.fitting.firing import SCORED, Firing, Ints, firing, scored
from cxdigest.rules.reading.rule import TIERS
from cxdigest.rules.trials.accuracy import Labelled, folds, posting_at

PRICE = 5.0  #: a hidden genuine role costs as much as so many other mistakes
LEAST = 5  #: employers whose postings a rule must fire on before its points are fitted
#: What a rule pays, in nats, for points that are e times the present ones, or the e-th part.
PULL = 2.0


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
    """Labelled postings, none of them `unclear`, and what fires on them."""

    postings: tuple[Labelled, ...]
    fired: Firing

    @property
    def labels(self) -> Ints:
        return np.array([SCORED.index(one.kind) for one in self.postings], dtype=np.int64)

    @property
    def groups(self) -> list[str]:
        return [one.group for one in self.postings]

    def at(self, rows: Ints) -> _Sample:
        return _Sample(tuple(self.postings[row] for row in rows), self.fired.at(rows))


_Parts = tuple[_Sample, _Sample]  #: what is fitted to, and the fold that is not


def fit(
    labelled: Sequence[Labelled],
    rules: Rules,
    *,
    price: float = PRICE,
    pull: float = PULL,
    count: int = 5,
    numbers: bool = True,
) -> Fit:
    """Return the points, and with *numbers* the decision, that fit *labelled* best.

    *count* is how many folds. Postings labelled `unclear` are left out.

    Raises:
        ValueError: fewer employers than folds.
    """
    return Fitter(rules, price=price, pull=pull, count=count, numbers=numbers).fit(
        _sample(labelled, rules)
    )


def apply(rules: Rules, fitted: Fit) -> Rules:
    """Return *rules* with the points and numbers of *fitted*; no file is touched."""
    return _with(rules, fitted.points, fitted.decision)


def _with(rules: Rules, points: Mapping[str, int], decision: Decision | None) -> Rules:
    whole = rules.all_rules
    settings = whole.settings
    if decision is not None:
        settings = replace(
            settings,
            threshold=decision.threshold,
            margin=decision.margin,
            genuine_margin=decision.genuine_margin,
            confidence=decision.confidence,
        )
    changed = repr((whole.fingerprint, sorted(points.items()), decision))
    return Rules(
        replace(
            whole,
            rules=tuple(replace(one, points=points.get(one.id, one.points)) for one in whole.rules),
            settings=settings,
            fingerprint=hashlib.sha256(changed.encode()).hexdigest()[:16],
        )
    )


def held_out(
    labelled: Sequence[Labelled],
    rules: Rules,
    *,
    price: float = PRICE,
    pull: float = PULL,
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
    known = tuple(one for one in labelled if one.kind != "unclear")
    return _Sample(known, firing([one.posting for one in known], rules))


def _folds(groups: Sequence[str], count: int, seed: int = 0) -> Ints:
    if len(set(groups)) < count:
        raise ValueError(f"{len(set(groups))} employers cannot be parted into {count} folds")
    return np.array(folds(groups, count, seed=seed), dtype=np.int64)


class Fitter:
    """Fits one set of rules, as often as it is asked."""

    def __init__(
        self, rules: Rules, *, price: float, pull: float, count: int, numbers: bool
    ) -> None:
        self._rules = rules
        self._descent = Descent(rules, price)
        self._price = price
        self._pull = pull
        self._count = count
        self._numbers = numbers

    def fit(self, sample: _Sample) -> Fit:
        """Return what *sample* says."""
        fold_of = _folds(sample.groups, self._count)
        parts = [
            (sample.at(np.flatnonzero(fold_of != fold)), sample.at(np.flatnonzero(fold_of == fold)))
            for fold in range(self._count)
        ]
        apart = [self._points(inside) for inside, _ in parts]
        seen = _employers(sample)
        ids = [rule.id for rule in self._rules.rules]
        return Fit(
            points=self._named(self._points(sample)),
            decision=self._decision(parts, apart) if self._numbers else None,
            silent=tuple(name for name, n in zip(ids, seen, strict=True) if n == 0),
            rare=tuple(name for name, n in zip(ids, seen, strict=True) if 0 < n < LEAST),
            pull=self._pull,
            loss_before=self._loss(parts, [self._descent.present] * self._count),
            loss_after=self._loss(parts, apart),
            postings=len(sample.postings),
        )

    def _points(self, sample: _Sample) -> Ints:
        free = _employers(sample) >= LEAST
        return self._descent.points(sample.fired, sample.labels, free, self._pull)

    def _named(self, points: Ints) -> dict[str, int]:
        rules = self._rules.rules
        return {rule.id: int(value) for rule, value in zip(rules, points, strict=True)}

    def _loss(self, parts: Sequence[_Parts], points: Sequence[Ints]) -> float:
        """Return the mean loss on each fold by *points*, one set a fold, fitted to the others."""
        loss = weight = 0.0
        for (inside, outside), fitted in zip(parts, points, strict=True):
            heat = self._descent.heat(fitted, inside.fired, inside.labels)
            loss += self._descent.loss(fitted, heat, outside.fired, outside.labels)
            weight += float(self._descent.weights(outside.labels).sum())
        return loss / weight

    def _decision(self, parts: Sequence[_Parts], fitted: Sequence[Ints]) -> Decision:
        """Choose the numbers on what the engine says of each fold by points of the others."""
        found: dict[Tier, list[tuple[Ints, int]]] = {tier: [] for tier in TIERS}
        for (_, outside), points in zip(parts, fitted, strict=True):
            rules = _with(self._rules, self._named(points), None)
            for tier in TIERS:
                texts = [posting_at(one.posting, tier) for one in outside.postings]
                scores, tiers = scored(texts, rules)
                for row, label, seen in zip(scores, outside.labels, tiers, strict=True):
                    found[seen].append((row, int(label)))
        return decide(
            {tier: _together(pairs) for tier, pairs in found.items()},
            self._rules.settings,
            price=self._price,
        )


def _together(pairs: Sequence[tuple[Ints, int]]) -> Scored:
    scores = np.array([row for row, _ in pairs], dtype=np.int64).reshape(-1, len(SCORED))
    return Scored(scores, np.array([label for _, label in pairs], dtype=np.int64))


def _employers(sample: _Sample) -> Ints:
    """Return how many employers' postings each rule fires on."""
    fires = sample.fired.percents > 0
    numbers = {group: index for index, group in enumerate(dict.fromkeys(sample.groups))}
    seen = np.zeros((len(numbers), fires.shape[1]), dtype=np.bool_)
    np.logical_or.at(seen, np.array([numbers[group] for group in sample.groups]), fires)
    employers: Ints = seen.sum(axis=0)
    return employers
