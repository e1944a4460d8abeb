"""``cxdigest profile list|show|pause|resume|remove``: who gets digests, and who does not."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.config import Config, ProfileConfig, load, whose
from cxdigest.console.clients.definitions import (
    as_yaml,
    declared_at,
    definition_of,
    refuse_temporary,
    unknown,
)
from cxdigest.console.digests.coming import coming
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked, spoken
from cxdigest.model import Json
from cxdigest.render.words import short_day
from cxdigest.roll import Roll
from cxdigest.store import Enrolment
from cxdigest.text import printable
from cxdigest.worker import clock

_NAMED = 2  #: so many addresses of a person have room in a table
_NOT_RIGHT = marked("not right: see below")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person as listed."""

    name: str
    stored: bool  #: in the store; otherwise the configuration declares it
    settings: ProfileConfig | None  #: None: it is stored and not right
    paused: str  #: why no digest is made for now; empty: it is
    coming: datetime | None  #: when the next digest is due


def listed(config: Path, *, json: bool) -> int:
    """List the people of the configuration at *config* and of its store; return the exit code.

    It is 1 where a stored profile is not right.
    """
    settings = load(config)
    now = clock()
    with app.open_stored(settings) as store:
        roll = Roll(settings, store)
        people, roster = roll.people()
        days = store.days_since((now - timedelta(days=2)).date())
    stored = {name for name, one in roster.items() if one.changed is not None}
    names = [*settings.profiles, *sorted(stored - settings.profiles.keys())]
    lines = [
        _line(
            name,
            settings,
            one := people.get(name),
            roster.get(name),
            _coming(one, days.get(name, ()), now) if one else None,
        )
        for name in names
    ]
    if json:
        for line in lines:
            print(jsonlib.dumps(_record(line, roll)))
    else:
        _show(lines, settings)
    for problem in roll.problems:
        print(printable(str(problem)), file=sys.stderr)
    return 1 if roll.problems else 0


def _line(
    name: str,
    config: Config,
    settings: ProfileConfig | None,
    standing: Enrolment | None,
    coming_up: datetime | None,
) -> Line:
    paused = ""
    if standing and standing.paused:
        paused = _("paused since {day}", day=short_day(standing.paused.date(), spoken()))
    elif settings and settings.paused:
        paused = _("paused by its settings")
    return Line(
        name=name,
        stored=name not in config.profiles,
        settings=settings,
        paused=paused,
        coming=None if paused else coming_up,
    )


def _coming(one: ProfileConfig, served: Collection[date], now: datetime) -> datetime:
    return coming(now, send_at=one.send_at, zone=one.time_zone, days=one.days, served=served)


_HEADS = (
    marked("name"),
    marked("person"),
    marked("next digest"),
    marked("to"),
    marked("settings in"),
)


def _show(lines: list[Line], config: Config) -> None:
    if not lines:
        print(_("Nobody gets digests yet; `cxdigest profile add` adds a person."))
        return
    heads = [_(name) for name in _HEADS]
    rows = [tuple(_cells(line, config)) for line in lines]
    console = Console(highlight=False)
    if not console.is_terminal:
        # A program reads it: one line a person, however long, and thousands of them at once.
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in (heads, *rows):
            padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join(padded).rstrip())
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _cells(line: Line, config: Config) -> Iterator[str]:
    one = line.settings
    yield printable(line.name)
    yield printable(one.name) if one else ""
    if line.coming:
        zone = getattr(line.coming.tzinfo, "key", "")
        yield _(
            "{day} at {time} ({zone})",
            day=short_day(line.coming.date(), spoken()),
            time=f"{line.coming:%H:%M}",
            zone=zone,
        )
    else:
        yield line.paused or _(_NOT_RIGHT)
    yield printable(_recipients(one)) if one else ""
    yield _("the store") if line.stored else config.path.name


