"""The way to the database: opening it, transactions, and its failures in plain words.

SQLite runs in WAL mode with ``synchronous=FULL``: what was committed survives a power cut.
A writer begins with ``BEGIN IMMEDIATE``, because a reader that turns writer can be refused at
once where a writer waits its turn (https://www.sqlite.org/lang_transaction.html).
"""

from __future__ import annotations

import copy
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cxdigest.errors import StoreError
from cxdigest.store.database.failures import explain
from cxdigest.store.database.torn import is_torn

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")
_KEPT_OPEN = 7  #: connections to a SQLite file: of the threads that answer and the worker
#: How long a server may take to answer, and when one that went away without a word is given up:
#: by itself the system waits for two hours.
_WATCHED = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")


class _Told:
    """How often was written; two at once may count as one, and are seen to be another."""

    times = 0


class Database:
    """One database and the only ways to read from it and to write to it."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.engine = engine
        self.place = place  #: what a person calls it; without the password
        self.is_sqlite = engine.dialect.name == "sqlite"
        write = {"cxdigest_begin": "BEGIN IMMEDIATE"} if self.is_sqlite else {}
        # One view of the data for all queries of a read, as SQLite gives it anyway. Whoever locked
        # a row of it would fail where another changed the row since: it is refused at once.
        view = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        read: dict[str, Any] = {} if self.is_sqlite else view
        self._writer = engine.execution_options(**write)
        self._reader = engine.execution_options(**read)
        # SQLite has one writer at a time, and those that find it busy sleep longer and longer:
        # threads that queue here are woken at once.
        self._one_writer = threading.Lock() if self.is_sqlite else nullcontext()
        self._view = threading.local()
        self._told = _Told()
        self.tells = True  #: whether pages need to know of what is written at once

    def behind(self) -> Database:
        """Return the same database for work of which no page needs to know at once."""
        other = copy.copy(self)
        other.tells = False
        return other

    @property
    def changes(self) -> int:
        """How often this process wrote, what was written behind left out."""
        return self._told.times

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the data throughout.

        Raises:
            StoreError: the database failed.
        """
        shared: Connection | None = getattr(self._view, "connection", None)
        with self.translating(), nullcontext(shared) if shared else self._reader.begin() as view:
            yield view

    @contextmanager
    def one_view(self) -> Iterator[None]:
        """Let all that this thread reads meanwhile be of one state of the data.

        What is written meanwhile, by this thread too, is not seen.

        Raises:
            StoreError: the database failed.
        """
        with self.reading() as connection:
            before, known = getattr(self._view, "connection", None), self._known
            self._view.connection = connection
            self._view.known = {} if known is None else known
            try:
                yield
            finally:
                self._view.connection, self._view.known = before, known

    def once(self, key: Hashable, ask: Callable[[Connection], _Answer]) -> _Answer:
        """Return what *ask* gives; within one view *key* is asked for once, since it stays so."""
        known = self._known
        if known is not None and key in known:
            found: _Answer = known[key]
            return found
        with self.reading() as connection:
            found = ask(connection)
        if known is not None:
            known[key] = found
        return found

    def knows(self, key: Hashable) -> bool:
        """Tell whether *key* was asked for once already, in the view that this thread has."""
        return self._known is not None and key in self._known

    @property
    def _known(self) -> dict[Hashable, Any] | None:
        return getattr(self._view, "known", None)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose whole work is committed at the end, or none of it.

        Raises:
            StoreError: the database failed; nothing of the transaction was stored.
        """
        with self._one_writer, self.translating(), self._writer.begin() as connection:
            yield connection
        if self.tells:
            self._told.times += 1  # after the commit: who reads it earlier has read too early

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Let what fails meanwhile be told as a failure of this database.

        Raises:
            StoreError: it failed.
        """
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            raise StoreError(explain(error, self.place)) from error


class Part:
    """One part of the store: the statements about one thing."""

    def __init__(self, database: Database) -> None:
        self._database = database


