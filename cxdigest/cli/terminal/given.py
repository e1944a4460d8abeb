"""What is given to several commands: days and the names of people, and what is wrong with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cxdigest.config import Config, load
from cxdigest.console.clients.definitions import no_profile
from cxdigest.errors import ConfigError, WrongUseError
from cxdigest.language import SOURCE, _, speak, spoken
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.store import Store


def for_the_log(path: Path) -> Config:
    """Read the configuration, and speak English from here on, as the log does everywhere.

    Raises:
        ConfigError: it cannot be used; said in the language of the terminal.
    """
    asked = spoken()
    speak(SOURCE)
    try:
        return load(path)
    except ConfigError:
        speak(asked)
        load(path)  # says the same as the person reads it
        speak(SOURCE)
        raise


def day_given(text: str, option: str) -> date | None:
    """Return the day that *option* was given; None where it was not.

    Raises:
        WrongUseError: it is no date.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise WrongUseError(
            _("{option}: {text} is no date; write it as 2026-11-21", option=option, text=repr(text))
        ) from error


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
