"""What lies in a file is told by its content; an mbox is read as a stream."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cxdigest.extract import extract
from cxdigest.extract.split import split
from cxdigest.model import Alert

ONE = b"From: a@b.example\nSubject: one\n\nbody\n"
FEED = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id>
<entry><id>e1</id><title>Customer Experience Lead</title><link href="https://x.example/jobs/1"/></entry>
<entry><id>e2</id><title>Journey Manager</title><link href="https://x.example/jobs/2"/></entry></feed>"""


def parts(data: bytes, limit: int = 25_000_000) -> list[Alert]:
    return list(split(io.BytesIO(data), source="s", name="f", limit=limit))


def test_mail_is_one_alert_with_its_bytes_untouched() -> None:
    (alert,) = parts(ONE)
    assert (alert.key, alert.media, alert.raw, alert.source) == ("f", "mail", ONE, "s")


def test_mbox_gives_each_message_unquoted_and_numbered() -> None:
    mbox = (
        b"From a@b.example Tue May  5 15:20:25 2026\n" + ONE + b"\n>From the heart\n>>From deep\n\n"
        b"From - Wed May 06 08:00:00 2026\r\nX-Mozilla-Status: 0001\r\nFrom: c@d.example\r\n\r\ntwo\r\n"
        b"From here on it is 2026 at 10:00 still the body\r\n"
    )
    first, second = parts(mbox)
    assert (first.key, second.key) == ("f#1", "f#2")
    # The blank line before the next "From " parts the messages and belongs to neither.
    assert first.raw == ONE + b"\nFrom the heart\n>From deep\n"
    assert second.raw.endswith(b"still the body\r\n")
    assert b"Mozilla" in second.raw


def test_mbox_is_never_held_whole() -> None:
    class Endless(io.RawIOBase):
        """A hundred thousand messages that are made when they are read."""

        def __init__(self) -> None:
            self.left = 100_000
            self.buffer = b""

        def readable(self) -> bool:
            return True

        def readinto(self, into: memoryview) -> int:  # type: ignore[override]
            if not self.buffer and self.left:
                self.left -= 1
                self.buffer = b"From a@b.example Tue May  5 15:20:25 2026\n" + ONE + b"\n"
            size = min(len(into), len(self.buffer))
            into[:size] = self.buffer[:size]
            self.buffer = self.buffer[size:]
            return size

    source = Endless()
    alerts = split(io.BufferedReader(source), source="s", name="f")
    assert [next(alerts).key for _ in range(3)] == ["f#1", "f#2", "f#3"]
    assert source.left > 99_000


def test_message_over_the_limit_keeps_its_headers_alone_and_the_next_is_read() -> None:
    start = b"From a@b.example Tue May  5 15:20:25 2026\n"
    big = b"From: a@b.example\nSubject: big\n\n" + b"x" * 5_000 + b"\n\n"
    large, small = parts(start + big + start + ONE, limit=1_000)
    assert (large.raw, large.too_large) == (b"From: a@b.example\nSubject: big", len(big))
    assert (small.raw, small.too_large) == (ONE, 0)
    found = extract(large)
    assert (found.outcome, bool(found.reason)) == ("too-large", True)
    (alone,) = parts(big, limit=1_000)
    assert (alone.too_large, alone.raw) == (len(big), large.raw)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n  \t", b"<!-- made by x -->"])
def test_feed_is_told_by_its_content_and_gives_its_entries(before: bytes) -> None:
    alerts = parts(before + (FEED.partition(b"?>")[2] if before.startswith(b"<") else FEED))
    assert [(alert.key, alert.media) for alert in alerts] == [("e1", "feed"), ("e2", "feed")]
    titles = [extract(alert).sightings[0].title for alert in alerts]
    assert titles == ["Customer Experience Lead", "Journey Manager"]


def test_stored_entry_is_read_again_from_its_bytes_alone() -> None:
    alerts = parts(FEED)
    assert len(alerts) > 1
    for alert in alerts:
        stored = Alert(source="s", key=alert.key, media="feed", raw=alert.raw, digest=alert.digest)
        assert stored.entry is None
        assert extract(stored) == extract(alert)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"words",
        b"<html><title>Sign in</title></html>",
        b'{"a": 1}',
        b"\x89PNG\r\n",
        b"\xff\xfe<\0",
    ],
)
def test_what_is_neither_is_kept_and_said_to_be_unreadable(data: bytes) -> None:
    (alert,) = parts(data)
    assert alert.raw == data
    found = extract(alert)
    assert (found.outcome, bool(found.reason)) == ("unreadable", True)


def test_equal_content_has_an_equal_digest(tmp_path: Path) -> None:
    assert parts(ONE)[0].digest == parts(ONE)[0].digest != parts(ONE + b"x")[0].digest
