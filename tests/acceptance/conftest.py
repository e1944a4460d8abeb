"""The real command line on a configuration of its own, against the real servers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests import started
from tests.hours import where_it_is_noon

EXAMPLES = Path(__file__).parents[2] / "examples" / "alerts"


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One installation: a folder with a configuration and whatever the commands make there."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    def configure(self, **sections: object) -> None:
        self.config.write_text(yaml.safe_dump(sections, sort_keys=False), encoding="utf-8")

    @property
    def program(self) -> list[str]:
        """The module to start, and what it is told first."""
        return ["cxdigest"]

    def command(self, *arguments: str) -> list[str]:
        """What starts a program from nothing, for those that are killed or stay."""
        return [sys.executable, "-m", *self.program, "--config", str(self.config), *arguments]

    def call(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return started.run(*self.program, "--config", self.config, *arguments, timeout=timeout)

    def run(self) -> list[dict[str, object]]:
        """``run --once --json``, which must succeed."""
        done = self.call("run", "--once", "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Instance(folder=tmp_path)


def profile(
    *sources: str, to: list[str], channel: str = "mail", read_pages: bool = False
) -> dict[str, object]:
    return {
        "name": "Ada Marlow",
        "sources": list(sources),
        "send_at": "07:00",
        "time_zone": where_it_is_noon(),  # no day ends while a test runs
        "deliver": [{"channel": channel, "to": to}],
        "lookback": 365,
        # The links of the examples lead to hosts that nobody has: a test asks none that it does not play.
        "read_pages": read_pages,
    }
