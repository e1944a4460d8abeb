"""Find the points with the least loss: a multinomial logistic loss over the scores of the kinds.

What a score is worth in probability (the heat) is found together with the points. Points that are
so many times the present ones, or that part of them, pay a pull back. Signs stay, because a rule
that says the opposite of what its reason tells is to be mended, not turned. Pure; needs SciPy.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.fitting.firing import SCORED, Bools, Firing, Floats, Ints, Sums

MOST_POINTS = 12
_HEATS = (0.5, 30.0)  #: points that make a kind e times as likely
_GENUINE = SCORED.index("genuine")


class Descent:
    """Fits the points of one set of rules; *price* is what a hidden genuine role costs."""

    def __init__(self, rules: Rules, price: float) -> None:
        self.sums = Sums(rules)
        self.present: Ints = np.array([rule.points for rule in rules.rules], dtype=np.int64)
        self._price = price

    def points(self, fired: Firing, labels: Ints, free: Bools, pull: float) -> Ints:
        """Return whole points for every rule; those of rules that are not *free* stay."""
        start = np.append(
            self.present.astype(float), math.log(self.heat(self.present, fired, labels))
        )

        def cost(values: Floats) -> tuple[float, Floats]:
            return self.cost(values, fired, labels, pull)

        bounds = [
            _bounds(float(points)) if moves else (float(points), float(points))
            for points, moves in zip(self.present, free, strict=True)
        ]
        bounds.append((math.log(_HEATS[0]), math.log(_HEATS[1])))
        done = minimize(cost, start, jac=True, bounds=bounds, method="L-BFGS-B")
        whole: Ints = np.rint(done.x[:-1]).astype(np.int64)
        return whole

    def cost(
        self, values: Floats, fired: Firing, labels: Ints, pull: float
    ) -> tuple[float, Floats]:
        """Return the loss and the pull of *values*, points and the log of heat, and the slope."""
        points, heat = values[:-1], math.exp(values[-1])
        scores, back = self.sums.smooth(points, fired)
        by_score = _softmax(scores / heat)
        by_score[np.arange(len(labels)), labels] -= 1
        by_score *= self.weights(labels)[:, None] / heat
        drift = np.log(points / self.present)
        cost = self._summed(scores / heat, labels) + pull * float(drift @ drift)
        slope = back(by_score) + 2 * pull * drift / points
        return cost, np.append(slope, -float((by_score * scores).sum()))

    def loss(self, points: Ints, heat: float, fired: Firing, labels: Ints) -> float:
        """Return the summed loss of whole *points* in nats, each posting times its weight."""
        return self._summed(self.sums.exact(points, fired) / heat, labels)

    def heat(self, points: Ints, fired: Firing, labels: Ints) -> float:
        """Return the heat with the least loss for whole *points*."""
        scores = self.sums.exact(points, fired)
        found = minimize_scalar(
            lambda heat: self._summed(scores / heat, labels), bounds=_HEATS, method="bounded"
        )
        return float(found.x)

    def weights(self, labels: Ints) -> Floats:
        """Return what each posting weighs.

        A genuine role weighs the root of its price: the decision asks for the price itself, and
        points that were bent by all of it would pay it twice.
        """
        weights: Floats = np.where(labels == _GENUINE, math.sqrt(self._price), 1.0)
        return weights

    def _summed(self, logs: Floats, labels: Ints) -> float:
        top = logs.max(axis=1, keepdims=True)
        spread = np.log(np.exp(logs - top).sum(axis=1)) + top[:, 0]
        return float(self.weights(labels) @ (spread - logs[np.arange(len(labels)), labels]))


def _bounds(points: float) -> tuple[float, float]:
    """Return between which points a rule may move."""
    most = max(float(MOST_POINTS), abs(points))
    return (1.0, most) if points > 0 else (-most, -1.0)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
