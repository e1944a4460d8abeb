"""A backup that a process beside makes: whole, or told, and never a half of it on the disk."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest

from cxdigest.errors import StoreError
from cxdigest.store import open_store
from cxdigest.store.copies import backup, backup_process, snapshot
from cxdigest.store.copies.backup_process import write_beside
from tests.servers.need import binary
from tests.store.world import NOW, read, sighting, take_in

MANY = timedelta(minutes=5)
NOTHING = backup.Beside(files={"config.yaml": b"sources: {}\n"}, config="config.yaml")


@pytest.fixture
def place(url, tmp_path):
    if snapshot.kind_of(url) == "postgresql":
        binary("pg_dump", package="postgresql-client")
    store = open_store(url)
    take_in(store, read("a", sighting("CX Lead")))
    store.close()
    return tmp_path / "backups"


@contextmanager
def held(url):
    """The store, locked so that whoever copies it waits."""
    if snapshot.kind_of(url) == "postgresql":
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("LOCK TABLE postings IN ACCESS EXCLUSIVE MODE")
            yield
        return
    file = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


def make(url, place, *, looks=None, longest=MANY):
    """Make one; it is to stop at the look of number *looks*."""
    seen = []
    return write_beside(
        url,
        place / "one.backup",
        NOTHING,
        now=NOW,
        longest=longest,
        stopping=lambda: bool(looks and (seen.append(1) or len(seen) >= looks)),
    )


def test_it_holds_all_that_one_made_here_holds_and_leaves_nothing_else(url, place, tmp_path):
    place.mkdir()
    left, recent = place / ".backup-killed", place / ".backup-others"
    left.mkdir()
    recent.mkdir()
    (left / "store").touch()
    for one, days in ((left, 2), (recent, 0)):
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(one, (moment, moment))
    assert make(url, place)
    assert {one.name for one in place.iterdir()} == {"one.backup", ".backup-others"}
    mine = backup.write(url, tmp_path / "mine.backup", NOTHING, now=NOW)
    with backup.opened(place / "one.backup") as opened:
        assert opened.manifest.tables == mine.tables
        assert opened.file("config.yaml") == b"sources: {}\n"
    assert (place / "one.backup").stat().st_mode & 0o777 == 0o600


def test_one_that_is_to_stop_is_ended_and_leaves_nothing(url, place, monkeypatch):
    monkeypatch.setattr(backup_process, "_MERCY", timedelta(seconds=3))
    with held(url):
        assert not make(url, place, looks=5)
    assert list(place.iterdir()) == []


def test_one_that_takes_too_long_is_told_and_leaves_nothing(url, place):
    with pytest.raises(StoreError, match=r"not made within 0:00:00\.100000.*daily: false"):
        make(url, place, longest=timedelta(seconds=0.1))
    assert list(place.iterdir()) == []


def test_what_the_process_could_not_do_is_told_in_its_own_words(tmp_path):
    file = tmp_path / "store.sqlite"
    file.write_bytes(b"SQLite format 3\0" + b"no database" * 500)
    with pytest.raises(StoreError, match=r"store\.sqlite") as refused:
        make(str(file), tmp_path / "backups")
    assert "Traceback" not in str(refused.value)
    assert list((tmp_path / "backups").iterdir()) == []


def test_where_it_may_not_step_back_for_others_it_is_made_all_the_same(
    url, place, tmp_path, monkeypatch
):
    # As a hardened unit of systemd may have it.
    refusing = "import os\ndef refused(_): raise PermissionError(1, 'refused')\nos.nice = refused\n"
    (tmp_path / "sitecustomize.py").write_text(refusing, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    assert make(url, place)
