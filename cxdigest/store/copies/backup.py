"""The file of a backup: a manifest, the store, and files that go with it, in one zip.

Written beside its place and then renamed, for its owner alone. Read with distrust: nothing is taken
out of it but what the manifest names, with the length and the checksum that it says; no name in it
leads out of the folder that it is put into.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pydantic import BaseModel, ConfigDict

from cxdigest import __version__
from cxdigest.errors import BackupError, StoreError, WrongUseError
from cxdigest.store.copies import snapshot
from cxdigest.store.copies.checksums import Tally
from cxdigest.store.copies.snapshot import Told, untold
from cxdigest.store.database.disk import sync

_FORMAT = 1
_MANIFEST = "manifest.json"
_STORE = "store"
_FILES = "files/"
_LONGEST = 4_000_000  #: bytes of a manifest
_MARGIN = 50_000_000  #: bytes that stay free
_CHUNK = 1 << 20


class Piece(BaseModel):
    """A member of the zip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    cxdigest: str  #: version that made it
    made: datetime
    kind: snapshot.Kind
    revision: str
    tables: dict[str, Tally]
    store: Piece
    files: dict[str, Piece]  #: paths below the folder of the configuration
    config: str = ""  #: which of them is the configuration
    secrets: bool = False  #: whether it holds the passwords
    left_out: tuple[str, ...] = ()  #: what a restore needs besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What goes with the store."""

    files: Mapping[str, bytes]
    config: str = ""
    secrets: bool = False
    left_out: tuple[str, ...] = ()


def write(
    url: str, target: Path, beside: Beside, *, now: datetime, told: Told = untold
) -> Manifest:
    """Write a backup of the store at *url* to *target*, and replace what is there.

    *told* is told how far the parts ``copy``, ``check`` and ``pack`` have come.

    Raises:
        StoreError: the database failed, or the disk has no room.
        OSError: *target* cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    need_room(url, target.parent)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        file, part = Path(folder, "store"), Path(folder, "zip")
        taken = snapshot.take(url, file, told)
        manifest = Manifest(
            format=_FORMAT,
            cxdigest=__version__,
            made=now,
            kind=taken.kind,
            revision=taken.revision,
            tables=dict(taken.tables),
            store=_piece(file),
            files={name: _piece_of(content) for name, content in beside.files.items()},
            config=beside.config,
            secrets=beside.secrets,
            left_out=beside.left_out,
        )
        _zip(part, manifest, file, beside.files, told)
        part.replace(target)
    sync(target.parent)
    return manifest


def need_room(url: str, folder: Path) -> None:
    """Refuse to fill the disk of *folder* with a backup of the store at *url*.

    Raises:
        StoreError: there is no room.
    """
    needed = 2 * snapshot.size_of(url) + _MARGIN
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreError(
            f"a backup may need {needed // 1_000_000:,} MB in {folder}, where "
            f"{free // 1_000_000:,} MB are free; make room, or name another folder under "
            "backup.folder"
        )


@contextmanager
def opened(file: Path) -> Iterator[Opened]:
    """Open the backup in *file*.

    Raises:
        WrongUseError: it is none, or not one that this version reads.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _require_plain(file, archive)
            yield Opened(file, archive, _manifest(file, archive))
    except zipfile.BadZipFile as error:
        raise WrongUseError(f"{file} is no backup of cxdigest, or was cut: {error}") from error
    except FileNotFoundError as error:
        raise WrongUseError(f"there is no file {file}") from error


