"""Bring a database to the tables of this version, one process at a time."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from cxdigest.store.database.connection import Database
from cxdigest.store.database.stranger import refuse_stranger, refuse_tables
from cxdigest.store.schema import REVISION

#: Any number that no other program on the same server is likely to lock.
_LOCK = 0x6378_6469_6765_7374  # "cxdigest"


def migrate(database: Database, before: Callable[[], object] | None = None) -> None:
    """Migrate to the newest tables, making them where there are none.

    *before* is called first where there are tables, and what it raises leaves them as they are.

    Raises:
        StoreError: the database failed, is of a newer cxdigest, or of another program.
    """
    if database.is_sqlite:
        refuse_stranger(Path(database.place))
    with database.reading() as connection:
        found = revision(connection)
    if found == REVISION:
        return
    if found is not None and before is not None:
        before()
    upgrade = importlib.import_module("cxdigest.store.database.upgrade").upgrade
    with database.writing() as connection:
        only_one_migrates(connection)
        found = revision(connection)
        if found is None and database.is_sqlite:
            # On a server several programs may share a database.
            refuse_tables(inspect(connection).get_table_names(), database.place)
        upgrade(connection, database.place, found)


def only_one_migrates(connection: Connection) -> None:
    """Wait until no other process makes tables here; SQLite has one writer at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def revision(connection: Connection) -> str | None:
    """Return of which version the tables are; None: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
