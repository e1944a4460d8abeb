"""``cxdigest service`` as a person calls it, on a Linux whose systemd is played."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.inside import call
from tests.service.commands import Commands

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is systemd's")
SOURCE = {
    "type": "mailbox", "host": "imap.example.org", "user": "ada@example.org",
    "password_env": "ADAS_PASSWORD",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Ada, who is not root, has a configuration."""
    home = tmp_path / "ada's home"
    home.mkdir()
    _configure(home, {"type": "folder", "path": "alerts"})
    commands = Commands(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{commands.folder}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USER", "ada")
    monkeypatch.delenv("LOGNAME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return home


def _configure(home: Path, source: dict[str, str]) -> None:
    config = {
        "sources": {"saved": source},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {
            "me": {
                "name": "Ada",
                "sources": ["saved"],
                "time_zone": "Europe/London",
                "deliver": [{"channel": "out", "to": ["ada@example.org"]}],
            }
        },
    }
    (home / "config.yaml").write_text(yaml.safe_dump(config), "utf-8")


def test_it_is_installed_shown_and_removed(home):
    unit = home / ".config" / "systemd" / "user" / "cxdigest.service"
    before = call(home, "service", "status")
    assert (before.returncode, "cxdigest service install" in before.stdout) == (1, True)
    done = call(home, "service", "install")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{unit} is written." in done.stdout
    assert "loginctl enable-linger" in done.stdout
    assert f'"--config" "{home}/config.yaml" "serve"' in unit.read_text("utf-8")
    assert f'"{sys.executable}"' in unit.read_text("utf-8")
    told = call(home, "service", "status")
    assert (told.returncode, "enabled, active" in told.stdout) == (0, True)
    assert call(home, "service", "remove").returncode == 0
    assert not unit.exists()
    again = call(home, "service", "remove")
    assert (again.returncode, "nothing to remove" in again.stdout) == (0, True)


def test_print_shows_the_file_and_does_nothing(home):
    done = call(home, "--config", "config.yaml", "service", "install", "--print")
    assert done.stdout.startswith("# Made by `cxdigest service install`.")
    assert not (home / ".config").exists()


def test_without_a_configuration_nothing_is_installed(home):
    (home / "config.yaml").unlink()
    done = call(home, "service", "install")
    assert (done.returncode, "config.yaml: no such file" in done.stderr) == (2, True)
    assert not (home / ".config").exists()


def test_a_store_that_forgets_is_refused(home):
    config = home / "config.yaml"
    config.write_text(config.read_text("utf-8") + 'store: {url: ":temporary:"}\n', "utf-8")
    done = call(home, "service", "install")
    assert (done.returncode, ":temporary:" in done.stderr) == (2, True)
    assert not (home / ".config").exists()


def test_a_password_that_only_this_shell_knows_is_refused(home, monkeypatch):
    monkeypatch.setenv("ADAS_PASSWORD", "secret words")
    _configure(home, SOURCE)
    done = call(home, "service", "install")
    assert (done.returncode, "password_env" in done.stderr) == (2, True)
    assert "password_file" in done.stderr
    assert not (home / ".config").exists()