def connect(url: str, *, patience: timedelta, make: bool = True) -> Database:
    """Return the database at *url*; a SQLite file is made where there is none, if *make*.

    *patience* is how long to wait for another program's lock. PostgreSQL is not contacted yet.

    Raises:
        StoreError: the URL is none that cxdigest knows, or the file cannot be made.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, patience, make=make)
    return _postgresql(parsed, patience)


def shown(url: str) -> str:
    """Return *url* as it may be shown, without the password.

    Raises:
        StoreError: it is none that cxdigest knows.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return str(parsed.database)
    bare = parsed.set(drivername="postgresql").difference_update_query(["password"])
    return URL.create(**(bare._asdict() | {"password": None})).render_as_string()


def for_libpq(url: str, **more: str | None) -> str:
    """Return the PostgreSQL at *url*, and *more* in its place, as keys and values for libpq.

    An address would not do: SQLAlchemy writes spaces in it as they are, and libpq takes none.
    """
    parsed = _parse(url)
    _, said = parsed.get_dialect()().create_connect_args(parsed)
    pairs = {**said, **more}
    return " ".join(
        f"{key}='{_quoted(str(value))}'" for key, value in pairs.items() if value is not None
    )


def _quoted(value: str) -> str:
    return value.replace("\\", r"\\").replace("'", r"\'")


def _parse(url: str) -> URL:
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "The store's URL cannot be read; write sqlite:///folder/cxdigest.db "
            "or postgresql://user:password@host/database"
        ) from error
    if parsed.drivername in _POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite":
        return parsed
    raise StoreError(
        f"{parsed.drivername}:// is no database that cxdigest can use; "
        "write sqlite:///folder/cxdigest.db or postgresql://user:password@host/database"
    )


def _sqlite(url: URL, patience: timedelta, *, make: bool) -> Database:
    if url.database in (None, "", ":memory:"):
        raise StoreError(
            "The store needs a file, because what is only in memory is lost; "
            "write sqlite:///folder/cxdigest.db"
        )
    path = Path(str(url.database))
    try:
        if path.exists() and not path.is_file():
            raise StoreError(f"{path} is no file; name the file of the store under store.url")
        if make:
            _make_private(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made: {error.strerror}; make its folder writable for this user "
            "or name another file under store.url"
        ) from error
    if is_torn(path.with_name(f"{path.name}-wal")):
        log.warning(
            "%s: the last write was cut off before its end, as by a crash or a power cut; all that "
            "was committed before is there, and what was not is done again",
            path,
        )
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": patience.total_seconds(), "isolation_level": None},
        # Opening one takes longer than most queries; the one used last has its pages in memory.
        pool_size=_KEPT_OPEN,
        pool_use_lifo=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", begin_at_once)
    return Database(engine, str(path))


def _make_private(path: Path) -> None:
    """Make the file and its folder for this user alone; one that exists keeps its rights.

    SQLite gives its journal files the rights of the database. A file that is there is not opened:
    to close it again would end every lock that this process has on it
    (https://www.sqlite.org/howtocorrupt.html, "Posix advisory locks canceled").
    """
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if not os.access(path, os.R_OK | os.W_OK):
            os.close(os.open(path, os.O_RDWR))  # which says why it cannot


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # secure_delete: what is removed by age must not stay readable in the file's free pages.
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-2048",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


def begin_at_once(connection: Connection) -> None:
    """Begin the transaction of a SQLite connection, that of a writer as its only one."""
    connection.exec_driver_sql(connection.get_execution_options().get("cxdigest_begin", "BEGIN"))


def _postgresql(url: URL, patience: timedelta) -> Database:
    milliseconds = int(patience.total_seconds() * 1000)

    place = f"PostgreSQL database {url.database} at {url.host or 'this machine'}"

    def require_unicode(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's
        if (found := connection.info.parameter_status("server_encoding")) != "UTF8":
            raise StoreError(
                f"{place}: it keeps text as {found}, which cannot hold the letters of every "
                "language; make one that can, and name it under store.url: "
                "createdb --encoding=UTF8 --template=template0 NAME"
            )

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {milliseconds}")
        cursor.close()
        connection.commit()

    try:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, connect_args=_WATCHED)
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs one more package: pip install 'cxdigest[postgresql]'"
        ) from error
    # First: SQLAlchemy itself stumbles over the bytes that come in place of text.
    event.listen(engine, "connect", require_unicode, insert=True)
    event.listen(engine, "connect", prepare)
    return Database(engine, place)
