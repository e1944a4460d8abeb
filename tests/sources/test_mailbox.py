"""The mailbox source against a real Dovecot."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cxdigest.errors import SourceError
from cxdigest.extract.mails.sameness import sameness
from cxdigest.model import Alert, Cursor
from cxdigest.sources import Batch, imap, mailbox
from cxdigest.sources.mailbox import BATCH, MailboxSource, sent_by
from tests.servers.dovecot import Dovecot, MailUser
from tests.servers.ports import free_port
from tests.servers.proxy import CUT, DRIP, HANG, Proxy

HANGS = 1  #: seconds to wait where the server never answers; long where it does
DRIPS = 7  #: seconds for a whole answer that never ends

NOW = datetime.now(UTC)


def mail(subject: str, *, sender: str = "alerts@boards.example", body: str = "Duties") -> bytes:
    return (
        f"From: Alerts <{sender}>\r\nTo: ada@mail.example\r\nSubject: {subject}\r\n\r\n{body}\r\n"
    ).encode()


class Reader:
    """A person's store: keeps alerts and the cursor as the pipeline would."""

    def __init__(self, source: MailboxSource) -> None:
        self.source = source
        self.cursor: Cursor = {}
        self.alerts: list[Alert] = []
        self.error: SourceError | None = None

    def known(self, key: str) -> bool:
        return any(key in (alert.key, alert.digest) for alert in self.alerts)

    def poll(self, now: datetime = NOW) -> list[str]:
        """Poll once; return the subjects of the new alerts."""
        before = len(self.alerts)
        self.error = None
        try:
            for batch in self.source.fetch(self.cursor, now=now, known=self.known):
                self.alerts += batch.alerts
                self.cursor = batch.cursor
        except SourceError as error:
            self.error = error
        return [subject(alert) for alert in self.alerts[before:]]


def subject(alert: Alert) -> str:
    found = re.search(rb"^Subject: (.*?)\r$", alert.raw, re.MULTILINE)
    assert found
    return found[1].decode()


def source(dovecot: Dovecot | Proxy, user: MailUser, **more: Any) -> MailboxSource:
    given: dict[str, Any] = {
        "name": "inbox",
        "host": dovecot.host,
        "port": dovecot.port if isinstance(dovecot, Proxy) else dovecot.imap_port,
        "security": "none",
        "user": user.name,
        "password": user.password,
        "timeout": 60,
    }
    return MailboxSource(**{**given, **more})


# -- reading ---------------------------------------------------------------------------------------


def test_mails_become_alerts_as_they_were_delivered(dovecot: Dovecot) -> None:
    user = dovecot.user()
    received = (NOW - timedelta(hours=5)).replace(microsecond=0)
    raw = mail("=?utf-8?q?caf=C3=A9?=", body="caf\u00e9 \u2028 \0 .\r\n..")
    dovecot.deliver(user, raw, received=received)
    reader = Reader(source(dovecot, user))
    reader.poll()
    assert reader.error is None
    (alert,) = reader.alerts
    (stored,) = dovecot.mails(user)  # Dovecot turns the NUL, which IMAP cannot carry, into 0x80
    assert alert.raw == stored
    assert alert.digest == sameness(stored)
    assert (alert.source, alert.media, alert.too_large) == ("inbox", "mail", 0)
    assert alert.received == received
    assert alert.key == f"{reader.cursor['uidvalidity']}:1"


def test_a_mail_that_an_earlier_version_kept_is_known_under_another_number(dovecot: Dovecot):
    user = dovecot.user()
    kept, new = mail("kept", body="one"), mail("new", body="two")
    dovecot.deliver(user, kept, new)
    reader = Reader(source(dovecot, user))
    known = hashlib.sha256(dovecot.mails(user)[0]).hexdigest()
    batches = list(reader.source.fetch({}, now=NOW, known=lambda key: key == known))
    assert [subject(alert) for batch in batches for alert in batch.alerts] == ["new"]


