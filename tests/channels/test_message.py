"""The bytes of a mail: what stands in them, and what can never get into them."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.channels.body import file_name
from cxdigest.channels.message import build, clean, mailbox
from cxdigest.errors import DeliveryError
from cxdigest.model import Delivery, Enclosure
from cxdigest.text import edition_mark
from tests.channels.digests import HTML, TEXT, delivery

SENDER = "cxdigest <digest@coach.example>"


def parsed(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def body(mail: EmailMessage, kind: str) -> Any:
    part = mail.get_body((kind,))  # type: ignore[arg-type]
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def test_mail_carries_both_parts_and_the_headers_of_a_digest() -> None:
    mail = parsed(
        build(
            delivery(), sender=SENDER, unsubscribe="mailto:stop@coach.example?subject=unsubscribe"
        )
    )
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert body(mail, "plain") == TEXT
    assert body(mail, "html") == HTML
    assert mail["From"] == "cxdigest <digest@coach.example>"
    assert mail["To"] == "ada@mail.example"
    assert mail["Subject"] == "7 customer experience roles, 12 set aside \u00b7 Sat 21 Nov"
    assert mail["Date"].datetime == delivery().made
    assert mail["Message-ID"] == "<d-0001@cxdigest.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Cxdigest-Edition"] == edition_mark("ada", delivery().day)
    assert mail["List-Unsubscribe"] == "<mailto:stop@coach.example?subject=unsubscribe>"
    assert re.fullmatch(r"<[0-9a-f]{8}\.cxdigest\.coach\.example>", mail["List-Id"])


def test_days_are_never_one_thread_and_one_list_is_one_profile() -> None:
    mail = parsed(build(delivery(), sender=SENDER))
    other = parsed(build(delivery(profile="ben"), sender=SENDER))
    assert not {"References", "In-Reply-To", "Thread-Index"} & set(mail.keys())
    assert mail["List-Unsubscribe"] == "<mailto:digest@coach.example?subject=unsubscribe>"
    assert mail["List-Id"] != other["List-Id"]


def test_same_delivery_gives_the_same_bytes_at_every_attempt() -> None:
    assert build(delivery(), sender=SENDER) == build(delivery(attempts=4), sender=SENDER)


def test_line_ends_in_a_title_add_no_header() -> None:
    hostile = "Role\r\nBcc: eve@evil.example\n\u2028X-Evil: 1\u2029\x00\x0b\x1b[31m\x85end \ud800"
    mail = parsed(
        build(delivery(subject=hostile, recipient=f"{hostile} <ada@mail.example>"), sender=SENDER)
    )
    assert not {"Bcc", "X-Evil"} & set(mail.keys())
    assert mail["Subject"] == "Role Bcc: eve@evil.example X-Evil: 1 [31m end"
    assert mail["To"].addresses[0].addr_spec == "ada@mail.example"


def test_space_between_encoded_words_of_a_title_is_kept() -> None:
    subject = "0000000000 00\u00a1" + "\u0800" * 9 + " \u00a1"
    assert parsed(build(delivery(subject=subject), sender=SENDER))["Subject"] == subject


def test_long_message_id_is_never_folded_or_encoded() -> None:
    message_id = "<" + "a" * 200 + "@cxdigest.example>"
    assert f"Message-ID: {message_id}\r\n".encode() in build(
        delivery(message_id=message_id), sender=SENDER
    )


texts = st.text(st.characters(exclude_categories=[]), max_size=200)


@settings(max_examples=150, deadline=None)
@given(subject=texts, name=texts, text=texts, html=texts)
def test_whatever_stands_in_a_digest_it_can_be_sent_and_read(
    subject: str, name: str, text: str, html: str
) -> None:
    name = name.replace("<", "").replace(">", "")
    raw = build(
        delivery(subject=subject, recipient=f"{name} <ada@mail.example>", text=text, html=html),
        sender=SENDER,
    )
    raw.decode("ascii")
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    mail = parsed(raw)
    assert mail["Subject"] == clean(clean(subject)[:400])
    (to,) = mail["To"].addresses
    assert to.addr_spec == "ada@mail.example"
    # Python's reader leaves a space between two encoded words of a name (RFC 2047, 6.2 forbids it).
    expected = mailbox(f"{name} <ada@mail.example>").name[:200]
    assert to.display_name.replace(" ", "") == expected.replace(" ", "")
    assert body(mail, "plain").rstrip("\n") == readable(text)
    assert body(mail, "html").rstrip("\n") == readable(html)


def readable(text: str) -> str:
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    return re.sub("\r\n?", "\n", text).rstrip("\n")


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("ada@mail.example", "", "ada@mail.example"),
        ("  <ada@mail.example> ", "", "ada@mail.example"),
        ("Ada L\u00f6we <ada.l+cx@Mail.Example>", "Ada L\u00f6we", "ada.l+cx@mail.example"),
        ("L\u00f6we, Ada <ada@mail.example>", "L\u00f6we, Ada", "ada@mail.example"),
        ('"L\u00f6we, Ada" <ada@mail.example>', "L\u00f6we, Ada", "ada@mail.example"),
        ("ada@b\u00fccher.example", "", "ada@xn--bcher-kva.example"),
        ("root@localhost", "", "root@localhost"),
    ],
)
def test_addresses_are_read_as_people_write_them(text: str, name: str, address: str) -> None:
    assert (mailbox(text).name, mailbox(text).address) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "ada@", "@mail.example", "a b@mail.example", "ada@mail..example",
        "ada@mail.example, ben@mail.example", "j\u00f6rg@mail.example", "ada@-x.example",
        "<ada@mail.example> <ben@mail.example>",
        "ada@" + "x" * 70 + ".example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(ValueError, match="is no e-mail address; write"):
        mailbox(text)


def test_bad_recipient_is_permanent_and_bad_sender_is_not() -> None:
    with pytest.raises(DeliveryError, match="the recipient: 'ada' is no e-mail address") as caught:
        build(delivery(recipient="ada"), sender=SENDER)
    assert caught.value.permanent
    with pytest.raises(DeliveryError, match="the sender of the channel") as caught:
        build(delivery(), sender="nobody")
    assert not caught.value.permanent


# -- copies, ways out, files -----------------------------------------------------------------------


def test_copy_names_whose_digest_it_is_and_goes_to_the_coach_alone() -> None:
    copy = delivery(role="cc", recipient="Coach <coach@mail.example>", to=("Ada <ada@x.example>",))
    mail = parsed(build(copy, sender=SENDER))
    assert (str(mail["To"]), str(mail["Cc"])) == (
        "Ada <ada@x.example>",
        "Coach <coach@mail.example>",
    )
    assert parsed(build(delivery(), sender=SENDER))["Cc"] is None


@pytest.mark.parametrize("to", [(), ("no address",), ("a\r\nBcc: eve@evil.example",)])
def test_copy_of_what_nobody_can_be_named_for_is_addressed_to_its_recipient(
    to: tuple[str, ...],
) -> None:
    mail = parsed(build(delivery(role="cc", to=to), sender=SENDER))
    assert (mail["To"], mail["Cc"], mail["Bcc"]) == ("ada@mail.example", None, None)


STOP = "https://digest.example/u/To-Ken_1"


@pytest.mark.parametrize(
    ("link", "own", "expected", "one_click"),
    [
        (STOP, "", f"<{STOP}>, <mailto:digest@coach.example?subject=cxdigest%20To-Ken_1%20unsubscribe>", True),
        (STOP, "mailto:stop@coach.example", f"<{STOP}>, <mailto:stop@coach.example?subject=cxdigest%20To-Ken_1%20unsubscribe>", True),
        (STOP, "mailto:stop@coach.example?subject=x", f"<{STOP}>, <mailto:stop@coach.example?subject=x>", True),
        ("mailto:in@x.example?subject=cxdigest%20T%20unsubscribe", "", "<mailto:in@x.example?subject=cxdigest%20T%20unsubscribe>", False),
        ("", "mailto:stop@coach.example?subject=stop", "<mailto:stop@coach.example?subject=stop>", False),
        # Whether a page of somebody else's takes one click nobody knows.
        ("", "https://list.example/stop", "<https://list.example/stop>", False),
        ("", "", "<mailto:digest@coach.example?subject=unsubscribe>", False),
    ],
)  # fmt: skip
def test_a_mail_program_finds_the_way_out(
    link: str, own: str, expected: str, one_click: bool
) -> None:
    mail = parsed(build(delivery(unsubscribe=link), sender=SENDER, unsubscribe=own))
    assert mail["List-Unsubscribe"] == expected
    assert mail["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)


def enclosing(*enclosures: Enclosure, html: str = HTML) -> Delivery:
    plain = delivery(html=html)
    return replace(plain, rendered=replace(plain.rendered, enclosures=enclosures))


PICTURE = Enclosure(
    name="week.png", media="image/png", content=b"\x89PNG\r\n\x1a\n\x00" * 99, cid="week@cx"
)
TABLE = Enclosure(name="rest.csv", media="text/csv", content="title\r\ncafé\r\n".encode())


def shape(part: Any) -> Any:
    kind = part.get_content_type()
    return (kind, [shape(each) for each in part.iter_parts()]) if part.is_multipart() else kind


def test_pictures_go_with_the_html_and_files_beside_both_parts() -> None:
    sent = enclosing(TABLE, PICTURE, html='<p><img src="cid:week@cx" alt="The week"></p>\n')
    mail = parsed(build(sent, sender=SENDER))
    related = ("multipart/related", ["text/html", "image/png"])
    alternative = ("multipart/alternative", ["text/plain", related])
    assert shape(mail) == ("multipart/mixed", [alternative, "text/csv"])
    assert body(mail, "plain") == TEXT
    assert body(mail, "html") == sent.rendered.html
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("rest.csv", TABLE.content.decode())
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<week@cx>", "inline")
    assert picture.get_content() == PICTURE.content


@pytest.mark.parametrize(
    ("enclosures", "expected"),
    [((PICTURE,), "multipart/alternative"), ((TABLE,), "multipart/mixed")],
)
def test_no_part_is_made_that_holds_nothing(
    enclosures: tuple[Enclosure, ...], expected: str
) -> None:
    assert parsed(build(enclosing(*enclosures), sender=SENDER)).get_content_type() == expected


def test_same_delivery_with_files_gives_the_same_bytes_at_every_attempt() -> None:
    first = enclosing(TABLE, PICTURE)
    assert build(first, sender=SENDER) == build(replace(first, attempts=3), sender=SENDER)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("rest.csv", "rest.csv"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x\\con.txt", "C_x_con.txt"),
        ("a\r\nX-Evil: 1.csv", "a_X-Evil_ 1.csv"),
        ("fdp.\u202eexe.pdf", "fdp._exe.pdf"),
        ("Übersicht der Woche.html", "Übersicht der Woche.html"),
        ("x" * 300 + ".html", "x" * 75 + ".html"),
        (" .. ", "attachment"),
        ("", "attachment"),
        ("\ud800.csv", "_.csv"),
    ],
)
def test_name_of_a_file_is_safe_and_keeps_its_ending(name: str, safe: str) -> None:
    assert file_name(name) == safe
    mail = parsed(build(enclosing(replace(TABLE, name=name)), sender=SENDER))
    (file,) = mail.iter_attachments()
    assert file.get_filename() == safe
    assert "X-Evil" not in mail


@pytest.mark.parametrize(
    "media", ["", "x", "message/rfc822", "multipart/mixed", "a/b\r\nX-Evil: 1", "text/ü"]
)
def test_what_no_part_may_be_is_sent_as_plain_bytes(media: str) -> None:
    mail = parsed(build(enclosing(replace(TABLE, media=media)), sender=SENDER))
    (file,) = mail.iter_attachments()
    assert (file.get_content_type(), file.get_content()) == (
        "application/octet-stream",
        TABLE.content,
    )


@settings(max_examples=60, deadline=None)
@given(value=texts)
def test_no_value_of_a_delivery_can_add_a_header_or_stop_the_mail(value: str) -> None:
    sent = delivery(subject=value, role="cc", to=(value, "ben@x.example"), unsubscribe=value)
    sent = replace(
        sent,
        rendered=replace(
            sent.rendered,
            enclosures=(
                replace(TABLE, name=value, media=value),
                replace(PICTURE, cid=value or "x"),
            ),
        ),
    )
    raw = build(sent, sender=SENDER, unsubscribe=value)
    raw.decode("ascii")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.partition(b"\r\n\r\n")[0].decode()
    names = [line.partition(":")[0] for line in re.split(r"\r\n(?![ \t])", head)]
    assert set(names) <= HEADERS
    assert len(names) == len(set(names))


HEADERS = {
    "Message-ID", "Date", "From", "To", "Cc", "Subject", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Cxdigest-Edition", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
}  # fmt: skip
