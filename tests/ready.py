"""What costs time to make and is the same for every test: made once in a process.

Making the tables of a SQLite store takes thirty times as long as copying an empty one. How they are
made from nothing and from older versions is what ``tests/store/database/test_opening.py`` and
``tests/store/database/test_upgrade.py`` look at. Jinja compiles a template once for each environment.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from pathlib import Path

from jinja2 import Environment

from cxdigest.render import environment
from cxdigest.store import Store, open_store


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"{folder}/store.sqlite").close()
        return Path(folder, "store.sqlite").read_bytes()


@cache
def shipped_templates() -> Environment:
    """The shipped templates, without a brand."""
    return environment(None)


def compile_templates() -> None:
    """Compile what a digest is written with: for a process that forks many who write one."""
    for name in ("txt", "html", "parts.html", "css"):
        shipped_templates().get_template(f"digest.{name}.j2")


def put_store(path: Path) -> Path:
    """Put an empty store at *path*, private as cxdigest makes it; one that is there stays."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A process that is killed here leaves no half store, and two that do this make one.
        handle, written = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(_empty())
        with contextlib.suppress(FileExistsError):
            os.link(written, path)
        Path(written).unlink()
    return path


def ready_store(path: Path) -> Store:
    """Open the store at *path*, an empty one if there is none."""
    return open_store(str(put_store(path)))