def test_second_poll_yields_nothing_and_leaves_the_cursor_alone(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), mail("two"))
    reader = Reader(source(dovecot, user))
    assert reader.poll() == ["one", "two"]
    # "UID 3:*" would return mail 2 once more.
    assert list(reader.source.fetch(reader.cursor, now=NOW, known=lambda _: False)) == []
    dovecot.deliver(user, mail("three"))
    assert reader.poll() == ["three"]
    assert reader.cursor["uid"] == 3


def test_reading_never_marks_a_mail_as_read(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), mail("large", body="x" * 3000))
    assert len(Reader(source(dovecot, user, limit=1000)).poll()) == 2
    assert len(dovecot.flags(user)) == 2
    assert not any(b"Seen" in flags for flags in dovecot.flags(user))


def test_no_command_is_sent_that_could_change_the_mailbox(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), mail("large", body="x" * 3000), folder="Jobs")
    with Proxy(dovecot.imap_port, lambda _: None) as proxy:
        assert len(Reader(source(proxy, user, folder="Jobs", limit=1000)).poll()) == 2
        commands = [line.split(b" ", 1)[1] for line in proxy.lines if b" " in line]
    assert [command for command in commands if command.startswith(b"EXAMINE")]
    harmless = rb"CAPABILITY|AUTHENTICATE|EXAMINE|UID SEARCH|LOGOUT|UID FETCH (?!.*BODY\[)"
    assert all(re.match(harmless, command) for command in commands), commands


def test_first_poll_goes_back_so_many_days_to_the_hour(dovecot: Dovecot) -> None:
    user = dovecot.user()
    for hours in (15 * 24, 14 * 24 + 1, 14 * 24 - 1, 1):
        dovecot.deliver(user, mail(f"{hours} h"), received=NOW - timedelta(hours=hours))
    reader = Reader(source(dovecot, user))
    assert reader.poll() == ["335 h", "1 h"]
    # An old mail that is moved into the folder later is new to the folder.
    dovecot.deliver(user, mail("moved in"), received=NOW - timedelta(days=100))
    assert reader.poll() == ["moved in"]


def test_first_poll_that_stops_half_way_goes_on_within_the_same_bounds(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"new {n}") for n in range(BATCH + 1)))
    dovecot.deliver(user, mail("old"), received=NOW - timedelta(days=30))
    dovecot.deliver(user, mail("last"))
    reader = Reader(source(dovecot, user))
    first = next(reader.source.fetch({}, now=NOW, known=reader.known))
    reader.alerts += first.alerts
    reader.cursor = first.cursor
    assert reader.poll() == [f"new {BATCH}", "last"]
    assert reader.cursor.keys() == {"uidvalidity", "uid"}


def test_empty_folder_is_read_once_and_remembered(dovecot: Dovecot) -> None:
    user = dovecot.user()
    reader = Reader(source(dovecot, user))
    assert reader.poll() == []
    assert reader.cursor["uid"] == 0
    dovecot.deliver(user, mail("first"), received=NOW - timedelta(days=100))
    assert reader.poll() == ["first"]


def test_folder_made_anew_is_read_again_without_duplicates(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), mail("two"), folder="Jobs")
    reader = Reader(source(dovecot, user, folder="Jobs"))
    assert reader.poll() == ["one", "two"]
    before = reader.cursor["uidvalidity"]
    dovecot.drop(user, "Jobs")
    dovecot.deliver(user, mail("three"), mail("two"), mail("three"), folder="Jobs")
    dovecot.deliver(user, mail("old"), folder="Jobs", received=NOW - timedelta(days=20))
    assert reader.poll() == ["three"]
    assert reader.cursor["uidvalidity"] != before
    assert reader.poll() == []


