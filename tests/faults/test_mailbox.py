"""A mailbox that is huge, is renamed, locks its owner out, and breaks off: every mail is read once.

A real Dovecot; ``make faults`` reads 50,000 mails (CXDIGEST_MAILS), the ordinary run 2,000. Further
faults of the wire stand in tests/sources/test_mailbox.py and test_mailbox_chaos.py.
"""

from __future__ import annotations

import imaplib
import os
import random
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from cxdigest.errors import SourceError
from cxdigest.pipeline import poll_waiting
from cxdigest.sources import mailbox
from cxdigest.sources.mailbox import MailboxSource
from tests.faults.openings import mail
from tests.faults.wire import Wire
from tests.pipeline.one_of_two import title
from tests.worlds import HOUR, World

MAILS = int(os.environ.get("CXDIGEST_MAILS", "2000"))
EACH = 5  #: so many mails hold one alert
NOW = datetime.now(UTC)
LETTER = (
    b"From: Mum <mum@family.example>\r\nTo: ada@mailbox.example\r\nSubject: Sunday\r\n\r\nCome.\r\n"
)


def source(dovecot, user, **more):
    given = {
        "name": "inbox", "host": dovecot.host, "port": dovecot.imap_port, "security": "none",
        "user": user.name, "password": user.password, "timeout": 20,
    }  # fmt: skip
    return MailboxSource(**{**given, **more})


class Reader:
    """Keeps what a source gives as the store would."""

    def __init__(self, one):
        self.source, self.cursor, self.alerts, self.error = one, {}, {}, None
        self.digests = set()

    def known(self, key):
        return key in self.alerts or key in self.digests

    def poll(self):
        before, self.error = len(self.alerts), None
        try:
            for batch in self.source.fetch(self.cursor, now=NOW, known=self.known):
                for alert in batch.alerts:
                    assert alert.key not in self.alerts
                    assert alert.digest not in self.digests
                    self.alerts[alert.key] = alert
                    self.digests.add(alert.digest)
                self.cursor = batch.cursor
        except SourceError as error:
            self.error = error
        return len(self.alerts) - before


def test_a_renamed_folder_is_said_with_those_there_are_and_read_on_when_it_is_back(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, mail([1], NOW), mail([2], NOW), folder="Alerts")
    reader = Reader(source(dovecot, user, folder="Alerts"))
    assert reader.poll() == 2
    with dovecot.open(user) as imap:
        assert imap.rename("Alerts", "Jobs")[0] == "OK"
    assert reader.poll() == 0
    assert reader.error.outcome == "gone"
    assert "has no folder 'Alerts'" in str(reader.error)
    assert "Jobs" in str(reader.error)
    # What a person does who reads that: names a wholly new one. Or the folder gets its name again.
    dovecot.deliver(user, mail([3], NOW), folder="Jobs")
    reader.source = source(dovecot, user, folder="Jobs")
    assert reader.poll() == 1
    with dovecot.open(user) as imap:
        assert imap.rename("Jobs", "Alerts")[0] == "OK"
    dovecot.deliver(user, mail([4], NOW), folder="Alerts")
    reader.source = source(dovecot, user, folder="Alerts")
    assert reader.poll() == 1
    assert reader.error is None


def test_a_password_that_changes_is_said_and_with_the_new_one_nothing_is_missing(dovecot):
    user = dovecot.user(password="the old one")
    dovecot.deliver(user, mail([1], NOW))
    reader = Reader(source(dovecot, user))
    assert reader.poll() == 1
    dovecot.deliver(user, mail([2], NOW))
    entry = dovecot.folder / "users" / user.name
    entry.write_text(f"{user.name}:{{PLAIN}}a wholly new one\n", encoding="utf-8")
    time.sleep(1.1)  # Dovecot looks at its file once a second
    assert reader.poll() == 0
    assert reader.error.outcome == "auth"
    assert f"refused the login of {user.name}" in str(reader.error)
    assert "check user and password" in str(reader.error)
    assert "the old one" not in str(reader.error)
    reader.source = source(dovecot, user, password="a wholly new one")
    assert reader.poll() == 1
    assert reader.error is None


