"""Passwords: what one must be like, what argon2 makes of it, and whether one is right.

The parameters are one of OWASP's sets for argon2id, that with the least memory: 7 MiB and some
30 ms for each try, one try at once, so that strangers who try many take little from others.
"""

from __future__ import annotations

import contextlib
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cxdigest.errors import WrongUseError
from cxdigest.language import _

SHORTEST, LONGEST = 12, 1024  #: letters
_LEAST_LETTERS = 5  #: different ones
_HASHER = PasswordHasher(time_cost=5, memory_cost=7_168, parallelism=1)
_TURN = threading.Lock()
_PLACES = threading.BoundedSemaphore(10)  #: of those that work or wait


class BusyError(WrongUseError):
    """More people try to sign in than can be looked at."""


def hash_of(password: str, *, name: str = "") -> str:
    """Return what is kept of *password*, which *name* chose.

    Raises:
        WrongUseError: it is too short, too long or too simple.
        BusyError: too many are made at once.
    """
    plain = _plain(password)
    if plain is None or len(plain) > LONGEST:
        raise WrongUseError(
            _("a password has at most {longest} letters, all of them text", longest=LONGEST)
        )
    if len(plain) < SHORTEST:
        raise WrongUseError(
            _(
                "a password needs {shortest} letters or more; some words that do not belong "
                "together are easy to remember",
                shortest=SHORTEST,
            )
        )
    if len(set(plain)) < _LEAST_LETTERS or plain.casefold() == name.casefold():
        raise WrongUseError(_("this password is too easy to guess; choose another"))
    with _turn():
        return _HASHER.hash(plain)


def is_right(kept: str, password: str) -> bool:
    """Tell whether *password* is the one of *kept*, in the same time where that is ``""``.

    Raises:
        BusyError: too many try at once.
    """
    plain = _plain(password)
    # What is too long was never taken; something else is tried, for the time that it takes.
    known = bool(kept) and plain is not None and len(plain) <= LONGEST
    tried = plain if known and plain is not None else "?"
    with _turn():
        try:
            return _HASHER.verify(kept if known else _nobodys(), tried) and known
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Tell whether *kept* was made with other parameters than new ones are."""
    return _HASHER.check_needs_rehash(kept)


def _plain(password: str) -> str | None:
    """Return *password* as every keyboard writes it (NFKC); None where it is no text."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return None
    # Normalising what is far too long would cost time for nothing.
    return unicodedata.normalize("NFKC", password) if len(password) <= LONGEST else password


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _PLACES.acquire(blocking=False):
        raise BusyError(_("too many try to sign in just now; try again in a minute"))
    try:
        with _TURN:
            yield
    finally:
        _PLACES.release()
