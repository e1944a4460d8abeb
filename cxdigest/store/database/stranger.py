"""Whether a SQLite file may be taken for the store, found out before it is opened to be written.

Opening it as a store puts a file in WAL mode, which its own program may not expect; so one that
belongs to somebody else is refused by a look that leaves no trace. What a look cannot decide, such
as a file that is no database, is left to opening it, which says so without changing it. Makes and
writes nothing.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from cxdigest.errors import StoreError
from cxdigest.store.schema import REVISION

_NAMED = 3  #: tables of another program that are named
_TABLES = r"""
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
"""
_PATIENCE = 5.0  #: seconds for a lock; who waits longer finds out by opening it


def refuse_stranger(path: Path) -> None:
    """See that the file at *path*, if there is one with tables, is a store that this program knows.

    Raises:
        StoreError: it is another program's, or of a newer cxdigest; it is as it was, byte for byte.
    """
    with suppress(sqlite3.Error, OSError):
        if not path.is_file() or not path.stat().st_size:
            return
        log = path.with_name(f"{path.name}-wal")
        still = not _filled(log)
        with _looked_at(path, still=still) as look:
            tables = [one for (one,) in look.execute(_TABLES)]
            version = _version(look) if "alembic_version" in tables else None
        if still and _filled(log):
            return  # somebody began to write, so the look may have seen a half of two states
        if version is None:
            refuse_tables(tables, str(path))
        elif version != REVISION:
            importlib.import_module("cxdigest.store.database.upgrade").refuse_newer(
                version, str(path)
            )


def refuse_tables(tables: Collection[str], place: str) -> None:
    """See that there are no *tables* in a file at *place* that has none of cxdigest's.

    Raises:
        StoreError: there are some, so the file is another program's.
    """
    if strangers := sorted({*tables} - {"alembic_version"}):
        raise StoreError(
            f"{place} holds tables of another program ({', '.join(strangers[:_NAMED])}), and none "
            "of cxdigest's; it is left as it is. Name another file under store.url"
        )


@contextmanager
def _looked_at(path: Path, *, still: bool) -> Iterator[sqlite3.Connection]:
    """Give the file to be read; a *still* one as a file that does not change."""
    way = "immutable=1" if still else "mode=ro"
    address = f"{path.absolute().as_uri()}?{way}"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as look:
        yield look


def _version(look: sqlite3.Connection) -> str | None:
    found = look.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else None


def _filled(log: Path) -> bool:
    return log.exists() and log.stat().st_size > 0
