"""A look at a store that changes nothing: no table is made or migrated, no file beside it appears.

SQLite makes files of its own beside a database that is in WAL mode, also for who only reads; where
nobody has it open it is therefore read as a file that does not change (``immutable``,
https://www.sqlite.org/uri.html), else through the files that are there already.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import NullPool, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from cxdigest.errors import StoreError
from cxdigest.store import Store
from cxdigest.store.copies.snapshot import kind_of
from cxdigest.store.database.connection import Database, begin_at_once, connect
from cxdigest.store.database.migrate import revision
from cxdigest.store.schema import REVISION, metadata

_STEPS = 20_000  #: of SQLite's machine between two looks at the clock


@contextmanager
def looked_at(url: str, *, patience: timedelta) -> Iterator[Database]:
    """Give the database at *url* to be read; *patience* is how long a lock or an answer may take.

    Raises:
        StoreError: it cannot be opened without changing something, or the database failed.
    """
    database = _sqlite(url, patience) if kind_of(url) == "sqlite" else _postgresql(url, patience)
    try:
        yield database
    finally:
        database.engine.dispose()


@contextmanager
def store_as_it_is(url: str, *, patience: timedelta) -> Iterator[Store | None]:
    """Give the store at *url* to be read; None where its tables are not those of this version.

    Raises:
        StoreError: as ``looked_at``.
    """
    with looked_at(url, patience=patience) as database:
        yield Store(database) if version_of(database) == REVISION else None


def file_of(url: str) -> Path | None:
    """Return the file of the SQLite store at *url*; None: it is none."""
    if kind_of(url) != "sqlite":
        return None
    return Path(url.removeprefix("sqlite:///") if "://" in url else url)


def version_of(database: Database) -> str | None:
    """Return of which version the tables are; None: there are none of cxdigest's.

    Raises:
        StoreError: the database failed.
    """
    with database.reading() as connection:
        return revision(connection)


def strangers_in(database: Database) -> list[str]:
    """Return the names of tables that are not cxdigest's.

    Raises:
        StoreError: the database failed.
    """
    own = {*metadata.tables, "alembic_version"}
    with database.reading() as connection:
        names = inspect(connection).get_table_names()
    return sorted(name for name in names if name not in own and not name.startswith("searched_"))


def damage_in(database: Database, *, seconds: float) -> str | None:
    """Return what is wrong within a SQLite file, ``""`` for nothing; None: there was no time.

    Raises:
        StoreError: the database failed.
    """
    until = time.monotonic() + seconds
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        try:
            with closing(driver.execute("PRAGMA quick_check(1)")) as cursor:
                said = str(cursor.fetchone()[0])
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                return None
            raise
        except sqlite3.DatabaseError as error:
            return str(error)
        finally:
            driver.set_progress_handler(None, 0)
    return "" if said == "ok" else said


def _sqlite(url: str, patience: timedelta) -> Database:
    path = file_of(url)
    assert path is not None, "asked for SQLite alone"
    address = f"{path.absolute().as_uri()}?{_way(path)}"

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=patience.total_seconds(),
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA query_only=ON")
        return connection

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)
    event.listen(engine, "begin", begin_at_once)
    return Database(engine, str(path))


def _way(path: Path) -> str:
    """Return how the file at *path* can be opened without a trace.

    Raises:
        StoreError: it cannot.
    """
    log, index = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise StoreError(f"{path} {what}; name the file of the store under store.url")
        if not log.exists() or not log.stat().st_size:
            return "immutable=1"
        if index.exists():
            return "mode=ro"
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened: {error.strerror}; let the user who runs cxdigest read it"
        ) from error
    raise StoreError(
        f"{path} was left with a write-ahead log alone, as by a copy of it; start cxdigest once, "
        "which brings it in order"
    )


def _postgresql(url: str, patience: timedelta) -> Database:
    database = connect(url, patience=patience, make=False)
    milliseconds = int(patience.total_seconds() * 1000)

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET statement_timeout = {milliseconds}")
        cursor.close()
        connection.commit()

    event.listen(database.engine, "connect", prepare)
    # Asked of every transaction: what the session would have it be yields to what one was told.
    return Database(database.engine.execution_options(postgresql_readonly=True), database.place)


def moment_in(database: Database) -> str:
    """Return what the clock of a PostgreSQL server says, as ISO 8601 with its offset.

    Raises:
        StoreError: the database failed.
    """
    with database.reading() as connection:
        return str(connection.scalar(text("SELECT CURRENT_TIMESTAMP")))
