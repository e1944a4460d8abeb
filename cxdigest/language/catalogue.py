"""Reads a catalogue's source, a ``.po`` file, as gettext's own functions need it.

Pure. Compiled files would have to be made before a checkout runs, and would stand in the way where
several people change one catalogue; the source is read as fast, because ours are written by one
program: every text is a row of quoted strings whose escapes are JSON's. What is marked fuzzy is not
used. ``tests/language`` holds this reader against Babel's.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

#: Between context and text, as gettext has it.
_CONTEXT = "\x04"
_Key = str | tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What one file says."""

    messages: Mapping[_Key, str]
    plural: str  #: which form stands for a number, an expression in C


class Catalogue(gettext.GNUTranslations):
    """All texts of one language. gettext's own, but for where the texts come from."""

    plural: Callable[[int], int]

    def __init__(self) -> None:
        super().__init__()
        self._catalog: dict[_Key, str] = {}
        self.plural = gettext.c2py("n != 1")

    def add(self, texts: Texts) -> None:
        """Take in *texts*; what is known already stays."""
        for key, text in texts.messages.items():
            self._catalog.setdefault(key, text)
        self.plural = gettext.c2py(texts.plural)


def read(source: str) -> Texts:
    """Return the texts of a catalogue's *source*."""
    messages: dict[_Key, str] = {}
    plural = "n != 1"
    for entry in _entries(source.splitlines()):
        if "msgid" not in entry:
            continue
        name = entry["msgid"]
        if not name:
            plural = _plural(entry.get("msgstr", "")) or plural
            continue
        key = f"{entry['msgctxt']}{_CONTEXT}{name}" if "msgctxt" in entry else name
        if told := entry.get("msgstr"):
            messages[key] = told
        for field, text in entry.items():
            if field.startswith("msgstr[") and text:
                messages[key, int(field[7:-1])] = text
    return Texts(messages=messages, plural=plural)


def _entries(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield each entry: its fields with their texts. Entries that are fuzzy have none."""
    entry: dict[str, str] = {}
    field, fuzzy = "", False
    for line in (*lines, ""):
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif not line.strip():
            yield {} if fuzzy and entry.get("msgid") else entry
            entry, field, fuzzy = {}, "", False
        else:
            name, quote, rest = line.partition('"')
            field = name.strip() or field
            entry[field] = entry.get(field, "") + json.loads(quote + rest)


def _plural(header: str) -> str:
    return header.partition("plural=")[2].partition(";")[0]
