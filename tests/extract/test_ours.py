"""Which mails a filter of senders must let through, by their heads alone."""

from __future__ import annotations

import pytest

from cxdigest.extract.mails.ours import HEADERS, asks_to_stop, may_be_for_us
from cxdigest.sources import imap

OWN = f"<{'0a' * 16}.{'1b' * 16}@cxdigest.example>"
TOKEN = "A" * 57 + "a"


def head(subject="Hello", **more):
    lines = {"From": "ada@x.example", "Subject": subject} | {
        name.replace("_", "-"): value for name, value in more.items()
    }
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        head(In_Reply_To=OWN),
        head(References=f"<first@x.example>\r\n {OWN}"),
        head(f"cxdigest {TOKEN}"),
        head(f"Re: cxdigest {TOKEN[:30]}\r\n {TOKEN[30:]}"),
        head(f"=?utf-8?q?cxdigest_{TOKEN}?="),
        head("unsubscribe"), head("Re: STOP"), head("Please unsubscribe me."),
        head(Return_Path="<>"),
        head(Content_Type='multipart/report; report-type="delivery-status"; boundary=x'),
        head(From="Mail Delivery System <MAILER-DAEMON@mx.x.example>"),
        head(X_Failed_Recipients="ada@x.example"),
    ],
)  # fmt: skip
def test_what_may_be_meant_for_us_is_let_through(raw):
    assert may_be_for_us(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\r\n\r\n",
        head("Unsubscribe from shop news today"), head("Stop paying too much"),
        head("New release of cxdigest is out"), head(f"cxdigester {TOKEN}"),
        head(In_Reply_To="<0a0a.1b1b@x.example>"),
        head(Content_Type="multipart/report; report-type=disposition-notification"),
        head(Return_Path="<>", Auto_Submitted="auto-replied (vacation)"),
        head(From='"Postman" <post@x.example>', Return_Path="<post@x.example>"),
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_filter(raw):
    assert not may_be_for_us(raw)


def test_the_mailbox_asks_for_every_header_that_is_looked_at():
    assert all(name.upper() in imap._HEAD for name in HEADERS)


def test_a_word_of_more_is_no_wish_to_stop():
    assert asks_to_stop("stop")
    assert asks_to_stop(" Unsubscribe! ")
    assert not any(map(asks_to_stop, ["", "stop it now please", "nonstop", "stop unsubscribe"]))
