"""Find every pattern of every pack in one pass over a folded text.

Two ways to the same spans. The words of the text choose the patterns that can match at all (their
anchors), or, where the native matcher is installed and its database was handed in, one scan names
the lines. Either way the same second step finds the span with the same expression, so a verdict never
depends on which way was taken. Pure; databases are bytes that the caller keeps.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import metadata
from typing import Any

from cxdigest.rules.pattern import Pattern, finder

Span = tuple[int, int]
_MOST_SPANS = 40  #: of one pattern in one text; more say nothing new
_MOST_WORDS = 200_000  #: remembered; an employer's vocabulary is far smaller


class Matcher:
    """All patterns of a rule set, ready for one pass.

    The number of a pattern is its place in the sequence given.
    """

    def __init__(self, patterns: Sequence[Pattern], database: bytes = b"") -> None:
        self._regexes = [pattern.regex for pattern in patterns]
        self._sieves = [pattern.sieve for pattern in patterns]
        self._words: dict[str, list[int]] = defaultdict(list)
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            for anchor in pattern.anchors:
                if anchor.endswith("*"):
                    self._beginnings[anchor[:-1]].append(number)
                else:
                    self._words[anchor].append(number)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._known: dict[str, tuple[int, ...]] = {}
        self._native = _load(database) if database else None

    @property
    def is_native(self) -> bool:
        """Whether the native matcher does the pass."""
        return self._native is not None

    def spans(self, text: str) -> dict[int, list[Span]]:
        """Return the spans of every pattern that matches, by its number, in the text's order."""
        found = self._by_scan(text) if self._native else self._by_words(text)
        return {number: spans for number, spans in found if spans}

    def compile(self) -> bytes:
        """Return the native database as bytes, empty where the native matcher is not installed."""
        if not is_installed():
            return b""
        native: Any = importlib.import_module("hyperscan")
        database = native.Database(mode=native.HS_MODE_BLOCK)
        database.compile(
            expressions=[rf"[ \n](?:{regex})[ \n]".encode() for regex in self._sieves],
            ids=list(range(len(self._regexes))),
        )
        return bytes(native.dumpb(database))

    def _by_words(self, text: str) -> Iterable[tuple[int, list[Span]]]:
        lines: dict[int, dict[int, int]] = defaultdict(dict)
        start = 0
        for line in text.split("\n"):
            stop = start + len(line)
            for word in set(line.split()):
                known = self._known.get(word)
                if known is None:
                    known = self._remember(word)
                for number in known:
                    lines[number][start] = stop
            start = stop + 1
        for number in sorted(lines):
            spans: list[Span] = []
            for start, stop in lines[number].items():
                spans += _all_spans(self._regexes[number], text, start, stop)
            yield number, spans[:_MOST_SPANS]

    def _remember(self, word: str) -> tuple[int, ...]:
        known = self._anchored(word)
        if len(self._known) < _MOST_WORDS:
            self._known[word] = known
        return known

    def _anchored(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the patterns that *word* makes possible."""
        numbers = list(self._words.get(word, ()))
        if word.endswith("'s"):
            numbers += self._words.get(word[:-2], ())
        for length in self._lengths:
            if length > len(word):
                break
            numbers += self._beginnings.get(word[:length], ())
        return tuple(dict.fromkeys(numbers))

    def _by_scan(self, text: str) -> Iterable[tuple[int, list[Span]]]:
        data = text.encode()
        ends: dict[int, set[int]] = defaultdict(set)

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            ends[number].add(end)

        assert self._native is not None
        self._native.scan(data, match_event_handler=note)
        for number in sorted(ends):
            yield number, self._in_lines(number, text, data, sorted(ends[number]))

    def _in_lines(self, number: int, text: str, data: bytes, ends: list[int]) -> list[Span]:
        spans: list[Span] = []
        done = -1
        ascii_only = len(text) == len(data)
        for byte_end in ends:
            # The boundary after the match belongs to it, so the match ends one before.
            end = (byte_end if ascii_only else len(data[:byte_end].decode())) - 1
            if end <= done:  # this sentence was searched already
                continue
            start = text.rfind("\n", 0, end) + 1
            stop = text.find("\n", end)
            done = stop if stop >= 0 else len(text)
            spans += _all_spans(self._regexes[number], text, start, done)
            if len(spans) >= _MOST_SPANS:
                break
        return spans[:_MOST_SPANS]


def is_installed() -> bool:
    """Whether the native matcher can be imported here."""
    return importlib.util.find_spec("hyperscan") is not None


def native_version() -> str:
    """Return what a native database depends on beside the packs, empty where not installed."""
    if not is_installed():
        return ""
    return f"{metadata.version('hyperscan')} {platform.system()} {platform.machine()}"


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


def _all_spans(regex: str, text: str, start: int, stop: int) -> list[Span]:
    spans: list[Span] = []
    for match in finder(regex).finditer(text, start, stop):
        spans.append(match.span())
        if len(spans) >= _MOST_SPANS:
            break
    return spans
