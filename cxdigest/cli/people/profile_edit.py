"""``cxdigest profile add|edit|import|export``: settings of people into the store and out of it."""

from __future__ import annotations

import copy
import json as jsonlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cxdigest import app, yamlfile
from cxdigest.config import Config, addresses_of, defined, load, people_of
from cxdigest.console.clients import definitions
from cxdigest.console.clients.definitions import (
    as_yaml,
    declared_at,
    definition_of,
    refuse_temporary,
    unknown,
)
from cxdigest.errors import ConfigError, Problem, WrongUseError
from cxdigest.language import _, marked, ngettext
from cxdigest.roll import Roll
from cxdigest.store import Store
from cxdigest.worker import clock
from cxdigest.yamlfile import Document

_INPUT = marked("standard input")


def add(config: Path, name: str, file: str, *, json: bool) -> int:
    """Add *name* with the keys in *file*; return the exit code.

    Raises:
        ConfigError: with everything that is wrong in it.
        WrongUseError: there is a profile of that name.
    """
    settings = load(config)
    refuse_temporary(settings)
    with app.open_stored(settings) as store:
        if name in settings.profiles:
            raise WrongUseError(
                _(
                    "{name} is {settings}; choose another name",
                    name=name,
                    settings=declared_at(name, settings),
                )
            )
        if name in store.definitions([name]):
            raise WrongUseError(
                _("{name} is in the store already; use `cxdigest profile edit`", name=name)
            )
        _keep(store, settings, _one(file, name))
    return _say([name], _("{name} is added; the next turn knows it.", name=name), json=json)


def edit(
    config: Path,
    name: str,
    file: str,
    *,
    change: Sequence[str],
    unset: Sequence[str],
    json: bool,
) -> int:
    """Change the stored *name*: all keys from *file*, or some of them; return the exit code.

    Raises:
        ConfigError: with everything that is wrong afterwards; nothing is changed then.
        WrongUseError: it is not stored, or nothing is said to change.
    """
    if bool(file) == bool(change or unset):
        raise WrongUseError(
            _(
                "name a file with all keys (- for standard input), or change some with "
                "--set KEY=VALUE and --unset KEY"
            )
        )
    settings = load(config)
    refuse_temporary(settings)
    with app.open_stored(settings) as store:
        if name in settings.profiles:
            raise WrongUseError(
                _(
                    "{name} is {settings}; change it there",
                    name=name,
                    settings=declared_at(name, settings),
                )
            )
        known = store.definitions([name])
        if name not in known:
            raise unknown(name, settings, store)
        document = (
            _one(file, name)
            if file
            else defined({name: _changed(known[name], change, unset)}, name)
        )
        _keep(store, settings, document)
    return _say([name], _("{name} is changed; the next turn knows it.", name=name), json=json)


def take_in(config: Path, file: str, *, replace: bool, json: bool) -> int:
    """Add everybody in *file*, or nobody; return the exit code.

    Raises:
        ConfigError: with everything that is wrong in it.
    """
    settings = load(config)
    refuse_temporary(settings)
    with app.open_stored(settings) as store:
        document = yamlfile.load(_content(file), _(_INPUT) if file == "-" else file)
        people = people_of(document)
        stored = set() if replace else set(store.definitions())
        taken = definitions.taken(document, settings, stored, _("leave it out, or write --replace"))
        _keep(store, settings, document, taken)
    told = ngettext(
        "{number} profile taken in.", "{number} profiles taken in.", len(people), number=len(people)
    )
    return _say(list(people), told, json=json)


def export(config: Path, names: Sequence[str]) -> int:
    """Print *names*, or everybody in the store, as YAML; return the exit code.

    Raises:
        WrongUseError: there is no such profile.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        if names:
            people = {name: definition_of(name, settings, store) for name in names}
        else:
            people = {name: dict(one) for name, one in store.definitions().items()}
    if not people:
        print(_("cxdigest: nobody is in the store; name those to write"), file=sys.stderr)
        return 1
    print(as_yaml(people), end="")
    return 0


def _keep(
    store: Store, settings: Config, document: Document, taken: Sequence[Problem] = ()
) -> None:
    """Check the profiles in *document* and keep them."""
    others = Roll(settings, store).people()[0]
    problems = definitions.problems_of(
        document, settings, addresses=addresses_of(others), more=taken
    )
    definitions.keep(store, document, problems, now=clock())


def _one(file: str, name: str) -> Document:
    where = _(_INPUT) if file == "-" else file
    return definitions.about_one(_content(file), where, name)


def _content(file: str) -> bytes:
    """Return what stands in *file*; the same bound as for any YAML."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(yamlfile.LONGEST + 1)
        with Path(file).open("rb") as stream:
            return stream.read(yamlfile.LONGEST + 1)
    except OSError as error:
        raise WrongUseError(f"{file}: {error.strerror}") from error


def _changed(
    definition: Mapping[str, Any], change: Sequence[str], unset: Sequence[str]
) -> dict[str, Any]:
    """Return *definition* with some keys set and others gone."""
    new = copy.deepcopy(dict(definition))
    for one in change:
        key, equals, said = one.partition("=")
        if not equals or not key:
            raise WrongUseError(_("--set {one}: write KEY=VALUE, as send_at='\"07:30\"'", one=one))
        group, last = _group(new, key)
        group[last] = _value(key, said)
    for key in unset:
        group, last = _group(new, key)
        if group.pop(last, None) is None:
            raise WrongUseError(_("--unset {key}: it is not set", key=key))
    return new


def _group(new: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    *above, last = key.split(".")
    group = new
    for part in above:
        below = group.setdefault(part, {})
        if not isinstance(below, dict):
            raise WrongUseError(_("{key}: {part} holds no keys", key=key, part=part))
        group = below
    return group, last


def _value(key: str, said: str) -> Any:  # noqa: ANN401 - whatever the person wrote
    """Read *said* as it would be read in the file; a plain time of day needs no quotes here."""
    document = yamlfile.load(f"value: {said}\n".encode(), f"--set {key}")
    if document.problems:
        quoted = yamlfile.load(f"value: {jsonlib.dumps(said)}\n".encode(), f"--set {key}")
        if ":" in said and not quoted.problems:
            return said
        raise ConfigError(document.problems)
    return document.data["value"]


def _say(names: Sequence[str], sentence: str, *, json: bool) -> int:
    print(jsonlib.dumps({"stored": list(names)}) if json else sentence)
    return 0
