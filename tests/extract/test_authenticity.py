"""Every mail under ``authenticity/`` is judged as its ``.expect.yaml`` says, and nothing crashes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.extract import extract
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver, authenticity, receiver_of
from tests.extract.test_alerts import alert_of

FOLDER = Path(__file__).parent / "authenticity"
FILES = sorted(FOLDER.glob("*.eml"))
SENDER = "alerts@jobs.harbourboard.example"


def receiver_in(told: dict[str, str | bool]) -> Receiver:
    host, name = str(told.get("imap", "")), str(told.get("authserv", ""))
    return receiver_of(host, name, trusted=bool(told.get("trust")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sender_is_judged_as_stands_beside_the_mail(path: Path) -> None:
    told = yaml.safe_load(path.with_suffix(".expect.yaml").read_text("utf-8"))
    found = extract(alert_of(path.read_bytes()), receiver=receiver_in(told))
    assert found.authenticity == told["authenticity"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_line_ends_of_the_wire_change_nothing(path: Path) -> None:
    told = yaml.safe_load(path.with_suffix(".expect.yaml").read_text("utf-8"))
    raw = path.read_bytes().replace(b"\n", b"\r\n")
    assert extract(alert_of(raw), receiver=receiver_in(told)).authenticity == told["authenticity"]


def test_every_mail_has_its_expectation() -> None:
    assert len(FILES) > 30
    assert {path.with_suffix(".expect.yaml") for path in FILES} == set(FOLDER.glob("*.expect.yaml"))


def test_the_sender_is_named_by_its_host() -> None:
    found = extract(alert_of((FOLDER / "gmail.eml").read_bytes()))
    assert found.sender == "jobs.harbourboard.example"
    forwarded = extract(alert_of((FOLDER / "forwarded-by-hand.eml").read_bytes()))
    assert forwarded.sender == "jobs.harbourboard.example", "the board's, not the forwarder's"


def test_a_name_in_the_configuration_stands_above_the_table() -> None:
    assert receiver_of("imap.gmail.com").authserv == ("google.com",)
    assert receiver_of("imap.gmail.com", "MX.Mine.example").authserv == ("mx.mine.example",)
    assert receiver_of("mail.fennhouse.example") == UNKNOWN
    assert receiver_of("notgmail.com") == UNKNOWN


def test_hostile_fields_cost_no_time() -> None:
    for evil in (
        b"(" * 20_000, b'"' * 20_000, b"a" * 20_000, b"a =" * 7_000, b"a." * 10_000,
        b"a; " + b"dkim=pass " * 2_000, b"a; " + b" " * 19_000 + b"=", b"a; x" + b"\\" * 19_000,
        b"\xff\x00;=" * 5_000,
    ):  # fmt: skip
        raw = b"Received: by " + evil + b"\nAuthentication-Results: " + evil + b"\nFrom: " + evil
        started = time.thread_time()
        assert authenticity(raw + b"@" + evil + b"\n\n", SENDER) != "verified"
        assert time.thread_time() - started < 0.5, evil[:9]


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_field_that_somebody_else_wrote_proves_a_sender(value: str, name: str) -> None:
    field = value.replace("\n", " ").replace("\r", " ").encode("utf-8", "replace")
    raw = b"Received: by mx.fennhouse.example\nAuthentication-Results: evil.example; " + field
    raw += b"\nFrom: " + name.replace("\n", "").encode("utf-8", "replace") + SENDER.encode()
    assert authenticity(raw + b"\n\n", SENDER, receiver=receiver_of("imap.gmail.com")) in {
        "unknown", "failed",
    }  # fmt: skip
