"""The configuration: every problem at once, with its line and the way out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cxdigest.config import Config, MailboxConfig, SmtpConfig, load
from cxdigest.config.reference import ordered, reference, schema
from cxdigest.config.shape import SECRETS, keys_at, sections
from cxdigest.errors import ConfigError

HERE = Path(__file__).parent / "config"
ROOT = HERE.parent.parent
ENVIRON = {"GOOD": "swordfish", "EMPTY": "", "CXDIGEST_MAILBOX": "x"}
PASSWORDS = ("swordfish", "hunter", "corréct", "from the $FILE", "0123")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of the fixtures, as the folder that the person is in."""
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)
    for file in [*tmp_path.glob("*.yaml"), *(tmp_path / "secrets").iterdir()]:
        file.chmod(0o600)  # a checkout makes them readable for all
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(name: str, room: Path) -> str:
    """What loading says, as it stands in the expectation: the outcome, then a line a problem."""
    try:
        lines = ["loads:", *map(str, load(Path(name), ENVIRON).warnings)]
    except ConfigError as error:
        lines = ["refused:", *map(str, error.problems)]
    return "\n".join(lines).replace(str(room), "/here") + "\n"


@pytest.mark.parametrize("name", sorted(file.name for file in HERE.glob("*.yaml")))
def test_each_configuration_is_told_what_its_expectation_says(name: str, room: Path) -> None:
    assert told(name, room) == (room / name).with_suffix(".expect.txt").read_text()


def test_no_message_shows_a_password(room: Path) -> None:
    for expectation in room.glob("*.expect.txt"):
        for password in PASSWORDS:
            assert password not in expectation.read_text(), expectation
