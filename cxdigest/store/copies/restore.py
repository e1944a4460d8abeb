"""Put a backup in the place of a store: the whole of it, checked, or nothing.

What is there is moved aside, never removed. A backup of older tables is migrated; one of newer
tables is refused.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, text

from cxdigest.errors import BackupError, WrongUseError
from cxdigest.language import _
from cxdigest.store import open_store
from cxdigest.store.copies import snapshot
from cxdigest.store.copies.backup import Opened
from cxdigest.store.copies.snapshot import PATIENCE, Snapshot, Told, untold
from cxdigest.store.database.connection import connect
from cxdigest.store.database.disk import folder_for, sync
from cxdigest.store.database.upgrade import is_known

_BESIDE = ("-wal", "-shm")


def restore(backup: Opened, url: str, *, force: bool, now: datetime, told: Told = untold) -> str:
    """Put *backup* in the place of the store at *url*; return where the old one is, or ``""``.

    *told* is told how far the parts ``unpack`` and ``check`` have come.

    Raises:
        WrongUseError: it cannot go there: another kind of database, something is there and *force*
            is not given, another program has it open, or a newer cxdigest made it.
        BackupError: what it holds is not what it says; the old store stays as it is, and where
            there was none nothing is left.
        StoreError: the database failed; the old store stays as it is.
    """
    manifest = backup.manifest
    if manifest.kind != snapshot.kind_of(url):
        raise WrongUseError(
            _(
                "this is a backup of {kind}, and store.url names {other}; name such a store there",
                kind=_called(manifest.kind),
                other=_called(snapshot.kind_of(url)),
            )
        )
    if not is_known(manifest.revision):
        raise WrongUseError(
            _(
                "this backup was made by a newer cxdigest ({cxdigest}, tables "
                "{revision}); install that version or a later one",
                cxdigest=manifest.cxdigest,
                revision=manifest.revision,
            )
        )
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    if manifest.kind == "sqlite":
        return _to_file(backup, _path(url), force=force, stamp=stamp, told=told)
    return _to_server(backup, url, force=force, stamp=stamp, told=told)


def _called(kind: str) -> str:
    return _("an SQLite file") if kind == "sqlite" else "PostgreSQL"


def _path(url: str) -> Path:
    return Path(make_url(url).database or "") if "://" in url else Path(url)


def _to_file(backup: Opened, target: Path, *, force: bool, stamp: str, told: Told) -> str:
    if target.exists() and not force:
        raise WrongUseError(
            _("{target} is there already; write --force to move it aside", target=target)
        )
    with (
        folder_for(target.parent),
        tempfile.TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder,
    ):
        new = Path(folder, target.name)
        backup.store_to(new, told)
        _require_same(snapshot.read(new, told), backup)
        open_store(str(new)).close()  # migrates
        _fold_in(new)
        aside = _set_aside(target, stamp) if target.exists() else None
        new.replace(target)
    sync(target.parent)
    return str(aside or "")


def _set_aside(target: Path, stamp: str) -> Path:
    """Give the store at *target* a second name, by which it stays."""
    if not _fold_in(target):
        raise WrongUseError(
            _(
                "another program has {target} open; stop `cxdigest serve` and run this again",
                target=target,
            )
        )
    aside = target.with_name(f"{target.name}.before-restore-{stamp}")
    os.link(target, aside)
    for suffix in _BESIDE:  # of a database that is broken; else there are none
        beside = Path(f"{target}{suffix}")
        if beside.exists():
            beside.rename(f"{aside}{suffix}")
    return aside


def _fold_in(file: Path) -> bool:
    """Have all of a database in *file* alone; tell whether nobody else has it open."""
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        return "locked" not in str(error)
    except sqlite3.DatabaseError:  # no database, or a broken one: it is moved as it stands
        return True
    return True


def _require_same(found: Snapshot, backup: Opened) -> None:
    said = backup.manifest
    if found.revision != said.revision or dict(found.tables) != said.tables:
        wrong = sorted(
            name
            for name in found.tables.keys() | said.tables.keys()
            if found.tables.get(name) != said.tables.get(name)
        )
        raise BackupError(
            _(
                "the backup is damaged: {what} is not what its manifest says; take another backup",
                what=", ".join(wrong) or _("its revision"),
            )
        )


def _to_server(backup: Opened, url: str, *, force: bool, stamp: str, told: Told) -> str:
    snapshot.tool("pg_restore")
    database = connect(url, patience=PATIENCE)
    old = f"before_restore_{stamp.lower()}"
    try:
        with database.reading() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            query = f"SELECT count(*) FROM pg_stat_activity WHERE {others}"  # noqa: S608 - our own
            if connection.scalar(text(query)):
                raise WrongUseError(
                    _(
                        "other programs use the {place}; stop `cxdigest serve` and run this again",
                        place=database.place,
                    )
                )
            there = bool(connection.scalar(text("SELECT to_regclass('public.alembic_version')")))
        if there and not force:
            raise WrongUseError(
                _(
                    "the {place} holds a store already; write --force to move it aside",
                    place=database.place,
                )
            )
        with database.writing() as connection:
            connection.execute(text(f'ALTER SCHEMA public RENAME TO "{old}"'))
            connection.execute(text("CREATE SCHEMA public"))
        try:
            _fill(backup, url, told)
        except BaseException:
            with database.writing() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text(f'ALTER SCHEMA "{old}" RENAME TO public'))
            raise
        if not there:
            with database.writing() as connection:
                connection.execute(text(f'DROP SCHEMA "{old}" CASCADE'))
    finally:
        database.engine.dispose()
    return f"schema {old}" if there else ""


def _fill(backup: Opened, url: str, told: Told) -> None:
    with tempfile.TemporaryDirectory(prefix="cxdigest-") as folder:
        file = Path(folder, "store")
        backup.store_to(file, told)
        snapshot.load(url, file)
    _require_same(snapshot.held(url), backup)
    open_store(url).close()
