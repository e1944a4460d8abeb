"""Places as boards write them -> city, part of a country, country; and how two of them relate.

No map is asked: what is neither a country nor a known part of one is a city if it comes first, and
something wider around it if it comes later. Other cities are other openings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cxdigest.names.gazetteer import CITIES, COUNTRIES, PARTS, SHORT_PARTS
from cxdigest.names.words import names_of, plain, words_of

Nearness = Literal["same", "open", "unsure", "other"]

_SEVERAL = re.compile(r"\s*(?:;|\||/|•|·|(?<=[^\s,])\s+or\s+(?=\w)|\+\s*\d+ more\b.*)\s*")
_PARTED = re.compile(r"\s*(?:,|\s[-\N{EN DASH}\N{EM DASH}]\s|[()\[\]]|:)\s*")
_WORKPLACE = re.compile(
    r"\b(?:(?:100\s*%\s*|fully[ -]|all[ -])?remote(?:ly)?(?: work| first| only| job)?"
    r"|virtual(?:ly)?"
    r"|telecommut\w+|telework|work(?:ing)? from home|wfh|home[ -]?(?:based|office)|anywhere"
    r"|world ?wide|hybrid(?: remote| work)?|on[ -]?site|in[ -]?(?:office|person)|teletravail"
    r"|distributed)\b"
)
_REMOTE = re.compile(
    r"\b(?:remote|virtual|telecommut|telework|work(?:ing)? from home|wfh|anywhere|world ?wide"
    r"|home[ -]?(?:based|office)|teletravail|distributed)"
)
_MIXED = re.compile(r"\bhybrid\b")
_POSTAL = re.compile(
    r"\b(?:\d{5}(?:-\d{4})?|\d{4,6}|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}|[a-z]\d[a-z]\s?\d[a-z]\d"
    r"|[a-z]{1,2}\d{1,2}[a-z]?)(?![\w])"
)
_AROUND = re.compile(
    r"^(?:greater|metro|metropolitan|central|downtown|city of|region of|in|near|within|the)\s+"
    r"|\s+(?:metropolitan area|metro area|metropolitan region|metropolitan|metro|area|region"
    r"|and surrounds|and surrounding areas|county|hq|headquarters|office|cbd|city cent(?:re|er)"
    r"|town)$"
)
_NOWHERE = frozenset({"", "regional", "location", "various", "multiple locations", "nationwide"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an opening is, as far as an alert says."""

    cities: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()  #: what lies around the city and is no known part
    parts: frozenset[str] = frozenset()  #: of countries: ``us-ny``
    countries: frozenset[str] = frozenset()  #: codes: ``us``
    remote: bool = False
    full: tuple[str, ...] = ()  #: all words, but for "and"

    @property
    def empty(self) -> bool:
        """Whether nothing is said."""
        return not (self.cities or self.parts or self.countries or self.remote)


@lru_cache(maxsize=8192)
def place_of(location: str, workplace: str = "") -> Place:
    """Return the place that *location* names; *workplace* is what the alert says beside it."""
    text = plain(location)
    remote = workplace == "remote" or bool(_REMOTE.search(text) and not _MIXED.search(text))
    cities, wider, parts, countries = set[str](), set[str](), set[str](), set[str]()
    for one in _SEVERAL.split(_WORKPLACE.sub(",", text)):
        city, around, inside, lands = _read(one)
        cities |= city
        wider |= around
        parts |= inside
        countries |= lands
    countries = countries or {code.partition("-")[0] for code in parts}
    return Place(
        cities=frozenset(cities),
        wider=frozenset(wider),
        parts=frozenset(parts),
        countries=frozenset(countries),
        remote=remote,
        full=names_of(location),
    )


