"""Which addresses a mail has to do with, and how each of them is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.extract.mails.addressing import addressed
from cxdigest.extract.mails.authenticity import receiver_of

FOLDER = Path(__file__).parent / "addressed"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
def test_addresses_are_found_with_how_they_are_known(path):
    first, *expected = path.with_suffix(".expect.txt").read_text().splitlines()
    receiver = receiver_of(first.removeprefix("read at "))
    assert list(addressed(path.read_bytes(), receiver)) == expected


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"no mail at all", b"<html>" * 1000])
def test_what_is_no_mail_has_no_addresses(raw):
    assert addressed(raw) == ()


def test_many_addresses_are_bounded():
    to = b", ".join(b"reader%d@x.example" % number for number in range(5000))
    assert len(addressed(b"To: " + to + b"\r\nCc: " + to + b"\r\n\r\nHello")) == 20


HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "Return-Path")


@given(st.lists(st.sampled_from(HEADERS), max_size=5), st.booleans())
def test_nothing_that_a_sender_writes_is_taken_for_the_servers_word(names, known):
    below = "".join(f"{name}: bo@home.example\r\n" for name in names)
    raw = (
        "Delivered-To: coach@mail.example\r\n"
        "Received: from evil.example by mx.mail.example (Postfix) with SMTP id 9;\r\n"
        "\tSat, 21 Nov 2026 06:00:03 +0000\r\n"
        f"{below}From: a@evil.example\r\nTo: coach@mail.example\r\n\r\nA job."
    ).encode()
    receiver = receiver_of("imap.mail.example", "mx.mail.example" if known else "")
    assert not [one for one in addressed(raw, receiver) if "bo@home.example" in one]
