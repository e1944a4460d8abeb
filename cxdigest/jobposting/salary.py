"""A salary as shown -> what it comes to in a year: ``$25 - $30 per hour``, ``£50K/yr - £60K/yr``.

Only what is stated counts: a small number without a period says nothing, and no currency is turned
into another. Opens nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

#: A number, what it is counted in, and whether a currency stands behind that: ``45 k€``, ``10L``.
_AMOUNT = re.compile(
    r"(?<![\w.,])(?!401\s?\(?k)"
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f',.]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?)"
    r"(?:\s?(?P<unit>k|lakhs?|lacs?|lpa|l)(?![a-z]))?(?![\d%])",
    re.IGNORECASE,
)
_UNITS = {"k": 1e3, "l": 1e5}  #: by the first letter
_PERIODS = (
    (2080, re.compile(r"\b(?:hour(?:ly)?|hr|stunde|std|heure|hora|uur)\b|\bp\.?h\b|/\s?h\b")),
    (260, re.compile(r"\b(?:day|daily|diem|tag|jour|dia|día|dag)\b|/\s?d\b")),
    (52, re.compile(r"\b(?:week(?:ly)?|wk|woche|semaine|semana)\b|\bp\.?w\b")),
    (12, re.compile(r"\b(?:month(?:ly)?|mo|monat(?:lich)?|mois|mes|maand|mese|p\.?m)\b")),
    (
        1,
        re.compile(
            r"\b(?:year(?:ly)?|yr|annum|annual(?:ly)?|jahr|ans?|año|ano|jaar|anno|p\.?a|lpa)\b"
        ),
    ),
)  #: so many times a year
_BIWEEKLY = re.compile(r"fortnight|bi-?weekly|every (?:two|2) weeks|semi-?month")
_OPEN = re.compile(
    r"^\W*(?:from|ab|starting(?: at| from)?|minimum|min|at least|à partir de|desde|vanaf)\b"
    r"|\d\s?k?\s?\+",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"^\W*(?:up to|bis(?: zu)?|max(?:imum)?|jusqu'?à|hasta|tot)\b", re.IGNORECASE)
_LEAST_A_YEAR = 5_000  #: below that, a number is no year's pay, whatever stands beside it
_LARGEST = 1e10


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """What a year pays, in whatever currency the posting states."""

    least: float | None  #: None: only an upper end is stated
    most: float | None  #: None: only a lower end is stated


@lru_cache(maxsize=8192)
def yearly(text: str) -> Yearly | None:
    """Return what *text* comes to in a year (of 2,080 hours or 260 days); None if it is unknown."""
    if _BIWEEKLY.search(text.lower()):
        return None
    amounts = _amounts(text)
    times = next((times for times, worded in _PERIODS if worded.search(text.lower())), 0)
    if not amounts or len(amounts) > 2:  # noqa: PLR2004 - a range has two ends
        return None
    if times <= 1 and min(amounts) < _LEAST_A_YEAR:
        return None
    least, most = (each * (times or 1) for each in (min(amounts), max(amounts)))
    if len(amounts) == 1 and _OPEN.search(text):
        return Yearly(least=least, most=None)
    if len(amounts) == 1 and _UP_TO.search(text):
        return Yearly(least=None, most=most)
    return Yearly(least=least, most=most)


def _amounts(text: str) -> list[float]:
    found = [
        (_number(hit["number"]), _UNITS.get((hit["unit"] or "")[:1].lower()))
        for hit in _AMOUNT.finditer(text[:200])
    ]
    # "$60-75k" and "6-9 LPA" say their unit once.
    last = found[-1][1] if found else None
    scaled = [
        number * (unit or (last if last and number < 1000 else 1) or 1)  # noqa: PLR2004 - see above
        for number, unit in found
    ]
    return [one for one in scaled if 0 < one < _LARGEST]


def _number(text: str) -> float:
    text = re.sub(r"[ \u00a0\u202f']", "", text)
    if cents := re.search(r"[.,](\d{1,2})$", text):
        return float(f"{re.sub(r'[.,]', '', text[: cents.start()])}.{cents[1]}")
    return float(re.sub(r"[.,]", "", text))
