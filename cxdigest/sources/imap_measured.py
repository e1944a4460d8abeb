"""How many bytes a server may send in answer to one command.

A mail's size is the server's own word, and a number it wrote may be any: without a measure one
answer could fill the memory of the machine. Knows imaplib's two ways to read, and no command.
"""

from __future__ import annotations

from imaplib import IMAP4


class Measure:
    """Counts what *imap* reads, and breaks off what would be more than *most* bytes."""

    def __init__(self, imap: IMAP4, most: int) -> None:
        self._most = self._left = most
        self._read, self._readline = imap.read, imap.readline
        vars(imap).update(read=self._measured, readline=self._measured_line)

    def begin(self) -> None:
        """Begin the next answer."""
        self._left = self._most

    def _measured(self, size: int) -> bytes:
        self._take(size)  # before it is read: imaplib would make room for all of it at once
        return self._read(size)

    def _measured_line(self) -> bytes:
        line = self._readline()
        self._take(len(line))
        return line

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise IMAP4.abort(f"one answer holds more than {self._most:,} bytes")
