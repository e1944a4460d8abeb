"""What runs here: the first thing to say in a report of a problem."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator

from cxdigest import __version__
from cxdigest.doctor.line import Check, Line, Piece, ok
from cxdigest.doctor.patient import Patient
from cxdigest.language import _, marked


def _probe() -> Iterator[Line]:
    yield ok(
        _("cxdigest {version}", version=__version__),
        _(
            "Python {platform}, SQLite {sqlite_version}, {platform2} {platform3} on {platform4}",
            platform=platform.python_version(),
            sqlite_version=sqlite3.sqlite_version,
            platform2=platform.system(),
            platform3=platform.release(),
            platform4=platform.machine(),
        ),
    )


def _plan(_: Patient) -> list[Piece]:
    return [Piece(subject="", probe=_probe)]


CHECK = Check(
    name=marked("version"),
    about="The versions of cxdigest, Python, SQLite and the system.",
    help="Nothing; name them when you report a problem.",
    plan=_plan,
)
