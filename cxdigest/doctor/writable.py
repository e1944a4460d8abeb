"""Whether the folders that cxdigest writes to can be written by whoever runs it.

Asks the system and tries nothing. A volume whose owner is another is named with its owner and the
command that mends it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cxdigest.config import Config, FolderChannelConfig
from cxdigest.doctor.line import Check, Line, Piece, failed, ok
from cxdigest.doctor.mounts import mount_of, mountinfo
from cxdigest.doctor.paths import is_there, nearest, real
from cxdigest.doctor.patient import Me, Patient
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import file_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file or folder that has to be written."""

    path: Path  #: what is there: the thing itself, or the nearest folder above it
    wanted: Path
    folder: bool  #: whether *path* is one
    may: bool  #: whether this user may write to it
    owner: int  #: -1: this system has no numbers
    mode: int  #: the last nine bits
    read_only: bool = False  #: it is mounted so


def judge(what: str, place: Place, me: Me) -> Line:
    """Say whether *place*, where *what* goes, can be written."""
    subject = str(place.wanted)
    if not place.folder and place.wanted != place.path:
        return failed(
            subject,
            _("{path} is a file, where {what} needs a folder", path=place.path, what=what),
            _("name another path"),
        )
    if place.may:
        if place.wanted == place.path:
            return ok(subject, _("{what}: can be written", what=what))
        return ok(subject, _("{what}: is made when it is needed, and can be written", what=what))
    if place.read_only:
        return failed(
            subject,
            _("{what}: {path} is mounted to be read alone", what=what, path=place.path),
            _("mount it writable (for a container: without :ro behind the volume)"),
        )
    if not me.known:
        return failed(
            subject,
            _("{what}: this user may not write to {path}", what=what, path=place.path),
            _("give this user the right"),
        )
    what_is = _(
        "{path} belongs to user {owner} (mode {mode})",
        path=place.path,
        owner=place.owner,
        mode=f"{place.mode:o}",
    )
    return failed(
        subject,
        _(
            "{what}: user {uid} may not write there; {what_is}",
            what=what,
            uid=me.uid,
            what_is=what_is,
        ),
        _handing_over(place, me),
    )


#: Folders of the system or of many people: nobody shall hand one of them over.
_NOT_OURS = frozenset({
    "/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc",
    "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/local", "/var", "/var/lib",  # noqa: S108 - compared, not used
    "/var/tmp", "/Users", "/Volumes",  # noqa: S108
})  # fmt: skip


def _handing_over(place: Place, me: Me) -> str:
    """Return the command that gives *place* to *me*, and nothing beside it."""
    if str(place.wanted) in _NOT_OURS:
        return _("name a folder of its own for it")
    whose, what = f"{me.uid}:{me.gid}", shlex.quote(str(place.wanted))
    if place.wanted != place.path:
        return _("mkdir -p {what} && chown {whose} {what}", what=what, whose=whose)
    return _("chown -R {whose} {what}", whose=whose, what=what)


_STORE = marked("the store")


def places_of(config: Config) -> dict[Path, str]:
    """Return what must be writable, and what goes there."""
    found: dict[Path, str] = {}
    store = None if config.store.temporary else file_of(config.store.address)
    if store is not None:
        found[store.absolute().parent] = _("the store's folder")
        found[store.absolute()] = _(_STORE)
    if not config.store.temporary and config.backup.daily:
        found[config.backups.absolute()] = _("the folder of backups")
    for name, channel in config.channels.items():
        if isinstance(channel, FolderChannelConfig) and channel.enabled:
            found.setdefault(channel.path.absolute(), _("digests of the channel {name}", name=name))
    for name, login in config.logins.items():
        found.setdefault(
            login.token_file.absolute().parent, _("the token of the login {name}", name=name)
        )
    return found


def look(wanted: Path, read_only: bool) -> Place:  # noqa: FBT001 - one fact among others
    """Return how *wanted* stands; of what is not there, the nearest folder that is."""
    path = nearest(wanted)
    about = path.stat()
    folder = path.is_dir()
    right = os.W_OK | os.X_OK if folder else os.W_OK
    return Place(
        path=path,
        wanted=wanted,
        folder=folder,
        may=os.access(path, right),
        owner=about.st_uid if hasattr(os, "getuid") else -1,
        mode=about.st_mode & 0o777,
        read_only=read_only,
    )


def _probe(wanted: Path, what: str, patient: Patient) -> Iterator[Line]:
    if what == _(_STORE) and not is_there(wanted):
        return  # the line of its folder says whether it can be made
    mount = mount_of(real(wanted), mountinfo(patient))
    yield judge(what, look(wanted, bool(mount and mount.read_only)), patient.me)


def _piece(wanted: Path, what: str, patient: Patient) -> Piece:
    return Piece(subject=str(wanted), probe=lambda: _probe(wanted, what, patient))


CHECK = Check(
    name=marked("writable"),
    about="Whether this user may write the store, backups, tokens and folders of digests.",
    help="The line names the user's number and the command; in a container the volume must belong "
    "to the user that the container runs as.",
    plan=lambda patient: (
        [_piece(path, what, patient) for path, what in places_of(patient.config).items()]
        if patient.config
        else []
    ),
)
