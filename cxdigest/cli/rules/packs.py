"""Read rule packs named on the command line, and keep what is made of them between runs.

What is kept are the packs as read, which saves a command a third of its start, in a folder that
nobody else may write to. It is named by all that it was made from, checked by its hash before it is
used, and done without wherever the folder cannot be written.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cxdigest import __version__
from cxdigest.errors import PackError, Problem
from cxdigest.language import _
from cxdigest.rules import Pack, Rules, everybodys, load
from cxdigest.rules.reading.pack import ENGINE
from cxdigest.rules.reading.rule import Rule, RuleSet
from cxdigest.store import Store

_HASH_BYTES = 32
#: What reads packs; the records too, and where they stand, because between two releases they change
#: without a version.
_MADE_BY = (
    __version__,
    ENGINE,
    sys.version,
    repr((Rules, RuleSet, Rule, RuleSet.__slots__, Rule.__slots__)),
)


def read_packs(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Return the packs as (name, content).

    Raises:
        PackError: one of them cannot be opened; all such are named.
    """
    packs, problems = [], []
    for path in paths:
        try:
            packs.append((str(path), path.read_bytes()))
        except OSError as error:
            what = _("cannot be read: {strerror}", strerror=error.strerror)
            problems.append(Problem(where=str(path), line=0, key="", what=what))
    if problems:
        raise PackError(problems)
    return packs


def stored_packs(store: Store, whose: str) -> list[Pack]:
    """Return the pack of *whose* in *store* as (name, content), if there is one."""
    pack = store.pack(whose)
    return [(pack.name, pack.text.encode())] if pack and pack.text.strip() else []


def load_rules(paths: Sequence[Path], stored: Sequence[Pack] = ()) -> Rules:
    """Return the shipped rules and those of *paths* and of what is *stored*, in this order.

    Raises:
        PackError: a pack cannot be used.
    """
    packs = [*read_packs(paths), *stored]
    place = _place("rules", *_MADE_BY, *map(repr, [*everybodys(), *packs]))
    if kept := _kept(place):
        rules: Rules = pickle.loads(kept)  # noqa: S301 - this user's own file, see _kept
        return rules
    rules = load(packs)
    _keep(place, pickle.dumps(rules))
    return rules


def _place(kind: str, *made_from: str) -> Path:
    name = hashlib.sha256("\0".join(made_from).encode("utf-8", "replace")).hexdigest()[:24]
    return Path("~/.cache/cxdigest").expanduser() / f"{kind}-{name}.bin"


def _kept(place: Path) -> bytes:
    try:
        if not _is_ours(place.parent):
            return b""
        content = place.read_bytes()
    except OSError:
        return b""
    mark, kept = content[:_HASH_BYTES], content[_HASH_BYTES:]
    return kept if hashlib.sha256(kept).digest() == mark else b""


def _is_ours(folder: Path) -> bool:
    """Tell whether nobody else can put files into *folder*: what is unpickled must be our own."""
    if os.name != "posix":
        return True  # elsewhere a home folder is its user's alone
    found = folder.stat()
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _keep(place: Path, content: bytes) -> None:
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(content).digest() + content)
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError:
        return  # a cache that cannot be kept costs seconds, never a verdict
