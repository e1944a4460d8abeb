"""Fold a text for matching, so that every match can be quoted as it was written.

The folded text is lower case; punctuation is a space but for the comma after a word; the end of a
sentence or a bullet is a line break, so that no pattern reaches across it. Nearly always the folded
text has the length of the original and a place in one is the same place in the other; else
``places`` leads back. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

_BREAKS = frozenset(
    "!?;|*\r\n\v\f\x85\u2028\u2029\u2022\u00b7\u2219\u25aa\u25ab\u25cf\u25cb\u25e6\u25a0\u25a1"
    "\u25ba\u25b6\u2023\u2043\u27a2\u27a4\u2713\u2714\u2756\uf0b7"
)
_APOSTROPHES = frozenset("'\u2018\u2019\u201b\u02bc\u00b4`")
#: Soft hyphen, zero-width characters and combining marks: they leave nothing behind.
_NOTHING = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300-\u036f\ufe0f]")
_STOP_BEFORE_CAPITAL = re.compile(r"\.(?=[A-Z])(?<![A-Z]\.)")
_ASCII = frozenset(map(chr, range(128)))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """Return what one character is folded to; not always one character."""
    if char in _BREAKS:
        return "\n"
    if char in _APOSTROPHES:
        return "'"
    if _NOTHING.match(char):
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(each if each.isalnum() else " " for each in folded)


_COMMA = "\x01"  #: a comma before a space, kept apart from commas inside numbers
_BYTES = bytearray(ord(_plain(chr(code))) for code in range(128)) + bytes(range(128, 256))
_BYTES[ord(_COMMA)] = ord(",")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back to the original."""

    text: str  #: lower case: words, commas, spaces and line breaks
    original: str  #: untouched
    places: tuple[int, ...] | None  #: original place of each folded character; None: the same

    def quote(self, start: int, end: int) -> str:
        """Return the original words of a folded span."""
        if self.places is None:
            return self.original[start:end]
        return self.original[self.places[start] : self.places[end - 1] + 1]

    def folded_place(self, place: int) -> int:
        """Return the folded place of the original *place*, or of the next that remains."""
        return place if self.places is None else bisect_left(self.places, place)


def fold(original: str) -> Folded:
    """Fold *original*."""
    text = original.replace(". ", "\n ").replace(".\n", "\n\n")
    text = text.replace(", ", f"{_COMMA} ")
    text = _STOP_BEFORE_CAPITAL.sub("\n", text)  # scraped without a space: "of calls.Handle"
    places = None
    if not text.isascii():
        strange = {char: _plain(char) for char in set(text) - _ASCII}
        if all(len(plain) == 1 for plain in strange.values()):
            for char, plain in strange.items():
                text = text.replace(char, plain)
        else:
            text, places = _fold_slowly(text)
    text = text.encode("utf-8").translate(_BYTES).decode("utf-8")
    return Folded(_without_loose_apostrophes(text), original, places)


def _fold_slowly(text: str) -> tuple[str, tuple[int, ...]]:
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        plain = _plain(char)
        folded.append(plain)
        places.extend([place] * len(plain))
    return "".join(folded), tuple(places)


def _without_loose_apostrophes(text: str) -> str:
    if "'" not in text:
        return text
    for loose, plain in ((" '", "  "), ("' ", "  "), ("\n'", "\n "), ("'\n", " \n")):
        text = text.replace(loose, plain)
    return text
