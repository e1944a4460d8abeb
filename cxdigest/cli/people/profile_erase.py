"""``cxdigest profile erase``: remove all that is kept of a person, and say what stays and why."""

from __future__ import annotations

import json as jsonlib
import sys
from dataclasses import asdict
from pathlib import Path

from cxdigest import app
from cxdigest.config import load
from cxdigest.console.clients import erasing
from cxdigest.console.clients.erasing import Erasure
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.text import printable
from cxdigest.worker import clock


def erase(config: Path, name: str, *, yes: bool, json: bool) -> int:
    """Erase *name*, stored or declared, after asking unless *yes*; return the exit code.

    Raises:
        WrongUseError: nothing is kept under that name, or nobody can be asked.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        erasing.require_kept(name, settings, store)
        if not yes and not _agreed(name):
            print(_("Nothing was removed."))
            return 1
        done = erasing.erase(settings, store, name, now=clock())
    for one in done.stuck:
        print(f"cxdigest: {one}", file=sys.stderr)
    if json:
        record = {
            "profile": name,
            **asdict(done.erased),
            "files": list(done.files),
            "stays": list(done.stays),
        }
        print(jsonlib.dumps(record))
    else:
        _show(name, done)
    return 0


def _agreed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise WrongUseError(_("nobody can be asked here; write --yes to erase {name}", name=name))
    said = input(
        _("Remove all that is kept of {name}, for good? Write the name to agree: ", name=name)
    )
    return said.strip() == name


def _show(name: str, done: Erasure) -> None:
    print(_("Removed of {name}: {numbers}.", name=name, numbers=", ".join(done.numbers)))
    print(_("What stays:"))
    for one in done.stays:
        print(f"* {printable(one)}")
