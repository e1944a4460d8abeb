"""``cxdigest backup``, ``restore`` and ``health --served`` as a person uses them."""

from __future__ import annotations

import json
import stat
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen

import httpx
import pytest

from tests.cli.inside import call
from tests.ready import ready_store
from tests.servers.ports import free_port
from tests.store.world import compose

CONFIG = """
store: {url: data/cxdigest.sqlite}
sources: {saved: {type: folder, path: .}}
channels:
  out: {type: folder, path: out}
  mail: {type: smtp, host: x.example, user: a, password_file: secrets/smtp, sender: a@x.example}
profiles:
  ada:
    name: Ada
    sources: [saved]
    time_zone: UTC
    deliver: [{channel: out, to: [ada@x.example]}]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "secrets").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "secrets" / "smtp").write_text("geheim\n")
    (folder / "secrets" / "smtp").chmod(0o600)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "config.yaml").chmod(0o600)
    store = ready_store(folder / "data" / "cxdigest.sqlite")
    now = datetime.now(UTC)
    compose(store, "ada@x.example", profile="ada", day=now.date(), now=now)
    store.close()
    return folder


def deliveries(home: Path) -> list[str]:
    told = call(home, "deliveries", "--json", "--profile", "ada").stdout.splitlines()
    return [json.loads(line)["id"] for line in told]


def test_an_instance_moves_to_another_folder_with_its_passwords(home, tmp_path):
    done = call(home, "backup", str(tmp_path / "all.backup"), "--with-secrets")
    assert done.returncode == 0, done.stderr
    assert "tables" in done.stdout
    assert "needs" not in done.stdout
    new = tmp_path / "new"
    new.mkdir()
    done = call(new, "restore", str(tmp_path / "all.backup"))
    assert done.returncode == 0, done.stderr
    assert (new / "config.yaml").read_bytes() == (home / "config.yaml").read_bytes()
    assert stat.S_IMODE((new / "secrets" / "smtp").stat().st_mode) == 0o600
    assert stat.S_IMODE((new / "data" / "cxdigest.sqlite").stat().st_mode) == 0o600
    assert deliveries(new) == deliveries(home) != []


def test_without_passwords_it_says_what_a_restore_needs_and_goes_on_once_that_is_there(
    home, tmp_path
):
    done = call(home, "backup", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "* " in done.stdout
    assert "secrets/smtp" in done.stdout
    (file,) = tmp_path.glob("*.backup")
    assert b"geheim" not in file.read_bytes()
    new = tmp_path / "new"
    new.mkdir()
    done = call(new, "restore", str(file))
    assert done.returncode == 2
    assert "no such file: secrets/smtp" in done.stderr
    assert "put that right and run this again" in done.stderr
    assert not (new / "data").exists()
    (new / "secrets").mkdir()
    (new / "secrets" / "smtp").write_text("geheim\n")
    done = call(new, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert deliveries(new) == deliveries(home)


@pytest.mark.parametrize("part", ["store", "files/secrets/smtp", "tables"])
def test_of_a_damaged_backup_nothing_is_left_in_an_empty_folder(home, tmp_path, part):
    whole = tmp_path / "all.backup"
    assert call(home, "backup", str(whole), "--with-secrets").returncode == 0
    damaged = tmp_path / "damaged.backup"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(damaged, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == part:
                content = content[:-1] + b"?"
            elif member == "manifest.json" and part == "tables":
                said = json.loads(content)
                said["tables"]["digests"]["rows"] += 1
                content = json.dumps(said).encode()
            new.writestr(member, content)
    empty = tmp_path / "new"
    empty.mkdir()
    done = call(empty, "restore", str(damaged))
    assert done.returncode == 1
    assert "take another backup" in done.stderr
    assert done.stdout == ""
    assert list(empty.iterdir()) == []
    done = call(empty, "restore", str(whole))
    assert done.returncode == 0, done.stderr
    assert deliveries(empty) == deliveries(home)


def test_a_store_that_is_there_stays_unless_it_is_said_twice(home, tmp_path):
    file = tmp_path / "one.backup"
    assert call(home, "backup", str(file)).returncode == 0
    assert "is there already" in call(home, "backup", str(file)).stderr
    refused = call(home, "restore", str(file))
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    done = call(home, "restore", str(file), "--force")
    assert done.returncode == 0, done.stderr
    (aside,) = (home / "data").glob("*.before-restore-*")
    assert f"what was there is kept: {aside}" in done.stdout
    assert "the configuration stays as it is" in done.stdout


def test_what_lies_outside_the_folder_is_named_and_the_backup_comes_back(home, tmp_path):
    (home.parent / "mine.yaml").write_text("pack: mine\nrules: []\n")
    (home / "a:b.yaml").write_text("pack: other\nrules: []\n")
    (home / "sub").mkdir()
    (home / "own.yaml").write_text("pack: own\nrules: []\n")
    packs = 'rules: {packs: [../mine.yaml, "a:b.yaml", sub/../own.yaml]}\n'
    (home / "config.yaml").write_text(CONFIG + packs)
    done = call(home, "backup", str(tmp_path / "all.backup"), "--with-secrets")
    assert done.returncode == 0, done.stderr
    assert "mine.yaml" in done.stdout
    assert "a:b.yaml" in done.stdout
    assert "own.yaml" not in done.stdout
    new = tmp_path / "there" / "new"
    new.mkdir(parents=True)
    done = call(new, "restore", str(tmp_path / "all.backup"))
    assert "no such pack: ../mine.yaml" in done.stderr
    assert (new / "own.yaml").exists()


def test_a_folder_that_is_not_there_is_no_name_of_a_file(home, tmp_path):
    done = call(home, "backup", f"{tmp_path}/usb/")
    assert (done.returncode, "there is no folder" in done.stderr) == (2, True)
    assert not (tmp_path / "usb").exists()
    (tmp_path / "usb").mkdir()
    assert call(home, "backup", f"{tmp_path}/usb/").returncode == 0
    assert len(list((tmp_path / "usb").glob("cxdigest-*Z.backup"))) == 1


def test_a_store_that_is_forgotten_has_no_backup(home):
    text = CONFIG.replace("data/cxdigest.sqlite", '":temporary:"')
    (home / "config.yaml").write_text(text)
    assert "there is nothing to keep" in call(home, "backup").stderr


def test_to_erase_somebody_says_when_the_last_backup_is_gone(home):
    folder = home / "data" / "backups"
    folder.mkdir()
    (folder / "cxdigest-20261121T000000Z-daily.backup").touch()
    done = call(home, "profile", "erase", "ada", "--yes")
    assert done.returncode == 0, done.stderr
    assert (
        f"1 automatic backup in {folder} may hold ada: the last of them is gone on" in done.stdout
    )
    (home / "config.yaml").write_text(CONFIG + "backup: {daily: false}\n")
    done = call(home, "profile", "erase", "ada", "--yes")
    assert "delete them" in done.stdout


def test_the_process_that_serves_says_how_it_is(home):
    (home / "secrets" / "smtp").write_text("geheim\n")
    port = free_port()
    (home / "config.yaml").write_text(
        CONFIG + f'web: {{listen: "127.0.0.1:{port}"}}\nlog: {{format: json}}\n'
    )
    assert call(home, "health", "--served").returncode == 1, "nothing listens"
    command = [sys.executable, "-m", "cxdigest", "-c", str(home / "config.yaml"), "serve"]
    with Popen(command, stderr=PIPE, text=True, cwd=Path(__file__).parents[2]) as serving:
        try:
            assert serving.stderr
            log = [json.loads(serving.stderr.readline())]
            while "awake" not in log[-1]["message"]:
                log.append(json.loads(serving.stderr.readline()))
            done = _until_well(home)
            assert done.returncode == 0, done.stderr
            assert httpx.get(f"http://127.0.0.1:{port}/healthz").json()["status"] == "ok"
        finally:
            serving.terminate()
            rest = serving.communicate(timeout=60)[0]
    assert serving.returncode == 0, rest


def _until_well(home: Path):
    for _ in range(120):  # a minute: each try takes from the one that is waited for
        done = call(home, "health", "--served")
        if done.returncode == 0:
            break
        time.sleep(0.5)
    return done
