from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from cxdigest.errors import StoreError
from cxdigest.store import open_store
from cxdigest.store.database.upgrade import alembic_config
from cxdigest.store.schema import REVISION, metadata
from tests.store.world import NOW, judge, posting_id, read, sighting, take_in, verdict


def test_the_folder_and_all_files_are_for_this_user_alone(tmp_path):
    path = tmp_path / "deep" / "store" / "cxdigest.db"
    store = open_store(str(path))
    take_in(store, read("a", sighting()))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = sorted(path.parent.iterdir())
    assert [f.name for f in files] == ["cxdigest.db", "cxdigest.db-shm", "cxdigest.db-wal"]
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    store.close()


#: Whether somebody holds SQLite's shared lock on the file, as another process sees it.
_LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
    except OSError:
        print("locked")
"""


def test_a_second_store_on_a_file_takes_no_lock_from_the_first(tmp_path):
    path = tmp_path / "cxdigest.db"
    first = open_store(str(path))
    take_in(first, read("a", sighting()))
    open_store(str(path)).close()
    seen = subprocess.run(
        [sys.executable, "-c", _LOCKED, str(path)], capture_output=True, text=True, check=True
    )
    assert seen.stdout == "locked\n"
    first.close()


def test_what_was_stored_is_there_when_the_store_is_opened_again(url):
    store = open_store(url)
    take_in(store, read("a", sighting()), cursor={"uid": 1})
    store.close()
    again = open_store(url)
    assert again.cursor("inbox") == {"uid": 1}
    assert again.raw_alert("inbox", "a") == b"raw inbox a"
    again.close()


def test_the_file_of_another_program_is_left_as_it_is(tmp_path):
    path = tmp_path / "photos.db"
    photos = sqlite3.connect(path)
    photos.execute("CREATE TABLE photos (name TEXT)")
    with pytest.raises(StoreError, match=r"tables of another program \(photos\)"):
        open_store(str(path))
    assert photos.execute("SELECT name FROM sqlite_schema").fetchall() == [("photos",)]
    photos.close()


@pytest.mark.parametrize("mode", ["delete", "wal", "wal in use", "wal of a crash"])
@pytest.mark.parametrize(
    ("table", "told"),
    [("photos (name TEXT)", "another program"), ("alembic_version (version_num)", "9999")],
)
def test_a_refused_file_is_byte_for_byte_what_it_was(tmp_path, mode, table, told):
    live = tmp_path / "live"
    live.mkdir()
    photos = sqlite3.connect(live / "photos.db", isolation_level=None)
    photos.execute(f"PRAGMA journal_mode={mode.split()[0]}")
    photos.execute(f"CREATE TABLE {table}")
    photos.execute(f"INSERT INTO {table.split()[0]} VALUES ('9999')")
    home = live
    if mode == "wal of a crash":
        home = Path(shutil.copytree(live, tmp_path / "left"))
    if mode != "wal in use":
        photos.close()

    def kept():
        return {one.name: one.read_bytes() for one in home.iterdir() if "-shm" not in one.name}

    before, names = kept(), sorted(one.name for one in home.iterdir())
    assert len(names) == (3 if " " in mode else 1), "the file is as it is meant"
    with pytest.raises(StoreError, match=told):
        open_store(str(home / "photos.db"))
    assert kept() == before
    assert sorted(one.name for one in home.iterdir()) == names
    photos.close()


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_called_so(tmp_path, make):
    make(tmp_path / "one.db")
    with pytest.raises(StoreError, match="is no file; name the file of the store"):
        open_store(str(tmp_path / "one.db"))


def test_a_path_and_a_url_name_the_same_file(tmp_path):
    store = open_store(str(tmp_path / "one.db"))
    store.wake(now=NOW, holder="w1")
    store.close()
    again = open_store(f"sqlite:///{tmp_path}/one.db")
    assert again.last_wake() == NOW
    again.close()


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path):
    store = open_store(str(tmp_path / "one.db"))
    with store._database.reading() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 30_000]
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        return str(tmp_path / "empty.db")
    return request.getfixturevalue("fresh_postgres")


def test_the_migrations_make_exactly_the_tables_that_the_code_names(empty):
    store = open_store(empty)
    with store._database.reading() as connection:

        def of_this_database(one, name, kind, *_) -> bool:
            # Full text is each database's own: a virtual table of SQLite, PostgreSQL's index.
            virtual = kind == "table" and name.startswith("searched_words")
            foreign = store._database.is_sqlite and name == "ix_searched_found"
            return not (virtual or foreign)

        opts = {"compare_type": True, "include_object": of_this_database}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    store.close()


def test_the_migrations_can_be_undone(empty):
    store = open_store(empty)
    config = alembic_config()
    with store._database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        left = set(metadata.tables) & set(_tables(connection))
    assert left == set()
    store.close()
    open_store(empty).close()


def test_a_verdict_of_before_is_read_as_one_that_suggests_nothing(empty):
    store = open_store(empty)
    take_in(store, read("a", sighting()))
    judge(store, verdict(posting_id(sighting()), kind="service", suggests="Head of Service"))
    config = alembic_config()
    with store._database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        before = '[{"rule": "r", "kind": "service", "points": 4, "reason": "R.", "quote": "q", "where": "title"}]'
        connection.execute(text("UPDATE verdicts SET evidence = :it"), {"it": before})
    store.close()
    again = open_store(empty)
    found = again.verdict(posting_id(sighting()))
    assert (found.kind, found.suggests, found.evidence[0].pack) == ("service", "", "")
    again.close()


def _tables(connection):
    from sqlalchemy import inspect

    return inspect(connection).get_table_names()


def test_many_may_open_an_empty_database_at_once(empty):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_store, [empty] * 6))
    for store in stores:
        assert store.last_wake() is None
        store.close()


def test_processes_may_open_an_empty_database_at_once(empty):
    code = f"from cxdigest.store import open_store; open_store({empty!r}).close()"
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty):
    store = open_store(empty)
    with store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(StoreError, match=r"newer cxdigest.*9999.*install that newer version"):
        open_store(empty)


def test_tables_of_another_program_are_refused_and_named(empty):
    store = open_store(empty)
    with store._database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    store.close()
    with pytest.raises(
        StoreError, match=r"tables of another program \(absences, .*alerts.*store.url"
    ):
        open_store(empty)


@pytest.mark.parametrize(
    ("url", "way_out"),
    [
        ("mysql://root@localhost/x", "mysql.*sqlite:///"),
        ("sqlite://", "needs a file.*sqlite:///"),
        (":memory:", "needs a file"),
        ("", "needs a file"),
        ("postgresql://host:notaport/x", "cannot be read.*postgresql://"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_the_way_out(url, way_out):
    with pytest.raises(StoreError, match=way_out):
        open_store(url)


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StoreError, match=r"letter.txt: it is not a SQLite database; name another"):
        open_store(str(path))
    assert path.read_text() == "Dear Sir or Madam, " * 100


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/store.db cannot be made: .*writable"):
        open_store(str(tmp_path / "file" / "store.db"))
    with pytest.raises(StoreError, match="is no file; name the file"):
        open_store(str(tmp_path))


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path):
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://ada:geheim@/jobs?host={tmp_path}")
    message = str(caught.value)
    assert "PostgreSQL database jobs" in message
    assert "no connection (" in message
    assert "see that the server runs" in message
    assert "geheim" not in message
    assert caught.value.__cause__ is not None


def test_a_database_that_does_not_exist_is_named(postgres):
    with pytest.raises(StoreError, match=r'database "nowhere" does not exist.*store.url'):
        open_store(postgres.url("nowhere"))


def test_a_user_that_the_server_does_not_know_is_told_so(postgres):
    url = postgres.url("postgres").replace(f"{postgres.user}@", "nobody_there@")
    with pytest.raises(StoreError, match=r'role "nobody_there" does not exist.*user and password'):
        open_store(url)


def test_no_test_opens_a_database_outside_a_temporary_folder():
    from tests.guard import OutsideTemporaryFolderError

    real = (
        Path(Path(__file__).anchor) / "never-made.db"
    )  # a checkout may itself lie in a temporary folder
    with pytest.raises(OutsideTemporaryFolderError, match=r"never-made\.db; use tmp_path"):
        sqlite3.connect(real)
    assert not real.exists()


@pytest.mark.parametrize("wrong", [NOW.replace(tzinfo=None), NOW.astimezone(tz=None)])
def test_every_moment_must_be_aware_utc(store, wrong):
    from datetime import timezone

    if wrong.tzinfo:
        wrong = NOW.astimezone(timezone(timedelta(hours=2)))
    hour = timedelta(hours=1)
    calls = [
        lambda: store.register_sources(["a"], now=wrong),
        lambda: store.due_sources(["a"], now=wrong),
        lambda: store.claim_source("a", now=wrong, lease=hour, holder="w"),
        lambda: store.record_batch("a", [], {}, now=wrong),
        lambda: store.record_poll(
            "a", outcome="new", message="", now=NOW, next_poll=wrong, holder="w"
        ),
        lambda: store.source_reports(["a"], since=wrong, now=NOW),
        lambda: store.record_verdicts([], now=wrong),
        lambda: store.register_profiles(["a"], now=wrong),
        lambda: store.candidates("a", ["a"], fingerprint="f", since=wrong),
        lambda: store.claim_delivery(now=wrong, lease=hour, holder="w"),
        lambda: store.finish_delivery(
            "d", state="waiting", detail="", now=NOW, next_try=wrong, holder="w"
        ),
        lambda: store.wake(now=wrong, holder="w"),
        lambda: store.overdue(now=wrong, grace=hour),
        lambda: store.prune_raw_alerts(before=wrong),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="aware UTC"):
            call()


def test_moments_come_back_in_utc_to_the_microsecond(store):
    store.wake(now=NOW, holder="w1")
    assert store.last_wake() == NOW
    assert store.last_wake().utcoffset() == timedelta(0)


def test_the_newest_migration_makes_the_tables_of_this_version():
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == REVISION


def test_a_store_that_is_up_to_date_is_opened_without_loading_alembic(tmp_path):
    path = str(tmp_path / "cxdigest.db")
    open_store(path).close()
    program = (
        f"import sys; from cxdigest.store import open_store; open_store({path!r}).close();"
        " sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_postgresql_that_cannot_hold_every_letter_is_refused_with_the_way_out(postgres):
    # What Debian makes where the machine has no language set.
    postgres.run("CREATE DATABASE narrow ENCODING SQL_ASCII LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(StoreError, match=r"narrow.* keeps text as SQL_ASCII.*--encoding=UTF8"):
            open_store(postgres.url("narrow"))
    finally:
        postgres.drop("narrow")
