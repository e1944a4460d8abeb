"""``cxdigest doctor``: one report on everything, each line with the way out beside it."""

from __future__ import annotations

import contextvars
import json as jsonlib
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from cxdigest.cli.terminal.report import record, show
from cxdigest.config import Config, load
from cxdigest.doctor import CHECKS, Me, Patient, examine, worst
from cxdigest.doctor.hidden import secrets_of
from cxdigest.errors import ConfigError, Problem, TokenError
from cxdigest.language import _
from cxdigest.oauth import TokenFile
from cxdigest.worker import clock

_SECONDS = 12.0  #: for all of it; starting and ending take a while on a busy machine
_READING = 8.0  #: of these, for a configuration that is a file; a thousand people take some
_NO_FILE = 3.0  #: the same where it is a pipe or the like, which may never end


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
        print(jsonlib.dumps(record(lines)))
    else:
        show(lines)
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
    ordinary = threading.Event()

    def read() -> None:
        with suppress(OSError, ValueError):
            if path.is_file():
                ordinary.set()
        answers.put(_loaded(path))

    threading.Thread(target=contextvars.copy_context().run, args=(read,), daemon=True).start()
    seconds = _NO_FILE
    with suppress(Empty):
        return answers.get(timeout=_NO_FILE)
    if ordinary.is_set():
        seconds = _READING
        with suppress(Empty):
            return answers.get(timeout=_READING - _NO_FILE)
    what = _("could not be read within {seconds} s", seconds=f"{seconds:g}")
    instead = _("name an ordinary file, on a disk that answers")
    return _Read(problems=[_problem(path, what, instead)])


def _loaded(path: Path) -> _Read:
    try:
        config = load(path)
    except ConfigError as error:
        return _Read(problems=error.problems)
    except Exception as error:  # noqa: BLE001 - what breaks is a line of the report
        return _Read(
            problems=[
                _problem(path, _("cannot be read: {error}", error=error), _("check the file"))
            ]
        )
    tokens: list[str] = []
    for one in config.logins.values():
        with suppress(TokenError):
            if one.token_file.is_file() and (token := TokenFile(path=one.token_file).read()):
                tokens += [token.access, token.renewal]
    return _Read(config=config, secrets=[*secrets_of(config), *tokens])


def _problem(path: Path, what: str, instead: str) -> Problem:
    return Problem(where=str(path), line=0, key="", what=what, instead=instead)
