"""``cxdigest review``: what waits for a coach, and the coach's word on it."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.cli.given import day_given, profile_given
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.model import KIND_WORDS, Json
from cxdigest.pipeline import Street, deliver_waiting, reviewing
from cxdigest.pipeline.reviewing import Listed
from cxdigest.render import words
from cxdigest.store import Reviewed
from cxdigest.text import printable
from cxdigest.worker import clock

_WIDTH = 1000  #: where a program reads: one line a row, however long
_HEADS = ("profile", "day", "state", "until", "then", "note", "left out", "subject")


def waiting(config: Path, *, coach: str, json: bool) -> int:
    """List what waits or is held, of all clients or those of *coach*; return 0."""
    with _street(config) as street:
        if coach and coach not in {one.name for one in street.coaches}:
            known = ", ".join(one.name for one in street.coaches) or "none"
            raise WrongUseError(f"there is no coach {coach!r}; in the configuration: {known}")
        profiles = {one.name: one for one in street.profiles}
        mine = [name for name, one in profiles.items() if one.coach == coach] if coach else None
        found = street.store.reviews(mine)
        zones = {one.id: reviewing.clock_of(street, one) for one in found}
    if json:
        for one in found:
            print(jsonlib.dumps(record(one)))
        return 0
    if not found:
        print("Nothing waits for a review.")
        return 0
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _HEADS:
        table.add_column(head)
    for one in found:
        table.add_row(*map(Text, _cells(one, zones[one.id])))
    _console().print(table)
    return 0


def show(config: Path, name: str, *, day: str, json: bool) -> int:
    """Print one digest that waits: how it stands, and its postings with their numbers."""
    with _street(config) as street:
        one = _chosen(street, name, day)
        listed = reviewing.postings_of(street, one)
        zone = reviewing.clock_of(street, one)
    if json:
        print(jsonlib.dumps({**record(one), "postings": [_posting(found) for found in listed]}))
        return 0
    console = _console()
    console.print(Text(printable(f"{one.profile}: {one.subject}")))
    console.print(Text(_standing(one, zone)))
    if one.note:
        console.print(Text(printable(f"Note on top: {one.note}")))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("no.", "posting", "employer", "kind", ""):
        table.add_column(head)
    for found in listed:
        table.add_row(*map(Text, _row(found)))
    console.print(table)
    return 0


def approve(config: Path, name: str, *, day: str, json: bool) -> int:
    """Let a digest go, and send it; return 0, or 1 where it could not be sent."""
    failed: list[str] = []

    def act(street: Street, one: Reviewed) -> str:
        told = reviewing.approve(street, one)
        failed[:] = [
            f"{sent.recipient} over {sent.channel}: {sent.detail}"
            for sent in deliver_waiting(street)
            if sent.profile == one.profile and sent.state != "sent"
        ]
        for problem in failed:
            print(printable(f"cxdigest: {problem}"), file=sys.stderr)
        return told

    return _act(config, name, day, act, json=json) or int(bool(failed))


def hold(config: Path, name: str, *, day: str, json: bool) -> int:
    """Keep a digest back; return 0."""
    return _act(config, name, day, reviewing.hold, json=json)


def note(config: Path, name: str, text: str, *, day: str, json: bool) -> int:
    """Put a note on top of a digest, ``-`` reads it from standard input; return 0."""
    written = sys.stdin.read() if text == "-" else text
    return _act(
        config, name, day, lambda street, one: reviewing.write_note(street, one, written), json=json
    )


def drop(config: Path, name: str, numbers: list[str], *, day: str, json: bool) -> int:
    """Leave postings out of a digest; return 0."""
    return _act(
        config,
        name,
        day,
        lambda street, one: reviewing.drop(street, one, _ids(street, one, numbers)),
        json=json,
    )


def keep(config: Path, name: str, numbers: list[str], *, day: str, json: bool) -> int:
    """Take back that postings were left out; return 0."""
    return _act(
        config,
        name,
        day,
        lambda street, one: reviewing.keep(street, one, _ids(street, one, numbers)),
        json=json,
    )


@contextmanager
def _street(config: Path) -> Iterator[Street]:
    with app.street(load(config), clock=clock) as street:
        yield street.present()


def _act(
    config: Path, name: str, day: str, act: Callable[[Street, Reviewed], str], *, json: bool
) -> int:
    with _street(config) as street:
        one = _chosen(street, name, day)
        told = act(street, one)
        now = street.store.review(one.id) or one
    print(jsonlib.dumps({**record(now), "told": told}) if json else printable(told))
    return 0


def _chosen(street: Street, name: str, day: str) -> Reviewed:
    """Return the digest of *name* that is meant: of *day*, else the one that waits."""
    profile_given(street, name)
    if wanted := day_given(day, "--day"):
        found = street.store.review_of(name, wanted)
        if found is None:
            raise WrongUseError(f"{name} has no digest of {day}.")
        return found
    open_ones = street.store.reviews([name])
    if len(open_ones) > 1:
        days = ", ".join(one.day.isoformat() for one in open_ones)
        raise WrongUseError(f"{name} has several digests that wait; say --day with one of {days}.")
    found = open_ones[0] if open_ones else street.store.review_of(name)
    if found is None:
        raise WrongUseError(f"{name} has no digest yet.")
    return found


def _ids(street: Street, one: Reviewed, wanted: list[str]) -> list[str]:
    """Return the ids of postings that are named by number, id or link."""
    ways: dict[str, str] = {}
    for found in reviewing.postings_of(street, one):
        posting = found.candidate.posting
        ways |= dict.fromkeys((str(found.number), posting.id, posting.url), posting.id)
    for name in wanted:
        if name not in ways:
            raise WrongUseError(
                f"{name!r} is no posting of that digest; `cxdigest review show {one.profile}` "
                "lists them with their numbers."
            )
    return [ways[name] for name in wanted]


def record(one: Reviewed) -> dict[str, Json]:
    """Return a digest that waits as it is printed with ``--json``."""
    return {
        "profile": one.profile,
        "day": one.day.isoformat(),
        "state": one.state,
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "otherwise": one.otherwise,
        "note": one.note,
        "dropped": list(one.dropped),
        "subject": one.subject,
        "digest": one.id,
    }


def _posting(found: Listed) -> dict[str, Json]:
    posting = found.candidate.posting
    return {
        "number": found.number,
        "section": found.section,
        "id": posting.id,
        "title": posting.title,
        "company": posting.company,
        "url": posting.url,
        "dropped": found.dropped,
    }


def _cells(one: Reviewed, zone: ZoneInfo) -> list[str]:
    return [
        one.profile,
        words.short_day(one.day),
        "waits" if one.state == "review" else one.state,
        _when(one.deadline, zone) if one.deadline else "the next digest",
        {"send": "is sent", "hold": "is held"}.get(one.otherwise, "") if one.deadline else "",
        printable(words.clean(one.note, 30)),
        str(len(one.dropped) or ""),
        printable(one.subject),
    ]


def _row(found: Listed) -> list[str]:
    candidate = found.candidate
    kind = candidate.verdict.kind if candidate.verdict else "unclear"
    return [
        str(found.number),
        printable(words.clean(candidate.posting.title, 90)),
        printable(words.clean(candidate.posting.company, 40)),
        KIND_WORDS[kind],
        "left out" if found.dropped else "",
    ]


def _standing(one: Reviewed, zone: ZoneInfo) -> str:
    if one.state == "held":
        return "It is held. It can be approved until the next digest is made."
    then = "sent" if one.otherwise == "send" else "held"
    return f"It waits; at {_when(one.deadline, zone)} it is {then}." if one.deadline else ""


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    """Say *moment* on the coach's clock."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%H:%M} on {words.short_day(local.date())} ({zone.key} time)"


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)
