"""``cxdigest import clients``: a coach's clients from a table, all of them or nobody."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cxdigest import app
from cxdigest.cli.terminal.progress import say
from cxdigest.config import Config, load
from cxdigest.console.clients import client_table, importing
from cxdigest.console.clients.client_table import ClientTable, Usual
from cxdigest.console.clients.definitions import refuse_temporary
from cxdigest.console.clients.editing import editor_of
from cxdigest.console.clients.importing import Incoming, Preview
from cxdigest.console.clients.table_import import preview_table, usual_for
from cxdigest.errors import ConfigError, WrongUseError
from cxdigest.language import _
from cxdigest.roll import Roll
from cxdigest.worker import clock


def run(
    config: Path,
    file: Path,
    *,
    coach: str,
    sources: Sequence[str],
    channel: str,
    dry: bool,
    json: bool,
) -> int:
    """Take the clients in *file* in for *coach*; *dry* shows it and changes nothing.

    Raises:
        ConfigError: with everything that is wrong in the table; nobody is taken in.
        WrongUseError: there is no such coach, or the file cannot be read.
    """
    settings = load(config)
    refuse_temporary(settings)
    usual = _usual(settings, coach, sources, channel)
    table = client_table.read_clients(_content(file), str(file))
    with app.open_stored(settings) as store:
        editor = editor_of("admin", "", (), settings, Roll(settings, store).profiles())
        looked = preview_table(editor, store, table, usual, str(file))
        found = looked.found
        if found.problems:
            raise ConfigError(found.problems)
        if not dry:
            done = importing.take_in(editor, store, looked.content, seen=found.seen, now=clock())
            if done is None:
                raise WrongUseError(
                    _("somebody changed one of these people meanwhile; run it again")
                )
    _show(found, table, file, dry=dry, json=json)
    return 0


def _content(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise WrongUseError(_("{file} is no file", file=file))
    try:
        with file.open("rb") as stream:
            return stream.read(client_table.LARGEST + 1)
    except OSError as error:
        raise WrongUseError(f"{file}: {error.strerror}") from error


def _usual(settings: Config, coach: str, sources: Sequence[str], channel: str) -> Usual:
    if coach not in settings.coaches:
        names = ", ".join(settings.coaches)
        there = (
            _("there are {names}", names=names)
            if names
            else _("add one below “coaches:” in the configuration")
        )
        raise WrongUseError(
            _("--coach: there is no coach {coach}; {there}", coach=coach, there=there)
        )
    return usual_for(coach, settings, sources=sources, channel=channel)


def _show(found: Preview, table: ClientTable, file: Path, *, dry: bool, json: bool) -> None:
    if json:
        for one in found.people:
            print(
                jsonlib.dumps(
                    {
                        "line": table.lines[one.name],
                        "profile": one.name,
                        "name": one.heading,
                        "new": one.is_new,
                        "changed": [change.key for change in one.changes],
                        "taken_in": not dry,
                    }
                )
            )
    else:
        for sentence in _told(found, table, dry=dry):
            print(sentence)
    if table.unused:
        say(
            _(
                "{file}: nothing is made of the columns {names}",
                file=file,
                names=", ".join(table.unused),
            )
        )


def _told(found: Preview, table: ClientTable, *, dry: bool) -> Iterator[str]:
    for one in found.people:
        yield _(
            "line {lines}: {heading} ({name}): {one}",
            lines=table.lines[one.name],
            heading=one.heading,
            name=one.name,
            one=_what(one),
        )
    new = sum(one.is_new for one in found.people)
    changed = sum(not one.is_new and bool(one.changes) for one in found.people)
    same = len(found.people) - new - changed
    if dry:
        yield _(
            "{new} would be added, {changed} changed, {same} stay. Nothing was done.",
            new=new,
            changed=changed,
            same=same,
        )
    else:
        yield _(
            "{new} added, {changed} changed, {same} stay as they were.",
            new=new,
            changed=changed,
            same=same,
        )


def _what(one: Incoming) -> str:
    if one.is_new:
        return _("new")
    if not one.changes:
        return _("as it is")
    return ", ".join(
        f"{change.key} {_short(change.before)} → {_short(change.after)}" for change in one.changes
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:60] or _("nothing")
