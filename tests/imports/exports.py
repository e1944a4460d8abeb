"""Old alerts and other mails, in the forms in which programs and providers export them."""

from __future__ import annotations

import mailbox
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from cxdigest import app
from cxdigest.config import load
from cxdigest.pipeline import Street
from tests.ready import put_store

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
CONFIG = """
store: {url: data/store.sqlite}
sources:
  inbox:
    type: mailbox
    host: 127.0.0.1
    user: you@example.org
    password_file: secrets/mailbox
    senders: [indeed.com]
channels: {out: {type: folder, path: out}}
profiles:
  ada:
    name: Ada
    sources: [inbox]
    time_zone: UTC
    send_at: "00:00"
    read_pages: false
    deliver: [{channel: out, to: [ada]}]
"""


def home_in(folder: Path, config: str = CONFIG) -> Path:
    """Make a place with a configuration, a password and an empty store."""
    (folder / "secrets").mkdir()
    (folder / "secrets" / "mailbox").touch(mode=0o600)
    (folder / "secrets" / "mailbox").write_text("swordfish\n")
    (folder / "config.yaml").write_text(config, "utf-8")
    put_store(folder / "data" / "store.sqlite")
    return folder


@contextmanager
def street_of(home: Path, now: datetime = NOW) -> Iterator[Street]:
    with app.street(load(home / "config.yaml", {}), clock=lambda: now) as street:
        yield street


def alert(number: int, *, came: datetime = NOW - timedelta(days=1), more: str = "") -> bytes:
    """An alert of one posting, as a server hands it out."""
    lines = [
        f"Date: {format_datetime(came)}",
        "From: Indeed <donotreply@match.indeed.com>",
        "To: robin@mailbox.example",
        f"Subject: Customer Experience Manager {number} @ Brackendale Water",
        f"Message-ID: <{number}@indeed.com>",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Hi Robin,",
        "",
        "From customers' words to what a company does:",
        f"Customer Experience Manager {number}",
        "Brackendale Water",
        "Leeds",
        "Job type: Full-time",
        "",
        f"View job: https://uk.indeed.com/viewjob?jk={number:016x}",
        f"{more}",
    ]
    return "\r\n".join(lines).encode()


def foreign(number: int, *, size: int = 200) -> bytes:
    """A mail of somebody else."""
    return (
        f"From: Kim <kim@friends.example>\r\nTo: robin@mailbox.example\r\n"
        f"Subject: Sunday {number}\r\nMessage-ID: <{number}@friends.example>\r\n\r\n"
        + f"{'See you there. ' * 6}\r\n"
        * (size // 92)
    ).encode()


def write_mbox(path: Path, mails: Iterable[bytes]) -> Path:
    """Write an mbox as Python's own module does, each mail as of its own date."""
    box = mailbox.mbox(path)
    for raw in mails:
        one = mailbox.mboxMessage(message_from_bytes(raw.replace(b"\r\n", b"\n")))
        came = parsedate_to_datetime(one["Date"]) if one["Date"] else NOW
        one.set_from("MAILER-DAEMON", came.timetuple())
        box.add(one)
    box.close()
    return path


def takeout(mails: Iterable[bytes]) -> bytes:
    """An mbox as Google's export writes it: marks on top of each mail, lines quoted."""
    pieces = []
    for number, raw in enumerate(mails):
        text = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
        pieces += [
            b"From 18%017d@xxx Sat Nov 21 06:30:00 +0000 2026\n" % number,
            b"X-GM-THRID: 18%017d\nX-Gmail-Labels: =?UTF-8?Q?Posteingang,Jobs?=\n" % number,
            text.rstrip(b"\n"),
            b"\n\n",
        ]
    return b"".join(pieces)


def stored(street: Street) -> list[tuple[str, ...]]:
    """What the store holds of alerts, postings and where they were seen, without random ids."""
    with street.store._database.reading() as connection:
        return sorted(
            tuple(map(str, row))
            for query in (
                "SELECT 'alert', source, key, digest, outcome, stored FROM alerts",
                "SELECT 'posting', id, title, first_seen FROM postings",
                "SELECT 'seen', posting_id, seen, source FROM sightings",
                "SELECT 'place', scope FROM rereads",
            )
            for row in connection.exec_driver_sql(query)
        )
