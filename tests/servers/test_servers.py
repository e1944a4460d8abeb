"""The real servers do what the other tests rely on."""

from __future__ import annotations

import smtplib
import ssl

from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

MAIL = b"From: a@mail.example\r\nSubject: hello\r\n\r\nbody\r\n"


def test_mail_sent_through_postfix_lands_in_dovecot(dovecot: Dovecot, postfix: Postfix) -> None:
    user = dovecot.user(password="plain-1")
    with smtplib.SMTP(postfix.host, postfix.submission_port, timeout=10) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=postfix.cafile))
        smtp.login(user.name, user.password)
        smtp.sendmail("a@mail.example", [user.name], MAIL)
    (mail,) = dovecot.mails(user, at_least=1)
    assert b"Subject: hello" in mail


def test_postfix_answers_as_the_recipient_asks(postfix: Postfix) -> None:
    with smtplib.SMTP(postfix.host, postfix.port, timeout=10) as smtp:
        smtp.ehlo()
        smtp.mail("a@mail.example")
        assert smtp.rcpt("refused-ada@mail.example")[0] == 550
        assert smtp.rcpt("later-ada@mail.example")[0] == 450
        assert smtp.rcpt("ada@mail.example")[0] == 250


def test_each_user_has_a_mailbox_of_their_own(dovecot: Dovecot) -> None:
    ada, ben = dovecot.user("ada"), dovecot.user("ben")
    dovecot.deliver(ada, MAIL, MAIL, folder="Jobs")
    assert len(dovecot.mails(ada, folder="Jobs")) == 2
    assert dovecot.mails(ada) == dovecot.mails(ben) == []
