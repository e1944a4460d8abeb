"""Fold a text for matching, so that every match can be quoted as it was written.

The folded text is lower case; punctuation is a space but for the comma after a word; the end of a
sentence or a bullet is a line break, so that no pattern reaches across it. Nearly always the folded
text has the length of the original and a place in one is the same place in the other; else
``places`` leads back. Pure.
"""

from __future__ import annotations

import codecs
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
#: The apostrophe stands first, so that a search for it can leap.
_LOOSE_APOSTROPHE = re.compile(r"'(?:(?<=[ \n]')|(?=[ \n]))")
_STOP_BEFORE_CAPITAL = re.compile(rb"\.(?=[A-Z])(?<![A-Z]\.)")


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
    return "".join(each if each.isalnum() else " " for each in folded).strip() or " "


_COMMA = "\x01"  #: a comma before a space, kept apart from commas inside numbers
_MARK = "\x02"  #: any other mark, until sentences are found: a space after a stop would end one
_HARD = "\0"  #: stands in for what is not one character of Latin-1 when folded
_HARD_ONES = re.compile(f"{_HARD}+")


def _byte(code: int) -> int:
    plain = _plain(chr(code))
    return ord(plain) if len(plain) == 1 and "\0" < plain <= "\xff" else ord(_HARD)


_BYTES = bytearray(map(_byte, range(256)))
_BYTES[ord(_HARD)] = ord(_HARD)
_BYTES[ord(_COMMA)] = ord(",")


def _fold_beyond_latin(error: UnicodeError) -> tuple[str, int]:
    """Fold the characters that Latin-1 does not have, as the codec asks run by run."""
    assert isinstance(error, UnicodeEncodeError)
    plain = map(_plain, error.object[error.start : error.end])
    found = (each if len(each) == 1 and each <= "\xff" else _HARD for each in plain)
    return "".join(found).replace(" ", _MARK), error.end


codecs.register_error("cxdigest.fold", _fold_beyond_latin)


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
    known = _with_sentences(original.encode("latin-1", "cxdigest.fold")).translate(_BYTES)
    text, places = known.decode("latin-1"), None
    if _HARD in text:
        text, places = _with_hard_characters(text, original)
    return Folded(_without_loose_apostrophes(text), original, places)


def _with_sentences(text: bytes) -> bytes:
    """End sentences with line breaks, and mark the commas after words."""
    text = text.replace(b". ", b"\n ").replace(b".\n", b"\n\n").replace(b", ", b"\1 ")
    return _STOP_BEFORE_CAPITAL.sub(b"\n", text)  # scraped without a space: "of calls.Handle"


def _with_hard_characters(text: str, original: str) -> tuple[str, tuple[int, ...] | None]:
    """Put in what is beyond Latin-1, and what is no character or several when folded."""
    parts: list[str] = []
    even = True
    done = 0
    for found in _HARD_ONES.finditer(text):
        start, end = found.span()
        plain = [*map(_plain, original[start:end])]
        parts += text[done:start], *plain
        even = even and all(len(each) == 1 for each in plain)
        done = end
    parts.append(text[done:])
    return "".join(parts), None if even else _places(text, original)


def _places(text: str, original: str) -> tuple[int, ...]:
    """Return the place in *original* of each character of *text*, when its hard ones are put in."""
    places: list[int] = []
    done = 0
    for found in re.finditer(_HARD, text):
        place = found.start()
        places += *range(done, place), *([place] * len(_plain(original[place])))
        done = place + 1
    return *places, *range(done, len(text))


def _without_loose_apostrophes(text: str) -> str:
    return _LOOSE_APOSTROPHE.sub(" ", text) if "'" in text else text
