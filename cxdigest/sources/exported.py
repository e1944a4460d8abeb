"""What mail programs and providers export: mboxes, Maildirs, folders of mails, archives of these.

Told apart by content, never by name. Nothing is unpacked to the disk and everything is read as a
stream, an mbox message by message; links are not followed, and what is no file is passed over. An
archive that names places outside of itself, or that would swell beyond reason, is refused. Reads,
never writes; what one file has against being read stops no other.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from cxdigest.extract.mails.mime import split_head
from cxdigest.extract.split import Message, is_mbox, messages
from cxdigest.sources.folder import is_of_interest, open_carefully

#: From so many bytes on, an archive may hold no more than so many times what it takes itself.
FREE, SWELLS = 200_000_000, 100
MOST_MEMBERS = 200_000  #: files in one archive
_HEAD = 4_096
_LINE = 65_536
_MAGIC = 512  #: bytes by which a tar is known
_HEADERS = {"from", "to", "subject", "date", "received", "message-id", "return-path"}
_TELLING = 2  #: so many of them make a mail
_PACKED: tuple[tuple[bytes, Callable[[BinaryIO], object]], ...] = (
    (b"\x1f\x8b", lambda raw: gzip.GzipFile(fileobj=raw)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ", lzma.LZMAFile),
)
#: What the readers of archives raise at a damaged one.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, gzip.BadGzipFile,
    NotImplementedError, ValueError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What mails were found in: an mbox, in an archive or not, or the file of one mail."""

    name: str  #: for people
    mark: str  #: known again by it while it stays as it is; empty: one mail, which needs no place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One mail."""

    holder: Holder
    message: Message
    #: Bytes of the holder after which the next mail begins, or the UID there: where to go on. The
    #: same as before where one that could not be read is to be asked for again.
    place: int
    latest: datetime | None = None  #: it was there by then, whatever it says itself


class _RefusedError(Exception):
    """A file that is not read, with the reason."""


