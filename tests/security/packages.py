"""The packages that come with cxdigest where it runs, as they are installed here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
#: Extras of pyproject.toml that people install.
EXTRAS = ("apprise", "cluster", "fit", "postgresql")


def direct() -> list[Requirement]:
    """Return what pyproject.toml asks for, with the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (one for extra in EXTRAS for one in project["optional-dependencies"][extra])
    return [Requirement(one) for one in (*project["dependencies"], *extras)]


def installed(*also: str) -> dict[str, Distribution]:
    """Return every package that a user has, by its name, with all that each brings along.

    *also* names further packages that are looked up like those.

    Raises:
        PackageNotFoundError: one that pyproject.toml asks for is not installed.
    """
    asked = [(one, True) for one in (*direct(), *map(Requirement, also))]
    found: dict[str, Distribution] = {}
    done: set[tuple[str, tuple[str, ...]]] = set()
    while asked:
        wanted, is_direct = asked.pop()
        key = (name_of(wanted.name), tuple(sorted(wanted.extras)))
        if key in done:
            continue
        done.add(key)
        try:
            found[key[0]] = distribution(wanted.name)
        except PackageNotFoundError:
            if is_direct:
                raise
            continue  # for another machine or version of Python
        asked += [(one, False) for one in _brought(found[key[0]], wanted.extras)]
    return dict(sorted(found.items()))


def _brought(package: Distribution, extras: set[str]) -> Iterator[Requirement]:
    for line in package.requires or ():
        one = Requirement(line)
        if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras | {""}):
            yield one


def name_of(name: str) -> str:
    """Return the name of a package as an index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()
