"""People who may see the console: added, changed, removed, and known again by password or token.

No HTTP and no terminal: pages and commands do the same by these functions.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cxdigest.console.instance.passwords import hash_of, is_outdated, is_right
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import ROLES, Role
from cxdigest.store import Store, User
from cxdigest.text import printable

LONGEST_NAME = 64
LONGEST_LABEL = 60
MOST_TOKENS = 20  #: of one user
#: What every token begins with, so that programs which look for leaked secrets know it.
TOKEN_MARK = "cxd_"  # noqa: S105 - no token
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]*")

ROLE_WORDS: dict[Role, str] = {
    "admin": marked("Admin: sees and changes everything"),
    "coach": marked("Coach: own clients"),
    "client": marked("Client: own digest"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom a user can be made to look after, or to be."""

    coaches: Collection[str]  #: as the configuration names them
    profiles: Collection[str]


def name_of(text: str) -> str:
    """Return the name that *text* writes, in small letters.

    Raises:
        WrongUseError: it cannot be one.
    """
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise WrongUseError(
            _(
                "{longest_name} cannot be a user's name; write a to z, digits and . _ @ + -, "
                "at most {LONGEST_NAME2} letters",
                longest_name=repr(printable(text)[:LONGEST_NAME]),
                LONGEST_NAME2=LONGEST_NAME,
            )
        )
    return name


def add(
    store: Store,
    *,
    name: str,
    role: str,
    coach: str = "",
    profile: str = "",
    password: str,
    known: Known,
    now: datetime,
    proxied: bool = False,
) -> User:
    """Keep a new user; without a password, only where a proxy says that it is them (*proxied*).

    Raises:
        WrongUseError: the name, the role or the password cannot be taken.
    """
    named, (checked, of_coach, of_profile) = name_of(name), _scope(role, coach, profile, known)
    if checked != "admin" and not any(one.role == "admin" for one in store.users()):
        raise WrongUseError(_("the first user must be an admin, or nobody could let others in"))
    if not password and not proxied:
        raise WrongUseError(
            _("a password is missing; without one nobody could sign in as this user")
        )
    user = User(
        name=named,
        role=checked,
        coach=of_coach,
        profile=of_profile,
        password=hash_of(password, name=named) if password else "",
        made=now,
        changed=now,
    )
    if not store.add_user(user):
        raise WrongUseError(_("there is a user {named} already", named=named))
    return user


def check_again(password: str, again: str) -> None:
    """Refuse a password that was written in two ways.

    Raises:
        WrongUseError: it was.
    """
    if password != again:
        raise WrongUseError(_("the two passwords are not the same"))


def change_password(store: Store, name: str, password: str, *, now: datetime, tokens: bool) -> None:
    """Give *name* another password; whoever is signed in as them is no longer.

    With *tokens*, no program shows a token of theirs any longer either.

    Raises:
        WrongUseError: the password cannot be taken, or there is nobody of this name.
    """
    if not store.set_password(name, hash_of(password, name=name), now=now, tokens=tokens):
        raise nobody(name)


def change_role(
    store: Store,
    name: str,
    *,
    role: str,
    coach: str = "",
    profile: str = "",
    known: Known,
    now: datetime,
) -> None:
    """Say anew what *name* may see; whoever is signed in as them is no longer.

    Raises:
        WrongUseError: the role cannot be taken, nobody has this name, or no admin would be left.
    """
    checked, of_coach, of_profile = _scope(role, coach, profile, known)
    if not store.set_role(name, checked, coach=of_coach, profile=of_profile, now=now):
        raise nobody(name)


def remove(store: Store, name: str) -> None:
    """Forget *name* with all sessions and tokens.

    Raises:
        WrongUseError: there is nobody of this name, or no admin would be left.
    """
    if not store.remove_user(name):
        raise nobody(name)


def let_in(store: Store, name: str, password: str) -> User | None:
    """Return the user of this name and password; None, and no sooner, where there is none.

    Raises:
        BusyError: too many try at once.
    """
    try:
        user = store.user(name_of(name))
    except WrongUseError:  # nobody is called so
        user = None
    kept = user.password if user else ""
    if not is_right(kept, password) or user is None:
        return None
    if is_outdated(kept):
        store.renew_hash(user.name, kept, hash_of(password, name=user.name))
    return user


def make_token(store: Store, user: str, label: str, *, now: datetime) -> str:
    """Return a new token of *user*; it is kept nowhere and can be shown this once.

    Raises:
        WrongUseError: it has no name, or there are too many.
    """
    label = printable(" ".join(label.split()))[:LONGEST_LABEL]
    if not label:
        raise WrongUseError(_("give the token a name, such as the program that uses it"))
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    if not store.add_access_token(
        digest_of(token), user=user, label=label, now=now, most=MOST_TOKENS
    ):
        raise WrongUseError(
            _(
                "you have {most_tokens} tokens; end one that is not used first",
                most_tokens=MOST_TOKENS,
            )
        )
    return token


def digest_of(secret: str) -> str:
    """Return what is kept of a secret of 256 bits; no salt, since nobody guesses those."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def nobody(name: str) -> WrongUseError:
    """Return the error that nobody has this name."""
    return WrongUseError(
        _("there is no user {name}; `cxdigest user list` shows all", name=repr(printable(name)))
    )


def _scope(role: str, coach: str, profile: str, known: Known) -> tuple[Role, str, str]:
    """Return role, coach and profile as they are kept: what a role has no use for is empty.

    Raises:
        WrongUseError: there is no such role, coach or profile, or one is missing.
    """
    found = next((one for one in ROLES if one == role), None)
    if found is None:
        raise WrongUseError(
            _(
                "{role} is no role; write one of {roles}",
                role=repr(printable(role)),
                roles=", ".join(ROLES),
            )
        )
    if found == "coach":
        return found, _one_of(coach, known.coaches, "coach", _("coaches in the configuration")), ""
    if found == "client":
        return found, "", _one_of(profile, known.profiles, "profile", "profiles")
    return found, "", ""


def _one_of(name: str, names: Collection[str], what: str, where: str) -> str:
    if name in names:
        return name
    there = (
        _("the {where} are {names}", where=where, names=", ".join(sorted(names)[:20]))
        if names
        else _("there are no {where}", where=where)
    )
    asked = (
        _("there is no {what} {name}", what=what, name=repr(printable(name)))
        if name
        else _("say which {what}", what=what)
    )
    raise WrongUseError(f"{asked}; {there}")
