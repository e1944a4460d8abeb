"""Plugins as if they were installed: entry points of modules that a test names or writes.

What really is installed plays no part. That a wheel of the example works in an environment of its
own is what ``tests/install/test_plugin.py`` looks at.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from cxdigest import plugins

EXAMPLE = Path(__file__).parents[1] / "examples" / "plugin"


@dataclass(frozen=True)
class Dist:
    """As much of a distribution as is asked for."""

    name: str
    version: str = "1.0"


def point(group: str, name: str, value: str, dist: str = "cxdigest-harbour") -> EntryPoint:
    made = EntryPoint(name=name, value=value, group=f"cxdigest.{group}")
    vars(made)["dist"] = Dist(dist)
    return made


def example_points() -> list[EntryPoint]:
    """The entry points of the example, as its pyproject.toml has them."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    groups: Mapping[str, Mapping[str, str]] = project["entry-points"]
    return [
        point(group.removeprefix("cxdigest."), name, value, project["name"])
        for group, entries in groups.items()
        for name, value in entries.items()
    ]


@contextmanager
def plugged(*points: EntryPoint, folder: Path = EXAMPLE) -> Iterator[None]:
    """Have *points*, of modules in *folder*, be all that is installed."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        plugins.forget()
        patch.setattr(plugins, "announced", lambda: points)
        try:
            yield
        finally:
            patch.undo()
            plugins.forget()
            for name in set(sys.modules) - before:
                if not name.startswith(("cxdigest.", "tests.")) and _is_in(folder, name):
                    del sys.modules[name]


def _is_in(folder: Path, name: str) -> bool:
    file = getattr(sys.modules[name], "__file__", None) or ""
    return file.startswith(str(folder))
