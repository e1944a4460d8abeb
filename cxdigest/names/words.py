"""Texts as words that can be compared: no case, no accents, no punctuation, no ornaments."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def plain(text: str) -> str:
    """Return *text* in lower case without accents; punctuation stays."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parted if not unicodedata.combining(c)))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of *text*: runs of letters and digits, folded."""
    bare = plain(text).replace("'", "").replace(_APOSTROPHE, "")
    return tuple(_NOT_WORD.sub(" ", bare).split())


def names_of(text: str) -> tuple[str, ...]:
    """Return the same without "and", which one writes as a sign, another in words."""
    return tuple(word for word in words_of(text) if word != "and")
