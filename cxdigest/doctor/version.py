"""What runs here: the first thing to say in a report of a problem."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator

from cxdigest import __version__
from cxdigest.doctor.line import Check, Line, Piece, ok
from cxdigest.doctor.patient import Patient


def _probe() -> Iterator[Line]:
    yield ok(
        f"cxdigest {__version__}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{platform.system()} {platform.release()} on {platform.machine()}",
    )


def _plan(_: Patient) -> list[Piece]:
    return [Piece(subject="", probe=_probe)]


CHECK = Check(
    name="version",
    about="The versions of cxdigest, Python, SQLite and the system.",
    help="Nothing; name them when you report a problem.",
    plan=_plan,
)
