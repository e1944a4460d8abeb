"""One mail is known again however it was kept; two that differ in a word are two."""

from __future__ import annotations

import hashlib

import pytest

from cxdigest.extract.mails.sameness import former, sameness

MAIL = (
    b"Delivered-To: ada@home.example\r\nFrom: a@b.example\r\nSubject: Two\r\n lines\r\n\r\n"
    b"From the start\r\nwords  \r\n\r\nend\r\n"
)


@pytest.mark.parametrize(
    "kept",
    [
        MAIL.replace(b"\r\n", b"\n"),
        MAIL.replace(b"\r\n", b"\r"),
        MAIL + b"\r\n\r\n",
        MAIL.rstrip(),
        b"\r\n" + MAIL,
        MAIL.replace(b"words  ", b"words"),
        MAIL.replace(b"From the", b">From the"),
        MAIL.replace(b"Two\r\n lines", b"Two lines"),
        MAIL.replace(b"Two\r\n lines", b"Two\r\n\tlines"),
        b"X-GM-THRID: 1\r\nX-Gmail-Labels: =?UTF-8?Q?Jobs,\r\n more?=\r\n" + MAIL,
        b"Status: RO\r\nX-Mozilla-Status2: 00000000\r\nContent-Length: 12\r\n" + MAIL,
    ],
)
def test_a_mail_stays_the_same_mail(kept):
    assert sameness(kept) == sameness(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"end", b"End"),
        MAIL.replace(b"ada@", b"ben@"),
        MAIL.replace(b"Two", b"Three"),
        MAIL.replace(b"words  \r\n", b"words  \r\n\r\n"),
        MAIL.replace(b"words", b" words"),
        MAIL.replace(b"Subject", b"Comments"),
        MAIL.replace(b"Subject", b"Statuses"),
        MAIL.replace(b"\r\n\r\nFrom", b"\r\nFrom"),
    ],
)
def test_another_word_or_another_reader_makes_another_mail(other):
    assert sameness(other) != sameness(MAIL)


def test_what_an_earlier_version_kept_is_known_too():
    kept = hashlib.sha256(MAIL).hexdigest()
    exported = b"X-GM-THRID: 1\nX-Gmail-Labels: Jobs\n" + MAIL.replace(b"\r\n", b"\n") + b"\n"
    assert kept in former(exported)
    assert kept not in former(exported.replace(b"end", b"End"))
