"""The words of a text, as a search compares them, and what a person asks for with words.

Pure. Letters are compared without case and accents; where a script has no spaces each of its signs
is a word. What is asked is words, "phrases", begin* and -minus: whatever else is typed is read as
words, so that nothing typed is ever an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

#: Signs of scripts without spaces: Han, kana, and their extensions.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_SIGNS}]|(?:[^\W_{_SIGNS}][\u0300-\u036f]*)+")
_ASKED = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_LONGEST = 60  #: letters of one word that are compared
_MOST_TERMS = 12
_MOST_ASKED = 300  #: characters


class Word(NamedTuple):
    """A word and where it stands."""

    text: str  #: as it is compared
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are asked for one after the other."""

    words: tuple[str, ...]
    begins: bool = False  #: the last may go on


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search asks for: all of some, none of others."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def fits(self, *texts: str) -> bool:
        """Tell whether *texts* together say what is asked for; a phrase stands within one."""

        def told(term: Term) -> bool:
            return any(_says(text, term) for text in texts)

        return all(map(told, self.wanted)) and not any(map(told, self.unwanted))


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of *text* in their order."""
    for found in _WORD.finditer(text):
        if folded := _folded(found[0]):
            yield Word(folded, *found.span())


def starts_of(text: str) -> Iterator[int]:
    """Yield where the words of *text* begin."""
    for found in _WORD.finditer(text):
        if found[0].isascii() or _folded(found[0]):
            yield found.start()


def plain_words(text: str) -> str:
    """Return the words of *text* as they are compared, one space between them."""
    if text.isascii():
        return " ".join(one[:_LONGEST] for one in _ASCII.findall(text.lower()))
    return " ".join(one.text for one in words_of(text))


def asked_for(query: str) -> Asked:
    """Return what *query* asks for; of a very long one the beginning."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, phrase, word in _ASKED.findall(query[:_MOST_ASKED]):
        words = tuple(one.text for one in words_of(phrase or word))
        if words:
            term = Term(words, begins=word.endswith("*"))
            (unwanted if minus else wanted).append(term)
    return Asked(tuple(wanted[:_MOST_TERMS]), tuple(unwanted[:_MOST_TERMS]))


def stands_at(
    text: Sequence[Word], words: Sequence[str], *, begins: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield the places of *words* in a *text* that is taken apart, the first first."""
    if not words:
        return
    last = len(words) - 1
    for at in range(len(text) - last):
        if text[at].text != words[0] and last:
            continue
        if all(_is(text[at + n].text, one, begins and n == last) for n, one in enumerate(words)):
            yield text[at].start, text[at + last].end


def _is(word: str, wanted: str, begins: bool) -> bool:  # noqa: FBT001 - one of three that belong together
    return word.startswith(wanted) if begins else word == wanted


def _says(text: str, term: Term) -> bool:
    pattern = plain_pattern(term)
    if pattern is not None and is_plain(text):
        return pattern.search(text) is not None
    phrase = " " + " ".join(term.words) + ("" if term.begins else " ")
    return phrase in f" {plain_words(text)} "


_ASCII = re.compile(r"[a-z0-9]+")
#: What is a word, or part of one, and not written in plain letters.
_FOREIGN = re.compile(r"[^\x00-\x7f\W]|[\u0300-\u036f]")


def is_plain(text: str) -> bool:
    """Tell whether the words of *text* are in plain letters and digits alone."""
    return text.isascii() or _FOREIGN.search(text) is None


@lru_cache(maxsize=256)
def plain_pattern(term: Term) -> re.Pattern[str] | None:
    """Return what finds *term*, as its only group, in texts that are plain; None: none does.

    Far faster than to take a text apart. What overlaps is found too.
    """
    if not all(one.isascii() and len(one) < _LONGEST for one in term.words):
        return None
    said = "[^A-Za-z0-9]+".join(map(re.escape, term.words))
    end = "[A-Za-z0-9]*" if term.begins else ""
    return re.compile(
        rf"(?<![A-Za-z0-9])(?=({said}{end})(?![A-Za-z0-9]))", re.IGNORECASE | re.ASCII
    )


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()[:_LONGEST]
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in apart if char.isalnum())[:_LONGEST]