def test_folder_larger_than_one_search_is_read_whole(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "SEARCH_WINDOW", 4)
    monkeypatch.setattr(mailbox, "HEADS", 3)
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"m{n}") for n in range(10)))
    reader = Reader(source(dovecot, user))
    assert reader.poll() == [f"m{n}" for n in range(10)]
    dovecot.deliver(user, mail("m10"))
    assert reader.poll() == ["m10"]


def test_names_with_letters_of_other_languages_are_found(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), folder="Jobs &- B&APw-ro")  # IMAP's writing of "Jobs & Büro"
    assert Reader(source(dovecot, user, folder="Jobs & B\u00fcro")).poll() == ["one"]


# -- what is not wanted, or too much ---------------------------------------------------------------


def test_mails_of_other_senders_are_passed_by_without_fetching_them(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(
        user,
        mail("wanted", sender="Alerts@Jobs.Boards.example"),
        mail("private", sender="mum@family.example"),
        mail("trap", sender="x@notboards.example"),
    )
    with Proxy(dovecot.imap_port, lambda _: None) as proxy:
        reader = Reader(source(proxy, user, senders=("boards.example", "one@else.example")))
        assert reader.poll() == ["wanted"]
        bodies = [line for line in proxy.lines if b"BODY.PEEK[]" in line]
    assert len(bodies) == 1
    assert b"FETCH 1 (BODY.PEEK[])" in bodies[0]
    assert reader.cursor["uid"] == 3


def test_only_unwanted_mails_still_move_the_cursor(dovecot: Dovecot) -> None:
    user = dovecot.user()
    reader = Reader(source(dovecot, user, senders=("boards.example",)))
    reader.poll()
    dovecot.deliver(user, mail("private", sender="mum@family.example"))
    assert reader.poll() == []
    assert reader.cursor["uid"] == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"From: jobs@boards.example\r\n", True),
        (b"From: =?utf-8?q?J=C3=B6bs?= <JOBS@EU.Boards.Example>\r\n", True),
        (b"From: ada@person.example\r\n", True),
        (b"From: ben@person.example\r\n", False),
        (b"From: x@notboards.example\r\n", False),
        (b'From: "jobs@boards.example" <x@spam.example>\r\n', False),
        (b"From: x@boards.example.spam.example\r\n", False),
        (b"From: \xff\xfe undisclosed\r\n", True),  # nothing readable: kept
        (b"", True),
    ],
)
def test_senders_are_addresses_or_domains_with_what_lies_below(
    header: bytes, expected: bool
) -> None:
    assert sent_by(header, ("boards.example", "Ada@person.example")) is expected
    assert sent_by(header, ()) is True


def test_mail_over_the_limit_is_shown_by_its_header_alone(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("huge", body="x" * 200_000), mail("small"))
    reader = Reader(source(dovecot, user, limit=10_000))
    assert reader.poll() == ["huge", "small"]
    huge, small = reader.alerts
    assert 200_000 < huge.too_large < 201_000
    assert huge.raw.endswith(b"Subject: huge\r\n\r\n")
    assert small.too_large == 0


def test_many_mails_come_in_batches_of_bounded_size(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"m{n}", body="x" * 1_500_000) for n in range(4)))
    dovecot.deliver(user, *(mail(f"s{n}") for n in range(2 * BATCH)))
    batches: list[Batch] = list(source(dovecot, user).fetch({}, now=NOW, known=lambda _: False))
    # 4 MB hold two mails of 1.5 MB; the third and fourth take small ones along, 50 in all.
    assert [len(batch.alerts) for batch in batches] == [2, 50, 50, 2]
    assert [batch.cursor["uid"] for batch in batches] == [2, 52, 102, 104]


# -- getting in ------------------------------------------------------------------------------------


