"""Weigh what was found in many pages at once, with arrays instead of loops.

What comes out is what ``judge`` makes of each page alone: a rule counts where it looks, unless its
sentence denies or excepts it, as often as it says and only for other words. Needs NumPy. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
import numpy.typing as npt

from cxdigest.model import KINDS, Evidence, Where
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.evidence.context import REACH
from cxdigest.rules.evidence.places import TITLE, Places
from cxdigest.rules.evidence.quote import quote
from cxdigest.rules.evidence.week import WEEK, Share, worth
from cxdigest.rules.patterns.arrays import Found
from cxdigest.rules.patterns.matcher import Span
from cxdigest.rules.patterns.row import Ints
from cxdigest.rules.reading.rule import WHERES
from cxdigest.rules.texts.fold import Folded
from cxdigest.rules.texts.page import Page

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """What fired and means what it says, by rule and in the row's order."""

    rules: Ints
    starts: Ints
    ends: Ints
    lines: Ints
    owners: Ints
    wheres: Ints

    def pick(self, which: Ints | Bools) -> _Standing:
        return _Standing(*(getattr(self, each.name)[which] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.rules)


class Weigher:
    """The rules as arrays, ready to weigh batches."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._uses = np.array([len(mine) for mine in rules.users], np.int64)
        self._users = np.array([*chain(*rules.users)], np.int64)
        looks = [where in rule.where for rule in rules.rules for where in WHERES]
        self._looks = np.array(looks, np.bool_).reshape(-1, len(WHERES))
        self._points = np.array([rule.points for rule in rules.rules], np.int64)
        self._kinds = np.array([KINDS.index(rule.kind) for rule in rules.rules], np.int64)
        self._times = np.array([rule.times for rule in rules.rules], np.int64)
        self._weights = np.array([rules.settings.weights[where] for where in WHERES], np.int64)

    def weigh(
        self, pages: Sequence[Page], folded: Sequence[Folded], found: Found
    ) -> tuple[list[list[Evidence]], list[bool]]:
        """Return the evidence of each page in no order, and whether its title claims."""
        places = Places(pages, folded, found, self._rules)
        standing = self._standing(found, places)
        each: list[list[Evidence]] = [[] for _ in pages]
        of_rules = self._evidence(standing, folded, found)
        of_week = self._week_evidence(standing, pages, folded, places, found)
        for owner, item in chain(of_rules, of_week):
            each[owner].append(item)
        claims = np.zeros(len(pages), np.bool_)
        claims[found.owners[places.in_title(found.of(self._rules.claims), found)]] = True
        return each, claims.tolist()

    def _standing(self, found: Found, places: Places) -> _Standing:
        wheres = places.of(found.starts, places.lines, found.owners)
        uses = self._uses[found.numbers]
        spans = np.repeat(np.arange(len(uses)), uses)
        nth = np.arange(len(spans)) - np.repeat(np.cumsum(uses) - uses, uses)
        first_users = np.cumsum(self._uses) - self._uses
        rules = self._users[first_users[found.numbers[spans]] + nth]
        kept = self._looks[rules, wheres[spans]]
        kept &= ~self._denied(found, places)[spans]
        kept &= ~self._excepted(rules, places.lines[spans], found, places)
        spans, rules = spans[kept], rules[kept]
        starts, ends = found.starts[spans], found.ends[spans]
        order = np.lexsort((ends, starts, rules))
        spans = spans[order]
        return _Standing(
            rules[order], starts[order], ends[order],
            places.lines[spans], found.owners[spans], wheres[spans],
        )  # fmt: skip

    def _denied(self, found: Found, places: Places) -> Bools:
        """Tell of each span whether its sentence denies it: the nearest denial decides."""
        denials = found.of(self._rules.negation)
        if not len(denials):
            return np.zeros(len(found.numbers), np.bool_)
        denials = denials[np.argsort(found.ends[denials], kind="stable")]
        nearest = np.searchsorted(found.ends[denials], found.starts, "right") - 1
        near = denials[nearest]
        reached = found.starts - found.ends[near] <= REACH
        denied: Bools = (nearest >= 0) & (places.lines[near] == places.lines) & reached
        return denied

    def _excepted(self, rules: Ints, lines: Ints, found: Found, places: Places) -> Bools:
        """Tell of each pair of a rule and a line whether the rule makes an exception there."""
        width = len(found.row.edges)
        keys = [index * width + places.lines[found.of(numbers)]
                for index, numbers in enumerate(self._rules.unless) if numbers]  # fmt: skip
        if not keys:
            return np.zeros(len(rules), np.bool_)
        excepted: Bools = np.isin(rules * width + lines, np.concatenate(keys))
        return excepted

    def _evidence(
        self, standing: _Standing, folded: Sequence[Folded], found: Found
    ) -> Iterator[tuple[int, Evidence]]:
        """Yield the evidence of the rules, each with its page."""
        best, percents = self._heaviest(standing, len(folded), found)
        points = _weighted(self._points[best.rules], percents).tolist()
        for place, mine in zip(_quotable(best, found), points, strict=True):
            number, owner, where, span, line = place
            rule = self._rules.rules[number]
            if mine:
                yield owner, Evidence(
                    rule=rule.id, kind=rule.kind, points=mine, reason=rule.reason,
                    quote=quote(folded[owner], span, line, where), where=where, pack=rule.pack,
                )  # fmt: skip

    def _week_evidence(
        self,
        standing: _Standing,
        pages: Sequence[Page],
        folded: Sequence[Folded],
        places: Places,
        found: Found,
    ) -> Iterator[tuple[int, Evidence]]:
        first, shares = self._week(standing, places, found)
        for place, share in zip(_quotable(first, found), shares, strict=True):
            _, owner, where, span, line = place
            # A teaser's few sentences are no week.
            if share.points and pages[owner].tier == "full":
                yield owner, Evidence(
                    rule=f"{WEEK}.{share.kind}", kind=share.kind, points=share.points,
                    reason=share.reason, quote=quote(folded[owner], span, line, where),
                    where=where,
                )  # fmt: skip

    def _heaviest(self, standing: _Standing, pages: int, found: Found) -> tuple[_Standing, Ints]:
        """Return each rule's weightiest span on each page, and what all that count weigh.

        The same words count once, however often they stand there.
        """
        light = -self._weights[standing.wheres]
        wordings = _wordings(standing, found)
        order = np.lexsort((light, wordings, standing.owners, standing.rules))
        page = standing.rules * pages + standing.owners
        order = order[_is_first(page[order], wordings[order])]
        order = order[np.lexsort((order, light[order], page[order]))]
        firsts = np.flatnonzero(_is_first(page[order]))
        counts = np.diff(np.append(firsts, len(order)))
        nth = np.arange(len(order)) - np.repeat(firsts, counts)
        counted = np.where(nth < self._times[standing.rules[order]], -light[order], 0)
        percents = np.add.reduceat(counted, firsts) if len(firsts) else counted
        return standing.pick(order[firsts]), percents

    def _week(
        self, standing: _Standing, places: Places, found: Found
    ) -> tuple[_Standing, list[Share]]:
        """Return the first sentence of each kind that has a share of its page's week, and that."""
        lines, owners, totals = self._said(standing)
        ranked = np.sort(totals, axis=1)
        decided = ranked[:, -1] > ranked[:, -2]
        keys = (owners * len(KINDS) + totals.argmax(axis=1))[decided]
        keys, firsts, mine = np.unique(keys, return_index=True, return_counts=True)
        pages_of, kinds = np.divmod(keys, len(KINDS))
        of = np.bincount(owners, minlength=len(found.row.origins))[pages_of]
        lines = lines[decided][firsts]
        starts, ends = found.row.line(lines)
        wheres = places.of(starts, lines, pages_of)
        first = _Standing(kinds, starts, ends, lines, pages_of, wheres)
        week = self._rules.settings.week
        shares = [
            Share(KINDS[kind], worth(week, sentences, of_), sentences, of_, start)
            for kind, sentences, of_, start in zip(
                *(each.tolist() for each in (kinds, mine, of, starts)), strict=True
            )
        ]
        return first, shares

    def _said(self, standing: _Standing) -> tuple[Ints, Ints, Ints]:
        """Return the lines that speak of a kind, their pages, and what they weigh for each kind."""
        points = self._points[standing.rules]
        speaking = (points >= 0) & (standing.wheres != TITLE)
        standing, points = standing.pick(speaking), points[speaking]
        weights = points * self._weights[standing.wheres]
        last = np.append(_is_first(standing.rules, standing.lines)[1:], [True])[: len(points)]
        last &= weights > 0
        lines, firsts, line = np.unique(
            standing.lines[last], return_index=True, return_inverse=True
        )
        keys = line * len(KINDS) + self._kinds[standing.rules[last]]
        totals = np.bincount(keys, weights[last], minlength=len(lines) * len(KINDS))
        return lines, standing.owners[last][firsts], totals.reshape(-1, len(KINDS))


def _wordings(standing: _Standing, found: Found) -> Ints:
    """Return a number for the words of each span, the same for the same words."""
    text = found.row.text
    numbers: dict[str, int] = {}
    spans = zip(standing.starts.tolist(), standing.ends.tolist(), strict=True)
    words = (text[start:end] for start, end in spans)
    known = (numbers.setdefault(each, len(numbers)) for each in words)
    return np.fromiter(known, np.int64, len(standing))


def _weighted(points: Ints, percents: Ints) -> Ints:
    """Return *percents* of *points*, halves away from zero."""
    weighted: Ints = np.sign(points) * ((np.abs(points) * percents + 50) // 100)
    return weighted


def _quotable(standing: _Standing, found: Found) -> Iterator[tuple[int, int, Where, Span, Span]]:
    """Yield of each span its rule, its page, what stands there, and itself and its sentence."""
    origins = found.row.origins[standing.owners]
    places = (standing.starts, standing.ends, *found.row.line(standing.lines))
    columns = (standing.rules, standing.owners, standing.wheres, *(at - origins for at in places))
    for rule, owner, where, start, end, low, high in zip(
        *(each.tolist() for each in columns), strict=True
    ):
        yield rule, owner, WHERES[where], (start, end), (low, high)


def _is_first(*columns: Ints) -> Bools:
    """Tell of each row whether it differs from the one before."""
    first = np.ones(len(columns[0]), np.bool_)
    first[1:] = False
    for values in columns:
        first[1:] |= values[1:] != values[:-1]
    return first