def _recipients(one: ProfileConfig) -> str:
    named = [address for way in one.deliver for address in way.to]
    told = ", ".join(named[:_NAMED])
    if len(named) <= _NAMED:
        return told
    return _("{names} and {number} more", names=told, number=len(named) - _NAMED)


def _record(line: Line, roll: Roll) -> dict[str, Json]:
    one = line.settings
    return {
        "profile": line.name,
        "person": one.name if one else None,
        "stored": line.stored,
        "paused": line.paused,
        "next_digest": line.coming.isoformat() if line.coming else None,
        "to": [address for way in one.deliver for address in way.to] if one else [],
        "problems": [str(told) for told in roll.problems if whose(told) == line.name],
    }


def show(config: Path, name: str, *, json: bool) -> int:
    """Print the settings of *name* as YAML, and where they are; return the exit code."""
    settings = load(config)
    with app.open_stored(settings) as store:
        roll = Roll(settings, store)
        roster = roll.people()[1]
        definition = definition_of(name, settings, store)
    standing = roster.get(name)
    declared = name in settings.profiles
    told = [one for one in roll.problems if whose(one) == name]
    if json:
        record = {
            "profile": name,
            "stored": not declared,
            "paused": bool(standing and standing.paused),
            "settings": definition,
            "problems": [str(one) for one in told],
        }
        print(jsonlib.dumps(record))
        return 1 if told else 0
    place = declared_at(name, settings) if declared else _("in the store")
    print(f"# {place}")
    if standing and standing.paused:
        since = short_day(standing.paused.date(), spoken())
        print(_("# paused since {day}: no digest is made", day=since))
    print(as_yaml({name: definition}), end="")
    for problem in told:
        print(printable(str(problem)), file=sys.stderr)
    return 1 if told else 0


def pause(config: Path, name: str, *, json: bool) -> int:
    """Pause *name*; return the exit code."""
    settings = load(config)
    with app.open_stored(settings) as store:
        refuse_temporary(settings)
        definition_of(name, settings, store)
        changed = store.pause_profile(name, now=clock())
    return _say(
        {"profile": name, "paused": True, "changed": changed},
        _("No digest is made for {name} until `cxdigest profile resume {name}`.", name=name)
        if changed else _("{name} is paused already.", name=name),
        json=json,
    )  # fmt: skip


def resume(config: Path, name: str, *, json: bool) -> int:
    """Resume *name*; return the exit code."""
    settings = load(config)
    with app.open_stored(settings) as store:
        definition = definition_of(name, settings, store)
        changed = store.resume_profile(name, now=clock())
    if definition.get("paused") is True:
        way = (
            _("change it there ({place})", place=declared_at(name, settings))
            if name in settings.profiles
            else f"cxdigest profile edit {name} --unset paused"
        )
        raise WrongUseError(_("{name}: its settings say paused: true; {way}", name=name, way=way))
    return _say(
        {"profile": name, "paused": False, "changed": changed},
        _("{name} gets digests again.", name=name)
        if changed else _("{name} is not paused.", name=name),
        json=json,
    )  # fmt: skip


def remove(config: Path, name: str, *, json: bool) -> int:
    """Remove the stored settings of *name*; return the exit code."""
    settings = load(config)
    with app.open_stored(settings) as store:
        if name in store.definitions([name]):
            store.discharge(name)
        elif name in settings.profiles:
            raise WrongUseError(
                _(
                    "{name}: {place}; remove the block there",
                    name=name,
                    place=declared_at(name, settings),
                )
            )
        else:
            raise unknown(name, settings, store)
    return _say(
        {"profile": name, "removed": True},
        _(
            "{name} gets no more digests. What was read and sent stays in the store; "
            "`cxdigest profile erase {name}` removes that too.",
            name=name,
        ),
        json=json,
    )  # fmt: skip


def _say(record: dict[str, Json], sentence: str, *, json: bool) -> int:
    print(jsonlib.dumps(record) if json else sentence)
    return 0