def _read(text: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return city, what is around it, parts and countries of one place."""
    pieces = [" ".join(words_of(_POSTAL.sub(" ", piece))) for piece in _PARTED.split(text)]
    pieces = [piece for piece in map(_tidy, pieces) if piece not in _NOWHERE]
    pieces = [piece for piece in pieces if not piece.isdigit()]
    cities: list[str] = []
    parts, countries = set[str](), set[str]()
    for at, piece in enumerate(pieces):
        later = pieces[at + 1 :]
        if not cities and _is_city_here(piece, later):
            cities.append(CITIES.get(piece, piece))
        elif piece in PARTS:
            parts.add(PARTS[piece])
        elif piece in COUNTRIES:
            countries.add(COUNTRIES[piece])
        elif piece in SHORT_PARTS:
            inside, lands = _short(piece, pieces)
            parts |= inside
            countries |= lands
        else:
            named, inside = _with_state(piece)
            parts |= inside
            cities.append(CITIES.get(named, named))
    return set(cities[:1]), set(cities[1:]), parts, countries


def _tidy(piece: str) -> str:
    if piece in CITIES:
        return piece
    while (shorter := _AROUND.sub("", piece).strip()) != piece and shorter:
        piece = shorter
    without = piece.removesuffix(" city")
    known = without in COUNTRIES or without in PARTS or without == piece
    return piece if known and without not in CITIES.values() else without


def _is_city_here(piece: str, later: list[str]) -> bool:
    """Tell whether a name that may be a part of a country is a city, because its part follows."""
    if piece in CITIES:
        return True
    if piece not in PARTS:
        return False
    if piece == "new york" and not later:
        return True
    following = later[0] if later else ""
    return following in PARTS or any(
        code.startswith("us-") for code in SHORT_PARTS.get(following, ())
    )


def _short(piece: str, pieces: list[str]) -> tuple[set[str], set[str]]:
    """Return the parts, and the countries, that an abbreviation may stand for: all of them.

    "Berlin, DE" and "Wilmington, DE" look alike; only what is stated beside it decides.
    """
    codes = SHORT_PARTS[piece]
    stated = {COUNTRIES[one] for one in pieces if one in COUNTRIES}
    if fitting := {code for code in codes if code.partition("-")[0] in stated}:
        return fitting, set()
    lands = {piece} & set(COUNTRIES.values())
    return set(codes), lands | {code.partition("-")[0] for code in codes}


def _with_state(piece: str) -> tuple[str, set[str]]:
    """Return "leeds england" or "austin tx" as city and part."""
    words = piece.split()
    for size in (1, 2):
        tail = " ".join(words[-size:])
        if len(words) > size and tail in PARTS:
            return " ".join(words[:-size]), {PARTS[tail]}
    codes = SHORT_PARTS.get(words[-1], ()) if len(words) > 1 else ()
    return (" ".join(words[:-1]), set(codes)) if len(codes) == 1 else (piece, set())


def nearness(one: Place, other: Place) -> Nearness:
    """Say how two places relate.

    ``same``: one city, or one remote area. ``open``: nothing said against it, but one says
    less. ``unsure``: could be either. ``other``: two places.
    """
    if _apart(one.countries, other.countries) or _parts_apart(one, other):
        return "other"
    if one.cities and other.cities:
        return _cities(one, other)
    if one.empty or other.empty:
        return "open"
    if one.cities or other.cities:
        # A city and something without: a wider area, or from anywhere.
        with_city, without = (one, other) if one.cities else (other, one)
        return "open" if with_city.remote and without.remote else "unsure"
    if one.remote != other.remote:
        return "unsure"
    alike = one.parts == other.parts and one.countries == other.countries
    return "same" if alike else "open"


def _cities(one: Place, other: Place) -> Nearness:
    if one.cities == other.cities:
        return "same"
    if one.cities & other.cities:
        return "unsure"
    if one.cities & other.wider or other.cities & one.wider:
        return "unsure"
    if _within(one.cities, other.cities) or _within(other.cities, one.cities):
        return "unsure"
    return "other"


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether a city of *one* is named as part of one of *other*: "bay area"."""
    return any(set(a.split()) < set(b.split()) for a in one for b in other)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _parts_apart(one: Place, other: Place) -> bool:
    """Tell whether both name parts of one country and none is the same."""
    if one.parts == other.parts or not (one.parts and other.parts):
        return False
    return any(
        _apart(
            frozenset(code for code in one.parts if code.startswith(land)),
            frozenset(code for code in other.parts if code.startswith(land)),
        )
        for land in ("us-", "ca-", "au-", "gb-")
    )
