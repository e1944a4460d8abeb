"""The database goes away in the middle of turns and comes back: work goes on, and nothing is lost.

PostgreSQL is a real server behind a line that is cut; SQLite is locked by another process, on a full
disk, on a read-only volume, and torn. ``make faults`` does each more often (CXDIGEST_KILLS).
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from cxdigest.errors import StoreError
from cxdigest.pipeline.street import LEASE
from cxdigest.store import open_store
from cxdigest.store.database.torn import is_torn
from tests import started
from tests.faults.die import TO, titles
from tests.faults.wire import Wire
from tests.worlds import DAY, MINUTE, NOW, Shelf, World, alert, profile

ROOT = Path(__file__).parents[2]
#: So many faults of each kind.
MANY = int(os.environ.get("CXDIGEST_KILLS", "20")) // 10 + 1


@dataclass
class Away(World):
    """A world that waits for its database only as long as a test wants to."""

    waits: float = 0.05

    def open(self, url, **more):
        self.store.close()
        self.store = open_store(url, **more)
        self.more["sleep"] = lambda _seconds: time.sleep(self.waits)
        return self


@pytest.fixture
def faulty(tmp_path):
    """A world with two profiles and three recipients, which shows two more openings a turn."""
    world = Away(tmp_path, profiles=[profile("ada", to=TO), profile("bea", to=("bea@x.example",))])
    yield world
    world.store.close()


@pytest.fixture
def wired(faulty, postgres):
    """The same on PostgreSQL, and the line to the server."""
    name = postgres.create()
    with Wire(postgres.socket) as wire:
        yield faulty.open(f"postgresql://{postgres.user}@{wire.host}:{wire.port}/{name}"), wire
        faulty.store.close()
    postgres.drop(name)


def a_day(world, number, after):
    """Let the next morning come, with two new openings."""
    world.sources = [Shelf([alert(title) for title in titles(2 * number)])]
    world.now += after


def disturbed(world, disturb, *, within: float) -> str:
    """Do a turn and call *disturb* while it runs; return what the turn said when it failed."""
    thread = threading.Timer(random.uniform(0, within), disturb)
    thread.start()
    try:
        world.turn()
    except StoreError as error:
        return str(error)
    finally:
        thread.join()
    return ""


def assert_all_sent_once(world, number):
    """Each recipient has each posting in one mail, and no mail twice; nothing is held."""
    mails = Counter((mail["to"], mail["id"]) for mail in world.mail.mails)
    assert set(mails.values()) == {1}
    for recipient in (*TO, "bea@x.example"):
        texts = [mail["text"] for mail in world.mail.mails if mail["to"] == recipient]
        shown = Counter(t for text in texts for t in titles(2 * number) if f"{t}\n" in text)
        assert shown == dict.fromkeys(titles(2 * number), 1), recipient
    with world.store._database.reading() as connection:
        for table in ("sources WHERE lease_until", "deliveries WHERE due"):
            held = connection.exec_driver_sql(f"SELECT count(*) FROM {table} IS NOT NULL").scalar()
            assert held == 0, table
    assert {one.state for one in world.store.deliveries()} == {"sent"}


def settle(world):
    """Let go by what the disturbed turns had claimed, and a further morning."""
    for wait in (LEASE + MINUTE, LEASE + MINUTE, DAY):
        world.turn(after=wait)


def turns(world, disturb, *, within: float) -> list[str]:
    """Disturb one turn of each of ``MANY`` days; return what those said that failed."""
    said = []
    for number in range(1, MANY + 1):
        a_day(world, number, DAY)
        said.append(disturbed(world, disturb, within=within))
        world.turn(after=LEASE + MINUTE)
    settle(world)
    return [one for one in said if one]


def test_connections_that_are_cut_stop_a_turn_and_the_next_goes_on(wired, record_property):
    world, wire = wired
    a_day(world, 1, DAY)
    began = time.monotonic()
    world.turn()
    failed = turns(world, wire.cut, within=time.monotonic() - began)
    assert all("no connection (" in one and "store.url" in one for one in failed)
    assert_all_sent_once(world, MANY)
    record_property("injected", MANY)
    record_property("note", f"{len(failed)} of {MANY} turns were tried again")


def test_a_server_that_is_restarted_stops_a_turn_and_the_next_goes_on(
    wired, postgres, record_property
):
    world, _ = wired
    failed = turns(world, postgres.restart, within=0.3)
    for one in failed:
        assert "no connection (" in one
        assert "see that the server runs" in one
    assert_all_sent_once(world, MANY)
    record_property("injected", MANY)


def test_a_mail_that_left_just_before_its_connection_was_cut_does_not_leave_again(
    wired, record_property
):
    world, wire = wired
    send = world.mail.send

    def cut_after(delivery):
        receipt = send(delivery)
        wire.cut()
        return receipt

    world.mail.send = cut_after
    a_day(world, 1, DAY)
    assert {one.state for one in world.turn().delivered} == {"sent"}
    settle(world)
    assert_all_sent_once(world, 1)
    record_property("injected", 3)


def test_a_server_that_comes_back_later_is_told_then_what_was_sent(wired):
    world, wire = wired
    send = world.mail.send

    def away_after(delivery):
        receipt = send(delivery)
        wire.refusing = True
        wire.cut()
        return receipt

    def pause(_seconds):
        wire.refusing = False

    world.mail.send, world.more["sleep"] = away_after, pause
    a_day(world, 1, DAY)
    assert {one.state for one in world.turn().delivered} == {"sent"}
    settle(world)
    assert_all_sent_once(world, 1)


def test_a_deadlock_ends_one_of_two_and_its_turn_is_done_again(wired, postgres):
    import psycopg

    world, _ = wired
    a_day(world, 1, DAY)
    world.turn()
    name = world.store._database.engine.url.database
    met, ended = threading.Barrier(2), threading.Event()

    def other():
        where = f"host={postgres.folder} user={postgres.user} dbname={name}"
        with psycopg.connect(where, options="-c deadlock_timeout=60s") as connection:
            connection.execute("UPDATE workers SET woke = woke")
            met.wait(60)
            connection.execute("UPDATE sources SET failures = failures")
        ended.set()

    def ours():
        with world.store._database.writing() as connection:
            connection.exec_driver_sql("UPDATE sources SET failures = failures")
            met.wait(60)
            connection.exec_driver_sql("UPDATE workers SET woke = woke")

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(StoreError, match=r"two workers met on the same rows.*done again"):
        ours()
    thread.join(60)
    assert ended.is_set()
    a_day(world, 2, DAY)
    world.turn()
    settle(world)
    assert_all_sent_once(world, 2)


def test_a_server_that_goes_away_without_a_word_is_given_up_in_a_minute(wired):
    world, _ = wired
    with world.store._database.reading() as connection:
        driver = connection.connection.driver_connection
        line = socket.socket(fileno=os.dup(driver.fileno()))
        with line:
            asked = [
                line.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT,
                )
            ]  # fmt: skip
    idle, every, times, unanswered = asked
    assert idle + every * times <= 60
    assert unanswered <= 60_000


# -- SQLite ----------------------------------------------------------------------------------------

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


@contextmanager
def locked(path):
    """Another process holds the file for itself."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "held\n"
        yield
        process.stdin.write("\n")


