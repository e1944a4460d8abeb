"""Texts in the reader's language, by gettext's rules, and numbers as they are written there.

::

    with speaking(profile.language):
        _("Worth a look")                                            "Einen Blick wert"
        ngettext("{n} posting", "{n} postings", 1200)                "1.200 Stellen"
        pgettext("button", "Hold")                                   one word of several meanings

A constant of a module is *marked* where it stands and translated where it is shown. English is what
stands in the code and costs a look at one variable. Which language is spoken belongs to the context
that runs (a digest, a request, a command), so several can be spoken at once; it is set at one place
of each. The names of languages are a fixed list: no name of a file is ever made of anything else.

Reads the catalogues and nothing else, each language once and only when it is spoken. Imported by
every layer, so it imports none. ``docs/languages.md`` says how a language is added; the idea of
reading the catalogue's source by ``_parse`` is gettext's own.
"""

from __future__ import annotations

import gettext as _gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from cxdigest.language.catalogue import Catalogue, read

__all__ = [
    "DOMAINS",
    "LANGUAGES",
    "SOURCE",
    "_",
    "catalogue_path",
    "figure",
    "known",
    "marked",
    "ngettext",
    "pgettext",
    "plural",
    "preferred",
    "speak",
    "speaking",
    "spoken",
]

#: Every language there is, by its code, as it calls itself. The first is that of the code.
LANGUAGES = {"en": "English", "de": "Deutsch"}
SOURCE = "en"
#: Each has a catalogue of its own, so that several people can work side by side; a message stands
#: in the first that needs it. ``rules`` holds the reasons of the shipped packs.
DOMAINS = ("digest", "console", "cli", "rules")

_FOLDER = Path(__file__).parent / "catalogues"
_SPOKEN: ContextVar[str] = ContextVar("language", default=SOURCE)
_WEIGHED = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([0-9.]{1,5})\s*)?")
_MOST_ASKED = 20  #: languages that are looked at in what a browser asks for


def known(language: str) -> str:
    """Return *language*, or that of its country's name (``de-AT``); English where it is not known.

    The answer is one of ``LANGUAGES``, whatever was asked for.
    """
    for name in (language, re.split("[-_]", language, maxsplit=1)[0].lower()):
        if name in LANGUAGES:
            return name
    return SOURCE


def preferred(accepted: str, otherwise: str = SOURCE) -> str:
    """Return the language that a browser's ``Accept-Language`` likes best of those there are."""
    liked: dict[str, float] = {}
    for part in accepted.split(",")[:_MOST_ASKED]:
        if (found := _WEIGHED.fullmatch(part)) and (name := found[1].lower()) in LANGUAGES:
            try:
                weight = float(found[2] or 1)
            except ValueError:  # e.g. 0.5.5
                continue
            liked[name] = max(weight, liked.get(name, 0))
    best = max(liked, key=lambda name: liked[name], default=otherwise)
    return best if liked.get(best, 0) > 0 else known(otherwise)


def speak(language: str) -> None:
    """Speak *language* for the rest of this context: of a request, once it is known whose it is."""
    _SPOKEN.set(known(language))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak *language* until the block ends, in this context; English where it is not known."""
    token = _SPOKEN.set(known(language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> str:
    """Return the code of the language that is spoken here, one of ``LANGUAGES``."""
    return _SPOKEN.get()


def _(text: str, /, **values: object) -> str:
    """Return *text* in the language that is spoken, its ``{places}`` filled with *values*."""
    language = _SPOKEN.get()
    told = text if language == SOURCE else _catalogue(language).gettext(text)
    return told.format_map(values) if values else told


def pgettext(context: str, text: str, /, **values: object) -> str:
    """As ``_``, of a *text* that means different things: *context* says which."""
    language = _SPOKEN.get()
    told = text if language == SOURCE else _catalogue(language).pgettext(context, text)
    return told.format_map(values) if values else told


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return what is said of *number*, by the plural forms of the language that is spoken.

    ``{n}`` is the number as that language writes it.
    """
    return plural(one, many, number).format_map({"n": figure(number), **values})


def plural(one: str, many: str, number: int, context: str = "") -> str:
    """Return the form that *number* takes, its places not filled."""
    language = _SPOKEN.get()
    if language == SOURCE:
        return one if number == 1 else many
    if context:
        return _catalogue(language).npgettext(context, one, many, number)
    return _catalogue(language).ngettext(one, many, number)


def marked(text: str) -> str:
    """Return *text* as it is: a constant that ``_`` translates where it is shown."""
    return text


def figure(number: int) -> str:
    """Return *number* as it is written in the language that is spoken: ``1,200``, ``1.200``."""
    told = f"{number:,}"
    if -1000 < number < 1000 or (language := _SPOKEN.get()) == SOURCE:  # noqa: PLR2004 - has no mark
        return told
    return told.replace(",", _thousands(language))


def catalogue_path(language: str, domain: str) -> Path:
    """Return where the texts of *domain* are in *language*.

    Raises:
        KeyError: there is no such language or domain.
    """
    if language not in LANGUAGES or domain not in DOMAINS:
        raise KeyError(f"{language}/{domain}")
    return _FOLDER / language / "LC_MESSAGES" / f"{domain}.po"


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> _gettext.GNUTranslations:
    """Return all texts of *language*, read once: ten milliseconds and less than a megabyte."""
    made = Catalogue()
    for domain in DOMAINS:
        made.add(read(catalogue_path(language, domain).read_text(encoding="utf-8")))
    return made


@lru_cache(maxsize=len(LANGUAGES))
def _thousands(language: str) -> str:
    from babel import numbers  # noqa: PLC0415 - Babel loads slowly, and English needs none of it

    return numbers.get_group_symbol(language)
