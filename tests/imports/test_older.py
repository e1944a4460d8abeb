"""``cxdigest import mailbox``: what a mailbox holds from before its first poll, for the archive.

The mailbox is a real Dovecot's.
"""

from __future__ import annotations

import json
import signal
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cxdigest.cli.imports import taking
from cxdigest.pipeline import turn
from cxdigest.pipeline.alerts import importing
from cxdigest.sources import older
from cxdigest.sources.older import Older
from tests.cli.inside import call
from tests.imports.exports import CONFIG, alert, foreign, home_in, stored, street_of
from tests.servers.dovecot import Dovecot, MailUser

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def box(dovecot: Dovecot) -> MailUser:
    """Alerts of one, 20, 100 and 500 days ago, and as many letters of friends."""
    user = dovecot.user()
    for number, days in enumerate((500, 100, 20, 1)):
        came = NOW - days * DAY
        dovecot.deliver(user, alert(number, came=came), foreign(number), received=came)
    return user


@pytest.fixture
def home(tmp_path: Path, dovecot: Dovecot, box: MailUser) -> Path:
    config = CONFIG.replace("    host: 127.0.0.1\n    user: you@example.org\n", "").replace(
        "type: mailbox",
        f"type: mailbox\n    host: {dovecot.host}\n    port: {dovecot.imap_port}\n"
        f"    security: none\n    user: {box.name}",
    )
    home_in(tmp_path, config)
    (tmp_path / "secrets" / "mailbox").write_text(f"{box.password}\n")
    return tmp_path


def said(home: Path, *words: object) -> dict:
    done = call(home, "import", "mailbox", *map(str, words), "--json")
    assert done.stdout, done.stderr
    return json.loads(done.stdout) | {"code": done.returncode, "err": done.stderr}


def test_older_alerts_are_archived_as_of_their_day_and_stand_in_no_digest(home):
    done = said(home)
    assert (done["code"], done["taken"], done["foreign"], done["postings"]) == (0, 2, 2, 2)
    with street_of(home, now=datetime.now(UTC)) as street:
        seen = {row[2]: row[3][:10] for row in stored(street) if row[0] == "posting"}
        assert seen == {
            "Customer Experience Manager 1": f"{NOW - 100 * DAY:%Y-%m-%d}",
            "Customer Experience Manager 2": f"{NOW - 20 * DAY:%Y-%m-%d}",
        }
        (composed,) = turn(street, everything=True).composed
        shown = [*composed.digest.genuine, *composed.digest.unclear, *composed.digest.flagged]
        assert [one.posting.title for one in shown] == ["Customer Experience Manager 3"]


def test_nothing_is_taken_twice_and_further_back_is_what_is_more(home):
    assert said(home)["taken"] == 2
    again = said(home, "--days", 1000)
    assert (again["taken"], again["known"]) == (1, 2)


def test_no_mail_is_marked_or_moved(home, dovecot: Dovecot, box: MailUser):
    assert said(home)["taken"] == 2
    assert len(dovecot.mails(box)) == 8
    assert b"\\Seen" not in b"".join(dovecot.flags(box))


def test_what_was_interrupted_goes_on_at_its_place(home, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr(older, "BATCH", 1)
    steps = taking.import_mails

    def interrupted(*given, **more):
        for number, step in enumerate(steps(*given, **more)):
            if number == 1:
                signal.raise_signal(signal.SIGINT)
            yield step

    monkeypatch.setattr(taking, "import_mails", interrupted)
    first = said(home)
    assert (first["code"], first["stopped"], first["taken"]) == (130, True, 1)
    assert "run the same command again" in first["err"]
    monkeypatch.setattr(taking, "import_mails", steps)
    second = said(home)
    assert (second["code"], second["taken"], second["known"]) == (0, 2, 0), "with the sums it had"


def test_sums_count_each_mail_once_though_it_was_interrupted(home, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 1)
    monkeypatch.setattr(older, "BATCH", 1)
    fetched = Older._fetched

    def lost(self, folder, heads):
        if len(gone) == 1:
            folder._client.socket().shutdown(socket.SHUT_RDWR)
        gone.append(heads)
        return fetched(self, folder, heads)

    gone = []
    monkeypatch.setattr(Older, "_fetched", lost)
    first = said(home)
    assert (first["code"], first["taken"], first["mails"]) == (1, 1, 2)
    assert "run the same command again" in first["err"]
    second = said(home)
    assert (second["code"], second["taken"], second["foreign"], second["mails"]) == (0, 2, 2, 4)


def test_days_that_polls_bring_anyway_are_refused(home):
    done = call(home, "import", "mailbox", "--days", "14")
    assert done.returncode == 2
    assert "the polls of inbox go back 14 days anyway" in " ".join(done.stderr.split())


def test_a_server_that_says_no_is_named_and_what_came_before_stays(home, dovecot: Dovecot):
    (home / "secrets" / "mailbox").write_text("another\n")
    done = said(home)
    assert done["code"] == 1
    assert "login" in done["err"]


def test_a_mail_that_is_too_large_keeps_its_head(home, dovecot: Dovecot, box: MailUser):
    came = NOW - 50 * DAY
    dovecot.deliver(box, alert(7, came=came, more="so much to say " * 1000), received=came)
    config = home / "config.yaml"
    config.write_text(config.read_text().replace("senders:", "max_size: 10000\n    senders:"))
    done = said(home)
    assert (done["taken"], done["unread"], done["postings"]) == (3, 1, 2)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("senders: [indeed.com]", "", "Say whose mails are alerts"),
        ("type: mailbox", "enabled: false\n    type: mailbox", "switched off"),
    ],
)
def test_what_cannot_be_done_says_the_way_out(home, before, after, told):
    config = home / "config.yaml"
    (home / "mails").mkdir()
    text = config.read_text().replace("  inbox:", "  saved: {type: folder, path: mails}\n  inbox:")
    text = text.replace("sources: [inbox]", "sources: [inbox, saved]")
    config.write_text(text.replace(before, after))
    done = call(home, "import", "mailbox")
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