def test_tls_and_starttls_with_a_certificate_of_ones_own(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"))
    tls = source(dovecot, user, security="tls", port=dovecot.imaps_port, cafile=dovecot.cafile)
    assert Reader(tls).poll() == ["one"]
    starttls = source(dovecot, user, security="starttls", cafile=dovecot.cafile)
    assert Reader(starttls).poll() == ["one"]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_untrusted_certificate_is_refused_with_the_way_out(dovecot: Dovecot, security: str) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    reader = Reader(source(dovecot, dovecot.user(), security=security, port=port))
    reader.poll()
    assert_error(reader, "network", "certificate that cannot be trusted", "ca_file")


def test_tls_to_a_port_that_speaks_plain_says_so(dovecot: Dovecot) -> None:
    reader = Reader(source(dovecot, dovecot.user(), security="tls", cafile=dovecot.cafile))
    reader.poll()
    assert_error(reader, "network", "does not speak TLS as asked", "check port and security")


def test_certificate_file_that_is_missing_is_named(dovecot: Dovecot) -> None:
    reader = Reader(source(dovecot, dovecot.user(), security="tls", cafile="/nowhere/ca.pem"))
    reader.poll()
    assert_error(reader, "network", "ca_file /nowhere/ca.pem")


def test_wrong_password_names_the_user_and_the_way_out(dovecot: Dovecot) -> None:
    user = dovecot.user()
    reader = Reader(source(dovecot, user, password=lambda: "wr\u00f6ng"))
    reader.poll()
    assert_error(reader, "auth", dovecot.host, user.name, "app password")
    assert "wr\u00f6ng" not in str(reader.error)
    assert "wr\u00f6ng" not in repr(reader.source)


def test_missing_folder_is_gone_and_those_that_exist_are_named(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), folder="Job alerts")
    reader = Reader(source(dovecot, user, folder="Alerts"))
    reader.poll()
    assert_error(reader, "gone", "'Alerts'", "INBOX", "Job alerts")