def test_a_file_that_another_process_locks_for_too_long_is_said_and_the_next_turn_goes_on(
    faulty, tmp_path, record_property
):
    path = tmp_path / "cxdigest.sqlite"
    world = faulty.open(str(path), patience=timedelta(milliseconds=100))
    a_day(world, 1, DAY)
    with (
        locked(path),
        pytest.raises(StoreError, match=r"another program has locked it.*done again"),
    ):
        world.turn()
    world.turn(after=LEASE + MINUTE)
    assert len(world.mail.mails) == 3
    # And between a mail and the word that it was sent: that is said when the lock has gone.
    held, pauses, send = [], [], world.mail.send

    def lock_after(delivery):
        receipt = send(delivery)
        if not held:
            held.append(locked(path))
            held[0].__enter__()
        return receipt

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            held[0].__exit__(None, None, None)

    world.mail.send, world.more["sleep"] = lock_after, pause
    a_day(world, 2, DAY)
    world.turn()
    assert len(pauses) == 2
    settle(world)
    assert_all_sent_once(world, 2)
    record_property("injected", 2)


@contextmanager
def disk(folder, size):
    """A small file system of its own at *folder*."""
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("mounting a small file system needs Linux and root")
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_fills_up_stops_turns_until_there_is_room_again(tmp_path, record_property):
    with disk(tmp_path / "disk", f"{4 + MANY}m") as folder:
        world = Away(
            folder, profiles=[profile("ada", to=TO), profile("bea", to=("bea@x.example",))]
        )
        world.open(str(folder / "cxdigest.sqlite")).waits = 0
        world.mail.path = tmp_path / "postbox.jsonl"  # the mail server has a disk of its own
        failed = []
        for number in range(1, MANY + 1):
            a_day(world, number, DAY)
            filler = folder / "filler"
            free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
            # Sometimes all is full at once, sometimes in the middle of the turn.
            filler.write_bytes(bytes(max(0, free - random.choice([0, 20_000, 60_000, 150_000]))))
            try:
                world.turn()
            except StoreError as error:
                failed.append(str(error))
            filler.unlink()
            world.turn(after=LEASE + MINUTE)
        settle(world)
        assert failed
        assert all("the disk is full; free some space" in one for one in failed), failed
        assert_all_sent_once(world, MANY)
        world.store.close()
    record_property("injected", MANY)
    record_property("note", f"{len(failed)} of {MANY} turns were tried again")


