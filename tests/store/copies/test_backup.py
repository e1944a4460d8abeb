"""A backup holds one state of the store, whole, and gives it back whole or not at all."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command

from cxdigest.errors import StoreError, WrongUseError
from cxdigest.store import open_store
from cxdigest.store.copies import backup, snapshot
from cxdigest.store.copies.restore import restore
from cxdigest.store.database.upgrade import alembic_config
from tests.servers.need import binary
from tests.store.world import NOW, compose, judge, posting_id, read, sighting, take_in, verdict

NOTHING = backup.Beside(files={})


def fill(store, number=20):
    store.instance_key()
    for index in range(number):
        shown = sighting(f"CX Lead {index} \N{SNOWMAN} '; --")
        take_in(store, read(f"a{index}", shown))
        judge(store, verdict(posting_id(shown)))
    compose(store, "ada@x.example")


@pytest.fixture
def elsewhere(request, url, tmp_path):
    """An empty place for a store of the same kind."""
    if snapshot.kind_of(url) == "sqlite":
        return str(tmp_path / "elsewhere" / "cxdigest.db")
    binary("pg_dump", package="postgresql-client")
    return request.getfixturevalue("fresh_postgres")


def sums(url):
    if snapshot.kind_of(url) == "sqlite":
        return snapshot.read(Path(url.removeprefix("sqlite:///")))
    return snapshot.held(url)


def put(file, url, *, force=False):
    with backup.opened(file) as opened:
        return restore(opened, url, force=force, now=NOW)


def test_all_of_a_store_is_there_again_after_a_restore(url, store, elsewhere, tmp_path):
    fill(store)
    file = tmp_path / "one.backup"
    made = backup.write(url, file, NOTHING, now=NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.tables["postings"].rows == 20
    assert put(file, elsewhere) == ""
    assert dict(sums(elsewhere).tables) == made.tables
    again = open_store(elsewhere)
    try:
        assert again.instance_key() == store.instance_key()
        assert again.raw_alert("inbox", "a3") == store.raw_alert("inbox", "a3")
        assert again.claim_delivery(now=NOW, lease=timedelta(hours=1), holder="w")
    finally:
        again.close()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_backup_is_of_one_moment_while_others_write(url, store, elsewhere, tmp_path):
    fill(store, 5)
    over, written = threading.Event(), []

    def work():
        other = open_store(url)
        while not over.is_set():
            shown = sighting(f"More {len(written)}")
            take_in(other, read(f"m{len(written)}", shown))
            written.append(posting_id(shown))
        other.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while not written:
            pass
        begun = len(written)
        made = backup.write(url, tmp_path / "one.backup", NOTHING, now=NOW)
    finally:
        over.set()
        worker.join()
    put(tmp_path / "one.backup", elsewhere)
    again = open_store(elsewhere)
    there = [again.posting(one) is not None for one in written]
    again.close()
    kept = sum(there)
    assert kept >= begun
    assert there == [True] * kept + [False] * (len(there) - kept), "all before a moment, none after"
    assert made.tables["alerts"].rows == made.tables["raw_alerts"].rows == 5 + kept


def test_what_is_there_is_not_touched_without_force_and_moved_aside_with_it(url, tmp_path):
    store = open_store(url)
    fill(store, 3)
    store.close()
    backup.write(url, tmp_path / "one.backup", NOTHING, now=NOW)
    store = open_store(url)
    take_in(store, read("later", sighting("Later")))
    store.close()
    with pytest.raises(WrongUseError, match="--force"):
        put(tmp_path / "one.backup", url)
    assert sums(url).tables["postings"].rows == 4
    aside = put(tmp_path / "one.backup", url, force=True)
    assert sums(url).tables["postings"].rows == 3
    if snapshot.kind_of(url) == "sqlite":
        assert snapshot.read(Path(aside)).tables["postings"].rows == 4


@pytest.fixture(autouse=True)
def _tidy_schemas(request):
    """Put back what a restore moved aside, for the tests that share the database."""
    yield
    if "postgres" in request.fixturenames and "url" in request.fixturenames:
        postgres, name = (request.getfixturevalue(one) for one in ("postgres", "migrated"))
        for (schema,) in postgres.run(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%'", name
        ):
            postgres.run(f'DROP SCHEMA "{schema}" CASCADE', name)


def test_a_store_that_is_open_elsewhere_is_refused(url, store, tmp_path):
    fill(store, 1)
    backup.write(url, tmp_path / "one.backup", NOTHING, now=NOW)
    with (
        store._database.reading(),
        pytest.raises(WrongUseError, match="stop `cxdigest serve`"),
    ):
        put(tmp_path / "one.backup", url, force=True)
    assert store.posting(posting_id(sighting("CX Lead 0 \N{SNOWMAN} '; --")))


def doctored(tmp_path, url, change, *, rename=None) -> Path:
    """A backup with something changed in its manifest, or a member's name or content."""
    file = tmp_path / "doctored.backup"
    backup.write(url, tmp_path / "one.backup", backup.Beside(files={"config.yaml": b"x"}), now=NOW)
    with zipfile.ZipFile(tmp_path / "one.backup") as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "manifest.json":
                said = json.loads(content)
                change(said)
                content = json.dumps(said).encode()
            new.writestr((rename or {}).get(member, member), content)
    return file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said.update(revision="9999"), "newer cxdigest.*install"),
        (lambda said: said.update(format=2), "newer cxdigest"),
        (lambda said: said["store"].update(size=10), "not what was written"),
        (lambda said: said["store"].update(size=10**9), "not what was written|no room"),
        (lambda said: said["store"].update(sha256="0" * 64), "not what was written"),
        (lambda said: said["tables"]["postings"].update(rows=7), "damaged: postings"),
        (lambda said: said["tables"]["alerts"].update(checksum="0" * 32), "damaged: alerts"),
        (lambda said: said["tables"].pop("digests"), "damaged: digests"),
        (lambda said: said.pop("kind"), "no manifest"),
        (lambda said: said.update(kind="postgresql"), "names an SQLite file"),
        *(
            (
                lambda said, name=name: said["files"].update({name: said["files"]["config.yaml"]}),
                "outside its folder",
            )
            for name in ("../up", "/etc/x", "a/../../b", "c:\\x", "..\\x", "", ".\0", "a\x1b[31m")
        ),
    ],
)
def test_a_backup_that_is_not_what_it_says_is_refused_and_nothing_is_left(
    change, message, tmp_path
):
    url = str(tmp_path / "store" / "cxdigest.db")
    store = open_store(url)
    fill(store, 2)
    store.close()
    before = sums(url)
    file = doctored(tmp_path, url, change)
    for target, force in ((str(tmp_path / "new" / "new.db"), False), (url, True)):
        with pytest.raises((WrongUseError, StoreError), match=message):
            put(file, target, force=force)
    assert sums(url) == before
    assert not (tmp_path / "new" / "new.db").exists()
    left = [one for one in tmp_path.rglob("*") if ".restore-" in one.name or "aside" in one.name]
    assert left == []


