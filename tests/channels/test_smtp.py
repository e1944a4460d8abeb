"""The SMTP channel against a real Postfix that delivers into a real Dovecot."""

from __future__ import annotations

import email
import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from cxdigest.channels import smtp
from cxdigest.channels.message import build
from cxdigest.channels.smtp import SmtpChannel
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery
from cxdigest.sources.mailbox import MailboxSource
from tests.channels.digests import HTML, TEXT, delivery
from tests.servers.dovecot import Dovecot
from tests.servers.ports import free_port
from tests.servers.postfix import Postfix
from tests.servers.proxy import CUT, DRIP, HANG, Proxy

HANGS = 1  #: seconds to wait where the server never answers; long where it does
DRIPS = 7  #: seconds for a whole mail where an answer never ends

SENDER = "cxdigest <digest@coach.example>"


def channel(server: Postfix | Proxy, **more: Any) -> SmtpChannel:
    given: dict[str, Any] = {
        "name": "mail",
        "host": server.host,
        "port": server.port,
        "security": "none",
        "sender": SENDER,
        "timeout": 60,
    }
    return SmtpChannel(**{**given, **more})


def failure(server: SmtpChannel, sent: Delivery) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        server.send(sent)
    return caught.value


def test_digest_arrives_through_postfix_as_it_was_rendered(
    dovecot: Dovecot, postfix: Postfix
) -> None:
    user = dovecot.user("ada")
    sent = delivery(recipient=f"Ada L\u00f6we <{user.name}>")
    receipt = channel(postfix, unsubscribe="mailto:stop@coach.example").send(sent)
    assert re.fullmatch(r"250 2\.0\.0 Ok: queued as [0-9A-F]+", receipt.detail)
    dovecot.mails(user, at_least=1)
    source = MailboxSource(
        name="inbox",
        host=dovecot.host,
        port=dovecot.imap_port,
        security="none",
        user=user.name,
        password=user.password,
    )
    (batch,) = source.fetch({}, now=datetime.now(UTC), known=lambda _: False)
    (alert,) = batch.alerts
    # The servers put their own headers on top and change nothing below.
    assert alert.raw.endswith(
        build(sent, sender=SENDER, unsubscribe="mailto:stop@coach.example").rstrip(b"\r\n")
        + b"\r\n"
    )
    mail = email.message_from_bytes(alert.raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail["Message-ID"] == sent.message_id
    assert mail["Return-Path"] == "<digest@coach.example>"
    for kind, expected in (("plain", TEXT), ("html", HTML)):
        part = mail.get_body((kind,))  # type: ignore[arg-type]
        assert part is not None
        assert part.get_content().replace("\r\n", "\n") == expected


@pytest.mark.parametrize("password", ["plain-1", 'b\u00e4r "x" \\{}'])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_over_starttls_and_tls(
    dovecot: Dovecot, postfix: Postfix, security: str, password: str
) -> None:
    user = dovecot.user(password=password)
    port = postfix.submission_port if security == "starttls" else postfix.smtps_port
    server = channel(
        postfix,
        port=port,
        security=security,
        cafile=postfix.cafile,
        user=user.name,
        password=lambda: password,
    )
    assert "queued as" in server.send(delivery(recipient=user.name)).detail
    assert len(dovecot.mails(user, at_least=1)) == 1


# -- what the server says of the recipient or the mail ---------------------------------------------


@pytest.mark.parametrize(
    ("start", "permanent", "words"),
    [
        ("refused-", True, "550 5.1.1"),
        ("later-", False, "450 4.2.1"),
        ("closing-", False, "421 4.3.2"),
        ("dislike-", True, "554 5.7.1"),
        ("full-", False, "452 4.3.1"),
    ],
)
def test_answer_about_the_recipient_decides_about_a_retry(
    postfix: Postfix, start: str, permanent: bool, words: str
) -> None:
    recipient = f"{start}ada@mail.example"
    error = failure(channel(postfix), delivery(recipient=recipient))
    assert error.permanent is permanent
    assert words in str(error)
    assert recipient in str(error)


MAIL, RCPT, DATA, DOT = (b"(?i)^mail", b"(?i)^rcpt", b"(?i)^data", b"^\\.\r\n")


@pytest.mark.parametrize("answer", ["421 4.3.2 going down", "450 4.2.0 greylisted", "452 full"])
@pytest.mark.parametrize("place", [MAIL, RCPT, DATA, DOT])
def test_answer_that_is_for_now_is_never_permanent(
    postfix: Postfix, place: bytes, answer: str
) -> None:
    error = fault(postfix, place, answer)
    assert not error.permanent
    assert answer in str(error)


@pytest.mark.parametrize(
    ("place", "answer", "permanent"),
    [
        (MAIL, "550 5.7.1 who are you", False),  # our sender: mended in the configuration
        (RCPT, "550 5.1.1 no such mailbox", True),
        (RCPT, "553 5.1.3 bad address", True),
        (RCPT, "550 no words of use", True),
        (DATA, "554 5.5.1 no valid recipients", True),
        (DOT, "550 5.7.1 looks like spam", True),
        (DOT, "554 5.6.0 not conformant", True),
        # What is said of the recipient or the mail, and speaks of us, of today, or of a full house.
        (RCPT, "550 5.1.8 sender domain does not exist", False),
        (RCPT, "550 5.4.5 daily sending limit exceeded", False),
        (DOT, "550 5.4.5 daily sending limit exceeded", False),
        (DOT, "554 5.2.252 SendAsDenied", False),
        (DOT, "550 5.7.60 not allowed to send as this sender", False),
        (RCPT, "552 5.2.2 mailbox full", False),
        (DOT, "552 5.2.2 mailbox full", False),
        (RCPT, "550 5.2.21 another code", True),
    ],
)
def test_answer_that_is_for_ever_is_permanent_where_it_is_about_the_recipient_or_the_mail(
    postfix: Postfix, place: bytes, answer: str, permanent: bool
) -> None:
    error = fault(postfix, place, answer)
    assert error.permanent is permanent
    assert answer in str(error)


def fault(postfix: Postfix, place: bytes, answer: str) -> DeliveryError:
    def react(line: bytes) -> bytes | None:
        if line.lower().startswith(b"quit"):  # the real server still waits for the end of a mail
            return b"221 2.0.0 bye\r\n"
        return answer.encode() + b"\r\n" if re.search(place, line) else None

    with Proxy(postfix.port, react) as proxy:
        return failure(channel(proxy), delivery())


def test_failure_of_one_recipient_leaves_the_others(dovecot: Dovecot, postfix: Postfix) -> None:
    user = dovecot.user()
    server = channel(postfix)
    failure(server, delivery(id="1", recipient="refused-ben@mail.example"))
    server.send(delivery(id="2", recipient=user.name))
    failure(server, delivery(id="3", recipient="later-eve@mail.example"))
    assert len(dovecot.mails(user, at_least=1)) == 1


def test_mail_that_is_too_large_for_the_server_is_permanent(postfix: Postfix) -> None:
    with Proxy(postfix.port, lambda _: None) as proxy:
        error = failure(channel(proxy, timeout=20), delivery(text="x" * 20_000_000))
        assert not any(line.lower().startswith(b"mail") for line in proxy.lines)
    assert error.permanent
    assert re.search(r"takes mails of 20,000,000 bytes at most, and this one has 20,\d", str(error))


def test_mail_that_is_too_large_for_a_server_that_did_not_say_so_is_permanent(
    postfix: Postfix,
) -> None:
    def react(line: bytes) -> bytes | None:
        if line.lower().startswith(b"ehlo"):
            return b"250-mx.mail.example\r\n250 SIZE 0\r\n"
        if line.lower().startswith(b"mail"):
            return b"552 5.3.4 Message size exceeds fixed limit\r\n"
        return None

    with Proxy(postfix.port, react) as proxy:
        error = failure(channel(proxy), delivery())
    assert error.permanent
    assert "552 5.3.4" in str(error)


# -- what it says of us: never permanent -----------------------------------------------------------


def test_wrong_password_keeps_the_digest_and_tells_no_secret(
    dovecot: Dovecot, postfix: Postfix
) -> None:
    user = dovecot.user()
    server = channel(
        postfix,
        port=postfix.submission_port,
        security="starttls",
        cafile=postfix.cafile,
        user=user.name,
        password="s3cret-and-wrong",
    )
    error = failure(server, delivery(recipient=user.name))
    assert not error.permanent
    assert "535" in str(error)
    assert user.name in str(error)
    assert "app password" in str(error)
    assert "s3cret" not in str(error) + repr(server) + repr(error.__cause__)


def test_login_or_tls_that_is_missing_keeps_the_digest(postfix: Postfix) -> None:
    no_tls = failure(channel(postfix, port=postfix.submission_port), delivery())
    assert not no_tls.permanent
    assert "530" in str(no_tls)
    no_login = failure(channel(postfix, user="ada", password="x"), delivery())
    assert not no_login.permanent
    assert "offers less than was asked for" in str(no_login)


def test_login_mechanism_of_older_servers_is_used_where_there_is_no_other(
    dovecot: Dovecot, postfix: Postfix
) -> None:
    def react(line: bytes) -> bytes | None:
        if line.lower().startswith(b"ehlo"):
            return b"250-mx.mail.example\r\n250 AUTH LOGIN\r\n"
        if line.startswith(b"AUTH LOGIN"):
            return b"334 UGFzc3dvcmQ6\r\n"
        return b"235 2.7.0 welcome\r\n" if line == b"czNjcmV0\r\n" else None

    user = dovecot.user()
    with Proxy(postfix.port, react) as proxy:
        channel(proxy, user="ada", password="s3cret").send(delivery(recipient=user.name))
        error = failure(channel(proxy, user="ada", password="\u00fcber"), delivery())
    assert not error.permanent
    assert "only ASCII letters" in str(error)
    assert "\u00fc" not in str(error)
    assert len(dovecot.mails(user, at_least=1)) == 1


def test_certificate_file_that_is_missing_is_named(postfix: Postfix) -> None:
    error = failure(channel(postfix, security="tls", cafile="/nowhere/ca.pem"), delivery())
    assert not error.permanent
    assert "ca_file /nowhere/ca.pem" in str(error)


def test_starttls_that_is_not_offered_is_never_replaced_by_plain_text(postfix: Postfix) -> None:
    with Proxy(postfix.plain_port, lambda _: None) as proxy:
        error = failure(channel(proxy, security="starttls", user="ada", password="x"), delivery())
        assert not any(line.startswith((b"AUTH", b"mail")) for line in proxy.lines)
    assert not error.permanent
    assert "offers less than was asked for: STARTTLS" in str(error)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_untrusted_certificate_keeps_the_digest(postfix: Postfix, security: str) -> None:
    port = postfix.smtps_port if security == "tls" else postfix.port
    error = failure(channel(postfix, security=security, port=port), delivery())
    assert not error.permanent
    assert "certificate that cannot be trusted" in str(error)
    assert "ca_file" in str(error)


def test_tls_to_a_port_that_speaks_plain_says_so(postfix: Postfix) -> None:
    error = failure(channel(postfix, security="tls"), delivery())
    assert not error.permanent
    assert "does not speak TLS as asked" in str(error)


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "answer", "words"),
    [
        (b"^$", HANG, "timed out|did not answer"),
        (b"^$", CUT, "broke off"),
        (b"^$", b"421 4.3.2 too busy\r\n", "421 4.3.2 too busy"),
        (b"^$", b"554 5.7.1 no service for you\r\n", "554 5.7.1"),
        (b"^$", b"* OK IMAP4rev1\r\n", "no SMTP: IMAP4rev1"),
        (b"(?i)^ehlo", CUT, "broke off"),
        (b"(?i)^mail", b"421 4.7.0 going down\r\n", "421 4.7.0"),
        (b"(?i)^mail", b"550 5.7.1 not your address\r\n", "the sender cxdigest"),
        (b"(?i)^rcpt", CUT, "broke off"),
        (b"(?i)^rcpt", b"530 5.7.0 log in first\r\n", "530 5.7.0"),
        (b"(?i)^data", b"421 4.3.2 going down\r\n", "421 4.3.2"),
        (b"(?i)^data", b"451 4.3.0 no disk\r\n", "451 4.3.0"),
        (b"^\\.\r\n", CUT, "broke off"),
        (b"^\\.\r\n", HANG, "timed out|did not answer"),
        (b"(?i)^rcpt", DRIP, "no SMTP: xx"),
    ],
)
def test_faults_on_the_way_are_tried_again(
    postfix: Postfix, monkeypatch: pytest.MonkeyPatch, pattern: bytes, answer: bytes, words: str
) -> None:
    if answer == DRIP:
        monkeypatch.setattr(smtp, "_LONGEST", DRIPS)
    with Proxy(postfix.port, lambda line: answer if re.search(pattern, line) else None) as proxy:
        begun = time.monotonic()
        error = failure(channel(proxy, timeout=HANGS if answer == HANG else 60), delivery())
        assert time.monotonic() - begun < 40
    assert not error.permanent
    assert re.search(words, str(error)), error
    assert "127.0.0.1" in str(error)


def test_connection_lost_after_the_mail_was_taken_is_still_a_success(postfix: Postfix) -> None:
    with Proxy(
        postfix.port, lambda line: CUT if line.lower().startswith(b"quit") else None
    ) as proxy:
        assert "queued as" in channel(proxy).send(delivery()).detail


def test_server_nobody_listens_on_is_tried_again(postfix: Postfix) -> None:
    error = failure(channel(postfix, port=free_port()), delivery())
    assert not error.permanent
    assert "cannot be reached" in str(error)
    assert "cannot be reached" in str(failure(channel(postfix, host="no.invalid"), delivery()))


def test_bad_recipient_is_told_before_anything_is_sent(postfix: Postfix) -> None:
    with Proxy(postfix.port, lambda _: None) as proxy:
        assert failure(channel(proxy), delivery(recipient="ada")).permanent
        assert proxy.lines == []
