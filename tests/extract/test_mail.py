"""Reading mails: broken headers, wrong charsets, odd encodings, forwards, bombs."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.errors import AlertError
from cxdigest.extract import extract
from cxdigest.extract.mails.mail import read_mail
from tests.extract.test_alerts import FILES, alert_of

HEAD = b"From: Board <jobs@board.example>\r\nSubject: Hello\r\nDate: Tue, 5 May 2026 15:20:25 +0200\r\n"


def mail(body: bytes, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> bytes:
    told = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return HEAD + told.encode() + body


def test_fields_are_read() -> None:
    read = read_mail(mail(b"Hi"))
    assert (read.sender, read.sender_name, read.subject) == ("jobs@board.example", "Board", "Hello")
    assert read.date == datetime(2026, 5, 5, 13, 20, 25, tzinfo=UTC)
    assert (read.text, read.html, read.forwarded) == ("Hi", "", False)


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (b"=?utf-8?B?" + base64.b64encode("Kundenbetreuung für Köln".encode()) + b"?=", "Kundenbetreuung für Köln"),
        (b"=?utf-8?q?caf=C3?=\r\n =?utf-8?q?=A9_manager?=", "café manager"),  # a letter cut in two
        (b"=?iso-8859-1?Q?caf=E9?= manager", "café manager"),
        (b"=?no-such-charset?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?B?!!!?= plain", "plain"),
        ("Café".encode(), "Café"),
        ("Café".encode("latin-1"), "Café"),
        (b"folded\r\n\tover lines", "folded over lines"),
    ],
)  # fmt: skip
def test_subject_is_decoded_however_it_was_written(value: bytes, subject: str) -> None:
    assert read_mail(b"From: a@b.example\r\nSubject: " + value + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("body", "kind", "encoding"),
    [
        ("Café".encode(), "text/plain; charset=utf-8", "8bit"),
        ("Café".encode("cp1252"), "text/plain; charset=utf-8", "8bit"),  # a lie
        ("Café".encode(), "text/plain; charset=us-ascii", "8bit"),  # another
        ("Café".encode("cp1252"), "text/plain", "8bit"),
        (b"Caf=C3=A9", "text/plain; charset=utf-8", "quoted-printable"),
        (b"Caf=c3=\r\n=a9", 'text/plain; charset="UTF-8"', "Quoted-Printable"),
        (base64.b64encode("Café".encode()), "text/plain; charset=utf-8", "base64"),
        (base64.b64encode("Café".encode())[:-1] + b"\r\n*", "text/plain; charset=utf-8", "base64"),
        ("Café".encode("utf-16"), "text/plain; charset=utf-16", "8bit"),
    ],
)
def test_body_is_decoded_whatever_was_declared(body: bytes, kind: str, encoding: str) -> None:
    assert read_mail(mail(body, kind, encoding)).text == "Café"


def test_flowed_text_is_joined_again() -> None:
    body = b"one \r\ntwo\r\n  indented\r\n-- \r\nname"
    assert (
        read_mail(mail(body, "text/plain; format=flowed")).text == "one two\n indented\n-- \nname"
    )
    deleted = read_mail(mail(b"sta \r\ntion", "text/plain; format=flowed; delsp=yes"))
    assert deleted.text == "station"


def test_parts_are_found_in_nested_multiparts_and_attachments_are_left() -> None:
    body = (
        b'--a\r\nContent-Type: multipart/alternative; boundary="b b"\r\n\r\n'
        b"--b b\r\n\r\nplain\r\n--b b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b b--\r\n"
        b"--a\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=x.txt\r\n\r\nno\r\n"
        b"--a--\r\nafter"
    )
    read = read_mail(mail(body, "multipart/mixed; boundary=a"))
    assert (read.text, read.html) == ("plain", "<p>rich</p>")


def test_multipart_cut_off_or_without_its_boundary_is_still_read() -> None:
    cut = read_mail(
        mail(b"--a\r\nContent-Type: text/plain\r\n\r\nhalf a se", "multipart/mixed; boundary=a")
    )
    assert cut.text == "half a se"


def test_key_left_unescaped_is_repaired_and_a_rightly_escaped_one_kept() -> None:
    body = b"u?jk=10762b9150fc2b51&a u?jk=3d1eb2136fd73eeb u?jk=3D403eb2136fd73eea u?jk=3d10762b9150fc2b51"
    text = read_mail(mail(body, encoding="quoted-printable")).text
    keys = [word.partition("jk=")[2][:16] for word in text.split()]
    assert keys == ["10762b9150fc2b51", "3d1eb2136fd73eeb", "403eb2136fd73eea", "10762b9150fc2b51"]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"just words", b"<html><body>a page</body></html>", b"\x00\xff" * 50]
)
def test_what_is_no_mail_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(AlertError, match="no mail"):
        read_mail(raw)
    found = extract(alert_of(raw))
    assert (found.outcome, bool(found.reason)) == ("unreadable", True)


def test_several_attached_mails_are_read_together_and_returned_ones_are_not() -> None:
    inner = b"--a\r\nContent-Type: message/rfc822\r\n\r\nFrom: %s@b.example\r\nSubject: %s\r\n\r\nbody of %s\r\n"
    body = inner % (b"x", b"X", b"x") + inner % (b"y", b"Y", b"y") + b"--a--\r\n"
    read = read_mail(mail(body, "multipart/mixed; boundary=a"))
    assert (read.sender, read.subject, read.forwarded) == ("x@b.example", "X", True)
    assert read.text == "body of x\nbody of y"
    bounced = read_mail(mail(body, "multipart/report; boundary=a"))
    assert (bounced.sender, bounced.forwarded) == ("jobs@board.example", False)


@pytest.mark.parametrize(
    "block",
    [
        "---------- Forwarded message ---------\nFrom: Jobs <jobs@x.example>\nDate: today\nSubject: New jobs\nTo: me@m.example\n",
        "________________________________\nVon: Jobs <jobs@x.example>\nGesendet: heute\nAn: me\nBetreff: New jobs\n",
        "De : Jobs <jobs@x.example<mailto:jobs@x.example>>\nEnvoyé : lundi\nÀ : me\nObjet : New jobs\n",
        "> Begin forwarded message:\n> \n> From: Jobs <jobs@x.example>\n> Subject: New jobs\n> Date: today\n> To: me\n",
        "*From:* Jobs <jobs@x.example>\n*Sent:* today\n*To:* me\n*Subject:* New jobs\n",
    ],
)  # fmt: skip
def test_forward_is_read_as_the_mail_that_was_forwarded(block: str) -> None:
    read = read_mail(mail(f"look at this\n\n{block}\nThe text".encode()))
    assert (read.sender, read.subject, read.forwarded) == ("jobs@x.example", "New jobs", True)
    assert read.text.strip().endswith("The text")


def test_labels_in_a_mail_of_its_own_are_no_forward() -> None:
    body = "From: the team\nDate: Monday\nSubject: none of these is a header\n"
    assert not read_mail(mail(body.encode())).forwarded


def bombs() -> dict[str, Callable[[], bytes]]:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(1000)
    )
    many = b"".join(b"--a\r\nContent-Type: text/plain\r\n\r\npart\r\n" for _ in range(10_000))
    tables = b"<table><tr><td>" * 20_000 + b"<a href=https://x.example/jobs/1>Job</a>"
    nested = b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" * 2_000
    return {
        "nested a thousand deep": lambda: HEAD + deep + b"\r\nend",
        "ten thousand parts": lambda: mail(many, "multipart/mixed; boundary=a"),
        "tables without end": lambda: mail(tables, "text/html"),
        "mails in mails": lambda: nested + b"x",
        "one endless header": lambda: HEAD + b"X: " + b"=?utf-8?q?a?= " * 200_000 + b"\r\n\r\nx",
        "many headers": lambda: HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nx",
        "one endless line": lambda: mail(b"https://x.example/" + b"a" * 3_000_000),
        "a million short lines": lambda: mail(b"a: b\n" * 1_000_000),
        "flowed lines without end": lambda: mail(b"a \r\n" * 6_000_000, "text/plain; format=flowed; delsp=yes"),
        "headers of 25 MB": lambda: HEAD + b"X: " + b"a " * 12_500_000 + b"\r\n\r\nx",
        "a subject of 25 MB": lambda: b"From: a@b.example\r\nSubject: " + b"=?utf-8?b?YQ==?= " * 1_470_000 + b"\r\n\r\nx",
        "25 MB of links": lambda: mail(b"<a href=https://x.example/jobs/1>Manager</a><br>Acme<br>" * 480_000, "text/html"),
        "25 MB of parts": lambda: mail(b"--a\r\nContent-Type: text/html\r\n\r\n<a href=https://x.example/jobs/1>Manager</a>\r\n" * 300_000, "multipart/mixed; boundary=a"),
        "labels without end": lambda: mail(b"From: x\n" * 300_000),
        "an address of signs": lambda: b"From: <" + b"@" * 200_000 + b"\r\n\r\nx",
        "scripts that never end": lambda: HEAD.replace(b"Hello", b"New jobs for you")
        + b"Content-Type: text/html\r\n\r\n"
        + b'<script type="application/ld+json">{' * 40_000,
        "links made of one word": lambda: mail(
            b"".join(b"<a href=https://x.example/r%dx/%s>Job</a><br>" % (n, b"click" * 2_000) for n in range(200)),
            "text/html",
        ),
        "ids without end": lambda: mail(
            b"".join(b"https://www.xing.com/jobs/x%d%sx\n" % (n, b"1" * 10_000) for n in range(100))
        ),
        "a million links": lambda: mail(b"https://x.example/jobs/view/1\n" * 100_000),
        "hundred thousand links": lambda: mail(b"<a href=https://x.example/jobs/%d>Job</a><br>" * 60_000, "text/html"),
    }  # fmt: skip


@pytest.mark.parametrize("name", bombs())
def test_bomb_costs_seconds_at_most(name: str) -> None:
    started = time.thread_time()
    assert extract(alert_of(bombs()[name]())).outcome
    assert time.thread_time() - started < 5


SEEDS = [path.read_bytes() for path in FILES if path.stat().st_size < 30_000]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_no_damage_to_a_mail_makes_extraction_fail(seed: bytes, data: st.DataObject) -> None:
    raw = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 200))
        raw[at : at + cut] = data.draw(st.binary(max_size=20))
    found = extract(alert_of(bytes(raw)))
    assert (found.outcome == "read") == bool(found.sightings)
    assert all(one.title.strip() for one in found.sightings)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_extraction_fail(raw: bytes) -> None:
    assert extract(alert_of(raw)).outcome
    assert extract(alert_of(b"From: a@jobs.example\nSubject: new jobs\n" + raw)).outcome
