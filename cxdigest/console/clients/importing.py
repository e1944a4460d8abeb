"""Profiles from a file: what taking them in would change is shown before it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cxdigest import yamlfile
from cxdigest.config import defined, people_of
from cxdigest.config.problems import as_yaml
from cxdigest.console.clients import editing
from cxdigest.console.clients.editing import Editor
from cxdigest.errors import ConfigError, Problem, WrongUseError
from cxdigest.language import _, figure, marked
from cxdigest.store import Definition, Store
from cxdigest.yamlfile import Document

WHERE = marked("the file")
LARGEST = 1_000_000  #: bytes of a file; some thousand profiles
MOST = 1_000  #: profiles that a page looks at; more would take longer than a browser waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One key that would say something else."""

    key: str
    before: str  #: as YAML; ``""``: it was not there
    after: str  #: the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One profile of the file."""

    name: str
    heading: str
    is_new: bool
    changes: tuple[Changed, ...]  #: none: it says what the store says


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What taking a file in would do."""

    people: tuple[Incoming, ...]
    problems: tuple[Problem, ...]  #: with any of them nothing is taken in
    seen: str  #: stands for what the store held when this was made


def preview(editor: Editor, store: Store, content: bytes, *, most: int = 0) -> Preview:
    """Return what taking *content* in would do.

    Raises:
        WrongUseError: the configuration changed since it was read, or there are more profiles than
            *most*; 0: there may be any number.
    """
    try:
        document = _document(editor, content)
    except ConfigError as error:
        return Preview(people=(), problems=error.problems, seen="")
    people = people_of(document)
    if most and len(people) > most:
        raise WrongUseError(
            _(
                "these are more than {most} profiles, too many for a page; take them in in parts, "
                "or with cxdigest profile import",
                most=figure(most),
            )
        )
    before = held_by(editor, store, people)
    return Preview(
        people=tuple(_incoming(name, one, before[name]) for name, one in people.items()),
        problems=tuple(editing.problems_of(editor, store, document, before)),
        seen=_seen(before),
    )


def take_in(
    editor: Editor, store: Store, content: bytes, *, seen: str, now: datetime
) -> list[str] | None:
    """Take *content* in, all or nothing; return the names that changed.

    None where the store holds something else than when it was *seen*.

    Raises:
        ConfigError: with everything that is wrong in it.
        WrongUseError: nothing can be kept here.
    """
    document = _document(editor, content)
    people = people_of(document)
    before = held_by(editor, store, people)
    if _seen(before) != seen:
        return None
    if problems := editing.problems_of(editor, store, document, before):
        raise ConfigError(problems)
    changed = {name for name, one in people.items() if _differs(one, before[name])}
    rest = defined({name: people[name] for name in people if name in changed}, _(WHERE))
    held = {name: before[name] for name in changed}
    others = editing.save(editor, store, rest, held, now=now) if changed else []
    return None if others else sorted(changed)


def _document(editor: Editor, content: bytes) -> Document:
    document = yamlfile.load(content, _(WHERE))
    people = people_of(document)
    fitted = {
        name: editing.fitted(editor, one, None) if isinstance(one, dict) else one
        for name, one in people.items()
    }
    return document if fitted == people else defined(fitted, _(WHERE))


def held_by(
    editor: Editor, store: Store, names: Iterable[str]
) -> dict[str, tuple[Definition, datetime] | None]:
    """Return what the store holds of those that are *editor*'s own; of others nothing is said."""
    held = editing.before_of(store, names)
    return {
        name: found if editor.role == "admin" or name in editor.own else None
        for name, found in held.items()
    }


def _incoming(name: str, definition: object, held: tuple[Definition, datetime] | None) -> Incoming:
    said = definition if isinstance(definition, dict) else {}
    was = held[0] if held else {}
    keys = [*was, *(key for key in said if key not in was)]
    return Incoming(
        name=name,
        heading=str(said.get("name", name)),
        is_new=held is None,
        changes=tuple(
            Changed(key=key, before=_text(was, key), after=_text(said, key))
            for key in keys
            if key not in was or key not in said or was[key] != said[key]
        ),
    )


def _differs(definition: object, held: tuple[Definition, datetime] | None) -> bool:
    return held is None or definition != dict(held[0])


def _text(definition: Mapping[str, object], key: str) -> str:
    return as_yaml(definition[key]) if key in definition else ""


def _seen(before: Mapping[str, tuple[Definition, datetime] | None]) -> str:
    told = (
        f"{name} {held[1].isoformat() if held else ''}" for name, held in sorted(before.items())
    )
    return hashlib.sha256("\n".join(told).encode(errors="replace")).hexdigest()[:32]
