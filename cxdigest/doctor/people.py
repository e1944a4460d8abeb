"""Who gets digests, whether their settings can be used, and what time it is where they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from cxdigest import schedule
from cxdigest.config import ProfileConfig
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, warning, weekday
from cxdigest.doctor.patient import Patient
from cxdigest.errors import CxdigestError, Problem
from cxdigest.language import _, marked, ngettext
from cxdigest.roll import Roll

#: Zones without a city know no change of clocks, or are kept for old programs alone.
_NO_CITY = re.compile(r"Etc/GMT[+-]\d+|EST|MST|HST|[A-Z]{3}\d[A-Z]{3}|GMT[+-]?\d*")
_NAMED = 3


def judge(people: Mapping[str, ProfileConfig], now: datetime) -> Iterator[Line]:
    """Yield a line for each time zone of *people*: who is there, when the next digest is due."""
    if not people:
        yield warning("", _("nobody gets a digest yet"), _("run: cxdigest profile add NAME"))
    zones: dict[str, list[str]] = {}
    for name, one in people.items():
        zones.setdefault(one.time_zone.key, []).append(name)
    for zone, names in sorted(zones.items()):
        here = now.astimezone(people[names[0]].time_zone)
        who = ngettext(
            "{n} person ({names})", "{n} people ({names})", len(names), names=_some(names)
        )
        says = _(
            "{who}; it is {here} there (UTC{here2})",
            who=who,
            here=f"{here:%H:%M}",
            here2=f"{here:%z}",
        )
        if _NO_CITY.fullmatch(zone):
            yield warning(
                zone,
                _("{says}; this zone knows no change of clocks", says=says),
                _("name a city: Europe/London"),
            )
            continue
        if due := _next(people, names, now):
            says += _(
                "; the next digest is due {tzinfo}",
                tzinfo=weekday(due.astimezone(here.tzinfo)),
            )
        yield ok(zone, says)


def _next(
    people: Mapping[str, ProfileConfig], names: Iterable[str], now: datetime
) -> datetime | None:
    moments = [
        schedule.next_send(now, send_at=one.send_at, zone=one.time_zone, days=frozenset(one.days))
        for one in (people[name] for name in names)
        if not one.paused
    ]
    return min(moments, default=None)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (_(" and {more} more", more=f"{more:,}") if more > 0 else "")


def troubles(problems: Iterable[Problem]) -> Iterator[Line]:
    """Yield what is wrong with people of the store."""
    for one in problems:
        fix = one.instead or _("run: cxdigest profile edit NAME")
        yield failed(one.key.removeprefix("profiles."), one.what, fix)


def _probe(patient: Patient) -> Iterator[Line]:
    settings = patient.settings
    try:
        with patient.store() as store:
            roll = Roll(settings, store) if store else None
            people = roll.people()[0] if roll else settings.profiles
            found = list(troubles(roll.problems if roll else ()))
    except CxdigestError:  # the store has a line of its own
        people, found = settings.profiles, []
    yield from judge(people, patient.now)
    yield from found


CHECK = Check(
    name=marked("time zone"),
    about="Everybody who gets digests: whether stored settings can be used, what time it is there, "
    "and when the next digest is due.",
    help="Name a city (`Europe/London`), which knows when clocks change; `cxdigest profile edit` "
    "mends a stored profile.",
    plan=lambda patient: (
        [Piece(subject="", probe=lambda: _probe(patient))] if patient.config else []
    ),
)
