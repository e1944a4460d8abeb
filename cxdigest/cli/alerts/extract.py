"""``cxdigest extract``: alerts in files, folders or standard input -> one JSON line a posting.

With ``--explain`` the same as text for a person: what was read how, and what was left aside.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import typer

from cxdigest.cli.terminal.progress import Bar
from cxdigest.errors import CxdigestError
from cxdigest.extract import extract as extract_alert
from cxdigest.extract import is_proven, names
from cxdigest.extract.split import split
from cxdigest.language import _, marked, ngettext
from cxdigest.model import Alert, Extraction, Sighting, Trace
from cxdigest.text import printable

_FIELDS = (
    "title", "company", "location", "workplace", "salary", "url", "native_id", "snippet",
    "section", "posted", "is_posting",
)  # fmt: skip
_STOPPED = marked("Stopped. What was read so far is printed.")
_UNREAD = {"unreadable", "too-large"}
_EMPTY = Extraction(format="", outcome="empty", reason="It is a feed without entries.")
_Row = dict[str, str | int | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How alerts are read and shown."""

    only: str | None  #: name of the one format to use
    explain: bool  #: as text for a person


def extract(paths: list[str], *, only: str = "", explain: bool = False) -> int:
    """Print the postings of *paths*; return 1 where one was not read, 2 where one is missing.

    An *only* that is no format's name is 2 too.
    """
    if only and only not in names():
        known = ", ".join(names())
        typer.echo(
            _(
                'cxdigest: no format is called "{name}"; there are {known}',
                name=printable(only),
                known=known,
            ),
            err=True,
        )
        return 2
    missing = [path for path in paths if path != "-" and not os.path.lexists(path)]
    for path in missing:
        typer.echo(
            printable(_("cxdigest: {path}: no such file or folder; check the name", path=path)),
            err=True,
        )
    if missing:
        return 2
    how = _How(only=only or None, explain=explain)
    try:
        refused: list[OSError] = []
        files = {path: list(_walk(path, refused.append)) for path in paths}
        for path in (path for path, found in files.items() if not found and not refused):
            typer.echo(
                printable(_("cxdigest: {path}: no files are in this folder", path=path)), err=True
            )
        every = [name for path in paths for name in files[path]]
        failed = []
        with Bar(_("Reading alerts"), stopped=_(_STOPPED), answers=True) as bar:
            for number, name in enumerate(every):
                bar.at(number, len(every))
                failed.append(_file(name, how))
        for error in refused:
            typer.echo(printable(f"cxdigest: {error.filename}: {error.strerror}"), err=True)
        return 1 if any(failed) or refused else 0
    except BrokenPipeError:  # whoever read the lines has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _walk(path: str, refused: Callable[[OSError], object]) -> Iterator[str]:
    """Yield *path*, or each regular file below it in sorted order."""
    if path == "-" or not Path(path).is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path, onerror=refused):
        folders.sort()
        found = (os.path.join(folder, name) for name in sorted(files))  # noqa: PTH118 - "./x" stays as it was given
        yield from (name for name in found if Path(name).is_file())


class _FileError(CxdigestError):
    """A file cannot be opened, or not be read to its end."""


def _file(name: str, how: _How) -> bool:
    """Print what *name* holds; tell whether something in it could not be read."""
    try:
        return _print_all(name, _alerts(name), how)
    except _FileError as error:
        typer.echo(printable(f"cxdigest: {name}: {error}"), err=True)
        return True


def _alerts(name: str) -> Iterator[Alert]:
    """Yield the alerts of one file; what is wrong with the output is no fault of the file."""
    try:
        with _opened(name) as stream:
            yield from split(stream, source="extract", name=name)
    except OSError as error:
        raise _FileError(error.strerror or str(error)) from error


def _opened(name: str) -> nullcontext[BinaryIO] | BinaryIO:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _print_all(name: str, alerts: Iterable[Alert], how: _How) -> bool:
    """Print the alerts of one file; a feed is one message, its entries print as one alert."""
    failed, number, entries = False, 0, []
    for alert in alerts:
        found = extract_alert(alert, only=how.only, explain=how.explain)
        failed |= found.outcome in _UNREAD
        if alert.media == "feed":
            entries.append(found)
        else:
            number += 1
            _print(name, number, [found], how)
    if entries or not number:
        _print(name, 1, entries or [_EMPTY], how)
    return failed


def _print(name: str, number: int, found: list[Extraction], how: _How) -> None:
    """Print the postings of one message, or what became of it where it has none."""
    if how.explain:
        lines = [
            line
            for one in found
            for line in _explained(_("{name}, message {number}", name=name, number=number), one)
        ]
    else:
        lines = [_json({"file": name, "message": number, **row}) for row in _rows(found)]
    for line in lines:
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _json(row: _Row) -> str:
    return json.dumps(row, ensure_ascii=False)


def _rows(found: list[Extraction]) -> list[_Row]:
    shown: list[_Row] = [
        {"format": one.format, **_fields(sighting)} | _badge(one)
        for one in found
        for sighting in one.sightings
    ]
    first = found[0]
    reason: _Row = {"format": first.format, "outcome": first.outcome, "reason": first.reason}
    return shown or [reason | _badge(first)]


def _fields(sighting: Sighting) -> _Row:
    return {name: getattr(sighting, name) for name in _FIELDS}


def _badge(one: Extraction) -> _Row:
    return {} if is_proven(one.format) else {"unproven": True}


def _explained(where: str, one: Extraction) -> Iterator[str]:
    """Yield the lines that tell a person how one alert was read."""
    yield printable(f"{where}: {_outcome(one)}")
    for trace in one.traces:
        yield printable(f"  {trace.step:<8}{_WORDS[trace.step](trace)}")
    for sentence in one.disagreements:
        yield printable(f"  differs {sentence}")
    if not any(trace.step == "read" for trace in one.traces):
        for sighting in one.sightings:
            yield printable(f"  read    {_posting(sighting)}")
    yield ""


def _outcome(one: Extraction) -> str:
    if not one.sightings:
        return f"{one.outcome}. {one.reason}"
    postings = sum(sighting.is_posting for sighting in one.sightings)
    counts = [ngettext("{number} posting", "{number} postings", postings, number=postings)]
    if postings != len(one.sightings):
        counts.append(_("{number} hits that are news", number=len(one.sightings) - postings))
    if one.announced is not None:
        counts.append(_("{announced} announced", announced=one.announced))
    unproven = "" if is_proven(one.format) else _(" (unproven)")
    return _("read as {format}: {counts}", format=one.format + unproven, counts=", ".join(counts))


def _posting(sighting: Sighting) -> str:
    return " | ".join(filter(None, (sighting.title, sighting.company, sighting.location)))


def _read(trace: Trace) -> str:
    return f"{_place(trace)} \u201c{trace.quote}\u201d by {trace.what}: {trace.title}"


def _left(trace: Trace) -> str:
    return f"{_place(trace)} \u201c{trace.quote}\u201d: {trace.what}, {trace.why}"


def _place(trace: Trace) -> str:
    first, last = trace.lines
    lines = (
        _("line {first}", first=first)
        if first == last
        else _("lines {first}-{last}", first=first, last=last)
    )
    return f"{trace.part} {lines}" if first else trace.part


_WORDS: dict[str, Callable[[Trace], str]] = {
    "format": lambda trace: f"{trace.what}: {trace.why}",
    "read": _read,
    "left": _left,
}