def test_what_is_no_backup_is_told_so(tmp_path):
    (tmp_path / "letter").write_text("Dear Sir or Madam")
    with pytest.raises(WrongUseError, match="no backup of cxdigest"):
        put(tmp_path / "letter", str(tmp_path / "new.db"))
    with pytest.raises(WrongUseError, match="there is no file"):
        put(tmp_path / "nothing", str(tmp_path / "new.db"))
    whole = tmp_path / "one.backup"
    open_store(str(tmp_path / "s.db")).close()
    backup.write(str(tmp_path / "s.db"), whole, NOTHING, now=NOW)
    (tmp_path / "cut").write_bytes(whole.read_bytes()[:-100])
    with pytest.raises(WrongUseError, match="was cut"):
        put(tmp_path / "cut", str(tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("where", [10, 26])
def test_a_byte_that_changed_is_told_wherever_it_lies(where, tmp_path):
    url = str(tmp_path / "s.db")
    open_store(url).close()
    backup.write(url, tmp_path / "one.backup", NOTHING, now=NOW)
    whole = (tmp_path / "one.backup").read_bytes()
    for start in range(0, len(whole), len(whole) // where):
        changed = whole[:start] + bytes(one ^ 0xFF for one in whole[start : start + 8])
        (tmp_path / "changed").write_bytes(changed + whole[start + 8 :])
        with pytest.raises((WrongUseError, StoreError)):
            put(tmp_path / "changed", str(tmp_path / "new.db"))
        assert not (tmp_path / "new.db").exists()


def packed(file, manifest, *, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(file, "w", how) as archive:
        archive.writestr("manifest.json", manifest)
    return file


def test_what_another_program_packed_is_no_backup(tmp_path):
    deep = packed(tmp_path / "deep", '{"a":' * 100_000)
    other = packed(tmp_path / "other", "{}", how=zipfile.ZIP_LZMA)
    locked = tmp_path / "locked"
    # The bit of both headers that says: behind a password.
    content = bytearray(packed(locked, "{}").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(content)
    for file in (deep, other, locked):
        with pytest.raises(WrongUseError, match="is no backup of cxdigest"):
            put(file, str(tmp_path / "new.db"))


def test_a_backup_of_older_tables_is_migrated(tmp_path):
    url = str(tmp_path / "old.db")
    store = open_store(url)
    config = alembic_config()
    with store._database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    store.close()
    made = backup.write(url, tmp_path / "old.backup", NOTHING, now=NOW)
    assert made.revision == "0003"
    put(tmp_path / "old.backup", str(tmp_path / "new.db"))
    assert snapshot.revision_of(str(tmp_path / "new.db")) > "0003"
    open_store(str(tmp_path / "new.db")).close()


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, monkeypatch):
    url = str(tmp_path / "s.db")
    open_store(url).close()
    monkeypatch.setattr(backup, "_MARGIN", 10**18)
    with pytest.raises(StoreError, match=r"MB are free; make room, or .*backup\.folder"):
        backup.write(url, tmp_path / "b" / "one.backup", NOTHING, now=NOW)
    assert list((tmp_path / "b").iterdir()) == []


def test_a_missing_program_of_postgresql_is_named_with_the_way_out(monkeypatch, postgres, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match=r"pg_dump is missing.*postgresql-client.*daily: false"):
        backup.write(postgres.url("postgres"), tmp_path / "x.backup", NOTHING, now=NOW)


def test_a_server_that_wants_a_password_is_copied_and_filled_again(postgres, tmp_path):
    role, name = f"keyed{os.getpid()}", postgres.create()
    postgres.run(f"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 'a b:\\@/%'")
    hba = postgres.folder / "data" / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"local all {role} scram-sha-256\n{before}")
    postgres.run("SELECT pg_reload_conf()")
    url = f"postgresql://{role}:a%20b%3A%5C%40%2F%25@/{name}?host={postgres.folder}"
    try:
        open_store(url).close()
        made = backup.write(url, tmp_path / "one.backup", NOTHING, now=NOW)
        put(tmp_path / "one.backup", url, force=True)
        assert dict(sums(url).tables) == made.tables
        wrong = url.replace(":a%20b", ":no", 1)
        with pytest.raises(StoreError, match="password"):
            backup.write(wrong, tmp_path / "two.backup", NOTHING, now=NOW)
    finally:
        hba.write_text(before)
        postgres.run("SELECT pg_reload_conf()")
        postgres.drop(name)
        postgres.run(f"DROP ROLE {role}")


def test_the_password_stands_neither_in_arguments_nor_in_the_environment(
    postgres, tmp_path, monkeypatch
):
    spy = tmp_path / "bin" / "pg_dump"
    spy.parent.mkdir()
    spy.write_text('#!/bin/sh\necho "$@" > "$0.args"; env >> "$0.args"; exit 3\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    url = postgres.url("postgres").replace("@/", ":geheim@/", 1)
    with pytest.raises(StoreError, match="pg_dump failed: exit code 3"):
        backup.write(url, tmp_path / "x.backup", NOTHING, now=NOW)
    said = (tmp_path / "bin" / "pg_dump.args").read_text()
    assert "passfile" in said
    assert "geheim" not in said
