"""No test may open a database outside a temporary folder.

Python announces every ``sqlite3.connect`` before it happens, so this holds for whatever code a
test runs in its own process; the package itself knows nothing of it. PostgreSQL is only ever the
server of ``tests/servers/postgres.py``, which lives in a temporary folder too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ALLOWED = {Path(tempfile.gettempdir()).resolve()}


class OutsideTemporaryFolderError(Exception):
    """A test reached for a real database."""


def pytest_configure(config):
    if basetemp := config.getoption("basetemp", None):
        _ALLOWED.add(Path(basetemp).resolve())
    sys.addaudithook(_refuse)


def allowed(database: str | os.PathLike) -> bool:
    name = os.fsdecode(database)
    if name.startswith("file:"):  # an address, as SQLite takes it
        name = unquote(urlsplit(name).path)
    path = Path(name).resolve()
    # Coverage keeps its own figures in a SQLite file beside pyproject.toml.
    return path.name.startswith(".coverage") or any(path.is_relative_to(a) for a in _ALLOWED)


def _refuse(event: str, arguments: tuple) -> None:
    if event == "sqlite3.connect" and not _in_memory(arguments[0]) and not allowed(arguments[0]):
        raise OutsideTemporaryFolderError(f"a test opened {arguments[0]}; use tmp_path")


def _in_memory(database: object) -> bool:
    return database in {":memory:", b":memory:", ""}
