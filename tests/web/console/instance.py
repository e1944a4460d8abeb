"""A small installation with real alerts, and its console as a browser without JavaScript sees it.

Ada reads the example alerts of this project, five of them since her digest of this morning; Ben is
Berta's client and reads two of them in a folder of his own. What takes time, reading and judging,
is done once in a process; every test gets a copy.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from cxdigest import app
from cxdigest.config import Config, load
from cxdigest.feedback import Signer
from cxdigest.pipeline import Street, turn
from cxdigest.store import Store
from cxdigest.web.beside import desk_for
from cxdigest.web.desk import Desk
from cxdigest.web.who import Visitor, csrf_of
from tests.asking import asking
from tests.plugged import plugged
from tests.ready import put_store
from tests.web.conftest import look
from tests.web.shown import shown

EXAMPLES = Path(__file__).parents[3] / "examples" / "alerts"
MORNING = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  #: a Friday; both digests are due
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  #: when the console is looked at
#: What the sources show by the morning, and what comes after it.
_EARLY = {
    "inbox": ("01-*", "02-*", "03-*", "05-*", "08-*", "11-*"),
    "bens": ("07-*",),
}
_LATER = {"inbox": ("04-*", "06-*", "07-*", "09-*", "10-*", "12-*", "13-*"), "bens": ("09-*",)}


def _profile(name: str, source: str, **more: object) -> dict[str, object]:
    return {
        "name": name,
        "sources": [source],
        "send_at": "07:00",
        "time_zone": "Europe/London",
        "deliver": [
            {"channel": "out", "to": [f"{name.split(maxsplit=1)[0].lower()}@home.example"]}
        ],
        "read_pages": False,
        **more,
    }


CONFIG: dict[str, Any] = {
    "store": {"url": "cxdigest.sqlite"},
    "sources": {
        "inbox": {"type": "folder", "path": "inbox", "trust": True},
        "bens": {"type": "folder", "path": "bens", "trust": True},
    },
    "channels": {"out": {"type": "folder", "path": "out"}},
    "profiles": {
        "ada": _profile("Ada Marlow", "inbox"),
        "ben": _profile("Ben Okafor", "bens", coach="berta"),
    },
    "coaches": {
        "berta": {
            "name": "Berta Lind",
            "send_at": "08:00",
            "time_zone": "Europe/London",
            "deliver": [{"channel": "out", "to": ["berta@coach.example"]}],
        }
    },
    "web": {"enabled": True, "listen": "127.0.0.1:8080"},
}


@dataclass
class Console:
    """The installation, its street, and one who asks its pages."""

    folder: Path
    config: Config
    street: Street
    now: datetime = NOW
    client: httpx.Client = field(init=False)  #: of the pages, where they are served
    visitor: Visitor = field(
        default_factory=lambda: Visitor(name="you", role="admin", way="alone", session="alone")
    )

    @property
    def store(self) -> Store:
        return self.street.store

    @property
    def desk(self) -> Desk:
        """What the pages work with, whoever asks from this machine being the one person here."""
        made = desk_for(self.street)
        return replace(made, config=self.config, templates=look(), alone=True)

    @property
    def csrf(self) -> str:
        """What every form sends back."""
        desk = self.desk
        return csrf_of(self.visitor, replace(desk, signer=Signer(self.store.instance_key())))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, **form: object) -> httpx.Response:
        """Send a form of a page of ours; follows nothing."""
        return self.client.post(path, data={"csrf": self.csrf, **form})

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Return the page that a change leads to."""
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.headers["location"])

    def posting(self, title: str) -> str:
        """Return the id of the posting with these words in its title."""
        with self.store._database.reading() as connection:
            found = connection.exec_driver_sql("SELECT id, title FROM postings").all()
        return next(row.id for row in found if title in row.title)

    def turn(self, **more: Any) -> None:
        """Have the worker do one turn, at the time that it is now."""
        turn(self.street, everything=more.get("everything", False))


@contextlib.contextmanager
def opened(folder: Path, url: str = "") -> Iterator[Console]:
    """The installation in *folder*, not served; with a *url*, its store is that database."""
    config = load(folder / "config.yaml", {})
    if url:
        store = config.store.model_copy(update={"url": url})
        config = config.model_copy(update={"store": store})
    clock = [NOW]
    with app.street(config, clock=lambda: clock[0]) as street:
        made = Console(folder=folder, config=config, street=street)
        made.street = replace(street, clock=lambda: made.now)
        yield made


@contextlib.contextmanager
def served(folder: Path, url: str = "", **of_the_desk: Any) -> Iterator[Console]:
    """The installation in *folder*, asked over a real socket."""
    with (
        opened(folder, url) as made,
        shown(replace(made.desk, **of_the_desk)) as address,
        asking(address) as client,
    ):
        made.client = client
        yield made


def put_instance(folder: Path) -> Path:
    """Put the installation into *folder*, with all that it read and sent until now."""
    shutil.copytree(_ready(), folder, dirs_exist_ok=True)
    return folder


@cache
def _ready() -> Path:
    holder = tempfile.TemporaryDirectory()  # goes with the process
    _KEPT.append(holder)
    folder = put_new(Path(holder.name))
    put_store(folder / "cxdigest.sqlite")
    # Whoever comes first may have a plugin, whose rules would have judged for all who come later.
    with plugged(), opened(folder) as made:
        live_until_now(made)
    return folder


def put_new(folder: Path) -> Path:
    """Put the installation into *folder* as it was before its first morning."""
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False), encoding="utf-8")
    _show(folder, _EARLY)
    return folder


def live_until_now(made: Console) -> None:
    """Let a new one read and send what the installation did."""
    made.now = MORNING
    made.turn(everything=False)
    _show(made.folder, _LATER)
    made.now = NOW
    made.turn(everything=False)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def _show(folder: Path, shown: dict[str, tuple[str, ...]]) -> None:
    for source, patterns in shown.items():
        (folder / source).mkdir(exist_ok=True)
        for pattern in patterns:
            for file in EXAMPLES.glob(pattern):
                shutil.copy(file, folder / source)


def titles_of(page: httpx.Response) -> list[str]:
    """Return the titles of the postings that a page shows, in its order."""
    return re.findall(r'<h3[^>]*><a [^>]*href="/postings/[^"]*"[^>]*>(.*?)</a>', page.text)
