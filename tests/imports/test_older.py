"""``cxdigest import mailbox``: what a mailbox holds from before its first poll, for the archive.

The mailbox is a real Dovecot's.
"""

from __future__ import annotations

import contextlib
import imaplib
import json
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from cxdigest.model import Digest
from cxdigest.pipeline import Street, turn
from cxdigest.pipeline.alerts import importing
from cxdigest.pipeline.alerts import older as pipeline
from cxdigest.sources import older
from tests.cli.inside import call
from tests.imports.exports import CONFIG, alert, foreign, home_in, stored, street_of
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.proxy import CUT, Proxy, React

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


def composed(street: Street) -> Digest:
    (one,) = turn(street, everything=True).composed
    assert one.digest
    return one.digest


def titles(home: Path) -> list[str]:
    """What stands in the digest of now."""
    with street_of(home, now=datetime.now(UTC)) as street:
        digest = composed(street)
    shown = (*digest.genuine, *digest.unclear, *digest.flagged)
    return [one.posting.title for one in shown]


def test_older_alerts_are_archived_as_of_their_day_and_stand_in_no_digest(home):
    done = said(home)
    assert (done["code"], done["taken"], done["foreign"], done["postings"]) == (0, 2, 2, 2)
    with street_of(home, now=datetime.now(UTC)) as street:
        seen = {row[2]: row[3][:10] for row in stored(street) if row[0] == "posting"}
        assert seen == {
            "Customer Experience Manager 1": f"{NOW - 100 * DAY:%Y-%m-%d}",
            "Customer Experience Manager 2": f"{NOW - 20 * DAY:%Y-%m-%d}",
        }
    assert titles(home) == ["Customer Experience Manager 3"]


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
    steps = pipeline.import_mails

    def interrupted(*given, **more):
        for number, step in enumerate(steps(*given, **more)):
            if number == 1:
                signal.raise_signal(signal.SIGINT)
            yield step

    monkeypatch.setattr(pipeline, "import_mails", interrupted)
    first = said(home)
    assert (first["code"], first["stopped"], first["taken"]) == (130, True, 1)
    assert "run the same command again" in first["err"]
    monkeypatch.setattr(pipeline, "import_mails", steps)
    second = said(home)
    assert (second["code"], second["taken"], second["known"]) == (0, 2, 0), "with the sums it had"


@pytest.fixture
def one_by_one(monkeypatch):
    """Each mail is fetched and stored by itself, and no time is lost between two connections."""
    for room, name, value in (
        (importing, "BATCH", 1), (older, "BATCH", 1), (older, "HEADS", 3), (older, "_PAUSE", 0),
    ):  # fmt: skip
        monkeypatch.setattr(room, name, value)


@contextlib.contextmanager
def through(home: Path, dovecot: Dovecot, react: React) -> Iterator[Proxy]:
    """The mailbox is asked over a wire on which *react* says what breaks."""
    config = home / "config.yaml"
    before = config.read_text()
    with Proxy(dovecot.imap_port, react) as proxy:
        config.write_text(before.replace(f"port: {dovecot.imap_port}", f"port: {proxy.port}"))
        yield proxy
    config.write_text(before)


def cutting(words: bytes) -> React:
    """Hang up on each line with these *words*."""
    return lambda line: CUT if words in line else None


def gone_from(words: bytes) -> React:
    """Hang up on the first line with these *words*, and on every one who calls after it."""
    gone: list[bytes] = []

    def react(line: bytes) -> bytes | None:
        if words in line:
            gone.append(line)
        return CUT if gone else None

    return react


def once(words: bytes, answer: bytes) -> React:
    """Answer so, in place of the server, to the first line with these *words*."""
    answers = iter([answer])
    return lambda line: next(answers, None) if words in line else None


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("fault", [CUT, b"* BYE your token has ended\r\n"])
def test_a_connection_that_is_lost_is_made_anew_and_each_mail_counts_once(home, dovecot, fault):
    with through(home, dovecot, once(b"FETCH 5 (BODY.PEEK[])", fault)):
        done = said(home)
    assert (done["code"], done["taken"], done["foreign"], done["mails"]) == (0, 2, 2, 4)


@pytest.mark.usefixtures("one_by_one")
def test_a_server_that_stays_away_keeps_the_place_and_the_sums(home, dovecot):
    with through(home, dovecot, gone_from(b"FETCH 5 (BODY.PEEK[])")):
        first = said(home)
    assert (first["code"], first["taken"], first["mails"]) == (1, 1, 2)
    assert "run the same command again" in first["err"]
    second = said(home)
    assert (second["code"], second["taken"], second["foreign"], second["mails"]) == (0, 2, 2, 4)


@pytest.mark.usefixtures("one_by_one")
def test_a_mail_on_which_the_server_hangs_up_is_named_and_stops_no_other(home, dovecot):
    with through(home, dovecot, cutting(b"FETCH 3 (BODY.PEEK[])")):
        done = said(home)
    assert (done["code"], done["taken"], done["foreign"]) == (1, 1, 2)
    assert "(UID 3)" in done["problems"][0]
    again = said(home)
    assert (again["code"], again["taken"], again["known"]) == (0, 1, 1)


