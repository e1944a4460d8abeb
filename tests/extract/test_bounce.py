"""Mails that servers send back: what they return, and why."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.extract.mails.bounce import Bounce, read_bounce
from cxdigest.extract.mails.ours import may_be_for_us

FOLDER = Path(__file__).parent / "bounces"
OWN = "<0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210@cxdigest.example>"


def told(bounce: Bounce | None) -> list[str]:
    if bounce is None:
        return ["no bounce"]
    assert bounce.message_ids <= {OWN}
    number = len(bounce.message_ids)
    lines = [f"returns {number} mail{'' if number == 1 else 's'}"]
    for one in bounce.failures:
        fate = "gave up" if one.gave_up else "waits"
        lines.append(f"{one.recipient} {fate} {one.status or '-'}: {one.words}")
    return lines


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
def test_a_bounce_is_read(path):
    assert (
        told(read_bounce(path.read_bytes()))
        == path.with_suffix(".expect.txt").read_text().splitlines()
    )


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.eml")), ids=lambda path: path.stem)
def test_its_head_alone_lets_it_through_a_filter(path):
    head = path.read_bytes().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert may_be_for_us(head) == (path.stem != "read-receipt")


@settings(deadline=None)
@given(st.sampled_from(sorted(FOLDER.glob("*.eml"))), st.data())
def test_a_bounce_that_was_cut_or_garbled_does_no_harm(path, data):
    raw = bytearray(path.read_bytes()[: data.draw(st.integers(0, 4000))])
    for _ in range(data.draw(st.integers(0, 5))):
        if raw:
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    bounce = read_bounce(bytes(raw))
    assert bounce is None or len(bounce.failures) <= 20


@pytest.mark.parametrize("words", ["-" * 300_000, "-- " * 100_000, "\n" * 300_000, " \n" * 150_000])
def test_a_bounce_made_to_keep_its_reader_busy_is_read_at_once(words):
    head = b"From: mailer-daemon@mx.example\r\nContent-Type: text/plain\r\n\r\n"
    begun = time.process_time()
    assert read_bounce(head + words.encode()) is not None
    assert time.process_time() - begun < 10
