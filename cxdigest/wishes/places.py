"""Where a posting is, against where a person would like to work; pure.

No map is asked: towns differ where their names do, and what may lie within the other is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cxdigest.model import Posting, Workplace
from cxdigest.names.gazetteer import PARTS, REGIONS, WITHIN
from cxdigest.names.places import Place, nearness, place_of
from cxdigest.names.words import names_of, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wished:
    """One place as a person names it."""

    place: Place
    words: tuple[str, ...]
    countries: frozenset[str]  #: of which it is the whole; or that it lies within
    whole: bool  #: it is countries and no more
    part: str  #: the part of a country that it may mean: New York
    town: bool  #: as far as is known


def place_fits(posting: Posting, wished: Iterable[str]) -> bool | None:
    """Tell whether *posting* is in one of the *wished* places; None where that is not known.

    A remote posting is everywhere.
    """
    place = place_of(posting.location, posting.workplace)
    if place.remote:
        return True
    if place.empty:
        return None
    said = [_fits(place, _wished(one)) for one in wished]
    if True in said:
        return True
    return None if None in said or not said else False


@lru_cache(maxsize=4096)
def _wished(text: str) -> _Wished:
    name, place = " ".join(words_of(text)), place_of(text)
    region, within = REGIONS.get(name), WITHIN.get(name)
    countries = region or (frozenset({within}) if within else place.countries)
    bare = not place.cities and not place.parts
    return _Wished(
        place=place,
        words=names_of(text),
        countries=countries,
        whole=bool(region) or (bare and bool(place.countries)),
        part=PARTS.get(name, ""),
        town=not region and not within,
    )


def _fits(place: Place, wished: _Wished) -> bool | None:
    if _stands(wished.words, place.full) or (wished.part and wished.part in place.parts):
        return True
    if wished.countries and place.countries and not wished.countries & place.countries:
        return False
    if wished.whole:
        return True if wished.countries & place.countries else None
    return _town_fits(place, wished.place) if wished.town and _is_town(place) else None


def _town_fits(place: Place, wished: Place) -> bool | None:
    if not wished.cities and wished.parts & place.parts:
        return True
    apart = nearness(place, wished) == "other"
    if wished.cities & place.cities:
        return None if apart else True
    return False if apart else None


def _is_town(place: Place) -> bool:
    """Tell whether nothing in *place* is known to be wider than a town."""
    return not any(city in WITHIN or city in REGIONS for city in place.cities)


def _stands(words: tuple[str, ...], text: tuple[str, ...]) -> bool:
    size = len(words)
    return size > 0 and any(text[at : at + size] == words for at in range(len(text) - size + 1))


def workplace_of(posting: Posting) -> tuple[Workplace, frozenset[Workplace]]:
    """Return where *posting* is worked as it states it, and what its words hint at.

    A title's "remote" may be the job's subject, so it may meet a wish and misses none.
    """
    stated = posting.workplace
    if not stated and place_of(posting.location).remote:
        stated = "remote"
    title = words_of(posting.title)
    known: tuple[Workplace, ...] = ("remote", "hybrid")
    return stated, frozenset(word for word in known if word in title)