def test_login_command_is_used_where_the_server_knows_no_other(dovecot: Dovecot) -> None:
    user = dovecot.user(password='pl\\ain "1"')
    dovecot.deliver(user, mail("one"))
    old = on(b"CAPABILITY", b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
    with Proxy(dovecot.imap_port, old) as proxy:
        assert Reader(source(proxy, user)).poll() == ["one"]
        assert any(b" LOGIN " in line for line in proxy.lines)
        reader = Reader(source(proxy, user, password="\u00fcber"))
        reader.poll()
    assert_error(reader, "auth", "ASCII", user.name)
    assert "\u00fc" not in str(reader.error)


def test_server_that_wants_tls_for_a_login_is_sent_no_password(dovecot: Dovecot) -> None:
    answer = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK done\r\n"
    with Proxy(dovecot.imap_port, on(b"CAPABILITY", answer)) as proxy:
        reader = Reader(source(proxy, dovecot.user()))
        reader.poll()
        assert not any(b"AUTHENTICATE" in line or b"LOGIN" in line for line in proxy.lines)
    assert_error(reader, "auth", "without TLS", "security: starttls")


def test_log_at_its_most_talkative_holds_no_mail_and_no_password(
    dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    user = dovecot.user(password="s3cret")
    dovecot.deliver(user, mail("token-in-subject", body="token-in-body"))
    with caplog.at_level(logging.DEBUG):
        assert Reader(source(dovecot, user)).poll() == ["token-in-subject"]
    assert not re.search("token|s3cret|czNjcmV0", caplog.text)


# -- faults that a well server does not show -------------------------------------------------------


def assert_error(reader: Reader, outcome: str, *words: str) -> None:
    assert reader.error is not None
    assert reader.error.outcome == outcome, reader.error
    assert all(word in str(reader.error) for word in words), reader.error


def on(pattern: bytes, answer: bytes, *, times: int = 10**6) -> Callable[[bytes], bytes | None]:
    """Answer lines that match *pattern*, *times* times; ``{tag}`` becomes the command's tag."""
    left = [times]

    def react(line: bytes) -> bytes | None:
        if not re.search(pattern, line) or not left[0]:
            return None
        left[0] -= 1
        return answer.replace(b"{tag}", line.split(b" ")[0])

    return react


@pytest.mark.parametrize(
    ("pattern", "answer", "words"),
    [
        (b"^$", HANG, "did not answer within 1 s"),
        (b"^$", CUT, "broke off"),
        (b"^$", b"* BYE too busy, come back\r\n", "too busy, come back"),
        (b"^$", b"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400"),
        (b"AUTHENTICATE", HANG, "did not answer within 1 s"),
        (b"AUTHENTICATE", CUT, "broke off"),
        (b"AUTHENTICATE", b"{tag} NO [UNAVAILABLE] later\r\n", "takes no login now"),
        (b"EXAMINE", b"* BYE shutting down\r\n", "shutting down"),
        (b"SEARCH", CUT, "broke off"),
        (b"SEARCH", DRIP, "needed more than 7 s"),
        (b"SEARCH", b"* SEARCH one two\r\n{tag} OK done\r\n", "answered:"),
        (b"FETCH .*RFC822.SIZE", b"{tag} BAD no\r\n", "could not be fetched"),
        (b"FETCH .*BODY.PEEK\\[\\]", HANG, "did not answer within 1 s"),
    ],
)
def test_faults_end_the_poll_with_a_message_and_nothing_is_lost(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, pattern: bytes, answer: bytes, words: str
) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one"), mail("two"))
    if answer == DRIP:
        monkeypatch.setattr(imap, "_WHOLE", DRIPS / 60)
    with Proxy(dovecot.imap_port, on(pattern, answer)) as proxy:
        reader = Reader(source(proxy, user, timeout=HANGS if answer == HANG else 60))
        begun = time.monotonic()
        assert reader.poll() == []
        assert time.monotonic() - begun < 40
    assert_error(reader, "unreadable" if "fetched" in words else "network", words)
    reader.source = source(dovecot, user)
    assert reader.poll() == ["one", "two"]
    assert reader.error is None


def test_server_nobody_listens_on_is_a_network_failure(dovecot: Dovecot) -> None:
    closed = free_port()
    reader = Reader(source(dovecot, dovecot.user(), port=closed))
    reader.poll()
    assert_error(reader, "network", "cannot be reached", str(closed))
    reader = Reader(source(dovecot, dovecot.user(), host="nowhere.invalid"))
    reader.poll()
    assert_error(reader, "network", "cannot be reached", "nowhere.invalid")


def test_too_many_connections_is_throttled_not_a_wrong_password(dovecot: Dovecot) -> None:
    answer = b"{tag} NO [ALERT] Too many simultaneous connections. (Failure)\r\n"
    with Proxy(dovecot.imap_port, on(b"AUTHENTICATE", answer)) as proxy:
        reader = Reader(source(proxy, dovecot.user()))
        reader.poll()
    assert_error(reader, "throttled", "Too many simultaneous connections")


def test_starttls_that_is_not_offered_is_never_replaced_by_plain_text(dovecot: Dovecot) -> None:
    answer = b"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
    with Proxy(dovecot.imap_port, on(b"CAPABILITY", answer)) as proxy:
        reader = Reader(source(proxy, dovecot.user(), security="starttls"))
        reader.poll()
        assert not any(b"AUTHENTICATE" in line or b"LOGIN" in line for line in proxy.lines)
    assert_error(reader, "network", "offers no STARTTLS", "security: tls")


def test_mail_the_server_refuses_lets_the_others_pass_and_is_asked_for_again(
    dovecot: Dovecot,
) -> None:
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"m{n}") for n in range(1, 6)))
    sick = on(
        rb"FETCH (\S*,)?3(,\S*)? .*BODY.PEEK\[\]|FETCH 1:5", b"{tag} NO [SERVERBUG] corrupt\r\n"
    )
    with Proxy(dovecot.imap_port, sick) as proxy:
        reader = Reader(source(proxy, user))
        assert reader.poll() == ["m1", "m2", "m4", "m5"]
        assert_error(reader, "unreadable", "1 mails", "UID 3", "corrupt", "asked for again")
        dovecot.deliver(user, mail("m6"))
        assert reader.poll() == ["m6"]
        assert_error(reader, "unreadable", "UID 3")
    reader.source = source(dovecot, user)
    assert reader.poll() == ["m3"]
    assert reader.error is None
    assert reader.poll() == []
    assert reader.cursor.keys() == {"uidvalidity", "uid"}


