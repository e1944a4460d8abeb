"""Backups of an instance: what of its configuration goes with the store, and the automatic ones.

Passwords are taken out of the configuration unless they are asked for. An automatic backup has its
moment and its reason in its name; so many as the configuration says are kept, of all reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os.path import normpath
from pathlib import Path

import yaml

from cxdigest.channels.heartbeat import Heartbeat
from cxdigest.config import Config, MailboxConfig
from cxdigest.config.shape import secrets
from cxdigest.errors import StoreError, in_one_line
from cxdigest.net import Http
from cxdigest.store.copies import snapshot
from cxdigest.store.copies.backup import Beside, Manifest, is_below, write
from cxdigest.store.copies.backup_process import write_beside
from cxdigest.store.copies.snapshot import Told, untold
from cxdigest.store.schema import REVISION

_MADE = "%Y%m%dT%H%M%SZ"
_AUTOMATIC = re.compile(r"cxdigest-(\d{8}T\d{6}Z)-(daily|before-\w+)\.backup")
#: What the day's backup may take: less than until another worker makes one in its stead.
_LONGEST = timedelta(minutes=50)
_LARGEST = 10_000_000  #: bytes of a file that goes with a backup
_LOGIN = re.compile(r"(://[^\s/:@]*):[^\s/@]+@")


def back_up(
    config: Config,
    target: Path,
    *,
    now: datetime,
    secrets: bool = False,
    told: Told = untold,
) -> Manifest:
    """Write a backup of *config*'s instance to *target*; with *secrets*, passwords too.

    *told* is told how far it has come.

    Raises:
        StoreError: it could not be made.
    """
    try:
        return write(
            config.store.address, target, beside(config, secrets=secrets), now=now, told=told
        )
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error


def back_up_by_itself(config: Config, *, now: datetime, why: str) -> Path:
    """Make an automatic backup, let go of the oldest, and return where the new one is.

    Raises:
        StoreError: it could not be made.
    """
    target = _automatic_name(config, now, why)
    back_up(config, target, now=now)
    _let_go(config)
    return target


def daily(
    config: Config, clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
) -> Callable[[], Path | None] | None:
    """Return what makes the day's backup of *config*'s store; None: there is to be none.

    It works in a process of its own, raises `StoreError` where that failed, and returns None where
    *stopping* ended it.
    """
    if config.store.temporary or not config.backup.daily:
        return None
    return lambda: _daily(config, clock(), stopping)


def _daily(config: Config, now: datetime, stopping: Callable[[], bool]) -> Path | None:
    target = _automatic_name(config, now, "daily")
    try:
        made = write_beside(
            config.store.address,
            target,
            beside(config, secrets=False),
            now=now,
            longest=_LONGEST,
            stopping=stopping,
        )
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise StoreError(f"{config.path} cannot be read: {in_one_line(str(error))}") from error
    if not made:
        return None
    _let_go(config)
    return target


def _automatic_name(config: Config, now: datetime, why: str) -> Path:
    return config.backups / f"cxdigest-{now:{_MADE}}-{why}.backup"


def _let_go(config: Config) -> None:
    for old, _ in automatic(config)[config.backup.keep :]:
        old.unlink(missing_ok=True)


def heartbeat(config: Config, http: Http) -> Heartbeat | None:
    """Return whom *config* has told each day that the digests are out; None: nobody."""
    url = config.heartbeat.url
    return Heartbeat(url=url.get_secret_value(), http=http) if url else None


def automatic(config: Config) -> list[tuple[Path, datetime]]:
    """Return the automatic backups of *config* and when each was made, the latest first."""
    found = []
    for file in config.backups.glob("cxdigest-*.backup"):
        named = _AUTOMATIC.fullmatch(file.name)
        if named and file.is_file() and not file.is_symlink():
            found.append((file, datetime.strptime(named[1], _MADE).replace(tzinfo=UTC)))
    return sorted(found, key=lambda one: one[1], reverse=True)


def before_migration(config: Config) -> Path | None:
    """Back the store of *config* up if its tables are of an earlier version; None: they are not.

    Raises:
        StoreError: it could not be made, so nothing should be changed.
    """
    address = config.store.address
    if not config.backup.before_migration or config.store.temporary:
        return None
    found = snapshot.revision_of(address)
    if found is None or found >= REVISION:
        return None
    try:
        now = snapshot.moment_of(address)
        return back_up_by_itself(config, now=now, why=f"before-{REVISION}")
    except StoreError as error:
        raise StoreError(
            f"the store is of an earlier cxdigest and is not changed without a backup: {error}. "
            "If you have one, write backup: {before_migration: false}"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """What becomes of the automatic backups that are there."""

    number: int
    last: datetime | None  #: when the last of them is gone; None: not by itself


def expiry(config: Config, now: datetime) -> Expiry:
    """Return when the automatic backups that are there *now* will be gone."""
    number = len(automatic(config))
    gone = now + timedelta(days=config.backup.keep) if config.backup.daily and number else None
    return Expiry(number=number, last=gone)


def beside(config: Config, *, secrets: bool) -> Beside:
    """Return what of *config* goes with its store."""
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    name = config.path.name
    text = config.path.read_bytes()
    files[name] = text if secrets else without_secrets(text)
    if not secrets and files[name] != text:
        left_out.append(f"the passwords in {name}")
    for file, is_secret in _named(config):
        wanted = (secrets or not is_secret) and file.stat().st_size <= _LARGEST
        below = _below(file, config.folder)
        if wanted and below:
            files[below] = file.read_bytes()
        else:
            left_out.append(str(file))
    return Beside(files=files, config=name, secrets=secrets, left_out=tuple(left_out))


def _below(file: Path, folder: Path) -> str:
    """Return where *file* lies in *folder*; ``""``: elsewhere, or by a name no restore takes."""
    place, within = Path(normpath(file)), Path(normpath(folder.absolute()))
    name = place.relative_to(within).as_posix() if place.is_relative_to(within) else ""
    return name if is_below(name) else ""


def _named(config: Config) -> Iterator[tuple[Path, bool]]:
    """Yield the files that *config* names, and whether each holds a secret."""
    folders = [one.templates for one in config.profiles.values() if one.templates]
    folders += [one.templates for one in config.coaches.values() if one.templates]
    plain = [*config.rules.packs, *(pack for one in config.profiles.values() for pack in one.packs)]
    plain += [file for folder in folders for file in sorted(folder.rglob("*"))]
    servers = [*config.sources.values(), *config.channels.values()]
    plain += [one.ca_file for one in servers if isinstance(one, MailboxConfig) and one.ca_file]
    hidden = [one.token_file for one in config.logins.values()]
    for one in (config.store, config.web, config.heartbeat, *servers, *config.logins.values()):
        for key in ("password", "service", "client_secret", "metrics_token", "url"):
            file = getattr(one, f"{key}_file", None)
            hidden += [file] if file else []
    for files, is_secret in ((plain, False), (hidden, True)):
        for file in dict.fromkeys(files):
            if file.is_file() and not file.is_symlink():
                yield file.absolute(), is_secret


def without_secrets(content: bytes) -> bytes:
    """Return a configuration without the passwords that stand in it; the rest is as it was.

    Where one stood there is nothing, so that whoever uses it is told what is missing.
    """
    text = content.decode()
    spans = sorted(_spans(yaml.compose(text, yaml.SafeLoader)), reverse=True)
    for start, end in spans:
        text = f"{text[:start]}null{text[end:]}"
    return _LOGIN.sub(r"\1@", text).encode()


def _spans(node: yaml.Node | None, section: str = "") -> Iterator[tuple[int, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            hidden = key.value in secrets() - {"url"} or (section, key.value) == (
                "heartbeat",
                "url",
            )
            if hidden and isinstance(value, yaml.ScalarNode):
                yield value.start_mark.index, value.end_mark.index
            else:
                yield from _spans(value, section or key.value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _spans(item, section)
