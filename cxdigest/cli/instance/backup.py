"""``cxdigest backup`` and ``cxdigest restore``: one file with all that an instance is."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cxdigest import keeping
from cxdigest.cli.terminal.progress import Bar
from cxdigest.config import load
from cxdigest.console.drawn.dates import decimal
from cxdigest.errors import BackupError, ConfigError, CxdigestError, StoreError, WrongUseError
from cxdigest.language import SOURCE, _, figure, marked, spoken
from cxdigest.store.copies import backup as backups
from cxdigest.store.copies.restore import restore as put_back
from cxdigest.store.copies.snapshot import Told
from cxdigest.store.database.disk import folder_for
from cxdigest.text import printable
from cxdigest.worker import clock

_PARTS = {
    "copy": marked("Copying the store"),
    "check": marked("Checking the rows"),
    "pack": marked("Packing"),
    "unpack": marked("Unpacking"),
}


def backup(config: Path, path: str | None, *, secrets: bool, json: bool) -> int:
    """Write a backup to *path*, or to the folder of the automatic ones; return the exit code.

    Raises:
        WrongUseError: the store is forgotten after each run, or *path* is there already.
        StoreError: it could not be made.
    """
    settings = load(config)
    if settings.store.temporary:
        raise WrongUseError(_('store.url is ":temporary:"; there is nothing to keep'))
    now = clock()
    target = _target(
        settings.backups if path is None else path, f"cxdigest-{now:%Y%m%dT%H%M%SZ}.backup"
    )
    part = _PARTS["copy"]
    with Bar(_(part), unit="bytes", stopped=_("Stopped. No backup was made.")) as bar:
        made = keeping.back_up(settings, target, now=now, secrets=secrets, told=_teller(bar))
    if json:
        tables = {name: one.rows for name, one in made.tables.items()}
        record = {"file": str(target), "revision": made.revision, "rows": tables}
        print(jsonlib.dumps(record | {"left_out": list(made.left_out)}))
        return 0
    rows = sum(one.rows for one in made.tables.values())
    size = target.stat().st_size / 1_000_000
    told = _(
        "{target}: {tables} tables, {rows} rows, {size} MB",
        target=target,
        tables=len(made.tables),
        rows=figure(rows),
        size=f"{size:,.1f}" if spoken() == SOURCE else decimal(size),
    )
    print(printable(told))
    _left_out(made.left_out)
    return 0


def _target(path: str | Path, name: str) -> Path:
    target = Path(path)
    if target.is_dir() or isinstance(path, Path):
        target /= name
    elif str(path).endswith("/"):
        raise WrongUseError(
            _("there is no folder {path}; make it, or mount what belongs there", path=path)
        )
    if target.exists():
        raise WrongUseError(_("{target} is there already; name another file", target=target))
    return target


def restore(config: Path, path: Path, *, force: bool) -> int:
    """Put the backup at *path* in the place of the store; return the exit code.

    Where there is no configuration, the backup's is put there first; it goes again where the backup
    proves damaged.

    Raises:
        WrongUseError: it cannot be put there; the message says why and what to do.
        StoreError: it is damaged, or the database failed; the store stays as it was.
    """
    with ExitStack() as undone, backups.opened(path) as opened:
        written = list(_write_files(opened, config, undone)) if not config.exists() else []
        try:
            settings = load(config)
        except ConfigError as error:
            if not written:
                raise
            _wrote(written)
            _left_out(opened.manifest.left_out)
            print(printable(str(error)), file=sys.stderr)
            print(_("cxdigest: put that right and run this again"), file=sys.stderr)
            return 2
        if settings.store.temporary:
            raise WrongUseError(_('store.url is ":temporary:"; name a store that stays'))
        try:
            aside = _put_back(opened, settings.store.address, force=force)
        except BackupError:
            raise
        except CxdigestError:
            # Of a server it may want the password, which is written into the configuration.
            if opened.manifest.kind == "postgresql":
                undone.pop_all()
                _wrote(written)
            raise
        made = opened.manifest
        rows = sum(one.rows for one in made.tables.values())
    _wrote(written)
    print(
        _(
            "restored {rows} rows as they were at {made} UTC",
            rows=figure(rows),
            made=f"{made.made:%Y-%m-%d %H:%M}",
        )
    )
    if aside:
        print(printable(_("what was there is kept: {aside}", aside=aside)))
    if not written:
        print(
            _(
                "the configuration stays as it is; the backup's own is in the file, as {config}",
                config=made.config,
            )
        )
    return 0


def _put_back(opened: backups.Opened, url: str, *, force: bool) -> str:
    part = _PARTS["unpack"]
    stopped = _("Stopped. The store is as it was.")
    try:
        with Bar(_(part), unit="bytes", stopped=stopped) as bar:
            return put_back(opened, url, force=force, now=clock(), told=_teller(bar))
    except OSError as error:
        raise StoreError(f"{error.filename}: {error.strerror or error}") from error


def _write_files(opened: backups.Opened, config: Path, undone: ExitStack) -> Iterator[Path]:
    """Write the configuration and what goes with it, where nothing is; yield what was written.

    *undone* removes it where it ends with an error.
    """
    folder = config.absolute().parent
    for name in opened.manifest.files:
        target = config if name == opened.manifest.config else folder / name
        content = opened.file(name)
        if target.exists() or target.is_symlink():
            continue
        undone.enter_context(folder_for(target.parent))
        if not target.parent.resolve().is_relative_to(folder.resolve()):
            raise WrongUseError(
                _("{target} leads out of {folder}; it is left alone", target=target, folder=folder)
            )
        undone.enter_context(_written(target, content))
        yield target


@contextmanager
def _written(target: Path, content: bytes) -> Iterator[None]:
    """Have *content* in *target*, where nothing is; where the ``with`` fails, it goes again."""
    target.touch(mode=0o600, exist_ok=False)
    try:
        target.write_bytes(content)
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _wrote(files: Sequence[Path]) -> None:
    for file in files:
        print(printable(_("wrote {file}", file=file)))


def _teller(bar: Bar) -> Told:
    """Return what shows in *bar* how far each part has come."""
    part = ""

    def tell(name: str, done: int, total: int | None) -> None:
        nonlocal part
        if name != part:
            part = name
            bar.part(_(_PARTS[name]), unit="count" if name == "check" else "bytes")
        bar.at(done, total)

    return tell


def _left_out(names: tuple[str, ...]) -> None:
    if names:
        print(_("It does not hold, and a restore elsewhere needs:"))
    for name in names:
        print(printable(f"* {name}"))
