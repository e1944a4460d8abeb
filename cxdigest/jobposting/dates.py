"""Dates as boards write them -> ISO dates. A date that can be read in two ways is read in none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_EARLIEST, _LATEST = 2000, 2100  #: years; others are the zero of some database
_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)")
_LOOSE_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: de)? ([^\W\d_]{3,12})\.?,?(?: de)? (\d{4})"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = (
    ("jan", "ene", "gen"), ("feb", "fév", "fev"), ("mar", "mär", "mrz", "maa"),
    ("apr", "avr", "abr"), ("may", "mai", "mei", "mag"), ("jun", "juin", "giu"),
    ("jul", "juil", "lug"), ("aug", "aoû", "aou", "ago"), ("sep", "set"),
    ("oct", "okt", "out", "ott"), ("nov",), ("dec", "dez", "déc", "dic"),
)  # fmt: skip
_MILLISECONDS = 10_000_000_000


def iso_date(value: object) -> str:
    """Return the day in *value* as ``2026-11-22``, ``""`` where none can be read for sure.

    Reads ISO dates and times, seconds or milliseconds since 1970, ``22.11.2026``, ``22 November
    2026``, ``Nov 22, 2026`` and the form of mails; the day is the one that is written, whatever
    its zone.
    """
    if isinstance(value, int | float):
        return "" if isinstance(value, bool) else _of_seconds(value)
    text = " ".join(value.split())[:100] if isinstance(value, str) else ""
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _of_seconds(int(text))
    return next(filter(None, (read(text) for read in (_iso, _numbers, _named))), "")


def _iso(text: str) -> str:
    found = _ISO.match(text) or _LOOSE_ISO.match(text)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else ""


def _named(text: str) -> str:
    """Read ``22 November 2026``, ``Nov 22, 2026`` and what stands around them."""
    if found := _DAY_FIRST.search(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    found = _MONTH_FIRST.search(text)
    return _day(int(found[3]), _month(found[1]), int(found[2])) if found else ""


def _of_seconds(number: float) -> str:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS else number
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return _day(moment.year, moment.month, moment.day)


def _numbers(text: str) -> str:
    """Read ``22.11.2026`` and ``11/22/2026``; ``05/06/2026`` may be May or June."""
    found = _NUMBERS.match(text)
    if found is None:
        return ""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] == "." or first > 12 or first == second:  # noqa: PLR2004 - months
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else ""  # noqa: PLR2004 - months


def _month(name: str) -> int:
    start = name.casefold()
    return next((n for n, starts in enumerate(_MONTHS, 1) if start.startswith(starts)), 0)


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat() if _EARLIEST <= year < _LATEST else ""
    except ValueError:
        return ""
