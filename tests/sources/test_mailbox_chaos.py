"""Whatever goes wrong on the way, in the end each mail was read, and read once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxdigest.errors import SourceError
from cxdigest.extract.mails.sameness import sameness
from cxdigest.model import Alert, Cursor
from cxdigest.sources import mailbox
from cxdigest.sources.mailbox import MailboxSource
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.proxy import CUT, Proxy

NOW = datetime.now(UTC)
FAULTS = (
    CUT,
    b"* BYE going down\r\n",
    b"{tag} NO [SERVERBUG] Internal error\r\n",
    b"{tag} BAD Error in IMAP command\r\n",
    b"{tag} OK done, without a word\r\n",
    b"* 1 FETCH (UID 1 FLAGS ())\r\n{tag} OK done\r\n",
)
SILENT = FAULTS[-2:]  # from a FETCH alone: a search that finds nothing is an answer to be believed


def source(server: Dovecot | Proxy, user: MailUser) -> MailboxSource:
    return MailboxSource(
        name="inbox",
        host=server.host,
        port=server.port if isinstance(server, Proxy) else server.imap_port,
        security="none",
        user=user.name,
        password=user.password,
        limit=4000,
        timeout=2 if isinstance(server, Proxy) else 20,
    )


class Store:
    """Keeps batches whole, as one transaction would."""

    def __init__(self) -> None:
        self.alerts: list[Alert] = []
        self.cursor: Cursor = {}
        self.errors: list[SourceError] = []

    def known(self, key: str) -> bool:
        return any(key in (alert.key, alert.digest) for alert in self.alerts)

    def poll(self, one: MailboxSource, *, now: datetime = NOW) -> None:
        try:
            for batch in one.fetch(self.cursor, now=now, known=self.known):
                self.alerts += batch.alerts
                self.cursor = batch.cursor
        except SourceError as error:
            self.errors.append(error)


def chaos(dice: random.Random, share: float) -> Callable[[bytes], bytes | None]:
    def react(line: bytes) -> bytes | None:
        if not line or dice.random() > share or line.endswith(b"}\r\n"):
            return None
        fault = dice.choice(FAULTS)
        if fault in SILENT and b" SEARCH " in line:
            return None
        return fault.replace(b"{tag}", line.split(b" ")[0])

    return react


@pytest.mark.parametrize("seed", range(6))
def test_each_mail_is_read_once_whatever_the_server_does(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(mailbox, "HEADS", 7)
    monkeypatch.setattr(mailbox, "BATCH", 3)
    dice = random.Random(seed)
    user = dovecot.user()
    expected: list[bytes] = []
    store = Store()
    with Proxy(dovecot.imap_port, chaos(dice, 0.15)) as proxy:
        for turn in range(8):
            new = [mail(f"{turn}.{n}", dice.choice([10, 5000])) for n in range(dice.randrange(8))]
            dovecot.deliver(user, *new)
            expected += new
            store.poll(source(proxy, user), now=NOW + timedelta(hours=turn))
    for _ in range(3):
        store.poll(source(dovecot, user))
    assert store.errors
    assert sorted(map(number, (alert.raw for alert in store.alerts))) == sorted(
        map(number, expected)
    )
    assert store.cursor.keys() == {"uidvalidity", "uid"}


def mail(subject: str, size: int) -> bytes:
    return f"From: x@boards.example\r\nSubject: {subject}\r\n\r\n{'y' * size}\r\n".encode()


def number(raw: bytes) -> bytes:
    return raw.split(b"Subject: ")[1].split(b"\r\n")[0]


def test_broken_and_hostile_mails_arrive_untouched(dovecot: Dovecot, torture: Path) -> None:
    raws = {p.read_bytes() for p in torture.rglob("mail/*/*") if p.is_file()}
    raws = {raw for raw in raws if 0 < len(raw) < 2_000_000}
    assert len(raws) > 50
    user = dovecot.user()
    dovecot.deliver(user, *sorted(raws))
    store = Store()
    one = source(dovecot, user)
    for batch in MailboxSource(
        name="inbox",
        host=one.host,
        port=one.port,
        security="none",
        user=user.name,
        password=user.password,
    ).fetch({}, now=NOW, known=store.known):
        store.alerts += batch.alerts
    kept, there = {alert.raw for alert in store.alerts}, set(dovecot.mails(user))
    assert kept <= there, "as they are"
    # Those that differ by no word, as in the blanks at a line's end, are one mail.
    assert sorted(map(sameness, kept)) == sorted(set(map(sameness, there)))
    assert len(kept) > 50