def settings(folder, **sections):
    config = folder / "config.yaml"
    given = {
        "store": {"url": "data/cxdigest.sqlite"},
        "sources": {"inbox": {"type": "folder", "path": "in"}},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {
            "ada": {
                "name": "Ada", "sources": ["inbox"], "time_zone": "UTC", "lookback": 365,
                "deliver": [{"channel": "out", "to": ["ada@x.example"]}], "read_pages": False,
            }
        },
    }  # fmt: skip
    config.write_text(yaml.safe_dump(given | sections))
    (folder / "in").mkdir(exist_ok=True)
    example = ROOT / "examples" / "alerts" / "09-board.rss"
    (folder / "in" / "board.rss").write_bytes(example.read_bytes())
    return config


def test_a_volume_that_may_only_be_read_is_named_and_once_writable_all_is_done(tmp_path):
    config = settings(tmp_path)
    with disk(tmp_path / "data", "4m") as volume:
        subprocess.run(["mount", "-o", "remount,ro", volume], check=True)
        refused = started.run("cxdigest", "--config", config, "run", "--once")
        assert refused.returncode == 1
        assert refused.stderr.startswith("cxdigest: ")
        assert "data/cxdigest.sqlite cannot be made: Read-only file system" in refused.stderr
        assert "make its folder writable for this user or name another file" in refused.stderr
        subprocess.run(["mount", "-o", "remount,rw", volume], check=True)
        done = started.run("cxdigest", "--config", config, "run", "--once")
        assert done.returncode == 0, done.stderr
        assert len(list((tmp_path / "out").glob("*.html"))) == 1


def tear(wal: Path, how: str) -> None:
    """Do to the end of *wal* what a crash in the middle of a write does."""
    whole = wal.read_bytes()
    frame = 24 + 4096
    if how == "half a frame behind the end":
        wal.write_bytes(whole + whole[-frame:][: frame // 2])
    elif how == "a frame of garbage behind the end":
        wal.write_bytes(whole + whole[-frame : -frame + 16] + os.urandom(frame - 16))
    elif how == "the last frame cut short":
        wal.write_bytes(whole[: -frame // 2])
    elif how == "a letter of the last frame turned":
        wal.write_bytes(whole[:-100] + bytes([whole[-100] ^ 255]) + whole[-99:])


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The folder that a killed worker left, with all it did still in the WAL."""
    folder = tmp_path_factory.mktemp("killed")
    process = started.run("tests.faults.die", folder, cwd=ROOT)
    assert process.returncode == -signal.SIGKILL, process.stderr
    return folder


def test_a_wal_that_is_whole_is_not_called_torn(killed, tmp_path, caplog):
    for file in killed.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    # Killed in the middle of nothing; then in use, while another opens it.
    stores = [open_store(str(tmp_path / "cxdigest.sqlite")) for _ in range(2)]
    for store in stores:
        store.wake(now=NOW, holder="w1")
    stores.append(open_store(str(tmp_path / "cxdigest.sqlite")))
    for store in stores:
        store.close()
    assert not is_torn(tmp_path / "cxdigest.sqlite-wal")
    assert caplog.records == []


@pytest.mark.parametrize(
    "how",
    [
        "half a frame behind the end",
        "a frame of garbage behind the end",
        "the last frame cut short",
        "a letter of the last frame turned",
    ],
)
def test_a_torn_wal_loses_no_commit_before_the_tear(killed, tmp_path, caplog, how):
    for file in killed.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tear(tmp_path / "cxdigest.sqlite-wal", how)
    world = Away(tmp_path, profiles=[profile("ada", to=TO), profile("bea", to=("bea@x.example",))])
    (said,) = (one.getMessage() for one in caplog.records if one.levelname == "WARNING")
    assert said.startswith(str(tmp_path / "cxdigest.sqlite"))
    assert "the last write was cut off" in said
    assert "all that was committed before is there" in said
    world.now += 2 * DAY
    with world.store._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    before = world.store.deliveries()
    assert Counter(one.state for one in before)["sent"] >= 5
    a_day(world, 3, timedelta())
    settle(world)
    assert {one.state for one in world.store.deliveries()} == {"sent"}
    mails = Counter((mail["to"], mail["id"]) for mail in world.mail.mails)
    # The last commit says that the last mail was sent: only that one may leave again.
    assert Counter(mails.values()).keys() <= {1, 2}
    assert sum(mails.values()) - len(mails) <= ("behind" not in how)
    for recipient in (*TO, "bea@x.example"):
        texts = {mail["text"] for mail in world.mail.mails if mail["to"] == recipient}
        assert all(sum(f"{t}\n" in text for text in texts) == 1 for t in titles(6)), recipient
    world.store.close()
