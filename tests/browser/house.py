"""An installation that runs as its people run it: ``cxdigest serve`` with its worker, asked by browsers.

Ada has read a digest this morning, and more has come since. Ben and Cleo are kept in the store; Ben is
Berta's client, whose digest waits for her word. In all of their zones it is about noon, so that no test
meets midnight.
"""

from __future__ import annotations

import contextlib
import email
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.asking import asking
from tests.ready import put_store
from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "alerts"
PASSWORD = "correct horse battery"
#: What the mailbox shows by the morning, and what comes after it.
EARLY = ("01-*", "02-*", "03-*", "05-*", "11-*")
LATER = ("04-*", "06-*", "07-*", "08-*", "09-*", "10-*", "12-*", "13-*")
_PATIENCE = 240  #: seconds; the machine may be busy


def noon() -> str:
    """Return a zone in which it is between half past eleven and half past twelve."""
    now = datetime.now(UTC)
    ahead = round(12 - now.hour - now.minute / 60)
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def somebody(name: str, source: str, send_at: str, **more: object) -> dict[str, object]:
    """Return the keys of one who gets a digest of *source* at *send_at*, in a zone of noon."""
    to = f"{name.split(maxsplit=1)[0].lower()}@home.example"
    return {
        "name": name,
        "sources": [source],
        "send_at": send_at,
        "time_zone": noon(),
        "deliver": [{"channel": "out", "to": [to]}],
        "read_pages": False,
        **more,
    }


def settings(
    port: int, sources: Mapping[str, object] = MappingProxyType({}), **more: Any
) -> dict[str, Any]:
    """Return the configuration of the installation, listening at *port* of this machine."""
    return {
        "store": {"url": "cxdigest.sqlite"},
        "sources": {
            "inbox": {"type": "folder", "path": "inbox", "trust": True},
            "bens": {"type": "folder", "path": "bens", "trust": True},
            **sources,
        },
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {"ada": somebody("Ada Marlow", "inbox", "07:00")},
        "coaches": {
            "berta": {
                "name": "Berta Lind",
                "send_at": "23:50",
                "time_zone": noon(),
                "deliver": [{"channel": "out", "to": ["berta@coach.example"]}],
            }
        },
        "web": {"listen": f"127.0.0.1:{port}"},
        "worker": {"wake": 1},
        **more,
    }


#: Who is kept in the store, and may be changed while the worker works.
STORED = {
    "ben": somebody(
        "Ben Okafor", "bens", "07:00", coach="berta", review={"wait": 600, "otherwise": "hold"}
    ),
    "cleo": somebody("Cleo Brandt", "inbox", "23:00"),
    "dora": somebody("Dora Ellis", "inbox", "23:00"),
}


@dataclass
class House:
    """The folder of an installation, and the address of its pages."""

    folder: Path
    base: str

    def cxdigest(self, *words: str, told: str = "") -> str:
        """Run a command of it beside what serves; return what it printed."""
        config = ("--config", str(self.folder / "config.yaml"))
        done = subprocess.run(
            [sys.executable, "-m", "cxdigest", *config, *words],
            cwd=ROOT, input=told, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def show(self, *patterns: str, source: str = "inbox") -> None:
        """Let alerts come in, of the example alerts those that are called so."""
        for pattern in patterns:
            for file in EXAMPLES.glob(pattern):
                shutil.copy(file, self.folder / source)

    def mails(self, to: str) -> list[EmailMessage]:
        """Return the mails that *to* was sent, in their order."""
        files = sorted((self.folder / "out").rglob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        read = [email.message_from_bytes(one.read_bytes(), policy=default) for one in files]
        return [one for one in read if to in str(one["To"])]

    def mail(self, to: str) -> str:
        """Wait for a mail to *to*; return the text of the latest."""
        until = time.monotonic() + _PATIENCE
        while not (found := self.mails(to)):
            assert time.monotonic() < until, f"no mail to {to} came"
            time.sleep(0.1)
        body = found[-1].get_body(("plain",))
        assert body
        return " ".join(body.get_content().split())

    def polled(self, alerts: int) -> None:
        """Wait until so many alerts of the inbox are taken in, and what they showed is judged."""
        until = time.monotonic() + _PATIENCE
        with asking(self.base) as client:
            while client.get("/sources/inbox").text.count('class="row"') < alerts:
                assert time.monotonic() < until
                time.sleep(0.2)


@contextlib.contextmanager
def running(folder: Path, people: Mapping[str, object] = STORED, **more: Any) -> Iterator[House]:
    """An installation in *folder* for *people*, served for the time of the ``with``.

    *more* are further keys of its configuration; further sources stand beside the usual ones.
    """
    port = free_port()
    for name in ("inbox", "bens"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump(settings(port, **more), sort_keys=False)
    (folder / "config.yaml").write_text(written, encoding="utf-8")
    put_store(folder / "cxdigest.sqlite")
    made = House(folder, f"http://127.0.0.1:{port}")
    made.cxdigest("profile", "import", "-", told=yaml.safe_dump({"profiles": dict(people)}))
    made.show(*EARLY)
    made.show("07-*", "09-*", source="bens")
    with _serving(made):
        yield made


@contextlib.contextmanager
def _serving(house: House) -> Iterator[None]:
    log = house.folder / "log"
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "cxdigest", "--config", str(house.folder / "config.yaml"), "serve"],
            cwd=ROOT, stdout=said, stderr=said,
        )  # fmt: skip
    try:
        until = time.monotonic() + _PATIENCE
        while not house.mails("ada"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=_PATIENCE) == 0
    assert "Traceback" not in log.read_text(), log.read_text()