class Opened:
    """A backup that is being read."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self._archive = archive
        self.manifest = manifest

    def store_to(self, target: Path, told: Told = untold) -> None:
        """Write the store's file to *target*, which must not exist; *told* of the part ``unpack``.

        Raises:
            BackupError: it is not what the manifest says.
            StoreError: there is no room.
        """
        if shutil.disk_usage(target.parent).free < self.manifest.store.size + _MARGIN:
            raise StoreError(
                f"there is no room for {self.manifest.store.size // 1_000_000 + 1:,} MB in "
                f"{target.parent.parent}; make some and try again"
            )
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            for chunk in self._pieces(_STORE, self.manifest.store):
                out.write(chunk)
                told("unpack", out.tell(), self.manifest.store.size)
            out.flush()
            os.fsync(out.fileno())

    def file(self, name: str) -> bytes:
        """Return the content of a file beside the store.

        Raises:
            BackupError: it is not what the manifest says.
        """
        return b"".join(self._pieces(_FILES + name, self.manifest.files[name]))

    def _pieces(self, member: str, said: Piece) -> Iterator[bytes]:
        digest, left = hashlib.sha256(), said.size
        with self._member(member) as stream:
            while chunk := self._read(stream, member):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                yield chunk
        if left or digest.hexdigest() != said.sha256:
            raise BackupError(
                f"{self._file}: {member} is not what was written; take another backup"
            )

    def _read(self, stream: IO[bytes], member: str) -> bytes:
        try:
            return stream.read(_CHUNK)
        except (zlib.error, EOFError) as error:
            raise BackupError(f"{self._file}: {member} is damaged; take another backup") from error

    def _member(self, member: str) -> IO[bytes]:
        try:
            return self._archive.open(member)
        except (KeyError, OSError, ValueError) as error:  # its place is not where it is said to be
            raise BackupError(f"{self._file}: {member} is missing; take another backup") from error


def _manifest(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(_MANIFEST) as stream:
            said: Any = json.loads(stream.read(_LONGEST))
        if said.get("format", 0) > _FORMAT:
            raise WrongUseError(
                f"{file} was made by a newer cxdigest ({said.get('cxdigest')}); install that one"
            )
        manifest = Manifest.model_validate(said)
    except (KeyError, ValueError, OSError, AttributeError, RecursionError, zlib.error) as error:
        raise WrongUseError(f"{file} is no backup of cxdigest: it has no manifest") from error
    for name in manifest.files:
        _require_below(file, name)
    return manifest


def _require_plain(file: Path, archive: zipfile.ZipFile) -> None:
    """Refuse what `write` never makes: members behind a password, or packed another way."""
    for one in archive.infolist():
        if one.flag_bits & 1 or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WrongUseError(
                f"{file} is no backup of cxdigest: it was packed by another program"
            )


def is_below(name: str) -> bool:
    """Return whether *name*, with ``/``, stays in the folder that it is put into, on any system."""
    path = PurePosixPath(name)
    whole = bool(path.parts) and name.isprintable() and not set(name) & set("\\:")
    return whole and not path.is_absolute() and ".." not in path.parts


def _require_below(file: Path, name: str) -> None:
    if not is_below(name):
        raise WrongUseError(f"{file} names a file outside its folder ({name!r}); it is not ours")


def _zip(
    part: Path, manifest: Manifest, store: Path, files: Mapping[str, bytes], told: Told
) -> None:
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "r+b") as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
            _put(archive, store, told)
            for name, content in files.items():
                archive.writestr(_FILES + name, content)
        out.flush()
        os.fsync(out.fileno())


def _put(archive: zipfile.ZipFile, store: Path, told: Told) -> None:
    """Put the store's file into *archive*, as ``ZipFile.write`` would."""
    size, done = store.stat().st_size, 0
    with store.open("rb") as source, archive.open(_STORE, "w", force_zip64=True) as out:
        while chunk := source.read(_CHUNK):
            out.write(chunk)
            done += len(chunk)
            told("pack", done, size)


def _piece(file: Path) -> Piece:
    with file.open("rb") as stream:
        return Piece(
            size=file.stat().st_size, sha256=hashlib.file_digest(stream, "sha256").hexdigest()
        )


def _piece_of(content: bytes) -> Piece:
    return Piece(size=len(content), sha256=hashlib.sha256(content).hexdigest())
