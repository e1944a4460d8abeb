"""A stream of bytes -> the alerts in it: one mail, an mbox of many, or a feed of many entries.

The type is told by content, never by name. An mbox is read message by message, so that its size
does not matter; what is over the limit keeps its headers alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO

from cxdigest.errors import AlertError
from cxdigest.extract.feeds import read_feed
from cxdigest.model import Alert, FeedEntry

_LIMIT = 25_000_000
_HEAD = 4_096
_MAX_HEADERS = 262_144
_MAX_LINE = 65_536
_FROM = re.compile(rb"From (?:- |(?:\S+|\"[^\"]*\"\S*)\s.*\d\d?:\d\d).*\d{4}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MARKS = b"\xef\xbb\xbf \t\r\n\0"  # what editors and servers leave before a document
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # byte order marks of UTF-16: mails never have one


def split(stream: BinaryIO, *, source: str, name: str, limit: int = _LIMIT) -> Iterator[Alert]:
    """Yield the alerts in *stream*, called *name*; a mail is read up to *limit* bytes.

    The key is *name*, with ``#n`` for the nth message of an mbox; a feed entry has its own key.
    What is neither mail nor feed comes as a mail that cannot be read.
    """
    head = stream.read(_HEAD)
    start = head.lstrip(_MARKS)
    if _FROM.match(start):
        yield from _messages(stream, start, source, name, limit)
        return
    data = head + stream.read(max(0, limit + 1 - len(head)))
    if len(data) > limit:
        yield _too_large(data, len(data) + _rest(stream), source, name)
    elif head.startswith(_WIDE) or start.startswith((b"<", b"{", b"[")):
        yield from _entries(data, source, name)
    else:
        yield _mail(data, source, name)


def feed_alert(entry: FeedEntry, *, source: str) -> Alert:
    """Return *entry* as an alert."""
    return Alert(
        source=source,
        key=entry.key,
        media="feed",
        raw=entry.raw,
        digest=hashlib.sha256(entry.raw).hexdigest(),
        received=entry.published,
        entry=entry,
    )


def _rest(stream: BinaryIO) -> int:
    return sum(map(len, iter(lambda: stream.read(_MAX_LINE), b"")))


def _mail(raw: bytes, source: str, key: str) -> Alert:
    digest = hashlib.sha256(raw).hexdigest()
    return Alert(source=source, key=key, media="mail", raw=raw, digest=digest)


def _too_large(data: bytes, size: int, source: str, key: str) -> Alert:
    head = re.split(rb"\r?\n\r?\n", data[:_MAX_HEADERS], maxsplit=1)[0].rstrip(b"\r\n")
    digest = hashlib.sha256(data).hexdigest()
    return Alert(
        source=source, key=key, media="mail", raw=head, digest=digest, too_large=max(size, 1)
    )


def _entries(data: bytes, source: str, name: str) -> Iterator[Alert]:
    try:
        feed = read_feed(data)
    except AlertError:  # kept whole: whoever extracts it will hear the reason
        digest = hashlib.sha256(data).hexdigest()
        yield Alert(source=source, key=name, media="feed", raw=data, digest=digest)
        return
    for entry in feed.entries:
        yield feed_alert(entry, source=source)


def _messages(
    stream: BinaryIO, start: bytes, source: str, name: str, limit: int
) -> Iterator[Alert]:
    message = _Message(limit)
    number = 0
    blank = True  # a message starts after an empty line alone
    for line in _lines(stream, start):
        if blank and _FROM.match(line):
            if number:
                yield message.alert(source, f"{name}#{number}")
            message, number, blank = _Message(limit), number + 1, False
        else:
            message.add(line)
            blank = not line.strip()
    yield message.alert(source, f"{name}#{number}")


def _lines(stream: BinaryIO, start: bytes) -> Iterator[bytes]:
    """Yield the lines of *start* and of *stream* after it; endless ones come in pieces."""
    *whole, last = start.splitlines(keepends=True)
    yield from whole
    yield last if last.endswith(b"\n") else last + stream.readline(_MAX_LINE)
    yield from iter(lambda: stream.readline(_MAX_LINE), b"")


class _Message:
    """One message of an mbox while it is read."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.kept: list[bytes] = []

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= self.limit:
            self.kept.append(line)

    def alert(self, source: str, key: str) -> Alert:
        # Not every writer ends the last message with an empty line; the digest must not tell.
        while self.kept and not self.kept[-1].strip():
            self.kept.pop()
        raw = b"".join(self.kept)
        if self.size > self.limit:
            return _too_large(raw, self.size, source, key)
        return _mail(_QUOTED_FROM.sub(rb"\1", raw), source, key)
