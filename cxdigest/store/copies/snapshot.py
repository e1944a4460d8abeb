"""One state of a whole database, put into a file and taken from it again while others work.

SQLite is copied by ``VACUUM INTO``, which reads one state and keeps nobody from writing; PostgreSQL
by its own ``pg_dump`` and ``pg_restore``. Counts and checksums are of that very state.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, MetaData, make_url, text
from sqlalchemy.exc import DBAPIError

from cxdigest.errors import StoreError
from cxdigest.store.copies.checksums import Tally, tallies
from cxdigest.store.database.connection import Database, connect, for_libpq
from cxdigest.store.database.failures import explain
from cxdigest.store.database.migrate import revision

Kind = Literal["sqlite", "postgresql"]
PATIENCE = timedelta(seconds=30)
_FULL_TEXT = "searched_words"  #: SQLite's own tables of it, made of what others hold


_LOOK = 100_000  #: steps of SQLite between two looks at how far it is
#: Told of a part, of how much is done, and of how much there is where that is known.
Told = Callable[[str, int, int | None], object]


def untold(part: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a file holds that `take` wrote."""

    kind: Kind
    revision: str  #: of the tables
    tables: Mapping[str, Tally]


def kind_of(url: str) -> Kind:
    """Return which database the store at *url* is."""
    return "postgresql" if url.startswith("postgres") else "sqlite"


def revision_of(url: str) -> str | None:
    """Return the revision of the tables at *url*; None where there are none."""
    with _opened(url) as database, database.reading() as connection:
        return revision(connection)


def moment_of(url: str) -> datetime:
    """Return what the clock of the database at *url* says."""
    with _opened(url) as database, database.reading() as connection:
        said = connection.scalar(text("SELECT CURRENT_TIMESTAMP"))
    found = datetime.fromisoformat(said) if isinstance(said, str) else said
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def size_of(url: str) -> int:
    """Return the bytes that the store at *url* takes."""
    with _opened(url) as database:
        if database.is_sqlite:
            files = (Path(database.place + suffix) for suffix in ("", "-wal"))
            return sum(file.stat().st_size for file in files if file.exists())
        with database.reading() as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def take(url: str, file: Path, told: Told = untold) -> Snapshot:
    """Write the store at *url*, as it is at one moment, to *file*, which must not exist.

    *told* is told how far the parts ``copy`` (bytes) and ``check`` (rows) have come.

    Raises:
        StoreError: the database failed, or a program that is needed is missing.
    """
    if kind_of(url) == "sqlite":
        with _opened(url) as database:
            told("copy", 0, None)
            _vacuum_into(database, file, told)
        return read(file, told)
    with _opened(url) as database, database.reading() as connection:
        connection.execute(text("SET TIME ZONE 'UTC'"))
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        options = ["--format=custom", f"--snapshot={snapshot}", f"--file={file}"]
        told("copy", 0, None)
        _run("pg_dump", url, options)
        file.chmod(0o600)
        return _summed(connection, "postgresql", told)


def read(file: Path, told: Told = untold) -> Snapshot:
    """Return what the SQLite database in *file* holds.

    Raises:
        StoreError: it is none, or cannot be read.
    """
    with _opened(str(file)) as database, database.reading() as connection:
        return _summed(connection, "sqlite", told)


def held(url: str) -> Snapshot:
    """Return what the PostgreSQL database at *url* holds."""
    with _opened(url) as database, database.reading() as connection:
        connection.execute(text("SET TIME ZONE 'UTC'"))
        return _summed(connection, "postgresql", untold)


def load(url: str, file: Path) -> None:
    """Fill the empty PostgreSQL database at *url* from *file*: all of it, or nothing.

    Raises:
        StoreError: it could not be done, or a program that is needed is missing.
    """
    options = ["--single-transaction", "--exit-on-error", str(file)]
    _run("pg_restore", url, options, database_option=True)


def tool(name: str) -> str:
    """Return where PostgreSQL's program *name* is.

    Raises:
        StoreError: it is not on this machine.
    """
    found = shutil.which(name)
    if found is None:
        raise StoreError(
            f"{name} is missing, which copies PostgreSQL: install its client programs "
            "(Debian: postgresql-client), or make backups with the server's own means and write "
            "backup: {daily: false, before_migration: false}"
        )
    return found


def _run(name: str, url: str, options: Sequence[str], *, database_option: bool = False) -> None:
    program = tool(name)
    with tempfile.TemporaryDirectory(prefix="cxdigest-") as folder:
        # Neither the arguments, which every user of the machine sees, nor the environment.
        secret = Path(folder, "passfile")
        secret.touch(mode=0o600)
        word = (make_url(url).password or "").replace("\\", "\\\\").replace(":", "\\:")
        secret.write_text(f"*:*:*:*:{word}\n", encoding="utf-8")
        address = for_libpq(url, password=None, passfile=str(secret))
        which = [f"--dbname={address}"] if database_option else [address]
        common = ["--no-password", "--no-owner", "--no-privileges", *options, *which]
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, found by its name
            [program, *common], capture_output=True, text=True, check=False
        )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        why = said[0] if said else f"exit code {done.returncode}"
        raise StoreError(f"{name} failed: {why}")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = connect(url, patience=PATIENCE)
    try:
        yield database
    finally:
        database.engine.dispose()


def _vacuum_into(database: Database, file: Path, told: Told) -> None:
    size = Path(database.place).stat().st_size

    def look() -> None:
        told("copy", min(size, file.stat().st_size), size)

    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with closing(engine.raw_connection()) as connection:
            driver = connection.driver_connection
            driver.set_progress_handler(look, _LOOK)  # type: ignore[union-attr]
            try:
                connection.cursor().execute("VACUUM INTO ?", (str(file),))
            finally:
                driver.set_progress_handler(None, 0)  # type: ignore[union-attr]
    except DBAPIError as error:
        raise StoreError(explain(error, database.place)) from error
    except database.engine.dialect.loaded_dbapi.Error as error:
        raise StoreError(f"{database.place} could not be copied: {error}") from error


def _summed(connection: Connection, kind: Kind, told: Told) -> Snapshot:
    # The tables as they are: an older version's are backed up before they are changed.
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(_FULL_TEXT))
    return Snapshot(
        kind=kind,
        revision=revision(connection) or "",
        tables=tallies(connection, found, lambda rows: told("check", rows, None)),
    )
