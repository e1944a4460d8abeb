"""What each may change of profiles: an admin all, a coach own clients, a client own wishes.

A coach is held against a configuration that has nothing but what a coach may give, so the usual
check refuses the rest and no message names it: sources that a client of this coach reads already,
and mailboxes that serve many people, of which a client gets the mails of own addresses alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cxdigest.config import Config, people_of
from cxdigest.console.clients import definitions
from cxdigest.errors import ConfigError, Problem, WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import Profile, Role, unrouted
from cxdigest.roll import is_intake
from cxdigest.store import Definition, Store
from cxdigest.yamlfile import Document

#: What a client may change of an own profile.
CLIENT_KEYS = ("language", "wishes", "hide_employers", "send_at", "days")
#: Names of files on this machine, which an admin alone may give.
ADMIN_KEYS = ("packs", "templates")
#: Words of the console's own addresses.
RESERVED = ("new", "import", "export")
_SOMEBODY = marked("another person")  #: whose address it is, said to those who may not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """One who changes profiles."""

    role: Role
    coach: str = ""  #: whose clients, of a coach
    own: frozenset[str]  #: names of the profiles that this one may see
    config: Config  #: with no more than this one may give to a profile
    whole: Config  #: as it is
    addresses: Mapping[str, str]  #: everybody's, with whose they are as far as this one may know


def editor_of(
    role: Role, coach: str, own: Iterable[str], config: Config, people: Iterable[Profile]
) -> Editor:
    """Return who changes profiles: one of *role*, who may see those called *own*."""
    everybody, mine = tuple(people), frozenset(own)
    return Editor(
        role=role,
        coach=coach,
        own=mine,
        config=config if role == "admin" else _narrowed(config, coach, mine, everybody),
        whole=config,
        addresses={
            address: one.name if role == "admin" or one.name in mine else _(_SOMEBODY)
            for one in everybody
            for address in one.addresses
        },
    )


def _narrowed(
    config: Config, coach: str, own: frozenset[str], everybody: Iterable[Profile]
) -> Config:
    read = {unrouted(source)[0] for one in everybody if one.name in own for source in one.sources}
    sources = {name: one for name, one in config.sources.items() if name in read or is_intake(one)}
    coaches = {name: one for name, one in config.coaches.items() if name == coach}
    return config.model_copy(update={"sources": sources, "coaches": coaches})


def fitted(editor: Editor, definition: Definition, before: Definition | None) -> dict[str, Any]:
    """Return *definition* as *editor* may write it: what goes without saying is filled in.

    A client's keeps everything else as it was *before*.
    """
    if editor.role == "client":
        rest = {key: value for key, value in (before or {}).items() if key not in CLIENT_KEYS}
        return rest | {key: definition[key] for key in CLIENT_KEYS if key in definition}
    if editor.role == "coach" and "coach" not in definition:
        return {**definition, "coach": editor.coach}
    return dict(definition)


def save(
    editor: Editor,
    store: Store,
    document: Document,
    before: Mapping[str, tuple[Definition, datetime] | None],
    *,
    now: datetime,
) -> list[str]:
    """Keep the profiles in *document*; return the names of those that others changed meanwhile.

    *before* says of each name what its writer saw, None where there was none. All or none.

    Raises:
        ConfigError: with everything that is wrong in it; nothing is kept.
        WrongUseError: nothing can be kept here.
    """
    definitions.refuse_temporary(editor.whole)
    if problems := problems_of(editor, store, document, before):
        raise ConfigError(problems)
    seen = {name: found[1] if found else None for name, found in before.items()}
    return store.revise(people_of(document), before=seen, now=now)


def problems_of(
    editor: Editor,
    store: Store,
    document: Document,
    before: Mapping[str, tuple[Definition, datetime] | None],
) -> list[Problem]:
    """Return everything that is wrong in *document*, or that *editor* may not write."""
    more = list(_not_theirs(editor, store, document, before))
    config = editor.whole if editor.role == "client" else _with_those(editor, before)
    found = definitions.problems_of(document, config, addresses=editor.addresses, more=more)
    barred = {one.key for one in more if one.key.rpartition(".")[2] in ADMIN_KEYS}
    # Whether such a file is there is nobody's to learn who may not name it.
    return [one for one in found if one in more or not one.key.startswith(tuple(barred))]


def _with_those(editor: Editor, before: Mapping[str, tuple[Definition, datetime] | None]) -> Config:
    """Return what *editor* may give, and what these profiles have: a source that is off counts."""
    named = [found[0].get("sources") for found in before.values() if found]
    had = {source for group in named if isinstance(group, list) for source in group}
    kept = {name: one for name, one in editor.whole.sources.items() if name in had}
    return editor.config.model_copy(update={"sources": {**editor.config.sources, **kept}})


def _not_theirs(
    editor: Editor,
    store: Store,
    document: Document,
    before: Mapping[str, tuple[Definition, datetime] | None],
) -> Iterator[Problem]:
    for name, definition in people_of(document).items():
        found, said = before.get(name), definition if isinstance(definition, dict) else {}
        if found is None or name in editor.whole.profiles:
            yield from _name_taken(editor, store, document, name)
        if editor.role != "coach":
            continue
        was = found[0] if found else {}
        for key in ADMIN_KEYS:
            if said.get(key) != was.get(key):
                what = _("names files on this machine")
                instead = _("ask an admin to write it, or leave it as it was")
                yield _problem(document, (name, key), what, instead)
        if said.get("coach") != editor.coach:
            what, instead = (
                _("you look after your own clients"),
                _("write {coach}", coach=editor.coach),
            )
            yield _problem(document, (name, "coach"), what, instead)


def _name_taken(editor: Editor, store: Store, document: Document, name: str) -> Iterator[Problem]:
    """Say what is against a new profile of this name.

    One that was removed left digests and words behind; whoever takes its name would see them.
    """
    if name in RESERVED:
        yield _problem(document, (name,), _("is a word of this console"), _("choose another name"))
    elif name in editor.whole.profiles and editor.role == "admin":
        what = _("is {declared}", declared=definitions.declared_at(name, editor.whole))
        yield _problem(document, (name,), what, _("choose another name, or change it there"))
    elif name in editor.whole.profiles or name in store.definitions([name]):
        yield _problem(document, (name,), _("is taken"), _("choose another name"))
    elif editor.role != "admin" and store.has_profile(name):
        what = _("was somebody's before")
        yield _problem(document, (name,), what, _("choose another name, or ask an admin"))


def _problem(document: Document, at: tuple[str, ...], what: str, instead: str) -> Problem:
    path = ("profiles", *at)
    return Problem(
        where=document.where,
        line=document.line(path),
        key=".".join(path),
        what=what,
        instead=instead,
    )


def before_of(store: Store, names: Iterable[str]) -> dict[str, tuple[Definition, datetime] | None]:
    """Return what the store holds of each of *names* and since when; None: nothing."""
    wanted = list(names)
    roster, found = store.roster(), store.definitions(wanted)
    held: dict[str, tuple[Definition, datetime] | None] = {}
    for name in wanted:
        changed = roster[name].changed if name in roster else None
        held[name] = (found[name], changed) if changed and name in found else None
    return held


def resume(store: Store, settings: Config, name: str, *, now: datetime) -> str:
    """Resume *name*; return what is so now.

    Raises:
        WrongUseError: its settings themselves say that it is paused.
    """
    definition = definitions.definition_of(name, settings, store)
    store.resume_profile(name, now=now)
    if definition.get("paused") is True:
        raise WrongUseError(_("the settings say paused: true; change that first"))
    return _("Digests are made again, from the next send time on.")
