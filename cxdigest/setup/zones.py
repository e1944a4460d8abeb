"""A place as people call it, a city or a country -> its time zones.

The names are those of CLDR (by Babel), in English and in the language that is spoken: *Wien* is
Europe/Vienna for who reads German. Nothing is guessed: of a country of several zones all are told,
and who asked chooses. Reads the zones of this machine and Babel's data, and no other file.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import available_timezones

from cxdigest.language import SOURCE, spoken
from cxdigest.names.words import plain

#: Zones that name no place, or one again that another names by now.
_OLD = ("Etc/", "SystemV/", "US/", "posix/", "right/")
#: That people call by letters alone, in small ones too.
_WITHOUT_PLACE = {"utc", "gmt"}
#: Of one town, whose clocks show what those of its country show.
_TOWNS = {"Europe/Busingen"}
#: What people call the United Kingdom or a part of it; CLDR knows the kingdom alone.
_BRITISH = {"uk", "great britain", "britain", "england", "scotland", "wales", "northern ireland"}


def zones_of(place: str) -> tuple[str, ...]:
    """Return the IANA names of the zones that *place*, a city or a country, may mean.

    In the order of the alphabet. Several where cities share a name or a country has several; none
    where nothing is called so.
    """
    known = available_timezones()
    wanted = _plain(place)
    if not wanted:
        return ()  # CLDR has cities without a name
    if wanted in _WITHOUT_PLACE:
        return (wanted.upper(),)
    places = [one for one in sorted(known) if "/" in one and not one.startswith(_OLD)]
    spelled = wanted.replace(" ", "_")
    alike = [one for one in places if spelled in {_plain(one), _plain(one.rpartition("/")[2])}]
    if alike:
        return tuple(alike)
    if wanted in _BRITISH:
        return ("Europe/London",)
    return tuple(sorted(one for one in set(_named(wanted)) if one in known))


def _named(wanted: str) -> Iterator[str]:
    """Yield the zones of the city or the country that is called *wanted*."""
    from babel import Locale  # noqa: PLC0415 - Babel loads slowly, and most answers need none of it
    from babel.core import get_global  # noqa: PLC0415

    territories = get_global("zone_territories")
    for code in {SOURCE, spoken()}:
        locale = Locale(code)
        for zone, names in locale.time_zones.items():
            if _plain(str(names.get("city", ""))) == wanted:
                yield zone
        countries = {
            at
            for at, name in locale.territories.items()
            if at.isalpha() and _plain(name) == wanted  # the world is 001
        }
        for zone, country in territories.items():
            if country in countries and zone not in _TOWNS:
                yield zone


def _plain(name: str) -> str:
    """Return *name* as it is compared: without accents, case and dots."""
    return plain(name).replace(".", "").strip()
