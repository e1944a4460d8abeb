"""What profiles say, read as it was written and kept anew: the same for commands and pages.

Knows no terminal and no HTTP. Whoever asks says the moment, and whose words may be changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Any

from cxdigest import yamlfile
from cxdigest.config import Config, one_person, people_of, sort_people
from cxdigest.errors import ConfigError, Problem, WrongUseError
from cxdigest.language import _
from cxdigest.store import Store
from cxdigest.yamlfile import Document

_MOST = 20  #: names in a message


def definition_of(name: str, settings: Config, store: Store) -> dict[str, Any]:
    """Return what the settings of *name* say, as written.

    Raises:
        WrongUseError: there is no such profile, or the configuration changed since it was read.
    """
    if name in settings.profiles:
        return _declared(name, settings)
    found = store.definitions([name])
    if name not in found:
        raise unknown(name, settings, store)
    return dict(found[name])


def declared_at(name: str, settings: Config) -> str:
    """Say where the configuration declares *name*."""
    line = _document(settings).line(("profiles", name))
    return _("declared in {path}, line {line}", path=settings.path, line=line)


def unknown(name: str, settings: Config, store: Store) -> WrongUseError:
    """Return the error that there is no profile *name*, with those that there are."""
    return no_profile(name, [*settings.profiles, *store.definitions()])


def no_profile(name: str, known: Iterable[str]) -> WrongUseError:
    """Return the error that there is no profile *name*, with those that there are."""
    names = list(known)
    more = _(" and {n} more", n=len(names) - _MOST) if len(names) > _MOST else ""
    there = _("; there are {names}", names=", ".join(names[:_MOST]) + more) if names else ""
    return WrongUseError(_("there is no profile {name}", name=repr(name)) + there)


def refuse_temporary(settings: Config) -> None:
    """Refuse to keep something in a store that is forgotten after the run.

    Raises:
        WrongUseError: it is such a store.
    """
    if settings.store.temporary:
        raise WrongUseError(
            _(
                'the store of {path} is ":temporary:" and forgets everything after each run; '
                "write the path of a file as store.url first",
                path=settings.path,
            )
        )


def as_yaml(people: Mapping[str, Any]) -> str:
    """Return *people* as they would stand in the configuration."""
    return yamlfile.dump({"profiles": dict(people)})


def about_one(content: bytes, where: str, name: str) -> Document:
    """Return *content* as the document of *name* alone: its keys, or its block below profiles.

    Raises:
        ConfigError: it cannot be read.
        WrongUseError: it is about somebody else.
    """
    document = one_person(content, where, name)
    others = [other for other in people_of(document) if other != name]
    if others:
        raise WrongUseError(
            _(
                "{where} is about {others}, not about {name}",
                where=document.where,
                others=others[0],
                name=name,
            )
        )
    return document


def problems_of(
    document: Document,
    settings: Config,
    *,
    addresses: Mapping[str, str],
    more: Sequence[Problem] = (),
) -> list[Problem]:
    """Return everything that is wrong in *document*, in its order, and *more*.

    *addresses* are those of everybody, with whose they are.
    """
    found = sort_people(document, settings, addresses=addresses)[1]
    return sorted([*more, *found], key=lambda one: one.line)


def keep(
    store: Store,
    document: Document,
    problems: Sequence[Problem],
    *,
    now: datetime,
) -> None:
    """Keep the profiles in *document* if nothing is wrong with them.

    Raises:
        ConfigError: there are *problems*.
    """
    if problems:
        raise ConfigError(problems)
    store.enrol(people_of(document), now=now)


def taken(
    document: Document, settings: Config, stored: Collection[str], instead: str
) -> list[Problem]:
    """Return a problem for each name in *document* that is taken.

    Names in *stored* are; *instead* says what to do about those.
    """
    found = []
    for name in people_of(document):
        if name in settings.profiles:
            what, way = (
                _("is {declared}", declared=declared_at(name, settings)),
                _("choose another name, or remove it there"),
            )
        elif name in stored:
            what, way = _("is in the store already"), instead
        else:
            continue
        line = document.line(("profiles", name))
        key = f"profiles.{name}"
        found.append(Problem(where=document.where, line=line, key=key, what=what, instead=way))
    return found


def _declared(name: str, settings: Config) -> dict[str, Any]:
    try:
        found: dict[str, Any] = deepcopy(people_of(_document(settings))[name])
    except (ConfigError, KeyError) as error:
        raise WrongUseError(
            _(
                "{path} has changed since it was read: start cxdigest serve again",
                path=settings.path,
            )
        ) from error
    return found


def _document(settings: Config) -> Document:
    try:
        content = settings.path.read_bytes()
    except OSError as error:
        raise WrongUseError(f"{settings.path}: {error.strerror}") from error
    return _read(content, str(settings.path))


@lru_cache(maxsize=1)
def _read(content: bytes, where: str) -> Document:
    """Return what is written; a page asks for the same several times, and changes nothing in it."""
    return yamlfile.load(content, where)
