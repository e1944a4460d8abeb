"""What happens when the database or the process dies in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from cxdigest.errors import StoreError
from cxdigest.store import open_store
from tests import started
from tests.store.world import HOUR, NOW, compose, read, sighting, take_in

ROOT = Path(__file__).parents[2]


def killed(url: str, scene: str, when: str, moment: str) -> None:
    """Play *scene* in a process of its own, which must end by SIGKILL."""
    process = started.run("tests.store.dying", url, when, moment, scene, cwd=ROOT, timeout=60)
    assert process.returncode == -signal.SIGKILL, process.stderr


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("table", ["alerts", "raw_alerts", "postings", "sightings"])
def test_a_poll_killed_at_any_statement_leaves_nothing_half(url, store, when, table):
    take_in(store, read("before", sighting("Before")), cursor={"uid": 1})
    killed(url, "poll", when, f"INSERT INTO {table} ")
    counts = store.counts()
    assert (counts["alerts"], counts["sightings"], counts["postings"]) == (1, 1, 1)
    assert store.cursor("inbox") == {"uid": 1}
    assert take_in(store, read("a", sighting("A")), cursor={"uid": 2}) == 1


@pytest.mark.parametrize("table", ["digests", "digest_items", "deliveries"])
def test_a_composition_killed_at_any_statement_leaves_no_digest(url, store, table):
    take_in(store, read("a", sighting()))
    killed(url, "composition", "after", f"INSERT INTO {table} ")
    assert store.last_digest("ada") is None
    assert store.deliveries() == []
    assert compose(store, "ada@x.example")
    assert len(store.deliveries()) == 1


def test_a_worker_killed_after_its_claim_is_succeeded_when_the_lease_is_over(url, store):
    compose(store, "ada@x.example")
    store.register_sources(["inbox"], now=NOW)
    killed(url, "claims", "after", "never")
    assert store.claim_delivery(now=NOW, lease=HOUR, holder="w2") is None
    assert store.due_sources(["inbox"], now=NOW) == []
    assert store.claim_delivery(now=NOW + HOUR, lease=HOUR, holder="w2").attempts == 2
    assert store.claim_source("inbox", now=NOW + HOUR, lease=HOUR, holder="w2")


def fill(store):
    for number in range(1000):
        take_in(store, read(f"{number}", sighting(f"CX {number}"), raw=os.urandom(9000)))


def test_a_full_disk_is_said_and_nothing_is_stored_half(tmp_path):
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("mounting a small file system needs Linux and root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(  # noqa: PLW1510 - a refusal skips the test
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        store = open_store(str(disk / "cxdigest.db"))
        with pytest.raises(StoreError, match=r"cxdigest.db: the disk is full; free some space"):
            fill(store)
        filled = store.counts()["alerts"]
        assert store.counts()["sightings"] == filled > 5
        assert not store.is_known("inbox", f"{filled}")
        assert subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        assert take_in(store, read(f"{filled}", sighting("Now"), raw=os.urandom(9000))) == 1
        store.close()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_database_that_may_not_grow_says_that_the_disk_is_full(tmp_path):
    store = open_store(str(tmp_path / "small.db"))
    pages = 120  # some 30 more than the empty tables take
    event.listen(
        store._database.engine,
        "begin",
        lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}"),
    )
    with pytest.raises(StoreError, match=r"small.db: the disk is full.*done again") as caught:
        fill(store)
    assert isinstance(caught.value.__cause__.orig, sqlite3.OperationalError)
    assert store.counts()["alerts"] == store.counts()["sightings"] > 5
    store.close()


def test_a_locked_sqlite_file_says_who_may_have_locked_it(tmp_path):
    path = tmp_path / "one.db"
    store = open_store(str(path), patience=timedelta(milliseconds=100))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"one.db: another program has locked it for too long"):
        store.wake(now=NOW, holder="w1")
    assert store.last_wake() is None  # reading goes on
    other.execute("COMMIT")
    other.close()
    store.wake(now=NOW, holder="w1")
    store.close()


def test_a_locked_postgresql_table_says_so(postgres, migrated):
    import psycopg

    store = open_store(postgres.url(migrated), patience=timedelta(milliseconds=100))
    with psycopg.connect(host=str(postgres.folder), user=postgres.user, dbname=migrated) as other:
        other.execute("LOCK TABLE workers")
        with pytest.raises(StoreError, match="another program has locked it for too long"):
            store.wake(now=NOW, holder="w1")
    store.close()


def test_a_damaged_file_is_named_with_the_way_out(tmp_path):
    path = tmp_path / "one.db"
    store = open_store(str(path))
    for number in range(30):
        take_in(store, read(f"{number}", sighting(f"CX {number}"), raw=os.urandom(9000)))
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    with pytest.raises(StoreError, match=r"one.db: it is damaged; restore the last backup"):
        open_store(str(path))


def test_a_postgresql_connection_that_was_cut_is_an_error_once_and_then_made_anew(
    postgres, migrated
):
    store = open_store(postgres.url(migrated))
    take_in(store, read("cut", sighting()), source="cut")

    def cut(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO postings"):
            event.remove(store._database.engine, "before_cursor_execute", cut)
            postgres.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{migrated}' AND pid <> pg_backend_pid()"
            )

    event.listen(store._database.engine, "before_cursor_execute", cut)
    with pytest.raises(StoreError, match=r"no connection \("):
        take_in(store, read("again", sighting("B")), source="cut", cursor={"uid": 2})
    assert not store.is_known("cut", "again")
    assert take_in(store, read("again", sighting("B")), source="cut") == 1
    store.close()
