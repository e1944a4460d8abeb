"""An empty store that another is moved into: all of it becomes one at the end, or nothing does.

A SQLite file is written beside its place and put there when it is whole; in PostgreSQL all is one
transaction. Indexes are made after the rows, which takes a fraction of the time and writes each
page once. Triggers rest meanwhile: what they would note is carried itself.
"""

from __future__ import annotations

import importlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Integer, Table, create_engine, event, func, inspect, select
from sqlalchemy.exc import DBAPIError

from cxdigest.errors import StoreError
from cxdigest.store.copies.checksums import carried
from cxdigest.store.database.connection import Database, begin_at_once, connect
from cxdigest.store.database.disk import sync
from cxdigest.store.database.migrate import only_one_migrates
from cxdigest.store.schema import metadata

_OURS = frozenset({*metadata.tables, "alembic_version"})
#: What stands beside a SQLite file while a move writes it.
HALF = ".moving"


@contextmanager
def landing(url: str, *, patience: timedelta) -> Iterator[Connection]:
    """Give a connection to fill a store at *url* by; it is there once the ``with`` ends well.

    Raises:
        StoreError: it cannot be reached or made, or something is there already.
    """
    database = connect(url, patience=patience, make=False)
    try:
        with _beside(database) if database.is_sqlite else _inside(database) as connection:
            yield connection
    finally:
        database.engine.dispose()


def require_empty(url: str, *, patience: timedelta) -> str:
    """Return what a person calls the database at *url*, which is there or can be made.

    Raises:
        StoreError: it cannot be reached, or holds a store already.
    """
    database = connect(url, patience=patience, make=False)
    try:
        if not database.is_sqlite or Path(database.place).exists():
            with database.reading() as connection:
                _refuse_full(connection, database.place)
    finally:
        database.engine.dispose()
    return database.place


def write_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store *rows* of ``checksums.stored_rows`` as they are."""
    names = ", ".join(f'"{one.name}"' for one in carried(table))
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(carried(table)))
        sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
        connection.exec_driver_sql(sql, list(rows))
        return
    raw: Any = connection.connection.dbapi_connection
    dbapi: Any = connection.dialect.loaded_dbapi
    try:
        with raw.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    except dbapi.Error as error:
        raise DBAPIError(f"COPY {table.name}", None, error) from error


def finish(connection: Connection, resting: Sequence[str]) -> Iterator[None]:
    """Make what `rest` took away, one after the other, and let numbers go on where they were."""
    for statement in resting:
        connection.exec_driver_sql(statement)
        yield
    if connection.dialect.name == "sqlite":
        return
    for table in metadata.sorted_tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer):
                _go_on(connection, table, column.name)
    connection.exec_driver_sql("ANALYZE")


def rest(connection: Connection) -> list[str]:
    """Take indexes and triggers away until the rows are there; return what makes them anew."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
            "AND type IN ('index', 'trigger') ORDER BY type, name"
        ).all()
        for kind, name, _ in found:
            connection.exec_driver_sql(f'DROP {kind} "{name}"')
        return [sql for _, _, sql in found]
    for table in metadata.sorted_tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    indexes = [row for row in connection.exec_driver_sql(_INDEXES).all() if row.table in _OURS]
    for one in indexes:
        connection.exec_driver_sql(f"DROP INDEX {one.name}")
    return [one.made for one in indexes]


def _refuse_full(connection: Connection, place: str) -> None:
    if _OURS & set(inspect(connection).get_table_names()):
        raise StoreError(
            f"{place} holds a store already, and nothing is written over; name a file that is not "
            "there yet or an empty database (to move there, remove that one first: a file with "
            "rm, a database with dropdb and createdb)"
        )


@contextmanager
def _inside(database: Database) -> Iterator[Connection]:
    """Fill a PostgreSQL database in one transaction."""
    with database.writing() as connection:
        only_one_migrates(connection)
        _refuse_full(connection, database.place)
        _make_tables(connection, database.place)
        # Moments come without their zone.
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        never_too_long(connection)
        yield connection


@contextmanager
def _beside(database: Database) -> Iterator[Connection]:
    """Fill a new SQLite file beside its place, and put it there."""
    place = Path(database.place)
    half = place.with_name(place.name + HALF)
    if place.exists():
        with database.reading() as connection:
            _refuse_full(connection, database.place)
    database.engine.dispose()
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"{half} cannot be made: {error.strerror}; make its folder writable for this user"
        ) from error
    writer = _unshared(half)
    try:
        with writer.writing() as connection:
            _make_tables(connection, database.place)
            yield connection
    except BaseException:
        writer.engine.dispose()
        half.unlink(missing_ok=True)
        raise
    writer.engine.dispose()
    _put(half, place)


def _put(half: Path, place: Path) -> None:
    """Let *half* be the file at *place*, on the disk before it is called that."""
    handle = os.open(half, os.O_RDWR)
    os.fsync(handle)
    os.close(handle)
    for end in ("-wal", "-shm"):  # of an empty file that this one takes the place of
        Path(f"{place}{end}").unlink(missing_ok=True)
    half.replace(place)
    sync(place.parent)


def _unshared(path: Path) -> Database:
    """Return a new SQLite file that nobody else opens: what is half written is thrown away.

    So nothing is kept to undo it, and the disk is waited for once, at the end.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"isolation_level": None}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", begin_at_once)
    return Database(engine, str(path))


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    pragmas = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=ON", "cache_size=-65536")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def _make_tables(connection: Connection, place: str) -> None:
    importlib.import_module("cxdigest.store.database.upgrade").upgrade(connection, place, None)


def never_too_long(connection: Connection) -> None:
    """Let PostgreSQL end this transaction for no other reason than a failure."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")


def _go_on(connection: Connection, table: Table, name: str) -> None:
    """Let the numbers that PostgreSQL gives begin after the largest that is stored."""
    sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, name)))
    if sequence is not None:
        largest = connection.scalar(select(func.max(table.c[name])))
        connection.execute(select(func.setval(sequence, largest or 1, largest is not None)))


_INDEXES = (
    "SELECT t.relname AS table, i.indexrelid::regclass::text AS name, "
    "pg_get_indexdef(i.indexrelid) AS made FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
    "WHERE t.relnamespace = current_schema()::regnamespace AND NOT EXISTS "
    "(SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 2"
)
