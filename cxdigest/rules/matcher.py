"""Find every pattern of every pack in one pass over a folded text.

Each word of the text is looked up once and says which word sets it belongs to; a pattern is tried
only in a sentence that holds one of its anchors. Where the native matcher is installed and its
database was handed in, one scan says which pattern to try in which sentence. The second step, which
decides and finds the span, is the same, so a verdict never depends on which way was taken. Pure;
databases are bytes that the caller keeps.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cxdigest.rules.pattern import Gap, Node, Pattern, Words, sieve

Span = tuple[int, int]
_MOST_SPANS = 40  #: of one pattern in one text; more say nothing new
_MOST_WORDS = 200_000  #: remembered; an employer's vocabulary is far smaller
_WORD = re.compile(r"[^ ,\n]+|,")


class Matcher:
    """All patterns of a rule set, ready for one pass.

    The number of a pattern is its place in the sequence given.
    """

    def __init__(self, patterns: Sequence[Pattern], database: bytes = b"") -> None:
        self._patterns = tuple(patterns)
        self._sets: dict[Words, int] = {}
        steps = [self._numbered(pattern.nodes) for pattern in patterns]
        self._tables = [_table([each]) for each in steps]
        #: Word sets that a sentence must hold for the pattern to be worth trying.
        self._needs = [tuple(step for step in each if isinstance(step, int)) for each in steps]
        self._anchored: dict[int, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            for anchor in pattern.anchors:
                self._anchored[self._sets[anchor]].append(number)
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        for words, identity in self._sets.items():
            for word in words.any_of:
                to = self._beginnings if word.endswith("*") else self._whole
                to[word.rstrip("*")].append(identity)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._known: dict[str, tuple[int, ...]] = {}
        self._native = _load(database) if database else None

    @property
    def is_native(self) -> bool:
        """Whether the native matcher does the pass."""
        return self._native is not None

    def spans(self, text: str) -> dict[int, list[Span]]:
        """Return the spans of every pattern that matches, by its number, in the text's order."""
        wanted = self._scan(text) if self._native else None
        found: dict[int, list[Span]] = defaultdict(list)
        start = 0
        for line in text.split("\n"):
            if line and (wanted is None or start in wanted):
                numbers = None if wanted is None else wanted[start]
                for number, span in self._in_line(line, start, numbers):
                    if len(found[number]) < _MOST_SPANS:
                        found[number].append(span)
            start += len(line) + 1
        return dict(sorted(found.items()))

    def compile(self) -> bytes:
        """Return the native database as bytes, empty where the native matcher is not installed."""
        if not is_installed():
            return b""
        native: Any = importlib.import_module("hyperscan")
        database = native.Database(mode=native.HS_MODE_BLOCK)
        database.compile(
            expressions=[sieve(pattern).encode() for pattern in self._patterns],
            ids=list(range(len(self._patterns))),
        )
        return bytes(native.dumpb(database))

    def _numbered(self, nodes: Iterable[Node]) -> tuple[_Step, ...]:
        steps: list[_Step] = []
        for node in nodes:
            if isinstance(node, Words):
                steps.append(self._sets.setdefault(node, len(self._sets)))
            elif isinstance(node, Gap):
                steps.append(node)
            else:
                sequences = [self._numbered(sequence) for sequence in node.any_of]
                steps.append(_Branch(_table(sequences), node.optional))
        return tuple(steps)

    def _in_line(
        self, line: str, start: int, numbers: Iterable[int] | None
    ) -> Iterable[tuple[int, Span]]:
        known = self._known
        # A comma is a word of its own that nothing but a gap can pass.
        sets = [known[word] if word in known else self._remember(word)
                for word in _WORD.findall(line)]  # fmt: skip
        places: dict[int, list[int]] = defaultdict(list)
        for place, mine in enumerate(sets):
            for each in mine:
                places[each].append(place)
        if numbers is None:
            numbers = {number for each in places for number in self._anchored.get(each, ())}
        bounds: list[Span] = []
        for number in numbers:
            if not all(need in places for need in self._needs[number]):
                continue
            for first, end in _in_sentence(self._tables[number], places, sets):
                bounds = bounds or [match.span() for match in _WORD.finditer(line)]
                yield number, (start + bounds[first][0], start + bounds[end - 1][1])

    def _remember(self, word: str) -> tuple[int, ...]:
        """Return the sets *word* belongs to, and know it from now on."""
        sets = list(self._whole.get(word, ()))
        if word.endswith("'s"):
            sets += self._whole.get(word[:-2], ())
        if word.isdecimal() and word.isascii():
            sets += self._whole.get("#", ())
        for length in self._lengths:
            if length > len(word):
                break
            sets += self._beginnings.get(word[:length], ())
        known = tuple(dict.fromkeys(sets))
        if len(self._known) < _MOST_WORDS:
            self._known[word] = known
        return known

    def _scan(self, text: str) -> dict[int, set[int]]:
        """Return which patterns to try in the sentence that starts at each place."""
        data = text.encode()
        events: set[tuple[int, int]] = set()

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            # The boundary after the match belongs to it.
            events.add((data.rfind(b"\n", 0, end - 1) + 1, number))

        assert self._native is not None
        self._native.scan(data, match_event_handler=note)
        wanted: dict[int, set[int]] = defaultdict(set)
        ascii_only = len(text) == len(data)
        for start, number in events:
            wanted[start if ascii_only else len(data[:start].decode())].add(number)
        return wanted


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


