"""Keep a small store as a release writes it: ``python -m tests.store.keep VERSION``, before each.

What is kept lies in ``tests/store/releases/VERSION``: the store, packed, and ``what.json``, which says
what was in it. Nothing of it is ever changed; ``test_releases.py`` opens it with the present program.
All that is in it is invented: two days of the example alerts, their readers, their coach.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from cxdigest import __version__
from cxdigest.console.instance.users import digest_of
from cxdigest.store import Store, User
from cxdigest.store.schema import digests
from tests.web.console.instance import Console, opened, put_instance

RELEASES = Path(__file__).parent / "releases"
STORE = "cxdigest.sqlite"
#: What is asked of a store, whatever version wrote it: rows with names, in an order of their own.
#: Where a column is called otherwise one day, this says it anew; what was kept stays as it is.
_QUESTIONS = {
    "postings": "SELECT id, title, company, location, url, snippet, description FROM postings",
    "sightings": "SELECT s.posting_id, s.title, s.source, s.format, a.key AS alert"
    " FROM sightings s JOIN alerts a ON a.id = s.alert_id",
    "verdicts": "SELECT posting_id, rules, tier, kind, points FROM verdicts",
    "profiles": "SELECT name, definition, paused FROM profiles",
    "digests": "SELECT id, profile, day, subject, state FROM digests",
    "items": "SELECT digest_id, posting_id, section, position FROM digest_items",
    "deliveries": "SELECT id, digest_id, channel, recipient, message_id, state FROM deliveries",
    "feedback": "SELECT profile, posting_id, word, way, sender, undone FROM feedback",
    "users": "SELECT name, role, coach, profile, password FROM users",
    "sources": "SELECT name, cursor, outcome FROM sources",
    "packs": "SELECT profile, version, text FROM packs",
}
_JSON = {"definition", "cursor"}
_MOMENTS = {"paused", "undone", "day"}


def said_of(store: Store) -> dict[str, Any]:
    """Return what *store* holds that nobody may lose, as it stands in ``what.json``."""
    told: dict[str, Any] = {}
    with store._database.reading() as connection:
        for about, question in _QUESTIONS.items():
            rows = [_row(row._mapping) for row in connection.execute(text(question))]
            told[about] = sorted(rows, key=json.dumps)
        days = connection.execute(text("SELECT id FROM digests")).scalars().all()
    told["mails"] = {one: _mail(store, one) for one in sorted(days)}
    return told


def _mail(store: Store, digest_id: str) -> str:
    """The hash of a digest's mail, which must be the same for ever."""
    with store._database.reading() as connection:
        asked = select(digests.c.text, digests.c.html).where(digests.c.id == digest_id)
        row = connection.execute(asked).one()
    return hashlib.sha256(bytes(row.text) + b"\0" + bytes(row.html)).hexdigest()


def _row(row: Mapping[str, Any]) -> dict[str, object]:
    """*row* without what databases write differently: moments and JSON."""
    return {name: _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: Any) -> object:
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    return str(value)[:10] if name in _MOMENTS and value is not None else value


def keep(version: str) -> Path:
    """Write the store of this program, which must be *version*; return its folder.

    Raises:
        SystemExit: it is another version, or that one is kept already.
    """
    folder = RELEASES / version
    if version != __version__:
        sys.exit(f"this is cxdigest {__version__}; install {version} to keep its store")
    if folder.exists():
        sys.exit(f"{folder} is there; what is kept of a release is never changed")
    with tempfile.TemporaryDirectory() as home:
        put_instance(Path(home))
        with opened(Path(home)) as made:
            _use(made)
            told = said_of(made.store)
        with closing(sqlite3.connect(Path(home, STORE))) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("VACUUM")
        content = Path(home, STORE).read_bytes()
    folder.mkdir(parents=True)
    (folder / f"{STORE}.xz").write_bytes(lzma.compress(content, preset=9))
    (folder / "what.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    return folder


def _use(made: Console) -> None:
    """Do what people do beside reading: sign in, say words, be paused, be written into the store."""
    store, now = made.store, made.now
    for user in (
        User(name="root", role="admin", password="$argon2id$invented", made=now, changed=now),
        User(name="berta", role="coach", coach="berta", made=now, changed=now),
        User(name="ada", role="client", profile="ada", made=now, changed=now),
    ):
        store.add_user(user)
    (root,) = (one for one in store.users() if one.name == "root")
    store.begin_session(digest_of("a secret"), root, now=now, ends=now + timedelta(days=1))
    with store._database.reading() as connection:
        asked = text("SELECT id FROM postings ORDER BY id")
        first, second, *_ = connection.execute(asked).scalars()
    store.record_feedback("ada", first, "applied", way="console", sender="ada", now=now)
    store.record_feedback("ada", second, "genuine", way="mail", sender="", now=now)
    (row, *_) = store.feedback_rows("ada")
    store.undo_feedback(row.id, now=now)
    definition = {"name": "Cara Lund", "sources": ["inbox"], "send_at": "07:00",
                  "time_zone": "Europe/Oslo", "deliver": [{"channel": "out", "to": ["cara@home.example"]}]}  # fmt: skip
    store.enrol({"cara": definition}, now=now)
    store.pause_profile("cara", now=now)
    store.save_pack("", "pack: ours\nrules: []\n", seen=0, by="root", now=now)


def unpacked(version: str, folder: Path) -> Path:
    """Put the store of *version* into *folder* and return where it lies."""
    target = folder / STORE
    target.write_bytes(lzma.decompress((RELEASES / version / f"{STORE}.xz").read_bytes()))
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.store.keep VERSION")
    print(keep(sys.argv[1]))
