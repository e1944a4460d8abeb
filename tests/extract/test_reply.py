"""What of a reply is the reader's own: quoted digests name no duties, whoever quotes them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.extract.mails.reply import answered, read_reply

REPLIES = Path(__file__).parent / "replies"


def expected(path: Path) -> list[tuple[str, str]]:
    blocks = path.with_suffix(".expect.txt").read_text("utf-8").split("=== ")[1:]
    pairs = (block.partition("\n") for block in blocks)
    return [(reference, words.strip()) for reference, _, words in pairs]


@pytest.mark.parametrize("path", sorted(REPLIES.glob("*.eml")), ids=lambda path: path.stem)
def test_the_readers_own_words_are_told_from_the_quoted_digest(path):
    reply = read_reply(path.read_bytes())
    assert "<a.b@cxdigest.invalid>" in reply.answers
    assert list(reply.duties) == expected(path)


def test_all_that_a_mail_answers_is_named():
    raw = b"In-Reply-To: <one@x>\r\nReferences: <two@x>\r\n\t<three@x> nonsense\r\n\r\nHi"
    assert answered(raw) == {"<one@x>", "<two@x>", "<three@x>"}
    assert answered(b"Subject: Jobs\r\n\r\n<one@x>") == frozenset()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_whatever_is_sent_gives_a_reply(body):
    read_reply(b"In-Reply-To: <a@b>\r\nFrom: a@b.example\r\n\r\n" + body)


def test_a_reply_of_lines_that_end_in_colons_costs_seconds_at_most() -> None:
    started = time.thread_time()
    body = b"wrote wrote:\n" * 1_000_000
    assert read_reply(b"From: a@b.example\r\nIn-Reply-To: <a@b>\r\n\r\n" + body).duties == ()
    assert time.thread_time() - started < 5
