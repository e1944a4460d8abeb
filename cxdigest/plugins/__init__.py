"""What others add to cxdigest: found by its entry points, checked, named where it fails.

A plugin is a package of its own. It names what it adds in groups of entry points, and each value is
the very record by which cxdigest registers its own: a format, a type of source, a type of channel,
a pack, a page. Whoever keeps such a list asks ``load`` for the rest of it.

Reads what is installed, nothing else; no plugin is imported before its group is asked for. What is
printed by a plugin goes to standard error (``aside``). Groups of entry points are Python's own way,
as pytest's plugins take it; that a failure names the distribution is pip's.
"""

from __future__ import annotations

import functools
import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from cxdigest.errors import CxdigestError, PluginError
from cxdigest.language import marked
from cxdigest.plugins.aside import printing_aside

if TYPE_CHECKING:  # loaded where there is a plugin
    from importlib import metadata

Group = Literal["formats", "sources", "channels", "packs", "pages"]
GROUPS: tuple[Group, ...] = ("formats", "sources", "channels", "packs", "pages")
#: What one of each group is called in front of a person.
WORDS: dict[Group, str] = {
    "formats": marked("format"),
    "sources": marked("type of source"),
    "channels": marked("type of channel"),
    "packs": marked("pack"),
    "pages": marked("page"),
}
_BEFORE = "cxdigest."  #: of the names of the groups, as pyproject.toml has them
_INFO = (".dist-info", ".egg-info")

log = logging.getLogger(__name__)

T = TypeVar("T")
#: Asked for a group: from another thread, or by a plugin that is being loaded.
_lock = threading.RLock()
_forgotten: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one thing comes from that a plugin adds."""

    group: Group
    name: str  #: of the entry point, and of what it leads to
    distribution: str  #: as pip names it
    version: str

    def __str__(self) -> str:
        """Name it as a person would look for it."""
        return f"{WORDS[self.group]} {self.name} of the plugin {self.distribution} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugged(Generic[T]):
    """One thing that a plugin adds, loaded and of the right shape."""

    origin: Origin
    value: T


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One thing that a plugin announces and that cannot be used."""

    origin: Origin
    why: str  #: what is wrong and the way out

    def __str__(self) -> str:
        """Say what is left out, and why."""
        return f"the {self.origin} is left out: {self.why}"


def once(function: Callable[[], T]) -> Callable[[], T]:
    """Return *function*, called the first time alone; ``forget`` has it called again."""
    kept = functools.cache(function)
    _forgotten.append(kept.cache_clear)
    functools.update_wrapper(kept, function)
    return kept


def forget() -> None:
    """Look anew for what is installed, as a new process would."""
    for each in _forgotten:
        each()
    _broken.clear()


_broken: dict[tuple[str, str, str], Broken] = {}


def broken(group: Group | None = None) -> tuple[Broken, ...]:
    """Return what could not be used so far, of one *group* or of all that were asked for."""
    return tuple(one for one in _broken.values() if group in (None, one.origin.group))


def load(
    group: Group,
    shape: type[T] | tuple[type[T], ...],
    *,
    name_of: Callable[[T], str],
    taken: Iterable[str] = (),
    wrong: Callable[[T, Origin], str] = lambda *_: "",
) -> tuple[Plugged[T], ...]:
    """Return what plugins add to *group*, by distribution and name; what is broken is left out.

    Each value has one of the types *shape* and, by *name_of*, the name of its entry point, which is
    none of those *taken*; *wrong* says what else is amiss with it, ``""`` for nothing.
    """
    used = dict.fromkeys(taken, "cxdigest itself")
    found: list[Plugged[T]] = []
    with _lock:
        for point in _points(group):
            origin = _origin(group, point)
            try:
                value = _value(point, origin, shape, name_of=name_of, used=used)
                _refuse(_asked(wrong, value, origin))
            except PluginError as error:
                _leave_out(Broken(origin=origin, why=str(error)))
            else:
                used[origin.name] = f"the plugin {origin.distribution}"
                found.append(Plugged(origin=origin, value=value))
    return tuple(found)


