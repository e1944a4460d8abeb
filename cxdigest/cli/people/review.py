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
from cxdigest.cli.terminal.given import day_given, profile_given
from cxdigest.config import load
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked, spoken
from cxdigest.model import KIND_WORDS, Json
from cxdigest.pipeline import Street, deliver_waiting
from cxdigest.pipeline.reviews import reviewing
from cxdigest.pipeline.reviews.reviewing import Listed
from cxdigest.render import words
from cxdigest.store import Reviewed
from cxdigest.text import printable
from cxdigest.worker import clock

_WIDTH = 1000  #: where a program reads: one line a row, however long
_HEADS = (
    marked("profile"), marked("day"), marked("state"), marked("until"), marked("then"),
    marked("note"), marked("left out"), marked("subject"),
)  # fmt: skip
_THEN = {"send": marked("is sent"), "hold": marked("is held")}
_STATES = {"review": marked("waits"), "held": marked("held")}


def waiting(config: Path, *, coach: str, json: bool) -> int:
    """List what waits or is held, of all clients or those of *coach*; return 0."""
    with _street(config) as street:
        if coach and coach not in {one.name for one in street.coaches}:
            known = ", ".join(one.name for one in street.coaches) or _("none")
            raise WrongUseError(
                _(
                    "there is no coach {coach}; in the configuration: {known}",
                    coach=f"{coach!r}",
                    known=known,
                )
            )
        profiles = {one.name: one for one in street.profiles}
        mine = [name for name, one in profiles.items() if one.coach == coach] if coach else None
        found = street.store.reviews(mine)
        zones = {one.id: reviewing.clock_of(street, one) for one in found}
    if json:
        for one in found:
            print(jsonlib.dumps(record(one)))
        return 0
    if not found:
        print(_("Nothing waits for a review."))
        return 0
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _HEADS:
        table.add_column(_(head) if head else "")
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
        console.print(Text(printable(_("Note on top: {note}", note=one.note))))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (marked("no."), marked("posting"), marked("employer"), marked("kind"), ""):
        table.add_column(_(head) if head else "")
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
            _(
                "{address} over {channel}: {detail}",
                address=sent.recipient,
                channel=sent.channel,
                detail=sent.detail,
            )
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
            raise WrongUseError(_("{name} has no digest of {day}.", name=name, day=day))
        return found
    open_ones = street.store.reviews([name])
    if len(open_ones) > 1:
        days = ", ".join(one.day.isoformat() for one in open_ones)
        raise WrongUseError(
            _(
                "{name} has several digests that wait; say --day with one of {days}.",
                name=name,
                days=days,
            )
        )
    found = open_ones[0] if open_ones else street.store.review_of(name)
    if found is None:
        raise WrongUseError(_("{name} has no digest yet.", name=name))
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
                _(
                    "{name} is no posting of that digest; `cxdigest review show {profile}` "
                    "lists them with their numbers.",
                    name=f"{name!r}",
                    profile=one.profile,
                )
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
        words.short_day(one.day, spoken()),
        _(_STATES[one.state]) if one.state in _STATES else one.state,
        _when(one.deadline, zone) if one.deadline else _("the next digest"),
        _(then) if one.deadline and (then := _THEN.get(one.otherwise)) else "",
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
        _(KIND_WORDS[kind]),
        _("left out") if found.dropped else "",
    ]


def _standing(one: Reviewed, zone: ZoneInfo) -> str:
    if one.state == "held":
        return _("It is held. It can be approved until the next digest is made.")
    if not one.deadline:
        return ""
    when = _when(one.deadline, zone)
    if one.otherwise == "send":
        return _("It waits; at {when} it is sent.", when=when)
    return _("It waits; at {when} it is held.", when=when)


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    """Say *moment* on the coach's clock."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return _(
        "{time} on {day} ({zone} time)",
        time=f"{local:%H:%M}",
        day=words.short_day(local.date(), spoken()),
        zone=zone.key,
    )


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)
