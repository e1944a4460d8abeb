"""What is given to several commands: days and the names of people, and what is wrong with them."""

from __future__ import annotations

from datetime import date

from cxdigest.config import Config
from cxdigest.console.definitions import no_profile
from cxdigest.errors import WrongUseError
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.store import Store


def day_given(text: str, option: str) -> date | None:
    """Return the day that *option* was given; None where it was not.

    Raises:
        WrongUseError: it is no date.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise WrongUseError(f"{option}: {text!r} is no date; write it as 2026-11-21") from error


def profile_given(street: Street, name: str) -> Profile:
    """Return the profile of this name.

    Raises:
        WrongUseError: there is none.
    """
    if profile := street.profile(name):
        return profile
    raise no_profile(name, (one.name for one in street.profiles))


def require_known(profile: str, settings: Config, store: Store) -> None:
    """Refuse a name that nobody has or had; ``""`` is everybody.

    Raises:
        WrongUseError: nobody is called so.
    """
    names = {*settings.profiles, *store.people()}
    if profile and profile not in names:
        raise no_profile(profile, sorted(names))