def test_mail_the_server_never_gives_out_is_given_up_after_two_weeks_and_named(
    dovecot: Dovecot,
) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("m1"), mail("m2"))
    sick = on(rb"FETCH (\S*,)?2(,\S*)? .*BODY.PEEK\[\]", b"{tag} NO corrupt\r\n")
    with Proxy(dovecot.imap_port, sick) as proxy:
        reader = Reader(source(proxy, user))
        assert reader.poll() == ["m1"]
        reader.poll(NOW + timedelta(days=13))
        assert_error(reader, "unreadable", "asked for again")
        reader.poll(NOW + timedelta(days=15))
        assert_error(reader, "unreadable", "given up after 14 days", "mail program: 2")
        assert reader.poll(NOW + timedelta(days=15)) == []
        assert reader.error is None


def test_mail_on_which_the_server_hangs_up_blocks_no_other(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"m{n}") for n in range(1, 6)))
    poison = on(rb"FETCH (\S*,)?3(,\S*)? .*BODY.PEEK\[\]", CUT)
    with Proxy(dovecot.imap_port, poison) as proxy:
        reader = Reader(source(proxy, user))
        read: list[str] = []
        for _ in range(3):
            read += reader.poll()
            assert_error(reader, "network", "broke off")
        assert read == ["m1", "m2", "m4", "m5"]
        dovecot.deliver(user, mail("m6"))
        assert reader.poll() == ["m6"]
    reader.source = source(dovecot, user)
    assert reader.poll() == ["m3"]


def test_answers_of_other_servers_are_read_as_well(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, mail("one", sender="mum@family.example"))

    def react(line: bytes) -> bytes | None:
        tag = line.split(b" ")[0]
        if b"RFC822.SIZE" in line:  # names quoted, a date that is none, news of another mail
            return (
                b"* 9 FETCH (FLAGS (\\Seen))\r\n"
                b'* 1 FETCH (BODY[HEADER.FIELDS ("FROM" "SUBJECT")] {29}\r\nFrom: x@boards.example'
                b'\r\n\r\n\r\n INTERNALDATE "yesterday" UID 1 RFC822.SIZE 123)\r\n'
                + tag
                + b" OK done\r\n"
            )
        return None

    with Proxy(dovecot.imap_port, react) as proxy:
        reader = Reader(source(proxy, user, senders=("boards.example",)))
        assert reader.poll() == ["one"]
    assert reader.error is None
    assert reader.alerts[0].received is None


def test_mail_that_vanishes_while_reading_is_passed_by(dovecot: Dovecot) -> None:
    user = dovecot.user()
    dovecot.deliver(user, *(mail(f"m{n}") for n in range(1, 4)))

    def expunge(line: bytes) -> None:
        if b"BODY.PEEK[]" in line:
            with dovecot.open(user) as imap:
                imap.store("2", "+FLAGS", r"(\Deleted)")
                imap.expunge()
            react.clear()

    react = [expunge]
    with Proxy(dovecot.imap_port, lambda line: react[0](line) if react else None) as proxy:
        reader = Reader(source(proxy, user))
        assert reader.poll() in (["m1", "m3"], ["m1", "m2", "m3"])
    assert reader.error is None
    assert "again" not in reader.cursor
