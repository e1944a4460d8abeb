"""Stores and files as they may lie about: looked at without a trace, and told apart."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cxdigest.cli.terminal.report import show
from cxdigest.doctor import clock as clocks
from cxdigest.doctor import (
    disk,
    mounts,
    permissions,
    store,
    stored,
    writable,
)
from cxdigest.doctor.line import Line, State
from cxdigest.doctor.patient import Me
from cxdigest.errors import StoreError
from cxdigest.language import speaking
from cxdigest.store import open_store
from tests.doctor.world import NOW, configure, patient, said
from tests.ready import put_store, ready_store


def lines(check, of, **more):
    return [(line.subject, line.state) for line in said(check, of, **more)]


def test_a_store_is_looked_at_without_a_trace(tmp_path):
    path = configure(tmp_path)
    before = sorted(one.name for one in (tmp_path / "data").iterdir())
    assert [state for _, state in lines(store.CHECK, patient(path))] == ["ok", "ok"]
    assert sorted(one.name for one in (tmp_path / "data").iterdir()) == before


def test_a_store_in_use_is_read_with_what_was_written_last(tmp_path):
    path = configure(tmp_path)
    with closing(ready_store(tmp_path / "data" / "cxdigest.sqlite")) as used:
        used.wake(now=NOW, holder="w")
        assert (tmp_path / "data" / "cxdigest.sqlite-wal").stat().st_size
        assert lines(stored.WORK, patient(path)) == [("turns", "ok")]
        assert [state for _, state in lines(store.CHECK, patient(path))] == ["ok", "ok"]


def test_a_store_that_a_crash_left_is_read_whole_and_left_as_it_is(tmp_path):
    path = configure(tmp_path, made=False)
    live = tmp_path / "live"
    with closing(ready_store(live / "cxdigest.sqlite")) as used:
        used.wake(now=NOW, holder="w")
        shutil.copytree(live, tmp_path / "data")
    files = [tmp_path / "data" / f"cxdigest.sqlite{ending}" for ending in ("", "-wal")]
    before = [file.read_bytes() for file in files]
    assert lines(stored.WORK, patient(path)) == [("turns", "ok")]
    assert [file.read_bytes() for file in files] == before
    (tmp_path / "data" / "cxdigest.sqlite-shm").unlink()
    (line,) = said(store.CHECK, patient(path))
    assert (line.state, "write-ahead log alone" in line.says) == ("failed", True)
    assert not (tmp_path / "data" / "cxdigest.sqlite-shm").exists()


def test_a_store_that_is_not_ours_damaged_or_no_database_is_a_failure(tmp_path):
    path = configure(tmp_path, made=False)
    file = tmp_path / "data" / "cxdigest.sqlite"
    assert lines(store.CHECK, patient(path)) == [(str(file), "warning")]
    assert not file.exists(), "and none was made"
    file.parent.mkdir()
    file.write_bytes(b"no database at all, " * 500)
    (line,) = said(store.CHECK, patient(path))
    assert (line.state, "not a SQLite database" in line.says) == ("failed", True)
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE films (name)")
        other.commit()
    (line, _) = said(store.CHECK, patient(path))
    assert (line.state, "films" in line.says) == ("failed", True)
    file.unlink()
    put_store(file)
    whole = bytearray(file.read_bytes())
    whole[8192:12288] = b"\xff" * 4096
    file.write_bytes(whole)
    assert "failed" in {state for _, state in lines(store.CHECK, patient(path))}
    file.unlink()
    os.mkfifo(file)
    (line,) = said(store.CHECK, patient(path))
    assert (line.state, "no file" in line.says) == ("failed", True)


def test_a_link_to_a_volume_that_is_not_mounted_is_a_failure(tmp_path):
    path = configure(tmp_path, made=False)
    data = tmp_path / "data"
    for leads_to in (tmp_path / "not mounted", data):
        data.symlink_to(leads_to)
        (line,) = said(store.CHECK, patient(path))
        assert (line.state, "leads nowhere" in line.says) == ("failed", True)
        for check in (mounts.CHECK, writable.CHECK, disk.CHECK):
            assert not [one for one in said(check, patient(path)) if "Error" in one.says]
        data.unlink()


def test_older_and_newer_tables_are_told_apart_and_left_as_they_are(tmp_path):
    path = configure(tmp_path)
    file = tmp_path / "data" / "cxdigest.sqlite"
    for version, state in (("0004", "warning"), ("9999", "failed")):
        with closing(sqlite3.connect(file)) as tables:
            tables.execute("UPDATE alembic_version SET version_num = ?", (version,))
            tables.commit()
        assert said(store.CHECK, patient(path))[0].state == state
        assert lines(stored.SILENT, patient(path)) == [("", "unchecked")]


def test_the_list_of_mounts_decides_about_the_store(tmp_path):
    path = configure(tmp_path)
    told = tmp_path / "mountinfo"
    told.write_text(
        f"21 1 8:1 / / rw - ext4 /dev/sda rw\n22 21 0:9 / {tmp_path} rw - nfs4 nas:/x rw\n"
    )
    assert [state for _, state in lines(mounts.CHECK, patient(path, mountinfo=told))] == ["failed"]
    told.write_text(f"21 1 8:1 / / rw - ext4 /dev/sda rw\n22 21 0:9 / {tmp_path} ro - ext4 /x rw\n")
    assert [state for _, state in lines(mounts.CHECK, patient(path, mountinfo=told))] == ["ok"]
    assert [
        state for _, state in lines(mounts.CHECK, patient(path, mountinfo=tmp_path / "no"))
    ] == ["unchecked"]


def test_a_folder_that_may_not_be_written_is_named(tmp_path, monkeypatch):
    path = configure(tmp_path)
    monkeypatch.setattr(os, "access", lambda place, _: "out" in str(place))
    found = {line.subject: line for line in said(writable.CHECK, patient(path))}
    data = found[str(tmp_path / "data")]
    assert data.state == "failed"
    assert data.fix == f"chown -R 1000:1000 {tmp_path / 'data'}"


def test_a_folder_that_may_not_be_looked_into_is_a_failure_and_no_other_line_breaks(
    tmp_path, monkeypatch
):
    path = configure(tmp_path)
    asked, plain = patient(path), Path.stat
    shut = tmp_path / "data"

    def stat(one, **more):
        if one != shut and one.is_relative_to(shut):
            raise PermissionError(13, "Permission denied", str(one))
        return plain(one, **more)

    monkeypatch.setattr(Path, "stat", stat)
    assert lines(store.CHECK, asked) == [(str(shut / "cxdigest.sqlite"), "failed")]
    for check in (writable.CHECK, disk.CHECK, permissions.CHECK, mounts.CHECK, stored.WORK):
        assert not [line for line in said(check, asked) if "Error" in line.says]


def test_a_link_that_leads_nowhere_is_named_in_the_readers_language(tmp_path):
    path = configure(tmp_path, made=False)
    (tmp_path / "data").symlink_to(tmp_path / "not mounted")
    (line,) = said(store.CHECK, patient(path))
    assert (line.state, "leads nowhere" in line.says) == ("failed", True)
    with speaking("de"):
        (line,) = said(store.CHECK, patient(path))
    assert "Verknüpfung, die nirgendwohin führt" in line.says
    assert line.fix.startswith("richten Sie")


@pytest.mark.parametrize(
    ("language", "number", "told"),
    [
        ("en", 1, "1 ok, 1 warning, 1 failed, 1 could not be checked"),
        ("en", 2, "2 ok, 2 warnings, 2 failed, 2 could not be checked"),
        ("de", 1, "1 in Ordnung, 1 Warnung, 1 fehlerhaft, 1 nicht prüfbar"),
        ("de", 2, "2 in Ordnung, 2 Warnungen, 2 fehlerhaft, 2 nicht prüfbar"),
    ],
)
def test_the_sum_counts_one_and_many_as_people_do(capsys, language, number, told):
    states: list[State] = ["ok", "warning", "failed", "unchecked"]
    with speaking(language):
        show([Line(state=state, subject="", says="x", fix="") for state in states * number])
    assert capsys.readouterr().out.splitlines()[-1] == told


def test_files_of_secrets_are_looked_at(tmp_path):
    secret = tmp_path / "word"
    secret.write_text("hunter2\n")
    secret.chmod(0o640)
    box = {"type": "mailbox", "host": "h.example", "user": "a", "password_file": "word"}
    path = configure(tmp_path, sources={"saved": box})
    found = {
        line.subject: line.state
        for line in said(permissions.CHECK, patient(path, me=Me(uid=os.getuid(), gid=0)))
    }
    assert found == {str(secret): "warning", str(tmp_path / "data" / "cxdigest.sqlite"): "ok"}


def test_a_store_on_postgresql_is_looked_at_and_cannot_be_written(tmp_path, postgres):
    name = postgres.create()
    open_store(postgres.url(name)).close()
    asked = patient(configure(tmp_path, store={"url": postgres.url(name)}))
    assert [state for _, state in lines(store.CHECK, asked)] == ["ok", "ok"]
    assert lines(stored.WORK, asked) == [("turns", "warning")]
    assert lines(mounts.CHECK, asked) == []
    now = patient(asked.path, clock=lambda: datetime.now(UTC))
    assert lines(clocks.CHECK, now) == [("the store's server", "ok")]
    with asked.store() as opened:
        assert opened
        with pytest.raises(StoreError, match="takes no writing"):
            opened.wake(now=NOW, holder="w")
    postgres.drop(name)


def test_a_postgresql_that_is_not_there_is_told_without_its_password(tmp_path):
    url = {"url": "postgresql://cx@127.0.0.1:9/cx", "password": "correct-horse-7b"}
    (line,) = said(store.CHECK, patient(configure(tmp_path, store=url)))
    assert (line.state, "no connection" in line.says) == ("failed", True)
    assert "correct-horse" not in line.says + line.fix
