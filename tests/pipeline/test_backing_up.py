"""The day's backup: made once, by one worker, beside the street; told where it fails."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from cxdigest import app, keeping
from cxdigest.config import load
from cxdigest.errors import StoreError
from cxdigest.pipeline.beside import Side
from cxdigest.pipeline.instance.backing_up import backed
from cxdigest.store import open_store
from cxdigest.store.copies import backup, snapshot
from cxdigest.store.copies.restore import restore
from tests.store.database.test_upgrade import _go, command, connect
from tests.worlds import DAY, HOUR, MINUTE, NOW, Scripted, World, alert

CONFIG = """
store: {url: cxdigest.sqlite}
backup: {keep: 2}
sources: {saved: {type: folder, path: .}}
channels: {mail: {type: smtp, host: x.example, user: a, password: "p,w", sender: a@x.example}}
profiles:
  ada:
    name: Ada
    sources: [saved]
    time_zone: UTC
    deliver: [{channel: mail, to: [ada@x.example]}]
"""


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def config(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "config.yaml").chmod(0o600)
    return load(tmp_path / "config.yaml", {})


def names(config) -> list[str]:
    return [file.name for file, _ in keeping.automatic(config)]


def test_one_is_made_each_day_and_so_many_are_kept_as_are_wanted(world, config):
    world.more = {"backup": keeping.daily(config, lambda: world.now)}
    world.turn()
    assert names(config) == [], "there is no day's work yet"
    world.turn(after=DAY - MINUTE)
    assert names(config) == []
    for day in range(1, 4):
        world.now = NOW + day * DAY
        for _ in range(3):
            world.turn(after=HOUR)
    assert names(config) == [
        "cxdigest-20261124T083000Z-daily.backup",
        "cxdigest-20261123T083000Z-daily.backup",
    ]
    assert backed(world.store).made == NOW + 3 * DAY + HOUR
    assert {file.stat().st_mode & 0o777 for file, _ in keeping.automatic(config)} == {0o600}


def test_another_worker_leaves_it_to_the_one_that_makes_it(world, config):
    made = []
    world.more = {"backup": lambda: made.append(world.holder) or Path("x")}
    world.turn()
    world.now += DAY
    in_hand, seen = threading.Event(), threading.Event()

    def slow() -> Path:
        in_hand.set()
        assert seen.wait(timeout=30)
        made.append("slow")
        return Path("x")

    side = Side()
    world.more = {"backup": slow, "beside": side}
    world.turn()
    assert in_hand.wait(timeout=30), "it is made while the turn is over"
    world.holder, world.more = "w2", {"backup": lambda: made.append("w2") or Path("x")}
    world.turn(after=MINUTE)
    seen.set()
    side.close()
    world.turn(after=MINUTE)
    assert made == ["slow"]


def test_what_broke_beside_the_street_is_said_once_and_done_anew():
    side, begun, done = Side(), threading.Event(), threading.Event()

    def broken() -> None:
        begun.set()
        raise RuntimeError("as no part of it should")

    side("backup", broken)
    assert begun.wait(timeout=30)
    for _ in range(100):
        with contextlib.suppress(RuntimeError):
            side("backup", done.set)
        if done.wait(timeout=0.01):
            break
    side.close()
    assert done.is_set()


def test_one_that_fails_is_told_and_tried_again_in_an_hour(world):
    tries = []

    def fail() -> Path:
        tries.append(world.now)
        raise StoreError("there is no room in /here")

    world.more = {"backup": fail}
    world.turn()
    world.now += DAY
    for _ in range(5):
        world.turn(after=30 * MINUTE)
    assert len(tries) == 3
    assert backed(world.store).problem == "there is no room in /here"
    assert backed(world.store).made is None
    world.more = {"backup": lambda: Path("x")}
    world.turn(after=HOUR)
    assert backed(world.store).problem == ""


def test_one_that_ends_with_its_worker_is_no_failure_and_made_by_the_next(world, config):
    stop = threading.Event()
    world.more = {"backup": keeping.daily(config, lambda: world.now, stop.is_set)}
    world.turn()
    world.now += DAY
    stop.set()
    world.turn()
    assert names(config) == []
    assert list(config.backups.iterdir()) == []
    assert backed(world.store).problem == ""
    stop.clear()
    world.turn(after=MINUTE)
    assert len(names(config)) == 1


def test_a_configuration_that_was_broken_meanwhile_is_told(world, config):
    world.more = {"backup": keeping.daily(config, lambda: world.now)}
    world.turn()
    config.path.write_text("sources: {")
    world.turn(after=DAY)
    assert "config.yaml cannot be read" in backed(world.store).problem


def test_a_restored_instance_goes_on_and_sends_nothing_twice(world, config, tmp_path):
    world.sources = [Scripted(script=[[alert("CX Lead")], [alert("CX Manager")]])]
    world.turn()
    assert world.recipients == ["ada@x.example"]
    file = tmp_path / "one.backup"
    keeping.back_up(config, file, now=world.now)
    target = tmp_path / "elsewhere" / "cxdigest.sqlite"
    with backup.opened(file) as opened:
        restore(opened, str(target), force=False, now=world.now)
    world.store.close()
    world.store = open_store(str(target))
    for _ in range(3):
        world.turn(after=HOUR)
    assert world.recipients == ["ada@x.example"], "today's is out"
    world.turn(after=DAY)
    assert world.recipients == ["ada@x.example"] * 2
    assert "CX Manager" in world.mail.mails[1]["text"]


def test_the_configuration_goes_with_it_without_its_passwords(config, tmp_path):
    (tmp_path / "config.yaml").write_text(
        CONFIG.replace('"p,w"', "'geheim'")
        + "heartbeat: {url: https://hc.example/geheim}\n"
        + "rules: {packs: []}\n# a note of mine\n"
    )
    config = load(tmp_path / "config.yaml", {})
    plain = keeping.beside(config, secrets=False)
    text = plain.files["config.yaml"].decode()
    assert "geheim" not in text
    assert "password: null" in text
    assert "heartbeat: {url: null}" in text
    assert "# a note of mine" in text
    assert plain.left_out == ("the passwords in config.yaml",)
    whole = keeping.beside(config, secrets=True)
    assert whole.files["config.yaml"] == (tmp_path / "config.yaml").read_bytes()
    assert whole.left_out == ()


def test_password_files_go_with_it_only_where_they_are_asked_for(config, tmp_path):
    (tmp_path / "secrets").mkdir()
    for name in ("smtp", "metrics"):
        (tmp_path / "secrets" / name).write_text("geheim-geheim-geheim\n")
        (tmp_path / "secrets" / name).chmod(0o600)
    (tmp_path / "rules.yaml").write_text("pack: mine\nversion: 1\nrules: []\n")
    (tmp_path / "config.yaml").write_text(
        CONFIG.replace('password: "p,w"', "password_file: secrets/smtp")
        + "web: {metrics_token_file: secrets/metrics}\nrules: {packs: [rules.yaml]}\n"
    )
    config = load(tmp_path / "config.yaml", {})
    plain, whole = (keeping.beside(config, secrets=wanted) for wanted in (False, True))
    assert set(plain.files) == {"config.yaml", "rules.yaml"}
    assert set(plain.left_out) == {str(tmp_path / "secrets" / one) for one in ("smtp", "metrics")}
    assert set(whole.files) == {"config.yaml", "rules.yaml", "secrets/smtp", "secrets/metrics"}


def test_before_tables_are_changed_a_backup_is_made_or_nothing_is(config, tmp_path):
    database = connect(str(tmp_path / "cxdigest.sqlite"), patience=MINUTE)
    with database.writing() as connection:
        _go(connection, command.upgrade, "0003")
    database.engine.dispose()
    (tmp_path / "backups").write_text("no folder")
    refused = pytest.raises(StoreError, match=r"not changed without.*before_migration: false")
    with refused, app.open_stored(config):
        pass
    assert snapshot.revision_of(str(tmp_path / "cxdigest.sqlite")) == "0003"
    (tmp_path / "backups").unlink()
    with app.open_stored(config) as store:
        assert store.last_wake() is None
    ((file, _),) = keeping.automatic(config)
    assert "-before-" in file.name
    with backup.opened(file) as opened:
        assert opened.manifest.revision == "0003"
    with app.open_stored(config):
        assert len(keeping.automatic(config)) == 1, "only where something changes"


def test_when_the_last_backup_is_gone_can_be_told(config):
    assert keeping.expiry(config, NOW) == keeping.Expiry(number=0, last=None)
    open_store(config.store.url).close()
    keeping.back_up_by_itself(config, now=NOW, why="daily")
    assert keeping.expiry(config, NOW) == keeping.Expiry(number=1, last=NOW + timedelta(days=2))
