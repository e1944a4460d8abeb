"""An installation to be looked over, and the report of the real command about it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import yaml

from cxdigest.config import load
from cxdigest.doctor import Line, Me, Patient, examine
from cxdigest.doctor.line import Check
from tests.cli.inside import call
from tests.ready import put_store

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def configure(home: Path, *, made: bool = True, **sections: Any) -> Path:
    """Write a configuration with *sections* over a plain one, and make its store if *made*."""
    if made:
        put_store(home / "data" / "cxdigest.sqlite")
    (home / "alerts").mkdir(exist_ok=True)
    whole = {
        "store": {"url": "data/cxdigest.sqlite"},
        "net": {"allow": ["127.0.0.0/8"], "pace": 0},
        "sources": {"saved": {"type": "folder", "path": "alerts"}},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {"me": person()},
        **sections,
    }
    for one in whole["profiles"].values():
        one.setdefault("sources", list(whole["sources"]))
    path = home / "config.yaml"
    path.write_text(yaml.safe_dump(whole), "utf-8")
    path.chmod(0o600)
    return path


def person(*recipients: str, channel: str = "out", **more: Any) -> dict[str, Any]:
    """The settings of somebody who gets digests."""
    return {
        "name": "Ada",
        "time_zone": "Europe/London",
        "deliver": [{"channel": channel, "to": list(recipients) or ["me"]}],
        **more,
    }


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the command said."""

    done: CompletedProcess[str]
    whole: Mapping[str, Any]

    def of(self, check: str, subject: str = "") -> list[dict[str, str]]:
        """Return the lines of *check*, about what contains *subject*."""
        lines = self.whole["lines"]
        return [one for one in lines if one["check"] == check and subject in one["subject"]]

    def states(self, check: str, subject: str = "") -> list[str]:
        return [one["state"] for one in self.of(check, subject)]


def report(home: Path, *words: str) -> Report:
    """Call ``cxdigest doctor --json`` in *home*."""
    done = call(home, *words, "doctor", "--json")
    return Report(done=done, whole=json.loads(done.stdout))


def patient(path: Path, *, seconds: float = 60, **more: Any) -> Patient:
    """The installation of the configuration at *path*, with *more* in place of what is real."""
    given: dict[str, Any] = {
        "path": path,
        "config": load(path, {}),
        "clock": lambda: NOW,
        "until": time.monotonic() + seconds,
        "me": Me(uid=1000, gid=1000),
        **more,
    }
    return Patient(**given)


def said(check: Check, of: Patient, **more: Any) -> list[Line]:
    """Return the lines of one check."""
    return examine(of, [check], **more)
