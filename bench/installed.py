"""An installation as a coach's server has it: many stored postings, ``cxdigest serve`` at work,
folders that get new alerts while it works, and a mail server that takes what it sends.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bench.stored import NOW, fill, people, source_name
from cxdigest.console.instance.users import digest_of
from cxdigest.model import Role
from cxdigest.store import Store, User, open_store

PROFILES, POSTINGS = 40, 100_000
SOURCES = 8
AT_ONCE = PROFILES // 4  #: digests that are due in the first minute, and as many in the next
AWAKE = 5  #: seconds between two looks of the worker
_LASTS = timedelta(days=2)
_STORE, _HELD = "cxdigest.sqlite", "browsers.json"  #: in a folder that keeps a filled store
_TICK = os.sysconf("SC_CLK_TCK")
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Jobs in the north</title><link>https://board.example/</link>
<description>New jobs</description>{items}</channel></rss>
"""
_ITEM = """<item><title>Customer Experience Manager {number}</title>
<link>https://board.example/job/{number}</link><guid>board-{number}</guid>
<description>Own the journey from first order to return, set its measures and lead the team that
improves it; report to the board on what customers say.</description></item>
"""


@dataclass
class Sink:
    """A mail server that takes everything and keeps its number."""

    port: int = 0
    mails: int = 0


@dataclass
class Served:
    """``cxdigest serve`` at work."""

    address: tuple[str, int]
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Return how much memory it has now, in MB."""
        return self._stated("VmRSS")

    def most_memory(self) -> float:
        """Return the most it ever had, in MB."""
        return self._stated("VmHWM")

    def spent(self) -> float:
        """Return the seconds that its process itself took until now."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        return sum(map(int, told.rpartition(")")[2].split()[11:13])) / _TICK

    def taken(self) -> float:
        """Return the same, finer: what all of its threads that live took."""
        told = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(one.read_text(encoding="utf-8").split()[0]) for one in told) / 1e9

    def _stated(self, name: str) -> float:
        told = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return next(int(one.split()[1]) for one in told.splitlines() if one.startswith(name)) / 1024


@dataclass
class Installation:
    """A folder with a configuration, and the store beside it."""

    folder: Path
    url: str
    sink: Sink
    alerts: int = 0  #: written into the folders of sources until now
    browsers: dict[str, str] = field(default_factory=dict)  #: user -> what their browser holds

    def fill(self) -> None:
        """Fill the store, and let its words be found."""
        later = timedelta(days=(datetime.now(UTC) - NOW).days)
        store = open_store(self.url)
        fill(store, PROFILES, stored=POSTINGS, later=later)
        while store.take_in_words(limit=5_000):
            pass
        self._let_in(store)
        store.close()

    def keep(self, kept: Path) -> None:
        """Keep the store's file and what browsers hold in the folder *kept*, for `take`."""
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.url, kept / _STORE)
        told = {"day": str(datetime.now(UTC).date()), "browsers": self.browsers}
        (kept / _HELD).write_text(json.dumps(told), encoding="utf-8")

    def take(self, kept: Path) -> bool:
        """Take a copy of what was kept today; False: nothing was, and the store is to be filled."""
        with contextlib.suppress(FileNotFoundError):
            told = json.loads((kept / _HELD).read_text(encoding="utf-8"))
            if told["day"] == str(datetime.now(UTC).date()):
                shutil.copy(kept / _STORE, self.url)
                self.browsers = told["browsers"]
                return True
        return False

    def _let_in(self, store: Store) -> None:
        now = datetime.now(UTC)
        who: list[tuple[str, Role, str]] = [("boss", "admin", "")]
        who += [(one.name, "client", one.name) for one in people(PROFILES)]
        for name, role, profile in who:
            user = User(name=name, role=role, made=now, changed=now, profile=profile)
            store.add_user(user)
            self.browsers[name] = secret = secrets.token_urlsafe(32)
            store.begin_session(digest_of(secret), user, now=now, ends=now + _LASTS)

    def configure(self, due: datetime | None, *, wake: int = AWAKE) -> None:
        """Write the configuration; from *due* on, digests of half of all readers, some a minute.

        The worker looks every *wake* seconds.
        """
        readers = {}
        for place, one in enumerate(people(PROFILES)):
            sends = place >= PROFILES // 2 and due is not None
            # Others have none today, nor one of yesterday that is made up for after midnight.
            day = due if sends and due else datetime.now(UTC) + timedelta(days=3)
            at = f"{due + timedelta(minutes=place % 2):%H:%M}" if sends and due else "23:59"
            readers[one.name] = {
                "name": one.heading, "sources": list(one.sources), "send_at": at,
                "time_zone": "UTC", "read_pages": False, "days": [f"{day:%a}".lower()],
                "deliver": [{"channel": "mail", "to": [f"{one.name}@post.example"]}],
            }  # fmt: skip
        for place in range(SOURCES):
            (self.folder / source_name(place)).mkdir(exist_ok=True)
        told = {
            "store": {"url": self.url},
            "sources": {
                source_name(place): {
                    "type": "folder", "path": source_name(place), "trust": True, "every": 1,
                }
                for place in range(SOURCES)
            },
            "channels": {
                "mail": {
                    "type": "smtp", "host": "127.0.0.1", "port": self.sink.port,
                    "security": "none", "sender": "cxdigest <digest@post.example>",
                }
            },
            "profiles": readers,
            "web": {"enabled": True, "listen": f"127.0.0.1:{_free_port()}"},
            "worker": {"wake": wake},
        }  # fmt: skip
        (self.folder / "config.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")

    @contextlib.contextmanager
    def served(self, *, due: datetime | None = None, wake: int = AWAKE) -> Iterator[Served]:
        """Have the program serve for the time of the ``with``, from when it answers."""
        self.configure(due, wake=wake)
        config = self.folder / "config.yaml"
        port = int(yaml.safe_load(config.read_text(encoding="utf-8"))["web"]["listen"][10:])
        command = [sys.executable, "-m", "cxdigest", "--config", str(config), "serve"]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(process, ("127.0.0.1", port))
            yield Served(address=("127.0.0.1", port), process=process)
        finally:
            process.terminate()
            process.wait(timeout=60)

    @contextlib.contextmanager
    def alerted(self) -> Iterator[None]:
        """Put a feed of ten new postings into a source's folder every other second."""
        stop = threading.Event()

        def put() -> None:
            while not stop.wait(2):
                number = self.alerts
                items = "".join(_ITEM.format(number=number * 10 + one + 10**6) for one in range(10))
                folder = self.folder / source_name(number % SOURCES)
                (folder / f"{number}.rss").write_text(_FEED.format(items=items), encoding="utf-8")
                self.alerts += 1

        thread = threading.Thread(target=put)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _wait_for(process: subprocess.Popen[bytes], address: tuple[str, int]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(address):
            return
        if process.poll() is not None:
            raise RuntimeError("cxdigest serve ended; its log says why")
        time.sleep(0.1)
    raise RuntimeError("cxdigest serve did not answer within a minute")


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """Take mails in for the time of the ``with``."""
    made = Sink()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"220 sink")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self._say(b"354 go on")
                    while self.rfile.readline() not in {b".\r\n", b""}:
                        pass
                    made.mails += 1
                self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")
                if verb == b"QUIT":
                    return

        def _say(self, words: bytes) -> None:
            self.wfile.write(words + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        made.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()
