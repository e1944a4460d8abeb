"""Read rule packs named on the command line, and keep the native matcher's database between runs.

The database is a cache: made once per fingerprint and library version, checked by its hash before
it is used, and done without wherever the folder cannot be written.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cxdigest.errors import PackError, Problem
from cxdigest.rules import Rules, load
from cxdigest.rules.matcher import native_version

_HASH_BYTES = 32


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
            what = f"cannot be read: {error.strerror}"
            problems.append(Problem(where=str(path), line=0, key="", what=what))
    if problems:
        raise PackError(problems)
    return packs


def load_rules(paths: Sequence[Path]) -> Rules:
    """Return the shipped rules and those of *paths*.

    Raises:
        PackError: a pack cannot be used.
    """
    return load(read_packs(paths))


def on_native_matcher(rules: Rules) -> Rules:
    """Return *rules* on the native matcher, whose database is kept or else built and kept now."""
    place = _place(rules)
    kept = rules.with_database(_kept(place))
    if kept.matcher.is_native:
        return kept
    database = rules.matcher.compile()
    if database:
        _keep(place, database)
    return rules.with_database(database)


def _place(rules: Rules) -> Path:
    name = hashlib.sha256(f"{rules.fingerprint} {native_version()}".encode()).hexdigest()[:24]
    return Path("~/.cache/cxdigest").expanduser() / f"matcher-{name}.bin"


def _kept(place: Path) -> bytes:
    try:
        content = place.read_bytes()
    except OSError:
        return b""
    mark, database = content[:_HASH_BYTES], content[_HASH_BYTES:]
    return database if hashlib.sha256(database).digest() == mark else b""


def _keep(place: Path, database: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(database).digest() + database)
        Path(name).replace(place)
    except OSError:
        return  # a cache that cannot be kept costs seconds, never a verdict
