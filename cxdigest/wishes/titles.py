"""A person's words in a title: whole words, whatever their case, accents and plural. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cxdigest.names.words import words_of

_SHORT = 3  #: letters of words whose last s is no plural: "gas", "sas"
_UNSPACED = 0x2E80  #: from here on are the scripts that put no space between words


@lru_cache(maxsize=8192)
def _stems(text: str) -> str:
    """Return the words of *text* folded, in the singular as far as a rule can tell.

    Spaces stand around each, so that whole words in a row are one comparison.
    """
    return "".join(f" {_singular(word)}" for word in words_of(text)) + " "


def _singular(word: str) -> str:
    if len(word) <= _SHORT or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > _SHORT + 1 else word[:-1]


def found_in(title: str, wanted: Iterable[str]) -> str:
    """Return the first of *wanted* whose words stand in *title* in a row, else ``""``."""
    words = _stems(title)
    return next((one for one, looked in _all_looked_for(tuple(wanted)) if looked in words), "")


@lru_cache(maxsize=2048)
def _all_looked_for(wanted: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    # By the whole list: one that is longer than a cache of its words would never find any in it.
    return tuple((one, looked) for one in wanted if (looked := _looked_for(one)))


def _looked_for(wanted: str) -> str:
    """Return what to look for; ``""`` where there is no word in it."""
    stems = _stems(wanted)
    if not stems.strip() or any(ord(letter) >= _UNSPACED for letter in stems):
        return stems.strip()
    return stems


def is_cut(title: str) -> bool:
    """Tell whether *title* ends in "…", so that more of it is not known."""
    return title.rstrip().endswith(("…", "..."))
