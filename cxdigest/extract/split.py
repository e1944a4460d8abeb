"""A stream of bytes -> the alerts in it: one mail, an mbox of many, or a feed of many entries.

The type is told by content, never by name. An mbox is read message by message, so that its size
does not matter; what is over the limit keeps its headers alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cxdigest.errors import AlertError
from cxdigest.extract.feeds.entries import read_feed
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
    for number, one in enumerate(messages(_lines(stream, start), limit=limit), start=1):
        key = f"{name}#{number}"
        if one.size > limit:
            yield _too_large(one.raw, one.size, source, key)
        else:
            yield _mail(one.raw, source, key)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of an mbox."""

    line: bytes  #: the line that begins it
    raw: bytes  #: without the quoting of mboxes and the empty lines at its end; the head where left
    size: int  #: bytes in the mbox, without that line
    end: int  #: where the next one begins, in bytes from the first line that was read
    wanted: bool = True  #: False: it was left after its head


def is_mbox(head: bytes) -> bool:
    """Tell whether what begins with *head* is an mbox."""
    return _FROM.match(head.lstrip(_MARKS)) is not None


def messages(
    lines: Iterable[bytes], *, limit: int, wanted: Callable[[bytes], bool] = lambda _head: True
) -> Iterator[Message]:
    """Yield the messages in the *lines* of an mbox, of each at most *limit* bytes.

    *wanted* is asked with the head of each; of those that are not, nothing else is kept.
    """
    message: _Message | None = None
    end, blank = 0, True  # a message starts after an empty line alone
    for line in lines:
        if blank and _FROM.match(line if message or end else line.lstrip(_MARKS)):
            if message:
                yield message.done(end)
            message, blank = _Message(line, limit, wanted), False
        else:
            if message is not None:
                if message.left:  # most of what a person exports: worth no call for each line
                    message.size += len(line)
                else:
                    message.add(line)
            blank = line.isspace()
        end += len(line)
    if message:
        yield message.done(end)


def _lines(stream: BinaryIO, start: bytes) -> Iterator[bytes]:
    """Yield the lines of *start* and of *stream* after it; endless ones come in pieces."""
    *whole, last = start.splitlines(keepends=True)
    yield from whole
    yield last if last.endswith(b"\n") else last + stream.readline(_MAX_LINE)
    yield from iter(lambda: stream.readline(_MAX_LINE), b"")


class _Message:
    """One message of an mbox while it is read."""

    def __init__(self, line: bytes, limit: int, wants: Callable[[bytes], bool]) -> None:
        self.line = line
        self.limit = limit
        self.size = 0
        self.kept: list[bytes] = []
        self._wants = wants
        self.left = False  #: nothing more of it is kept
        self._asked = False

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if not self._asked and self.kept and line.isspace():
            self._ask()
        if self.size <= self.limit and not self.left:
            self.kept.append(line)

    def _ask(self) -> None:
        self._asked = True
        self.left = not self._wants(b"".join(self.kept))

    def done(self, end: int) -> Message:
        if not self._asked:
            self._ask()
        # Not every writer ends the last message with an empty line; the digest must not tell.
        while self.kept and not self.kept[-1].strip():
            self.kept.pop()
        raw = b"".join(self.kept)
        if self.size <= self.limit:
            raw = _QUOTED_FROM.sub(rb"\1", raw)
        return Message(self.line, raw, self.size, end, not self.left)
