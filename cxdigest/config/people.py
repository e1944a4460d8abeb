"""Read profiles that do not stand in the configuration: files to import, definitions in the store.

The same model, the same messages; sources, channels and coaches are the configuration's. In files
profiles stand as in the configuration, below ``profiles:``, so that a block can go either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from cxdigest import yamlfile
from cxdigest.config.crosscheck import references
from cxdigest.config.models import Config
from cxdigest.config.problems import NO_SUCH_KEY, from_validation, problem
from cxdigest.config.profiles import ProfileConfig
from cxdigest.config.surroundings import Surroundings
from cxdigest.config.values import check_name
from cxdigest.errors import ConfigError, Problem
from cxdigest.language import _
from cxdigest.yamlfile import Document, Node

SECTION = "profiles"


def sort_people(
    document: Document, config: Config, *, addresses: Mapping[str, str] | None = None
) -> tuple[dict[str, ProfileConfig], list[Problem]]:
    """Return the profiles below ``profiles:`` that are right, and every problem of the others.

    They are held against *config*; *addresses* are those of profiles elsewhere, in small letters,
    with the names of these. Problems stand in the order of the file.

    Raises:
        ConfigError: the file cannot be read, or holds no profiles.
    """
    people = people_of(document)
    surroundings = Surroundings(document=document, folder=config.folder, environ={})
    surroundings.complete({SECTION: people})
    data = {**_known(config), SECTION: people}
    taken = {address: name for address, name in (addresses or {}).items() if name not in people}
    problems = [*surroundings.problems, *references(data, document, taken)]
    told = {one.key for one in problems}
    read = {}
    for name, definition in people.items():
        misnamed = _misnamed(document, name)
        problems += misnamed
        try:
            settings = ProfileConfig.model_validate(definition, context={"folder": config.folder})
        except ValidationError as error:
            found = from_validation(document, error, (SECTION, name))
            problems += [one for one in found if one.key not in told or one.what == _(NO_SUCH_KEY)]
        else:
            if not misnamed:
                read[name] = settings
    bad = {whose(one) for one in problems}
    good = {name: one for name, one in read.items() if name not in bad}
    return good, sorted(dict.fromkeys(problems), key=lambda one: one.line)


def whose(found: Problem) -> str:
    """Return the name of the profile that has a problem."""
    return found.key.removeprefix(f"{SECTION}.").partition(".")[0].partition("[")[0]


def people_of(document: Document) -> dict[str, Any]:
    """Return what stands below ``profiles:`` in *document*, as written.

    Raises:
        ConfigError: the file cannot be read, or holds no profiles.
    """
    if document.problems:
        raise ConfigError(document.problems)
    people = document.data.get(SECTION) if isinstance(document.data, dict) else None
    if isinstance(people, dict) and people:
        return people
    what = _("there are no profiles in it")
    instead = _("write them below profiles:, each under its name, as in the configuration")
    raise ConfigError([Problem(where=document.where, line=0, key="", what=what, instead=instead)])


def one_person(content: bytes, where: str, name: str) -> Document:
    """Return the keys of one profile in *content* as a document that holds it as *name*.

    A block below ``profiles:`` is taken as it stands, if it holds *name* alone.
    """
    document = yamlfile.load(content, where)
    if document.broken or (isinstance(document.data, dict) and SECTION in document.data):
        return document
    return _wrapped(document.root, where, name, document.problems)


def defined(definitions: Mapping[str, Any], where: str) -> Document:
    """Return stored *definitions* by name as a document."""
    return Document(where=where, root=Node(value={SECTION: dict(definitions)}))


def _wrapped(root: Node, where: str, name: str, problems: tuple[Problem, ...]) -> Document:
    people = Node(value={name: root.value}, below={name: (1, root)})
    top = Node(value={SECTION: people.value}, below={SECTION: (1, people)})
    return Document(where=where, root=top, problems=problems)


def addresses_of(people: Mapping[str, ProfileConfig]) -> dict[str, str]:
    """Return the addresses of *people* with whose they are."""
    return {address: name for name, one in people.items() for address in one.addresses}


def _known(config: Config) -> dict[str, Any]:
    """Return what profiles may name, as it would stand in the file."""
    return {
        "sources": dict(_entries(config.sources)),
        "channels": dict(_entries(config.channels)),
        "coaches": {name: {} for name in config.coaches},
    }


def _entries(group: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in group.items():
        yield name, {"type": one.type, "enabled": one.enabled}


def _misnamed(document: Document, name: str) -> list[Problem]:
    """Return what is wrong with the name itself, if anything is."""
    try:
        check_name(name)
    except ValueError as error:  # pydantic's own, with what to write instead
        context = getattr(error, "context", None) or {}
        what, instead = context.get("what", str(error)), context.get("instead", "")
        return [problem(document, (SECTION, name), what, instead)]
    return []
