"""Dates as the reader's language writes them, by Babel's tables.

Pure. Imported by the first date that is not plain English (``words``): Babel takes a tenth of a
second to load, and most commands show no such date.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

from cxdigest.render.words import DateForm

_SKELETONS: dict[DateForm, str] = {"short": "MMMEd", "with-year": "yMMMEd"}


def written(day: date, form: DateForm, locale: str) -> str:
    """Return *day* as *locale* writes it, e.g. ``Sa., 21. Nov.``."""
    known = _known(locale)
    match form:
        case "long":
            return format_date(day, "full", locale=known)
        case "weekday":
            return format_date(day, "EEEE", locale=known)
        case _:
            return format_skeleton(_SKELETONS[form], day, locale=known)


@lru_cache(maxsize=256)
def called(name: str, language: str) -> str:
    """Return what the language with this English *name* is called in *language*."""
    codes = {told: code for code, told in Locale("en").languages.items()}
    return str(Locale(language).languages.get(codes.get(name, ""), name))


@lru_cache(maxsize=64)
def _known(locale: str) -> Locale:
    """Return what Babel knows of *locale*; English where it knows nothing."""
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale.parse("en_GB")  # a wrong name must not stop the mail