@pytest.mark.usefixtures("one_by_one")
def test_what_was_passed_by_before_the_server_was_lost_is_asked_for_again(home, dovecot):
    lost = gone_from(b"FETCH 5 (BODY.PEEK[])")
    with through(home, dovecot, lambda line: cutting(b"FETCH 3 (BODY.PEEK[])")(line) or lost(line)):
        first = said(home)
    assert (first["code"], first["taken"]) == (1, 0)
    second = said(home)
    assert (second["code"], second["taken"], second["foreign"], second["mails"]) == (0, 2, 2, 4)


def test_an_answer_without_an_end_does_not_fill_the_memory(home, dovecot, monkeypatch):
    monkeypatch.setattr(older, "_PAUSE", 0)
    endless = b"* 1 FETCH (UID 3 BODY[] {99999999999}\r\nabc"
    with through(home, dovecot, lambda line: endless if b"BODY.PEEK[]" in line else None):
        done = said(home)
    assert done["code"] == 1
    assert "more than 64,000,000 bytes" in done["problems"][0]


def test_numbers_that_no_mail_can_have_are_passed_over(home, dovecot):
    def react(line: bytes) -> bytes | None:
        found = b"* SEARCH 99999999999999999999999 -5 3\r\n%s OK done\r\n"
        return found % line.split()[0] if b"SINCE" in line else None

    with through(home, dovecot, react):
        done = said(home)
    assert (done["code"], done["taken"]) == (0, 1)


def test_a_mail_that_says_that_it_came_yesterday_is_as_old_as_it_is(home, dovecot, box):
    came = NOW - 100 * DAY
    late = f"Received: from a by mx.example; {format_datetime(NOW - DAY)}\r\n".encode()
    dovecot.deliver(box, late + alert(8, came=NOW + 400 * DAY), received=came)
    assert said(home)["taken"] == 3
    assert "Customer Experience Manager 8" not in titles(home)


def test_old_alerts_that_cannot_be_read_are_not_told_as_news(home, dovecot, box):
    head = alert(9, came=NOW - 60 * DAY).partition(b"\r\n\r\n")[0]
    title = b"Customer Experience Manager 9 @ Brackendale Water"
    empty = head.replace(title, b"New jobs for you") + b"\r\n\r\nNothing here.\r\n"
    dovecot.deliver(box, empty, received=NOW - 60 * DAY)
    assert said(home)["unread"] == 1
    with street_of(home, now=datetime.now(UTC)) as street:
        (report,) = composed(street).reports
    assert (report.alerts, report.unread) == (1, 0)


def test_what_comes_between_the_import_and_the_first_poll_is_not_lost(home):
    assert said(home)["taken"] == 2
    with street_of(home, now=datetime.now(UTC) + 15 * DAY) as street:
        turn(street, everything=True)
        assert {row[2][-1] for row in stored(street) if row[0] == "posting"} == {"1", "2", "3"}


def test_two_at_once_are_one(home, monkeypatch):
    """The second says who is at it, so that each mail is counted by one of them."""
    steps, second = pipeline.import_mails, []

    def watched(*given, **more):
        for step in steps(*given, **more):
            if not second:
                second.append(call(home, "import", "mailbox"))
            yield step

    monkeypatch.setattr(pipeline, "import_mails", watched)
    assert said(home)["taken"] == 2
    assert second[0].returncode == 2
    assert "are being taken in already, by" in " ".join(second[0].stderr.split())


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, home) -> Iterator[Path]:
    """The same over either database, with forty more alerts of the last forty days."""
    dovecot, box = (request.getfixturevalue(name) for name in ("dovecot", "box"))
    with dovecot.open(box) as imap:
        for number in range(100, 140):
            came = NOW - (number - 99.5) * DAY
            imap.append("INBOX", "", imaplib.Time2Internaldate(came), alert(number, came=came))
    if request.param == "sqlite":
        yield home
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    config = home / "config.yaml"
    url = f'"postgresql://{postgres.user}@/{name}?host={postgres.folder}"'
    config.write_text(config.read_text().replace("data/store.sqlite", url))
    yield home
    postgres.drop(name)


def test_a_worker_beside_it_takes_nothing_twice_and_shows_nothing_old(shared, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    over, told = threading.Event(), []

    def worker() -> None:
        with street_of(shared, now=datetime.now(UTC)) as street:
            while not over.wait(0.05):
                told.extend(turn(street, everything=True).composed)

    with street_of(shared, now=datetime.now(UTC)):
        pass  # so that both find a store
    with ThreadPoolExecutor() as beside:
        working = beside.submit(worker)
        done = said(shared)
        over.set()
        working.result(60)
    assert (done["code"], done["mails"]) == (0, done["taken"] + done["known"] + done["foreign"])
    with street_of(shared, now=datetime.now(UTC)) as street:
        turn(street, everything=True)
        seen = [row[2] for row in stored(street) if row[0] == "posting"]
    assert len(seen) == len(set(seen)) == 43
    shown = {
        one.posting.title
        for each in told
        if each.digest
        for one in (*each.digest.genuine, *each.digest.unclear, *each.digest.flagged)
    }
    # Older than that no poll goes, and nothing that is imported stands in a digest.
    assert shown <= {f"Customer Experience Manager {n}" for n in (3, *range(100, 114))}


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
