"""Dates and shares as the language that is spoken writes them, on the pages of the console.

Pure. A person may have dates in another language than all else (``dates``): that one holds, unless
it is one that pages can be read in themselves; then they are as the page around them is.
"""

from __future__ import annotations

from datetime import date

from cxdigest.language import LANGUAGES, SOURCE, spoken
from cxdigest.render import words

__all__ = ["dates_in", "decimal", "long_day", "month_words", "short_day"]


def dates_in(locale: str) -> str:
    """Return in which language dates are written for a person whose own are in *locale*."""
    return spoken() if locale in LANGUAGES else locale


def short_day(day: date) -> str:
    """Return ``Sat 21 Nov`` in the language that is spoken."""
    return words.short_day(day, spoken())


def long_day(day: date) -> str:
    """Return ``Saturday 21 November 2026`` in the language that is spoken."""
    return words.long_day(day, spoken())


def month_words(year: int, month: int) -> str:
    """Return ``November 2026`` in the language that is spoken."""
    if spoken() == SOURCE:
        return words.month_words(year, month)
    from babel.dates import format_skeleton  # noqa: PLC0415 - Babel loads slowly

    return format_skeleton("yMMMM", date(year, month, 1), locale=spoken())


def decimal(number: float) -> str:
    """Return *number* with one decimal, behind the sign that the language has for it."""
    told = f"{number:.1f}"
    if spoken() == SOURCE:
        return told
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - Babel loads slowly

    return told.replace(".", get_decimal_symbol(spoken()))
