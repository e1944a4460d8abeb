"""Tokens at a real Dovecot, which asks the provider, and at a real Postfix, which asks Dovecot."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from cxdigest.channels.smtp import SmtpChannel
from cxdigest.errors import DeliveryError, SourceError, TokenError
from cxdigest.sources import older
from cxdigest.sources.mailbox import MailboxSource
from cxdigest.sources.older import Older
from tests.channels.digests import delivery
from tests.oauth.world import NOW, Clock, login
from tests.servers.tokens import token_server

MAIL = b"From: a@boards.example\r\nSubject: New roles\r\n\r\nDuties\r\n"


@pytest.fixture
def server(dovecot):
    with token_server(dovecot.tokens_port) as running:
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def user(dovecot, server):
    one = dovecot.user("ada")
    server.user = one.name
    dovecot.deliver(one, MAIL)
    return one


@pytest.fixture
def mine(server, tmp_path, clock, user):
    from cxdigest.oauth.grants import Consent

    one = login(server, tmp_path, clock)
    consent = Consent(one, "http://127.0.0.1:1")
    one.file.write(consent.token(server.browse(consent.url), clock()))
    return one


def mailbox(dovecot, user, password, **more):
    return MailboxSource(
        name="inbox",
        host=dovecot.host,
        port=dovecot.imap_port,
        security="starttls",
        user=user.name,
        password=password,
        bearer=True,
        cafile=dovecot.cafile,
        timeout=10,
        **more,
    )


def polled(source):
    batches = source.fetch({}, now=NOW, known=lambda _: False)
    return [alert for batch in batches for alert in batch.alerts]


def smtp(postfix, user, password):
    return SmtpChannel(
        name="mail",
        host=postfix.host,
        port=postfix.submission_port,
        security="starttls",
        user=user.name,
        password=password,
        bearer=True,
        sender="cxdigest <digest@coach.example>",
        cafile=postfix.cafile,
        timeout=10,
    )


def test_a_mailbox_is_read_with_a_token_and_after_its_end_with_the_next(
    dovecot, server, mine, user, clock
):
    source = mailbox(dovecot, user, mine.access_token)
    assert len(polled(source)) == 1
    server.holding.clear()  # the first has ended at the provider too
    clock.turn(hours=2)
    assert len(polled(source)) == 1
    assert server.asked == ["authorization_code", "refresh_token"]


@pytest.fixture
def three(dovecot, user, mine, monkeypatch):
    """Three mails of a hundred days ago, to be read one by one."""
    monkeypatch.setattr(older, "HEADS", 1)
    monkeypatch.setattr(older, "_PAUSE", 0)
    came = NOW - timedelta(days=100)
    dovecot.deliver(user, *(MAIL.replace(b"roles", b"%d" % n) for n in range(3)), received=came)
    source = mailbox(dovecot, user, mine.access_token)
    return Older(source, since=NOW - timedelta(days=365), before=NOW - timedelta(days=14))


def read(one, after_the_first):
    """Return how many mails were read, and break the line after the first of them."""
    number = 0
    for number, _ in enumerate(one.mails(wanted=lambda _: True, begin=lambda _: 0), 1):
        if number == 1:
            after_the_first()
            one._folder._client.socket().shutdown(socket.SHUT_RDWR)
    return number


def test_a_token_that_ends_while_older_mails_are_read_is_renewed(three, server, clock):
    def end():
        server.holding.clear()
        clock.turn(hours=2)

    assert read(three, end) == 3
    assert (three.whole, three.troubles) == (True, [])
    assert server.asked == ["authorization_code", "refresh_token"]


def test_a_login_that_is_withdrawn_while_older_mails_are_read_says_the_way_out(
    three, server, clock
):
    def withdraw():
        server.withdraw()
        clock.turn(hours=2)

    assert read(three, withdraw) == 1
    assert three.lost.outcome == "auth"
    assert "cxdigest authorise" in three.troubles[0]


def test_a_digest_is_sent_with_a_token(dovecot, postfix, mine, user):
    receipt = smtp(postfix, user, mine.access_token).send(delivery(recipient=user.name))
    assert "queued" in receipt.detail
    assert len(dovecot.mails(user, at_least=2)) == 2


def test_a_token_that_the_mailbox_refuses_says_what_to_do(dovecot, user):
    with pytest.raises(SourceError, match=r"refused the token of .*authorise") as caught:
        polled(mailbox(dovecot, user, "made-up"))
    assert caught.value.outcome == "auth"
    assert "made-up" not in str(caught.value)


def test_a_token_that_the_mail_server_refuses_is_tried_again_later(postfix, user):
    with pytest.raises(DeliveryError, match=r"refused the token of .*authorise") as caught:
        smtp(postfix, user, "made-up").send(delivery(recipient=user.name))
    assert not caught.value.permanent
    assert "made-up" not in str(caught.value)


def test_a_token_of_somebody_else_opens_no_mailbox(dovecot, server, mine):
    other = dovecot.user("bob")
    with pytest.raises(SourceError, match="refused the token"):
        polled(mailbox(dovecot, other, mine.access_token))


@pytest.mark.parametrize(("passing", "outcome"), [(True, "network"), (False, "auth")])
def test_without_a_token_the_poll_says_why(dovecot, user, passing, outcome):
    def nothing():
        raise TokenError("no token; run: cxdigest authorise post", passing=passing)

    with pytest.raises(SourceError, match="run: cxdigest authorise post") as caught:
        polled(mailbox(dovecot, user, nothing))
    assert caught.value.outcome == outcome


def test_without_a_token_the_delivery_waits(postfix, user):
    def nothing():
        raise TokenError("no token; run: cxdigest authorise post")

    channel = replace(smtp(postfix, user, ""), password=nothing)
    with pytest.raises(DeliveryError, match="run: cxdigest authorise post") as caught:
        channel.send(delivery(recipient=user.name))
    assert not caught.value.permanent
