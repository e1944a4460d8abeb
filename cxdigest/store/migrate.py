"""Bring a database to the tables of this version, one process at a time."""

from __future__ import annotations

import importlib

from sqlalchemy import Connection, inspect, text

from cxdigest.store.connection import Database
from cxdigest.store.schema import REVISION

#: Any number that no other program on the same server is likely to lock.
_LOCK = 0x6378_6469_6765_7374  # "cxdigest"


def migrate(database: Database) -> None:
    """Migrate to the newest tables, making them where there are none.

    Raises:
        StoreError: the database failed, is of a newer cxdigest, or of another program.
    """
    with database.reading() as connection:
        if revision(connection) == REVISION:
            return
    upgrade = importlib.import_module("cxdigest.store.upgrade").upgrade
    with database.writing() as connection:
        only_one_migrates(connection)
        upgrade(connection, database.place, revision(connection))


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
