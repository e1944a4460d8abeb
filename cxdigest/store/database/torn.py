"""Whether the end of a SQLite write-ahead log is torn: its last write never came to its end.

SQLite leaves such an end out without a word; this is so that somebody can be told. The format is
that of https://www.sqlite.org/fileformat2.html, section 4: a header of 32 bytes, then frames of 24
bytes and a page; each frame's checksum goes on from that of the frame before it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_HEADER, _FRAME = 32, 24
_LITTLE, _BIG = 0x377F0682, 0x377F0683  #: the order of bytes by which it is summed
_MASK = 0xFFFFFFFF


def is_torn(wal: Path) -> bool:
    """Tell whether the last frame of *wal* is incomplete or damaged; False where there is none."""
    try:
        with wal.open("rb") as file:
            return _is_torn(file, wal.stat().st_size)
    except OSError:  # it is not there, or whoever opens the database will say so
        return False


def _is_torn(file: BinaryIO, size: int) -> bool:
    head = file.read(_HEADER)
    if len(head) < _HEADER:
        return False
    magic, _, page, _, *salts = struct.unpack(">6I", head[:24])
    if magic not in {_LITTLE, _BIG} or not page:
        return False
    whole = _FRAME + page
    frames, rest = divmod(size - _HEADER, whole)
    number = _last_of(file, frames, whole, salts)
    if rest and number == frames:
        return True
    if not number:
        return False
    before = head[24:32] if number == 1 else _read(file, number - 2, whole)[16:24]
    last = _read(file, number - 1, whole)
    order = "<" if magic == _LITTLE else ">"
    return _sum(last[:8] + last[_FRAME:], before, order) != last[16:24]


def _last_of(file: BinaryIO, frames: int, whole: int, salts: list[int]) -> int:
    """Return how many frames are of the present round; those of older ones follow."""
    low, high = 0, frames
    while low < high:
        middle = (low + high) // 2
        file.seek(_HEADER + middle * whole + 8)
        if list(struct.unpack(">2I", file.read(8))) == salts:
            low = middle + 1
        else:
            high = middle
    return low


def _read(file: BinaryIO, number: int, whole: int) -> bytes:
    file.seek(_HEADER + number * whole)
    return file.read(whole)


def _sum(data: bytes, before: bytes, order: str) -> bytes:
    first, second = struct.unpack(">2I", before)
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _MASK
        second = (second + odd + first) & _MASK
    return struct.pack(">2I", first, second)
