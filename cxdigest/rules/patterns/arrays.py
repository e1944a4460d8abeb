"""Find every pattern in many folded texts at once, with arrays instead of loops.

Each word of a row of texts has a class, which says what word sets it belongs to. A node of a
pattern is a relation between words, pairs of (first word, word after the last), and a pattern joins
the relations of its nodes; one join serves all texts. What is found is what ``Matcher.spans`` finds
in each text alone. Joins over relations are how databases answer such questions. Needs NumPy. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import numpy.typing as npt

from cxdigest.rules.patterns.matcher import MOST_SPANS, Span
from cxdigest.rules.patterns.pattern import Choice, Gap, Node, Pattern, Words
from cxdigest.rules.patterns.row import Hashes, Ints, Row

Pairs = tuple[Ints, Ints]  #: first words, and words after the last
_Open = tuple[Ints, Ints, Ints]  #: first words; the next word may stand from here; to here
_MOST_JOINED = 1_000_000  #: pairs made at once
_MOST_WORDS = 200_000  #: remembered; an employer's vocabulary is far smaller
_NONE: Pairs = (np.empty(0, np.int64), np.empty(0, np.int64))
_LOW = np.int64((1 << 32) - 1)


class Vocabulary:
    """The class of every word seen; class 0 is a word of no set."""

    def __init__(self, sets: int, sets_of: Callable[[str], tuple[int, ...]]) -> None:
        self._sets_of = sets_of
        self._classes: dict[tuple[int, ...], int] = {(): 0}
        self.members = np.zeros((sets, 4096), np.bool_)
        self.members_of: list[list[int]] = [[] for _ in range(sets)]
        self._forget(18)

    def _forget(self, bits: int) -> None:
        self._known: dict[int, int] = {}
        self._shift = np.uint64(64 - bits)
        self._keys: Hashes = np.zeros(1 << bits, np.uint64)
        self._values = np.zeros(1 << bits, np.int32)

    def classes(self, row: Row) -> npt.NDArray[np.int32]:
        """Return the class of each word of *row*."""
        if len(self._known) > _MOST_WORDS:
            self._forget(18)
        slots, strange = self._look_up(row.hashes)
        if len(strange):
            self._learn(row, strange)
            slots, _ = self._look_up(row.hashes)
        return self._values[slots]

    def _look_up(self, hashes: Hashes) -> tuple[npt.NDArray[np.uint64], Ints]:
        """Return the slot of each hash, and which of them have none."""
        slots = hashes >> self._shift
        last = np.uint64(len(self._keys) - 1)
        wrong = np.flatnonzero(self._keys[slots] != hashes)
        strange = []
        while len(wrong):
            empty = self._keys[slots[wrong]] == 0
            strange.append(wrong[empty])
            wrong = wrong[~empty]
            slots[wrong] = (slots[wrong] + np.uint64(1)) & last
            wrong = wrong[self._keys[slots[wrong]] != hashes[wrong]]
        return slots, np.concatenate(strange) if strange else wrong

    def _learn(self, row: Row, strange: Ints) -> None:
        hashes, first = np.unique(row.hashes[strange], return_index=True)
        words = zip(hashes.tolist(), strange[first].tolist(), strict=True)
        fresh = {key: self._class(self._sets_of(row.word(at))) for key, at in words}
        self._known |= fresh
        if 2 * len(self._known) > len(self._keys):
            fresh = self._known
            self._forget((4 * len(fresh)).bit_length())
            self._known = fresh
        keys = np.fromiter(fresh, np.uint64, len(fresh))
        values = np.fromiter(fresh.values(), np.int32, len(fresh))
        self._place(keys, values)

    def _place(self, keys: Hashes, values: npt.NDArray[np.int32]) -> None:
        slots, missing = self._look_up(keys)
        while len(missing):
            self._keys[slots[missing]] = keys[missing]
            self._values[slots[missing]] = values[missing]
            # Of several that wanted one slot the last has it; the others look further.
            slots, missing = self._look_up(keys)
        self._values[slots] = values

    def _class(self, sets: tuple[int, ...]) -> int:
        sets = tuple(sorted(sets))
        if sets not in self._classes:
            number = self._classes[sets] = len(self._classes)
            if number == self.members.shape[1]:
                self.members = np.hstack([self.members, np.zeros_like(self.members)])
            self.members[list(sets), number] = True
            for each in sets:
                self.members_of[each].append(number)
        return self._classes[sets]


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """A choice of sequences, or nothing where optional; known by its identity."""

    any_of: tuple[tuple[Step, ...], ...]
    optional: bool


Step = int | Gap | Either  #: a word set by its number, a gap, a choice


class Plan:
    """Patterns with their word sets numbered, every node of a kind only once."""

    def __init__(self, patterns: Sequence[Pattern], sets: Mapping[Words, int]) -> None:
        self._sets = sets
        self._choices: dict[Choice, Either] = {}
        self._uses: Counter[Step] = Counter()
        self.patterns = [tuple(map(self._step, pattern.nodes)) for pattern in patterns]
        #: The steps whose places are asked for more than once.
        self.shared = {step for step, uses in self._uses.items() if uses > 1}

    def _step(self, node: Node) -> Step:
        step = self._numbered(node)
        self._uses[step] += 1
        return step

    def _numbered(self, node: Node) -> Step:
        if isinstance(node, Words):
            return self._sets[node]
        if isinstance(node, Gap):
            return node
        if node not in self._choices:
            any_of = tuple(tuple(map(self._step, nodes)) for nodes in node.any_of)
            self._choices[node] = Either(any_of, node.optional)
        return self._choices[node]


class Finder:
    """Finds patterns in one row of texts."""

    def __init__(self, row: Row, vocabulary: Vocabulary, shared: Collection[Step]) -> None:
        self._row = row
        self._shared = shared
        self._classes = vocabulary.classes(row)
        self._members = vocabulary.members
        self._members_of = vocabulary.members_of
        few = self._members.shape[1] < 1 << 15  # sixteen bits are sorted several times as fast
        narrow = self._classes.astype(np.int16) if few else self._classes
        self._order: Ints = np.argsort(narrow, kind="stable")
        counts = np.bincount(self._classes, minlength=self._members.shape[1])
        self._bounds = np.concatenate([[0], np.cumsum(counts)]).tolist()
        #: How often a word of each set stands in the row.
        self._counts = [int(counts[mine].sum()) for mine in vocabulary.members_of]
        self._relations: dict[Step, Pairs] = {}

    def spans(self, steps: Sequence[Step]) -> Pairs:
        """Return each match, leftmost and shortest, apart from the one before."""
        return _apart(*self._sequence(steps))

    def _sequence(self, steps: Sequence[Step]) -> Pairs:
        """Return the pairs of *steps* one after another."""
        words = list(takewhile(lambda step: isinstance(step, int), steps))
        if len(words) > 1:
            first, rest = words[0], steps[len(words) :]
            starts, ends = self._phrase(words)  # type: ignore[arg-type]
        else:
            first, rest = steps[0], steps[1:]
            starts, ends = self._relation(first)
        if rest and len(starts):
            starts, ends = self._follow((starts, ends, ends), rest)
        if isinstance(first, Either) and first.optional and rest:
            without = self._sequence(rest)
            starts, ends = np.concatenate([starts, without[0]]), np.concatenate([ends, without[1]])
        return starts, ends

    def _phrase(self, words: Sequence[int]) -> Pairs:
        """Return where *words* stand one after another, looked for from the rarest of them."""
        counts = [self._counts[each] for each in words]
        rarest = counts.index(min(counts))
        if not counts[rarest]:
            return _NONE
        starts = self._places(words[rarest]) - rarest
        if rarest and len(starts):
            starts = starts[starts >= 0]
        for number, each in enumerate(words):
            if number != rarest and len(starts):
                starts = starts[self._members[each][self._classes[starts + number]]]
        return starts, starts + len(words)

    def _follow(self, at: _Open, steps: Sequence[Step]) -> Pairs:
        for step in steps:
            if isinstance(step, Gap):
                at = at[0], at[1], at[2] + step.width
                continue
            after = self._after(at, step)
            if isinstance(step, Either) and step.optional:
                after = tuple(map(np.concatenate, zip(at, after, strict=True)))  # type: ignore[assignment]
            at = after
            if not len(at[0]):
                break
        return at[0], at[1]

    def _after(self, at: _Open, step: int | Either) -> _Open:
        starts, low, high = at
        if isinstance(step, int) and high is low:  # the next word is this one or it is not
            kept = self._members[step][self._classes[low]]
            ends = low[kept] + 1
            return starts[kept], ends, ends
        return self._join(at, self._relation(step))

    def _join(self, at: _Open, relation: Pairs) -> _Open:
        starts, low, high = at
        left = np.searchsorted(relation[0], low, "left")
        counts = np.searchsorted(relation[0], high, "right") - left
        total = int(counts.sum())
        if total > _MOST_JOINED and len(starts) > 1:
            half = len(starts) // 2
            parts = [self._join(tuple(a[s] for a in at), relation)  # type: ignore[arg-type]
                     for s in (slice(half), slice(half, None))]  # fmt: skip
            ends = np.concatenate([parts[0][1], parts[1][1]])
            return np.concatenate([parts[0][0], parts[1][0]]), ends, ends
        hit = np.flatnonzero(counts)
        left, counts = left[hit], counts[hit]
        from_ = np.repeat(starts[hit], counts)
        nth = np.arange(total) + np.repeat(left - np.cumsum(counts) + counts, counts)
        together = self._row.breaks[from_] == self._row.breaks[relation[0][nth]]
        starts, ends = _distinct(from_[together], relation[1][nth[together]])
        return starts, ends, ends

    def _relation(self, step: Step) -> Pairs:
        """Return the pairs of one step, by first word."""
        if step not in self._shared:
            return self._related(step)
        if step not in self._relations:
            self._relations[step] = self._related(step)
        return self._relations[step]

    def _related(self, step: Step) -> Pairs:
        if isinstance(step, int):
            places = np.sort(self._places(step), kind="stable")
            return places, places + 1
        assert isinstance(step, Either)
        every = (self._sequence(steps) for steps in step.any_of)
        found = [pairs for pairs in every if len(pairs[0])]
        if not found:
            return _NONE
        starts, ends = zip(*found, strict=True)
        return _distinct(np.concatenate(starts), np.concatenate(ends))

    def _places(self, number: int) -> Ints:
        """Return where a word of the set stands, class by class."""
        bounds = self._bounds
        parts = [
            self._order[bounds[each] : bounds[each + 1]]
            for each in self._members_of[number]
            if bounds[each] < bounds[each + 1]
        ]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _distinct(starts: Ints, ends: Ints) -> Pairs:
    """Return the pairs in order, each once."""
    if len(starts) < 2:  # noqa: PLR2004 - one is in order
        return starts, ends
    keys = starts << 32 | ends
    if (keys[1:] > keys[:-1]).all():  # they are mostly
        return starts, ends
    keys.sort()
    keys = keys[_is_first(keys)]
    return keys >> 32, keys & _LOW


def _apart(starts: Ints, ends: Ints) -> Pairs:
    """Return of each start the nearest end, without those that begin inside the one before."""
    if len(starts) < 2:  # noqa: PLR2004 - one is apart
        return starts, ends
    starts, ends = _distinct(starts, ends)
    first = _is_first(starts)
    starts, ends = starts[first], ends[first]
    if (starts[1:] >= ends[:-1]).all():
        return starts, ends
    kept, free = [], 0
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start >= free:
            kept.append(number)
            free = end
    return starts[kept], ends[kept]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where patterns stand in a row of texts, pattern by pattern and in the row's order."""

    row: Row
    bounds: Ints  #: before which of the spans each pattern begins, and their number
    numbers: Ints  #: the pattern of each span
    owners: Ints  #: the text it stands in
    words: Ints  #: its first word
    starts: Ints  #: where it begins in the row's text
    ends: Ints  #: where it ends there

    def of(self, numbers: Iterable[int]) -> Ints:
        """Return which spans are of the patterns *numbers*, in the order of these."""
        parts = [np.arange(self.bounds[each], self.bounds[each + 1]) for each in numbers]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


