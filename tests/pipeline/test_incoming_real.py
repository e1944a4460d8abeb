"""What comes in through a real Postfix and a real Dovecot: bounces, feedback, mails of a client."""

from __future__ import annotations

import smtplib
import uuid

import pytest

from cxdigest.channels.smtp import SmtpChannel
from cxdigest.feedback import Signer, feedback_token
from cxdigest.model import routed
from cxdigest.sources.mailbox import MailboxSource
from tests.pipeline.mails import job_mail
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.worlds import HOUR, Scripted, alert, profile


@pytest.fixture
def coach(world, dovecot: Dovecot, postfix: Postfix):
    """A world that sends through Postfix and reads the coach's mailbox, filtered by a sender."""
    user = dovecot.user("coach")
    mailbox = MailboxSource(
        name="intake", host=dovecot.host, port=dovecot.imap_port, security="none",
        user=user.name, password=user.password, senders=("boards.example",), timeout=5,
    )  # fmt: skip
    smtp = SmtpChannel(
        name="mail", host=postfix.host, port=postfix.plain_port, security="none", user="",
        password="", sender=f"cxdigest <{user.name}>", timeout=10,
    )  # fmt: skip
    world.user, world.channels = user, {"mail": smtp}
    world.sources = [Scripted(script=[[alert("Head of Customer Experience")]]), mailbox]
    return world


def arrives(postfix: Postfix, to: str, raw: bytes, *, sender: str = "ada@mail.example") -> None:
    with smtplib.SMTP(postfix.host, postfix.plain_port, timeout=10) as smtp:
        smtp.sendmail(sender, [to], raw)


def formats(world):
    with world.store._database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT format FROM alerts WHERE source = 'intake'")
        return sorted(rows.scalars())


def test_a_real_bounce_is_read_though_the_mailbox_is_filtered(coach, dovecot, postfix):
    nobody = f"nobody-{uuid.uuid4().hex[:8]}@mail.example"
    coach.profiles = [profile(to=(nobody,))]
    coach.turn()
    (bounce,) = dovecot.mails(coach.user, at_least=1)
    assert b"multipart/report" in bounce
    arrives(postfix, coach.user.name, b"From: shop@x.example\r\nSubject: Sale\r\n\r\nBuy.\r\n")
    dovecot.mails(coach.user, at_least=2)
    coach.turn(after=2 * HOUR)
    (delivery,) = coach.store.deliveries()
    assert delivery.bounced.startswith("5.1.1 550 5.1.1 <" + nobody)
    assert formats(coach) == ["bounce"], "what the filter leaves out is left out"


def test_a_reader_says_a_word_and_a_client_gets_a_role_by_mail(coach, dovecot, postfix):
    reader, anna = dovecot.user("reader"), dovecot.user("anna")
    coach.intakes = {"intake": coach.user.name}
    coach.profiles = [
        profile(to=(reader.name,)),
        profile(
            "anna",
            sources=(routed("intake", "anna"),),
            to=(anna.name,),
            addresses=("anna@home.example",),
        ),
    ]
    coach.turn()
    (digest,) = dovecot.mails(reader, at_least=1)
    assert b"Head of Customer Experience" in digest
    with coach.store._database.reading() as connection:
        item = connection.exec_driver_sql("SELECT digest_id, posting_id FROM digest_items").one()
    token = feedback_token(Signer(coach.store.instance_key()), *item, "applied")
    said = f"From: {reader.name}\r\nTo: {coach.user.name}\r\nSubject: cxdigest {token}\r\n\r\n\r\n"
    arrives(postfix, coach.user.name, said.encode(), sender=reader.name)
    role = job_mail("Journey Lead", to="anna@home.example", sender="alerts@boards.example").raw
    arrives(postfix, coach.user.name, role.partition(b"\r\n")[2])
    dovecot.mails(coach.user, at_least=2)
    coach.turn(after=2 * HOUR)
    assert formats(coach) == ["fallback", "feedback"]
    with coach.store._database.reading() as connection:
        words = connection.exec_driver_sql("SELECT profile, word, sender FROM feedback").all()
        owners = connection.exec_driver_sql(
            "SELECT profile FROM alerts WHERE format = 'fallback'"
        ).scalars()
        assert [tuple(row) for row in words] == [("ada", "applied", reader.name)]
        assert list(owners) == ["anna"]
