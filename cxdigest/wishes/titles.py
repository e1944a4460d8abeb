"""A person's words in a title: whole words, whatever their case, accents and plural. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cxdigest.names.words import words_of

_SHORT = 3  #: letters of words whose last s is no plural: "gas", "sas"
_UNSPACED = 0x2E80  #: from here on are the scripts that put no space between words


@lru_cache(maxsize=8192)
def stems(text: str) -> tuple[str, ...]:
    """Return the words of *text* folded, in the singular as far as a rule can tell."""
    return tuple(map(_singular, words_of(text)))


def _singular(word: str) -> str:
    if len(word) <= _SHORT or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > _SHORT + 1 else word[:-1]


def found_in(title: str, wanted: Iterable[str]) -> str:
    """Return the first of *wanted* whose words stand in *title* in a row, else ``""``."""
    words = stems(title)
    return next((one for one in wanted if _stands(stems(one), words)), "")


def _stands(wanted: tuple[str, ...], words: tuple[str, ...]) -> bool:
    size = len(wanted)
    if size == 1 and any(ord(letter) >= _UNSPACED for letter in wanted[0]):
        return any(wanted[0] in word for word in words)
    return size > 0 and any(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def is_cut(title: str) -> bool:
    """Tell whether *title* ends in "…", so that more of it is not known."""
    return title.rstrip().endswith(("…", "..."))