class Arrays:
    """The native way to find the patterns of a matcher in many texts."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        sets: Mapping[Words, int],
        sets_of: Callable[[str], tuple[int, ...]],
    ) -> None:
        self._plan = Plan(patterns, sets)
        self._vocabulary = Vocabulary(len(sets), sets_of)

    def find(self, texts: Sequence[str]) -> Found:
        """Return where every pattern matches in *texts*."""
        row = Row(texts)
        finder = Finder(row, self._vocabulary, self._plan.shared)
        found = [finder.spans(steps) for steps in self._plan.patterns]
        numbers = np.repeat(np.arange(len(found)), [len(starts) for starts, _ in found])
        firsts = np.concatenate([starts for starts, _ in found])
        afters = np.concatenate([ends for _, ends in found])
        owners = row.text_of(firsts)
        runs = np.flatnonzero(_is_first(owners) | _is_first(numbers))
        nth = np.arange(len(owners)) - np.repeat(runs, np.diff(np.append(runs, len(owners))))
        few = nth < MOST_SPANS
        numbers, firsts, afters = numbers[few], firsts[few], afters[few]
        bounds = np.searchsorted(numbers, np.arange(len(found) + 1))
        return Found(
            row, bounds, numbers, owners[few], firsts, row.starts[firsts], row.ends[afters - 1]
        )

    def spans(self, texts: Sequence[str]) -> list[dict[int, list[Span]]]:
        """Return for each text the spans of every pattern that matches, by its number."""
        found = self.find(texts)
        each: list[dict[int, list[Span]]] = [{} for _ in texts]
        origins = found.row.origins[found.owners]
        spans = found.owners, found.numbers, found.starts - origins, found.ends - origins
        for owner, number, start, end in zip(*(one.tolist() for one in spans), strict=True):
            each[owner].setdefault(number, []).append((start, end))
        return each


def _is_first(values: Ints) -> npt.NDArray[np.bool_]:
    """Tell of each value whether it differs from the one before."""
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return first
