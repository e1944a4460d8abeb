"""Where the store lies: on a network file system SQLite's locks and shared memory do not hold.

https://www.sqlite.org/wal.html says so of WAL: all processes must be on the same machine. Reads
Linux's list of mounts; elsewhere nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from cxdigest.doctor.line import Check, Line, Piece, failed, ok, unchecked, warning
from cxdigest.doctor.paths import real
from cxdigest.doctor.patient import Patient
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import file_of

_NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "ncp", "coda", "9p",
    "ceph", "glusterfs", "lustre", "beegfs", "davfs", "fuse.sshfs", "fuse.smbnetfs", "fuse.rclone",
    "fuse.s3fs", "fuse.davfs2", "fuse.glusterfs", "fuse.ceph", "fuse.gcsfuse", "fuse.goofys",
    "fuse.nfs",
})  # fmt: skip
#: Folders that a virtual machine shares with its host, as Docker Desktop does.
_SHARED = frozenset(
    {"virtiofs", "fuse.grpcfuse", "fuse.osxfs", "vboxsf", "prl_fs", "fuse.vmhgfs-fuse"}
)
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_ESCAPE = re.compile(r"\\([0-7]{3})")
_LARGEST = 4_000_000  #: letters of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One file system and where it begins."""

    point: str
    kind: str  #: as ``ext4``, ``nfs4``
    read_only: bool


def mounts_in(text: str) -> Iterator[Mount]:
    """Yield the mounts that *text* lists, as /proc/self/mountinfo writes them (proc(5))."""
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        fields, what = before.split(), after.split()
        if not dash or len(fields) < 6 or not what:  # noqa: PLR2004 - six fields and any number more
            continue
        options = {*fields[5].split(","), *(what[2].split(",") if len(what) > 2 else ())}  # noqa: PLR2004
        yield Mount(point=_plain(fields[4]), kind=what[0], read_only="ro" in options)


def mount_of(path: PurePath, text: str) -> Mount | None:
    """Return the file system that *path*, absolute, lies on; None where *text* does not tell."""
    best: Mount | None = None
    for one in mounts_in(text):
        # A later mount at the same place hides the earlier one.
        if path.is_relative_to(one.point) and (
            best is None or len(one.point.rstrip("/")) >= len(best.point.rstrip("/"))
        ):
            best = one
    return best


def judge(path: PurePath, found: Mount | None) -> Line:
    """Say whether a SQLite store may lie at *path*, on the file system *found*."""
    place = str(path)
    if place.startswith("\\\\"):
        return failed(place, _("it lies on another machine's share"), _MOVE)
    if found is None:
        return unchecked(place, _("this system does not say which file system it lies on"))
    if found.kind in _NETWORK:
        return failed(
            place,
            _(
                "it lies on {kind} (mounted at {point}), where SQLite's write-ahead "
                "log is not safe: two machines, or a cut connection, can damage it",
                kind=found.kind,
                point=found.point,
            ),
            _MOVE,
        )
    if found.kind in _SHARED:
        return warning(
            place,
            _("it lies in a folder that is shared with another system ({kind})", kind=found.kind),
            _("use a volume of the container engine in place of a shared folder"),
        )
    if found.kind in _IN_MEMORY:
        return warning(
            place,
            _(
                "it lies in memory ({kind}), and a restart of the machine forgets it",
                kind=found.kind,
            ),
            _("move it to a disk and name it under store.url"),
        )
    return ok(place, _("it lies on {kind}", kind=found.kind))


_MOVE = marked(
    "stop cxdigest, move the file to a disk of this machine and name it under store.url; or use "
    "PostgreSQL: cxdigest migrate-store"
)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), text)


def mountinfo(patient: Patient) -> str:
    """Return Linux's list of mounts, empty where there is none."""
    try:
        with patient.mountinfo.open(encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read(_LARGEST)
    except OSError:
        return ""


def _probe(path: Path, patient: Patient) -> Iterator[Line]:
    folder = real(path)
    yield judge(folder, mount_of(folder, mountinfo(patient)))


def _plan(patient: Patient) -> list[Piece]:
    if patient.config is None or patient.config.store.temporary:
        return []
    path = file_of(patient.config.store.address)
    return [] if path is None else [Piece(subject=str(path), probe=lambda: _probe(path, patient))]


CHECK = Check(
    name=marked("file system"),
    about="Which file system an SQLite store lies on. On NFS, SMB and their like it can be "
    "damaged.",
    help="Move the store to a disk of the same machine, or use PostgreSQL ([how](scaling.md)).",
    plan=_plan,
)
