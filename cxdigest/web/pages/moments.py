"""Moments in addresses and on pages: where a list goes on, and clocks of whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cxdigest.console.drawn.dates import dates_in
from cxdigest.render import words
from cxdigest.text import number_in
from cxdigest.web.desk import Desk
from cxdigest.web.who import Visitor, profiles_for

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def written(moment: datetime) -> str:
    """Return *moment* as it stands in an address."""
    return str((moment - _BEGINNING) // _MICRO)


def read(text: str) -> datetime | None:
    """Return the moment that *text* stands for; None where it is none."""
    micros = number_in(text)
    try:
        return None if micros is None else _BEGINNING + micros * _MICRO
    except OverflowError:
        return None


def zone_for(visitor: Visitor, desk: Desk) -> ZoneInfo:
    """Return the zone in which *visitor* reads what is nobody's own: the first profile's."""
    own = profiles_for(visitor, desk)
    return own[0].zone if own else ZoneInfo("UTC")


def clocks(zone: ZoneInfo, *, locale: str = "en", year: bool = False) -> Callable[[datetime], str]:
    """Return what writes a moment as it is said in *zone*: ``Sat 21 Nov, 07:30``."""
    form = " %Y, %H:%M" if year else ", %H:%M"

    def at(moment: datetime) -> str:
        there = words.local(moment, zone.key)
        return f"{words.short_day(there.date(), dates_in(locale))}{there:{form}}"

    return at
