"""Which of many postings are one opening.

Two that match are one, unless something speaks against any two of all that would be tied
together: other facts, two records on one board at a time, or a reader who parted them. Where a
third fits one of two and excludes the other, it cannot be told which it is: all stay apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cxdigest.identity.match import Match, Verdict, compare
from cxdigest.identity.sketch import Sketch

#: Postings that are compared with one another by one key; the latest, where there are more.
MOST_ALIKE = 200
Pair = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One posting that is found to be another."""

    absorbed: str  #: id of the posting that ends
    survivor: str  #: id of the posting it is: the one seen first
    reason: str  #: one sentence for the reader


def find_merges(
    waiting: Collection[Sketch], known: Collection[Sketch], parted: Collection[Pair] = ()
) -> list[Merge]:
    """Return which postings are one; each is absorbed at most once, by one that is not.

    *waiting* are looked at with each other and with *known*; *known* among themselves were before.
    *parted* are pairs of ids that sightings have by themselves.
    """
    web = _Web([*waiting, *known], parted)
    web.compare_all({one.id for one in waiting})
    groups = _Groups(web)
    for one, other, match in sorted(web.matches, key=_strongest_first):
        if match.certain or not web.is_ambiguous(one, other):
            groups.join(one, other, match)
    return groups.merges()


def _strongest_first(edge: tuple[Sketch, Sketch, Match]) -> tuple[bool, tuple[str, ...]]:
    one, other, match = edge
    return not match.certain, tuple(sorted((_age(one), _age(other))))


def _age(one: Sketch) -> str:
    seen = one.first.isoformat() if one.first else ""
    return f"{seen} {one.posting_id} {one.id}"


def _parts(block: Sequence[Sketch]) -> Iterator[Sequence[Sketch]]:
    """Yield the latest of too many to compare, and the latest of each job in each place."""
    latest = sorted(block, key=_age)
    yield latest[-MOST_ALIKE:]
    jobs: dict[object, list[Sketch]] = defaultdict(list)
    for one in latest:
        jobs[one.title.words, one.place.cities].append(one)
    for part in jobs.values():
        if len(part) > 1:
            yield part[-MOST_ALIKE:]


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


class _Web:
    """All that is said of pairs of sketches that share a key."""

    def __init__(self, sketches: Iterable[Sketch], parted: Collection[Pair]) -> None:
        self.sketches = {one.id: one for one in sketches}
        self.matches: list[tuple[Sketch, Sketch, Match]] = []
        self._parted = {_ordered(*pair) for pair in parted}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._alike: dict[str, set[str]] = defaultdict(set)
        #: Of each, those that it was compared with, and of these the ones that it cannot be.
        self._compared: dict[str, set[str]] = defaultdict(set)
        self._apart: dict[str, set[str]] = defaultdict(set)

    def compare_all(self, waiting: Collection[str]) -> None:
        for one, other in self._pairs(waiting):
            verdict = self.verdict(one, other)
            if isinstance(verdict, Match):
                self._alike[one.id].add(other.id)
                self._alike[other.id].add(one.id)
                if one.posting_id != other.posting_id:
                    self.matches.append((one, other, verdict))

    def verdict(self, one: Sketch, other: Sketch) -> Verdict:
        pair = _ordered(one.id, other.id)
        verdict = self._verdicts.get(pair)
        if verdict is None:
            verdict = "apart" if pair in self._parted else compare(one, other)
            self._verdicts[pair] = verdict
            for mine, its in (pair, pair[::-1]):
                self._compared[mine].add(its)
                if verdict == "apart":
                    self._apart[mine].add(its)
        return verdict

    def are_parted(self, one: Sketch, other: Sketch) -> bool:
        """Tell whether a reader parted the two."""
        return _ordered(one.id, other.id) in self._parted

    def is_ambiguous(self, one: Sketch, other: Sketch) -> bool:
        """Tell whether a third fits one of the two and excludes the other."""
        return any(
            self._excludes(excluded, self._alike[fitting.id] - {excluded.id})
            for fitting, excluded in ((one, other), (other, one))
        )

    def _excludes(self, one: Sketch, others: set[str]) -> bool:
        """Tell whether *one* cannot be one of *others*; sets, because a sender can make many."""
        left = others - self._compared[one.id]
        return not others.isdisjoint(self._apart[one.id]) or any(
            self.verdict(one, self.sketches[each]) == "apart" for each in left
        )

    def _pairs(self, waiting: Collection[str]) -> Iterator[tuple[Sketch, Sketch]]:
        had = set[tuple[str, str]]()
        for key, block in self._blocks():
            asking = [one for one in block if key in one.asks]
            for one in block:
                if one.id in waiting:
                    for other in block if key in one.asks else asking:
                        pair = _ordered(one.id, other.id)
                        if one.id != other.id and pair not in had:
                            had.add(pair)
                            yield one, other

    def _blocks(self) -> Iterator[tuple[str, Sequence[Sketch]]]:
        """Yield each key with those that have it or ask by it."""
        blocks: dict[str, list[Sketch]] = defaultdict(list)
        for one in self.sketches.values():
            for key in one.keys | one.asks:
                blocks[key].append(one)
        for key, block in blocks.items():
            if len(block) > MOST_ALIKE:
                for part in _parts(block):
                    yield key, part
            elif len(block) > 1:
                yield key, block


class _Groups:
    """Sketches that are one opening; grows by joining."""

    def __init__(self, web: _Web) -> None:
        self._web = web
        self._members: dict[str, list[Sketch]] = defaultdict(list)
        self._group: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        for one in web.sketches.values():
            self._group[one.posting_id] = one.posting_id
            self._members[one.posting_id].append(one)

    def join(self, one: Sketch, other: Sketch, match: Match) -> None:
        """Make one group of the groups of two, unless something speaks against it."""
        first, second = self._find(one.posting_id), self._find(other.posting_id)
        if first == second or self._excluded(first, second, certain=match.certain):
            return
        survivor, absorbed = sorted((first, second), key=self._age_of)
        self._group[absorbed] = survivor
        self._members[survivor] += self._members.pop(absorbed)
        self._reasons[absorbed] = match.reason

    def merges(self) -> list[Merge]:
        """Return what was joined."""
        return [
            Merge(absorbed=absorbed, survivor=self._find(absorbed), reason=reason)
            for absorbed, reason in sorted(self._reasons.items())
        ]

    def _find(self, posting_id: str) -> str:
        while (above := self._group[posting_id]) != posting_id:
            posting_id = above
        return posting_id

    def _excluded(self, first: str, second: str, *, certain: bool) -> bool:
        return any(
            self._web.are_parted(one, other)
            or (not certain and self._web.verdict(one, other) == "apart")
            for one in self._members[first]
            for other in self._members[second]
        )

    def _age_of(self, posting_id: str) -> str:
        return min(map(_age, self._members[posting_id]))
