"""``cxdigest doctor``: one report on everything, each line with the way out beside it."""

from __future__ import annotations

import json as jsonlib
import logging
import os
import shutil
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

import typer

from cxdigest import __version__
from cxdigest.config import Config, load
from cxdigest.doctor import CHECKS, Line, Me, Patient, State, examine, worst
from cxdigest.doctor.hidden import secrets_of
from cxdigest.errors import ConfigError, Problem, TokenError
from cxdigest.oauth import TokenFile
from cxdigest.text import printable
from cxdigest.worker import clock

_SECONDS = 19.0  #: for all of it
_READING = (
    12.0  #: of these, for a configuration that is a file; with a thousand people it takes some
)
_NO_FILE = 3.0  #: the same where it is a pipe or the like, which may never end
_SIGNS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "failed": ("✗", "red"),
    "unchecked": ("?", "cyan"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What became of reading the configuration."""

    config: Config | None = None
    problems: Sequence[Problem] = ()
    secrets: Sequence[str] = field(default=(), repr=False)


def doctor(config: Path, *, json: bool) -> int:
    """Show the report; return 1 if a line of it is ``failed``, else 0."""
    until = time.monotonic() + _SECONDS
    with _quiet():
        read = _read(config)
        patient = Patient(
            path=config,
            config=read.config,
            problems=read.problems,
            clock=clock,
            until=until,
            me=Me(uid=os.getuid(), gid=os.getgid()) if hasattr(os, "getuid") else Me(),
        )
        lines = examine(patient, CHECKS, secrets=read.secrets)
    if json:
        print(jsonlib.dumps(_record(lines), ensure_ascii=False))
    else:
        _show(lines)
    return 1 if worst(lines) == "failed" else 0


@contextmanager
def _quiet() -> Iterator[None]:
    """Log nothing meanwhile: what is to be said is a line of the report."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _read(path: Path) -> _Read:
    """Read the configuration in a thread: a pipe or a dead server might never answer."""
    answers: SimpleQueue[_Read] = SimpleQueue()
    threading.Thread(target=lambda: answers.put(_loaded(path)), daemon=True).start()
    ordinary = False
    with suppress(OSError, ValueError):
        ordinary = path.is_file()
    seconds = _READING if ordinary or not path.exists() else _NO_FILE
    try:
        return answers.get(timeout=seconds)
    except Empty:
        what = f"could not be read within {seconds:g} s"
        instead = "name an ordinary file, on a disk that answers"
        return _Read(problems=[_problem(path, what, instead)])


def _loaded(path: Path) -> _Read:
    try:
        config = load(path)
    except ConfigError as error:
        return _Read(problems=error.problems)
    except Exception as error:  # noqa: BLE001 - what breaks is a line of the report
        return _Read(problems=[_problem(path, f"cannot be read: {error}", "check the file")])
    tokens: list[str] = []
    for one in config.logins.values():
        with suppress(TokenError):
            if one.token_file.is_file() and (token := TokenFile(path=one.token_file).read()):
                tokens += [token.access, token.renewal]
    return _Read(config=config, secrets=[*secrets_of(config), *tokens])


def _problem(path: Path, what: str, instead: str) -> Problem:
    return Problem(where=str(path), line=0, key="", what=what, instead=instead)


def _record(lines: Sequence[Line]) -> dict[str, object]:
    return {
        "state": worst(lines),
        "cxdigest": __version__,
        "made": clock().isoformat(timespec="seconds"),
        "counts": dict(Counter(line.state for line in lines)),
        "lines": [
            {"check": line.check, **{k: v for k, v in asdict(line).items() if k != "check"}}
            for line in lines
        ],
    }


def _show(lines: Sequence[Line]) -> None:
    wide = sys.stdout.isatty()
    for line in lines:
        _on_a_terminal(line) if wide else print(_plain(line))
    counts = Counter(line.state for line in lines)
    told = [f"{counts['ok']} ok", f"{counts['warning']} warnings", f"{counts['failed']} failed"]
    if counts["unchecked"]:
        told.append(f"{counts['unchecked']} could not be checked")
    print(("\n" if wide else "") + ", ".join(told))


def _plain(line: Line) -> str:
    """Return *line* for a file or a pipe: all of it on one line, and no colours."""
    subject = f"{line.subject}: " if line.subject else ""
    fix = f" -> {line.fix}" if line.fix else ""
    return printable(f"{line.state:9} {line.check}: {subject}{line.says}{fix}")


def _on_a_terminal(line: Line) -> None:
    sign, colour = _SIGNS[line.state]
    width = max(40, shutil.get_terminal_size().columns)
    subject = f"{line.subject}: " if line.subject else ""
    said = textwrap.wrap(printable(f"{line.check}: {subject}{line.says}"), width - 2)
    way = textwrap.wrap(printable(f"→ {line.fix}"), width - 4) if line.fix else []
    for number, part in enumerate([*said, *(f"  {one}" for one in way)]):
        head = typer.style(f"{sign} ", fg=colour, bold=True) if number == 0 else "  "
        typer.echo(head + part)