def _in_sentence(
    table: _Table, places: Mapping[int, Sequence[int]], sets: Sequence[tuple[int, ...]]
) -> Iterator[tuple[int, int]]:
    """Yield (first word, word after the last) of each match, leftmost and shortest, apart."""
    starts = {place for first in table.keys() & places.keys() for place in places[first]}
    free = 0
    for start in sorted(starts):
        if start >= free and (ends := _branch(table, start, sets)):
            free = min(ends)
            yield start, free


def _branch(table: _Table, place: int, sets: Sequence[tuple[int, ...]]) -> set[int]:
    """Return where what *table* allows can end if it begins at *place*."""
    ends: set[int] = set()
    if place < len(sets):
        for each in table.keys() & sets[place]:
            for rest in table[each]:
                ends |= _follow(rest, {place + 1}, sets) if rest else {place + 1}
    return ends


def _follow(steps: Sequence[_Step], at: set[int], sets: Sequence[tuple[int, ...]]) -> set[int]:
    """Return where a match of *steps* that begins at one of *at* can end."""
    for step in steps:
        if isinstance(step, int):
            at = {place + 1 for place in at if place < len(sets) and step in sets[place]}
        elif isinstance(step, Gap):
            at = {place + skipped for place in at for skipped in range(step.width + 1)}
        else:
            after = set(at) if step.optional else set[int]()
            for place in at:
                after |= _branch(step.table, place, sets)
            at = after
        if not at:
            break
    return at


def is_installed() -> bool:
    """Whether the native matcher can be imported here."""
    return importlib.util.find_spec("hyperscan") is not None


def native_version() -> str:
    """Return what a native database depends on beside the packs, empty where not installed."""
    if not is_installed():
        return ""
    native: Any = importlib.import_module("hyperscan")
    return f"{native.__version__} {platform.system()} {platform.machine()}"


def _load(database: bytes) -> Any:  # noqa: ANN401 - the native library has no types
    """Return the database ready to scan, ``None`` where it was made for another machine."""
    if not is_installed():
        return None
    native: Any = importlib.import_module("hyperscan")
    try:
        loaded = native.loadb(database, mode=native.HS_MODE_BLOCK)
        loaded.scratch = native.Scratch(loaded)
    except native.HyperscanError:
        return None
    return loaded