@contextmanager
def within(origin: Origin) -> Iterator[None]:
    """Run a plugin's code: what it prints goes to standard error, what breaks there is named.

    Raises:
        PluginError: it failed in a way that is none of cxdigest's own errors.
    """
    with printing_aside():
        try:
            yield
        except CxdigestError:
            raise
        except (Exception, SystemExit) as error:
            raise PluginError(f"the {origin} failed: {_said(error)}") from error


def _value(
    point: metadata.EntryPoint,
    origin: Origin,
    shape: type[T] | tuple[type[T], ...],
    *,
    name_of: Callable[[T], str],
    used: dict[str, str],
) -> T:
    remedy = f"update {origin.distribution}, or remove it: pip uninstall {origin.distribution}"
    with printing_aside():
        try:
            value = point.load()
        except (Exception, SystemExit) as error:
            raise PluginError(
                f"{point.value} cannot be loaded: {_said(error)}; {remedy}"
            ) from error
    if not isinstance(value, shape):
        kinds = shape if isinstance(shape, tuple) else (shape,)
        wanted = " or ".join(f"{one.__module__}.{one.__qualname__}" for one in kinds)
        raise PluginError(f"{point.value} is a {type(value).__name__}, no {wanted}; {remedy}")
    name = _asked(lambda one, _: name_of(one), value, origin)
    if name != point.name:
        raise PluginError(f"{point.value} calls itself {name!r}, its entry point {point.name!r}; "
                          f"tell those who wrote {origin.distribution}")  # fmt: skip
    if name in used:
        raise PluginError(f"{used[name]} has one of this name; {remedy}")
    return value


def _refuse(why: str) -> None:
    if why:
        raise PluginError(why)


def _asked(question: Callable[[T, Origin], str], value: T, origin: Origin) -> str:
    """Return the answer to a *question* about a value that may break whoever looks at it."""
    try:
        return question(value, origin)
    except Exception as error:  # noqa: BLE001 - whatever a plugin made of a record
        return f"it is no whole {WORDS[origin.group]}: {_said(error)}"


def _leave_out(one: Broken) -> None:
    key = (one.origin.group, one.origin.name, one.origin.distribution)
    if key not in _broken:
        log.error("%s", one)
    _broken[key] = one


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def origins(group: Group) -> tuple[Origin, ...]:
    """Return all that is announced for *group*, by distribution and name; nothing is imported."""
    return tuple(_origin(group, point) for point in _points(group))


def _origin(group: Group, point: metadata.EntryPoint) -> Origin:
    at = point.dist
    return Origin(
        group=group,
        name=point.name,
        distribution=(at.name if at else "") or "without a name",
        version=(at.version if at else "") or "without a version",
    )


def _points(group: Group) -> list[metadata.EntryPoint]:
    found = [one for one in announced() if one.group == _BEFORE + group]
    return sorted(found, key=lambda one: (one.dist.name if one.dist else "", one.name))


@once
def announced() -> tuple[metadata.EntryPoint, ...]:
    """Return all entry points of ours among what is installed; nothing is imported."""
    if not any(_may_announce(folder) for folder in dict.fromkeys(sys.path)):
        return ()
    groups = importlib.import_module("importlib.metadata").entry_points()
    return tuple(one for group in GROUPS for one in groups.select(group=_BEFORE + group))


def _may_announce(folder: str) -> bool:
    """Tell whether a package in *folder* names a group of ours.

    To ask importlib.metadata for that takes ten times as long, and mostly there is none.
    """
    try:
        names = [name for name in os.listdir(folder or ".") if name.endswith(_INFO)]  # noqa: PTH208 - quick
    except NotADirectoryError:
        return True  # an archive
    except OSError:
        return False
    return any(_mentions(os.path.join(folder, name, "entry_points.txt")) for name in names)  # noqa: PTH118 - quick


def _mentions(file: str) -> bool:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - quick
            return f"[{_BEFORE}".encode() in stream.read()
    except OSError:
        return False
