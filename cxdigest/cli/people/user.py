"""``cxdigest user add|list|password|role|remove``: who may see the console.

A password is asked for twice on a terminal and read from standard input elsewhere: as an option it
would stand in the list of processes and in the history of the shell.
"""

from __future__ import annotations

import getpass
import json as jsonlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxdigest import app
from cxdigest.config import Config, load
from cxdigest.console.clients.definitions import refuse_temporary
from cxdigest.console.instance import users
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import Json
from cxdigest.store import Store, User
from cxdigest.worker import clock

_LONGEST = 4 * 1024 + 2  #: of a line that is read; a password of 1,024 letters fits
_HEADS = (marked("name"), marked("role"), marked("of"), marked("signs in by"), marked("added"))


def add(
    config: Path, name: str, *, role: str, coach: str, profile: str, proxied: bool, json: bool
) -> int:
    """Add a user to the store of the configuration at *config*; return the exit code."""
    with _store(config) as (settings, store):
        proxy = settings.web is not None and settings.web.proxy is not None
        if proxied and not proxy:
            raise WrongUseError(
                _("no proxy signs people in here: write web.proxy into the configuration first")
            )
        if not role and store.has_users():
            raise WrongUseError(_("say what they may see: --role admin, coach or client"))
        user = users.add(
            store,
            name=name,
            role=role or "admin",
            coach=coach,
            profile=profile,
            password="" if proxied else _password(),
            known=_known(settings, store),
            now=clock(),
            proxied=proxied,
        )
    return _say(
        _record(user), _("{name} may sign in: {what}.", name=user.name, what=_sees(user)), json=json
    )


def listed(config: Path, *, json: bool) -> int:
    """List everybody; return the exit code."""
    with _store(config) as (_settings, store):
        people = store.users()
    if json:
        for one in people:
            print(jsonlib.dumps(_record(one)))
        return 0
    if not people:
        print(_("Nobody: whoever sits at this machine needs no password, and nobody else gets in."))
        return 0
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _HEADS:
        table.add_column(_(head))
    for one in people:
        way = _("password") if one.password else _("proxy alone")
        of = one.coach or one.profile
        table.add_row(*map(Text, (one.name, one.role, of, way, f"{one.made:%Y-%m-%d}")))
    Console(highlight=False).print(table)
    return 0


def password(config: Path, name: str, *, keep_tokens: bool, json: bool) -> int:
    """Give *name* another password; return the exit code."""
    with _store(config) as (_settings, store):
        user = _user(store, name)
        tokens = len(store.access_tokens(user.name))
        users.change_password(store, user.name, _password(), now=clock(), tokens=not keep_tokens)
    told = _("{name} has another password, and is signed in nowhere.", name=user.name)
    if tokens:
        told += _(" Access tokens go on.") if keep_tokens else _(" All access tokens have ended.")
    return _say(
        {"user": user.name, "changed": "password", "tokens_ended": 0 if keep_tokens else tokens},
        told,
        json=json,
    )


def role(config: Path, name: str, *, role: str, coach: str, profile: str, json: bool) -> int:
    """Say anew what *name* may see; return the exit code."""
    with _store(config) as (settings, store):
        user = _user(store, name)
        users.change_role(
            store,
            user.name,
            role=role,
            coach=coach,
            profile=profile,
            known=_known(settings, store),
            now=clock(),
        )
        user = _user(store, name)
    return _say(
        _record(user), _("{name} now sees {what}.", name=user.name, what=_sees(user)), json=json
    )


def remove(config: Path, name: str, *, json: bool) -> int:
    """Remove *name*; return the exit code."""
    with _store(config) as (_settings, store):
        user = _user(store, name)
        users.remove(store, user.name)
    told = _("{name} may no longer sign in; sessions and tokens have ended.", name=user.name)
    return _say({"user": user.name, "removed": True}, told, json=json)


@contextmanager
def _store(config: Path) -> Iterator[tuple[Config, Store]]:
    settings = load(config)
    refuse_temporary(settings)
    with app.open_stored(settings) as store:
        yield settings, store


def _user(store: Store, name: str) -> User:
    user = store.user(name.strip().lower())
    if user is None:
        raise users.nobody(name)
    return user


def _known(settings: Config, store: Store) -> users.Known:
    return users.Known(
        coaches=tuple(settings.coaches), profiles=(*settings.profiles, *store.definitions())
    )


def _password() -> str:
    """Return a new password.

    Raises:
        WrongUseError: there is none, or the two are not the same.
    """
    if sys.stdin.isatty():
        given = getpass.getpass(_("Password: "))
        users.check_again(given, getpass.getpass(_("The same again: ")))
        return given
    line = sys.stdin.readline(_LONGEST).removesuffix("\n").removesuffix("\r")
    if not line:
        raise WrongUseError(_("no password came; call this in a terminal, or pipe one line in"))
    return line


def _sees(user: User) -> str:
    if user.role == "coach":
        return _("the clients of {coach}", coach=user.coach)
    if user.role == "client":
        return _("the digest of {profile}", profile=user.profile)
    return _("everything")


def _record(user: User) -> dict[str, Json]:
    return {
        "user": user.name,
        "role": user.role,
        "coach": user.coach,
        "profile": user.profile,
        "password": bool(user.password),
        "made": user.made.isoformat(),
    }


def _say(record: dict[str, Json], sentence: str, *, json: bool) -> int:
    print(jsonlib.dumps(record) if json else sentence)
    return 0
