"""``cxdigest extract``: alerts in files, folders or standard input -> one JSON line a posting."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

import typer

from cxdigest.extract import extract as extract_alert
from cxdigest.extract.split import split
from cxdigest.model import Alert, Extraction, Sighting
from cxdigest.text import printable

_FIELDS = (
    "title", "company", "location", "workplace", "salary", "url", "native_id", "snippet",
    "section", "posted", "is_posting",
)  # fmt: skip
_UNREAD = {"unreadable", "too-large"}
_EMPTY = Extraction(format="", outcome="empty", reason="It is a feed without entries.")
_Row = dict[str, str | int | bool]


def extract(paths: list[str]) -> int:
    """Print the postings of *paths*; return 1 where one was not read, 2 where one is missing."""
    missing = [path for path in paths if path != "-" and not os.path.lexists(path)]
    for path in missing:
        typer.echo(printable(f"cxdigest: {path}: no such file or folder; check the name"), err=True)
    if missing:
        return 2
    try:
        refused: list[OSError] = []
        failed = [_file(name) for path in paths for name in _walk(path, refused.append)]
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
    for folder, folders, names in os.walk(path, onerror=refused):
        folders.sort()
        files = (os.path.join(folder, name) for name in sorted(names))  # noqa: PTH118 - "./x" stays as it was given
        yield from (name for name in files if Path(name).is_file())


def _file(name: str) -> bool:
    """Print what *name* holds; tell whether something in it could not be read."""
    try:
        with _opened(name) as stream:
            return _print_all(name, split(stream, source="extract", name=name))
    except BrokenPipeError:
        raise
    except OSError as error:
        typer.echo(printable(f"cxdigest: {name}: {error.strerror or error}"), err=True)
        return True


def _opened(name: str) -> nullcontext[BinaryIO] | BinaryIO:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _print_all(name: str, alerts: Iterable[Alert]) -> bool:
    """Print the alerts of one file; a feed is one message, its entries print as one alert."""
    failed, number, entries = False, 0, []
    for alert in alerts:
        found = extract_alert(alert)
        failed |= found.outcome in _UNREAD
        if alert.media == "feed":
            entries.append(found)
        else:
            number += 1
            _print(name, number, [found])
    if entries or not number:
        _print(name, 1, entries or [_EMPTY])
    return failed


def _print(name: str, number: int, found: list[Extraction]) -> None:
    """Print the postings of one message, or what became of it where it has none."""
    shown: list[_Row] = [
        {"format": one.format, **_fields(sighting)} for one in found for sighting in one.sightings
    ]
    if not shown:
        first = found[0]
        shown = [{"format": first.format, "outcome": first.outcome, "reason": first.reason}]
    for row in shown:
        line = json.dumps({"file": name, "message": number, **row}, ensure_ascii=False)
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _fields(sighting: Sighting) -> _Row:
    return {name: getattr(sighting, name) for name in _FIELDS}
