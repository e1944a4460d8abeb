"""Find every pattern of every pack in one pass over a folded text.

Each word of the text is looked up once and says which word sets it belongs to; a pattern is tried
only in a sentence that holds all it needs. The words of a sentence are the bits of an integer, so
one shift follows a pattern from everywhere at once (Baeza-Yates and Gonnet's shift-and). For many
texts at once ``arrays``, the native way, finds the same faster where NumPy is installed. Pure.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cxdigest.rules.patterns.expression import Expression, expression
from cxdigest.rules.patterns.pattern import Gap, Node, Pattern, Words, needs

Span = tuple[int, int]
MOST_SPANS = 40  #: of one pattern in one text; more say nothing new
_MANY = 60  #: texts from which on loading NumPy pays
_MOST_WORDS = 200_000  #: remembered; an employer's vocabulary is far smaller
_WORD = re.compile(r"[^ ,\n]+|,")


class Matcher:
    """All patterns of a rule set, ready for one pass.

    The number of a pattern is its place in the sequence given.
    """

    def __init__(self, patterns: Sequence[Pattern], *, native: bool = True) -> None:
        self._patterns = tuple(patterns)
        self._sets: dict[Words, int] = {}
        self._steps = [self._numbered(pattern.nodes) for pattern in patterns]
        self._needs = [self._needed(pattern) for pattern in patterns]
        self._firsts = [tuple(_table([steps])) for steps in self._steps]
        self._anchored: dict[int, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            for anchor in pattern.anchors:
                self._anchored[self._sets[anchor]].append(number)
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        self._expressions: dict[Expression, list[int]] = defaultdict(list)
        for words, identity in self._sets.items():
            for word in words.any_of:
                if word.startswith("/"):
                    self._expressions[expression(word[1:-1])].append(identity)
                    continue
                to = self._beginnings if word.endswith("*") else self._whole
                to[word.rstrip("*")].append(identity)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._known: dict[str, tuple[int, ...]] = {}
        #: Whether many texts at once go the native way.
        self.is_native = native and is_installed()

    def spans(self, text: str) -> dict[int, list[Span]]:
        """Return the spans of every pattern that matches, by its number, in the text's order."""
        found: dict[int, list[Span]] = defaultdict(list)
        start = 0
        for line in text.split("\n"):
            if line:
                for number, span in self._in_line(line, start):
                    if len(found[number]) < MOST_SPANS:
                        found[number].append(span)
            start += len(line) + 1
        return dict(sorted(found.items()))

    def spans_of_all(self, texts: Sequence[str]) -> Iterator[dict[int, list[Span]]]:
        """Yield the ``spans`` of each of *texts*."""
        if self.goes_native(len(texts)):
            return iter(self.arrays.spans(texts))
        return map(self.spans, texts)

    def goes_native(self, texts: int) -> bool:
        """Whether so many texts at once go the native way."""
        return self.is_native and texts >= _MANY

    @cached_property
    def arrays(self) -> Any:  # noqa: ANN401 - its module must not load before it is needed
        """The native way."""
        module = importlib.import_module("cxdigest.rules.patterns.arrays")
        return module.Arrays(self._patterns, self._sets, self._sets_of)

    def _numbered(self, nodes: Iterable[Node]) -> tuple[_Step, ...]:
        steps: list[_Step] = []
        for node in nodes:
            if isinstance(node, Words):
                steps.append(self._sets.setdefault(node, len(self._sets)))
            elif isinstance(node, Gap):
                steps.append(node)
            else:
                table = _table(map(self._numbered, node.any_of))
                steps.append(_Branch(table, node.optional))
        return tuple(steps)

    def _needed(self, pattern: Pattern) -> tuple[int, ...]:
        """Return masks of word sets; a sentence without a set of each cannot match."""
        needed = (sum(1 << self._sets[words] for words in each) for each in needs(pattern.nodes))
        return tuple(dict.fromkeys(needed))

    def _in_line(self, line: str, start: int) -> Iterator[tuple[int, Span]]:
        places, held = self._places(line)
        numbers = {number for each in places for number in self._anchored.get(each, ())}
        bounds: list[Span] = []
        for number in numbers:
            if not all(held & need for need in self._needs[number]):
                continue
            steps = self._steps[number]
            if not _follow(steps, -1, places):
                continue
            bounds = bounds or [match.span() for match in _WORD.finditer(line)]
            for first, end in _apart(steps, self._firsts[number], places):
                yield number, (start + bounds[first][0], start + bounds[end - 1][1])

    def _places(self, line: str) -> tuple[dict[int, int], int]:
        """Return at which words of *line* each set stands, as bits, and the mask of all sets."""
        known = self._known
        places: dict[int, int] = {}
        bit = 1
        # A comma is a word of its own that nothing but a gap can pass.
        for word in _WORD.findall(line):
            for each in known[word] if word in known else self._remember(word):
                places[each] = places.get(each, 0) | bit
            bit <<= 1
        held = 0
        for each in places:
            held |= 1 << each
        return places, held

    def _remember(self, word: str) -> tuple[int, ...]:
        """Return the sets *word* belongs to, and know it from now on."""
        known = self._sets_of(word)
        if len(self._known) < _MOST_WORDS:
            self._known[word] = known
        return known

    def _sets_of(self, word: str) -> tuple[int, ...]:
        """Return the sets *word* belongs to."""
        sets = list(self._whole.get(word, ()))
        if word.endswith("'s"):
            sets += self._whole.get(word[:-2], ())
        if word.isdecimal() and word.isascii():
            sets += self._whole.get("#", ())
        for length in self._lengths:
            if length > len(word):
                break
            sets += self._beginnings.get(word[:length], ())
        for each, identities in self._expressions.items():
            if each.fits(word) or (word.endswith("'s") and each.fits(word[:-2])):
                sets += identities
        return tuple(dict.fromkeys(sets))


