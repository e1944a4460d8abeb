"""Who else can read the files that hold passwords, tokens and what strangers' mails said."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cxdigest.config import Config
from cxdigest.config.surroundings import is_open_to_all
from cxdigest.doctor.line import Check, Line, Piece, failed, ok, unchecked, warning
from cxdigest.doctor.patient import Me
from cxdigest.language import _, marked
from cxdigest.store.copies.looking import file_of

_OTHERS_WRITE, _GROUP = 0o022, 0o040


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that holds something secret."""

    path: Path
    mode: int
    owner: int


def judge(what: str, found: Kept, me: Me) -> Line:
    """Say whether *found*, which holds *what*, is for its owner alone."""
    place = str(found.path)
    only = _("chmod 600 {place}", place=shlex.quote(place))
    if is_open_to_all(found.path, found.mode):
        return failed(place, _("{what}: everybody on this machine can read it", what=what), only)
    if found.mode & _OTHERS_WRITE and os.name != "nt":
        return failed(place, _("{what}: others than its owner can change it", what=what), only)
    if me.known and me.uid and found.owner not in {me.uid, 0}:
        return warning(
            place,
            _("{what}: it belongs to user {owner}", what=what, owner=found.owner),
            _("chown {uid} {place}", uid=me.uid, place=shlex.quote(place)),
        )
    if found.mode & _GROUP and os.name != "nt" and not found.path.is_relative_to("/run/secrets"):
        return warning(place, _("{what}: its group can read it", what=what), only)
    return ok(place, _("{what}: for its owner alone", what=what))


_SOURCE = marked("the secret of the source {name}")
_CHANNEL = marked("the secret of the channel {name}")
_LOGIN = marked("the secret of the login {name}")
_TOKEN = marked("the token of the login {name}")


def files_of(config: Config) -> dict[Path, str]:
    """Return the files that hold secrets, and what they hold."""
    found: dict[Path, str] = {}
    groups = (
        (_SOURCE, config.sources), (_CHANNEL, config.channels), (_LOGIN, config.logins),
    )  # fmt: skip
    for what, group in groups:
        for name, one in group.items():
            for key in ("password_file", "service_file", "client_secret_file", "token_file"):
                if (path := getattr(one, key, None)) is not None:
                    said = _TOKEN if key == "token_file" else what
                    found.setdefault(path, _(said, name=name))
    for path, what in (
        (config.store.password_file, _("the store's password")),
        (config.web.metrics_token_file if config.web else None, _("what Prometheus shows")),
        (config.heartbeat.url_file, _("the watcher's address")),
        (None if config.store.temporary else file_of(config.store.address), _("the store")),
    ):
        if path is not None:
            found.setdefault(path, what)
    return found


def _probe(path: Path, what: str, me: Me) -> Iterator[Line]:
    try:
        about = path.stat()
    except FileNotFoundError:
        return  # the configuration says so, or it is made when it is needed
    except PermissionError:
        yield unchecked(
            str(path),
            _("this user may not see {what}", what=what),
            _("run it as who runs cxdigest"),
        )
        return
    yield judge(what, Kept(path=path, mode=about.st_mode & 0o777, owner=about.st_uid), me)


def _piece(path: Path, what: str, me: Me) -> Piece:
    return Piece(subject=str(path), probe=lambda: _probe(path, what, me))


CHECK = Check(
    name=marked("secrets"),
    about="Who can read or change the files that hold passwords, tokens and the store.",
    help="`chmod 600` the file, so that its owner alone can read it.",
    plan=lambda patient: (
        [_piece(path, what, patient.me) for path, what in files_of(patient.config).items()]
        if patient.config
        else []
    ),
)