def test_a_slow_line_that_is_cut_again_and_again_delivers_each_mail_once(
    dovecot, monkeypatch, record_property
):
    monkeypatch.setattr(mailbox, "BATCH", 3)
    user = dovecot.user()
    dovecot.deliver(user, *(mail([number], NOW) for number in range(40)))
    with Wire(dovecot.imap_port, latency=0.005) as wire:
        reader = Reader(source(wire_to(dovecot, wire), user))
        for _ in range(60):
            wire.allowance = random.randrange(500, 20_000)
            reader.poll()
            if reader.error is None:
                break
            assert reader.error.outcome == "network"
            assert f"{wire.host}:{wire.port} " in str(reader.error)
        cuts = wire.cuts
    assert cuts > 1
    reader.source = source(dovecot, user)
    reader.poll()
    assert reader.error is None
    assert len(reader.alerts) == 40
    record_property("injected", cuts)


def wire_to(dovecot, wire):
    """The server as it is reached over the wire."""

    class Reached:
        host, imap_port = wire.host, wire.port

    assert dovecot.host == wire.host
    return Reached


def fill(dovecot, user):
    """Put letters and alerts into the inbox by writing their files, as if they had come so."""
    with dovecot.open(user):
        pass  # the server makes the folders
    inbox = dovecot.folder / "mail" / user.name / "Maildir"
    owner = inbox.stat()
    for number in range(MAILS):
        file = inbox / "cur" / f"{1_700_000_000 + number}.{number}.host:2,"
        file.write_bytes(LETTER if number % EACH else mail([number], NOW))
        shutil.chown(file, owner.st_uid, owner.st_gid)


def resident() -> int:
    """Return how much memory this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def test_a_mailbox_of_many_thousands_is_read_whole_although_it_is_cut_and_thinned_out(
    dovecot, tmp_path, record_property
):
    user = dovecot.user()
    fill(dovecot, user)
    world = World(tmp_path)
    world.store.register_sources(["inbox"], now=world.now)
    before, cuts, polls = resident(), 0, 0
    with Wire(dovecot.imap_port) as wire:
        world.sources = [source(wire_to(dovecot, wire), user, timeout=120, senders=("indeed.com",))]
        while polls < 4:
            polls += 1
            wire.allowance = random.randrange(50, 150) * MAILS if polls < 3 else None
            (polled,) = poll_waiting(world.street, everything=True)
            assert polled.outcome in {"new", "empty", "network"}, polled
            if polls == 1:
                thin_out(dovecot, user)
            world.now += HOUR
        cuts = wire.cuts
    grown = resident() - before
    with world.store._database.reading() as connection:
        titles = set(connection.exec_driver_sql("SELECT title FROM sightings").scalars())
        stored = connection.exec_driver_sql("SELECT count(*) FROM alerts").scalar()
        cursor = world.store.cursor("inbox")
    world.store.close()
    gone = set(map(title, range(0, MAILS, EACH))) - titles
    # Those that a person removed before they were read: the last ten alone.
    assert gone <= {title(number) for number in range(MAILS - 10, MAILS)}
    assert stored == len(titles)
    assert "again" not in cursor
    assert grown < 200, "megabytes, whatever the size of the mailbox"
    record_property("injected", MAILS)
    record_property(
        "note", f"{MAILS} mails, {stored} of them alerts, {cuts} cuts, {grown} MB more memory"
    )


def thin_out(dovecot, user):
    """Remove the last ten mails, as a person does who tidies up meanwhile."""
    with imaplib.IMAP4(dovecot.host, dovecot.imap_port, timeout=300) as imap:
        imap.authenticate("PLAIN", lambda _: f"\0{user.name}\0{user.password}".encode())
        assert imap.select("INBOX")[0] == "OK"
        imap.store(f"{MAILS - 9}:{MAILS}", "+FLAGS", r"(\Deleted)")
        imap.expunge()