@dataclass(frozen=True, slots=True)
class _Branch:
    """A choice: by the set of its first word, what may follow."""

    table: _Table
    optional: bool


_Step = int | Gap | _Branch  #: a word set by its number, a gap, a choice
_Table = Mapping[int, Sequence[tuple[_Step, ...]]]


def _table(sequences: Iterable[tuple[_Step, ...]]) -> _Table:
    table: dict[int, list[tuple[_Step, ...]]] = defaultdict(list)
    for sequence in sequences:
        for first, rest in _beginnings(sequence):
            table[first].append(rest)
    return dict(table)


def _beginnings(sequence: tuple[_Step, ...]) -> Iterator[tuple[int, tuple[_Step, ...]]]:
    """Yield each word set *sequence* can begin with, and what follows then."""
    first, rest = sequence[0], sequence[1:]
    if isinstance(first, int):
        yield first, rest
    elif isinstance(first, _Branch):
        for word, rests in first.table.items():
            for each in rests:
                yield word, each + rest
        if first.optional:
            yield from _beginnings(rest)


def _apart(
    steps: Sequence[_Step], firsts: Iterable[int], places: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield (first word, word after the last) of each match, leftmost and shortest, apart."""
    starts = 0
    for each in firsts:
        starts |= places.get(each, 0)
    while starts:
        start = starts & -starts
        starts ^= start
        if ends := _follow(steps, start, places):
            end = ends & -ends
            yield start.bit_length() - 1, end.bit_length() - 1
            starts &= -end


def _follow(steps: Sequence[_Step], at: int, places: Mapping[int, int]) -> int:
    """Return before which words a match of *steps* can end that begins at one of *at*, as bits."""
    for step in steps:
        if isinstance(step, int):
            at = (at & places.get(step, 0)) << 1
        elif isinstance(step, Gap):
            at = _spread(at, step.width)
        else:
            after = at if step.optional else 0
            for first in step.table.keys() & places.keys():
                if after_first := (at & places[first]) << 1:
                    for rest in step.table[first]:
                        after |= _follow(rest, after_first, places) if rest else after_first
            at = after
        if not at:
            break
    return at


def _spread(at: int, width: int) -> int:
    """Return the bits *at* with up to *width* following each."""
    reached = 0
    while reached < width:
        step = min(reached + 1, width - reached)
        at |= at << step
        reached += step
    return at


def is_installed() -> bool:
    """Whether the native way can be gone here."""
    return importlib.util.find_spec("numpy") is not None