class Export:
    """Files and folders that were exported, as one stream of mails."""

    def __init__(self, paths: Sequence[Path], *, limit: int) -> None:
        """Look which files there are; *limit* is the size of the largest mail read whole."""
        self.troubles: list[str] = []  #: what could not be read, and why
        self.others = 0  #: files that hold no mail
        self._limit = limit
        self._before = 0
        self._raw: BinaryIO | None = None
        self._files = [file for path in paths for file in self._below(path)]
        self.total = sum(size for _, _, size in self._files)  #: bytes on the disk

    @property
    def done(self) -> int:
        """Bytes on the disk that were read."""
        at = self._raw.tell() if self._raw and not self._raw.closed else 0
        return min(self.total, self._before + at)

    @property
    def whole(self) -> bool:
        """Whether every file could be read to its end."""
        return not self.troubles

    def mails(
        self, *, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        """Yield every mail; of one whose head is not *wanted*, no more than the head.

        *begin* says after how many bytes of an mbox to go on.
        """
        for path, name, size in self._files:
            try:
                with open(path, "rb", opener=open_carefully) as raw:
                    self._raw = raw
                    reading = _Reading(self, raw, name, wanted, begin, self._limit)
                    yield from reading.file(path, size)
            except _RefusedError as error:
                self.troubles.append(f"{name}: {error}")
            except OSError as error:
                self.troubles.append(f"{name}: {error.strerror or _damaged(error)}")
            except _DAMAGED as error:
                self.troubles.append(f"{name}: {_damaged(error)}")
            finally:
                self._raw = None
                self._before += size

    def _below(self, path: Path) -> Iterator[tuple[Path, str, int]]:
        """Yield each file of *path* with its name for people and its size, in a fixed order."""
        try:
            root = path.resolve(strict=True)
            status = root.stat()
        except (OSError, RuntimeError) as error:  # the second: links that lead to each other
            why = getattr(error, "strerror", None) or "its links lead in a circle"
            self.troubles.append(f"{_shown(path)}: {why}")
            return
        if not stat.S_ISDIR(status.st_mode):
            yield root, _shown(path), status.st_size
            return

        def not_listed(error: OSError) -> None:
            where = Path(error.filename)
            inside = where.relative_to(root) if where != root else path
            self.troubles.append(f"{_shown(inside)}: {error.strerror}")

        for folder, folders, names in os.walk(root, onerror=not_listed):
            folders[:] = sorted(one for one in folders if is_of_interest(Path(folder, one)))
            for name in sorted(names):
                file = Path(folder, name)
                try:
                    status = file.lstat()
                except OSError:  # moved away meanwhile
                    continue
                if stat.S_ISREG(status.st_mode) and not name.startswith("."):
                    yield file, _shown(file.relative_to(root)), status.st_size
                else:
                    self.others += 1


class _Reading:
    """One file while it is read."""

    def __init__(  # noqa: PLR0917 - made in one place
        self,
        export: Export,
        raw: BinaryIO,
        name: str,
        wanted: Callable[[bytes], bool],
        begin: Callable[[Holder], int],
        limit: int,
    ) -> None:
        self._export, self._raw, self._name = export, raw, name
        self._wanted, self._begin, self._limit = wanted, begin, limit
        status = os.fstat(raw.fileno())
        self._mark = f"{status.st_size}:{status.st_mtime_ns}"

    def file(self, path: Path, size: int) -> Iterator[Found]:
        if not stat.S_ISREG(os.fstat(self._raw.fileno()).st_mode):
            raise _RefusedError("is neither a file nor a folder")
        head = self._raw.read(_HEAD)
        self._raw.seek(0)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from self._zip(size)
            return
        if _is_tar(head):
            yield from self._tar(self._raw)
            return
        for magic, opened in _PACKED:
            if head.startswith(magic):
                unpacked = _Unpacked(cast("BinaryIO", opened(self._raw)), self._raw)
                yield from self._packed(io.BufferedReader(unpacked, _LINE))
                return
        yield from self._stream(self._raw, self._name, kept=path)

    def _packed(self, stream: io.BufferedReader) -> Iterator[Found]:
        if _is_tar(stream.peek(_MAGIC)[:_MAGIC]):
            yield from self._tar(stream)
        else:
            yield from self._stream(stream, self._name)

    def _tar(self, stream: IO[bytes]) -> Iterator[Found]:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for number, one in enumerate(archive):
                if number >= MOST_MEMBERS:
                    raise _RefusedError(f"more than {MOST_MEMBERS:,} files are in it")
                _require_inside(one.name)
                content = archive.extractfile(one) if one.isreg() else None
                if content is None:
                    self._export.others += not one.isdir()
                    continue
                yield from self._stream(content, f"{self._name}/{_shown(one.name)}")
                archive.members = []  # type: ignore[attr-defined]  # it would keep every one

    def _zip(self, size: int) -> Iterator[Found]:
        with zipfile.ZipFile(self._raw) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise _RefusedError(f"more than {MOST_MEMBERS:,} files are in it")
            for one in members:
                _require_inside(one.filename)
            if (whole := sum(one.file_size for one in members)) > max(FREE, SWELLS * size):
                raise _swells(whole)
            for one in members:
                name = f"{self._name}/{_shown(one.filename)}"
                if one.is_dir():
                    continue
                if one.flag_bits & 1:
                    self._export.troubles.append(
                        f"{name}: is locked by a password; unpack it first"
                    )
                    continue
                try:
                    with archive.open(one) as content:
                        yield from self._stream(
                            io.BufferedReader(cast("io.RawIOBase", content), _LINE), name
                        )
                except _DAMAGED as error:
                    self._trouble(name, _damaged(error))

    def _stream(self, stream: IO[bytes], name: str, *, kept: Path | None = None) -> Iterator[Found]:
        """Yield the mails of an mbox, or the one that the stream is."""
        head = _read(stream, _HEAD)
        if is_mbox(head):
            yield from self._mbox(stream, head, name)
        elif _is_mail(head, kept or Path(name)):
            raw = head + _read(stream, self._limit + 1 - len(head))
            more = sum(map(len, iter(lambda: stream.read(_LINE), b"")))
            wanted = self._wanted(raw)
            # Of one that is too large the head is kept, as far as one was read.
            found = Message(b"", raw if wanted else b"", len(raw) + more, 0, wanted)
            yield Found(holder=Holder(name=name, mark=""), message=found, place=0)
        else:
            if _is_archive(head):
                self._export.troubles.append(
                    f"{name}: is an archive in an archive; unpack it first"
                )
            self._export.others += 1

    def _trouble(self, name: str, why: str) -> None:
        self._export.troubles.append(f"{name}: {why}")

    def _mbox(self, stream: IO[bytes], head: bytes, name: str) -> Iterator[Found]:
        told = f"{name}\0{self._mark}\0".encode(errors="surrogateescape") + head
        holder = Holder(name=name, mark=hashlib.sha256(told).hexdigest()[:32])
        start = self._begin(holder)
        lines = _lines_from(stream, head, start)
        for one in messages(lines, limit=self._limit, wanted=self._wanted):
            yield Found(holder=holder, message=one, place=start + one.end)


class _Unpacked(io.RawIOBase):
    """What comes out of a packed stream, as long as that is within reason."""

    def __init__(self, stream: BinaryIO, packed: BinaryIO) -> None:
        self._stream, self._packed, self._out = stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self._out += len(data)
        if self._out > max(FREE, SWELLS * self._packed.tell()):
            raise _swells(self._out)
        buffer[: len(data)] = data
        return len(data)


def _lines_from(stream: IO[bytes], head: bytes, start: int) -> Iterator[bytes]:
    """Yield the lines after *start* bytes of the stream whose *head* was read; long ones in pieces.

    Where it cannot be gone to, what stands before is read and left.
    """
    if start >= len(head):
        # What stands in a tar that comes as a stream says that it can go anywhere, and cannot.
        if not isinstance(stream, tarfile.ExFileObject) and stream.seekable():
            stream.seek(start)
        else:
            left = start - len(head)
            while left and (some := stream.read(min(left, _LINE))):
                left -= len(some)
        yield from iter(partial(stream.readline, _LINE), b"")
        return
    *whole, last = head[start:].splitlines(keepends=True)
    yield from whole
    yield last if last.endswith(b"\n") else last + stream.readline(_LINE)
    yield from iter(partial(stream.readline, _LINE), b"")


def _read(stream: IO[bytes], size: int) -> bytes:
    """Return *size* bytes, or fewer where there are no more."""
    pieces, left = [], size
    while left > 0 and (some := stream.read(left)):
        pieces.append(some)
        left -= len(some)
    return b"".join(pieces)


def _is_mail(head: bytes, path: Path) -> bool:
    if path.suffix.lower() == ".eml" or (path.parent.name in {"cur", "new"} and head):
        return True
    fields, _ = split_head(head.lstrip(b"\xef\xbb\xbf\r\n"))
    return len(_HEADERS & fields.keys()) >= _TELLING


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_archive(head: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", *(magic for magic, _ in _PACKED))) or _is_tar(head)


def _require_inside(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        raise _RefusedError(
            f"names a file outside of itself ({_shown(name)}), as no export does; it is not read"
        )


def _swells(size: int) -> _RefusedError:
    return _RefusedError(
        f"would unpack to {size // 1_000_000:,} MB or more, far more than mails do; it is not "
        "read. If it is right, unpack it yourself and name the folder"
    )


def _damaged(error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "is packed in a way that cannot be read here; unpack it first"
    return "is cut short or damaged; what stood before that was read, get the file again"


def _shown(name: Path | str) -> str:
    """Return *name* as text that every terminal and store can hold."""
    text = name.as_posix() if isinstance(name, Path) else name
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
