"""Formats of plugins, so wrapped that none of their faults costs a posting.

A format that breaks while it looks at an alert does not recognise it, one that breaks while it
reads is told, and the alert goes on to the next format. Pure but for what the plugin does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeVar

from cxdigest import plugins
from cxdigest.errors import AlertError, PluginError
from cxdigest.extract.format import FeedFormat, MailFormat
from cxdigest.model import Extraction, Sighting
from cxdigest.plugins import Origin

log = logging.getLogger(__name__)

_Given = TypeVar("_Given")
_Format = MailFormat | FeedFormat


def formats(taken: Collection[str]) -> tuple[_Format, ...]:
    """Return the formats that plugins add; none has a name that is *taken*."""
    shapes: tuple[type[_Format], ...] = (MailFormat, FeedFormat)
    found = plugins.load(
        "formats",
        shapes,
        name_of=lambda one: str(one.name),
        taken=taken,
        wrong=_wrong,
    )
    return tuple(_wrapped(one.value, one.origin) for one in found)


def _wrong(one: _Format, origin: Origin) -> str:
    functions: tuple[object, ...] = (one.recognises, one.read)
    if not all(map(callable, functions)):
        return f"recognises and read must be functions; tell those who wrote {origin.distribution}"
    if isinstance(one, MailFormat):
        [one.is_sender(host) for host in ("", "mail.example.org")]  # raises where domains are none
    return ""


def _wrapped(one: _Format, origin: Origin) -> _Format:
    if isinstance(one, MailFormat):
        return replace(
            one, recognises=_asking(one.recognises, origin), read=_reading(one.read, origin)
        )
    return replace(one, recognises=_asking(one.recognises, origin), read=_reading(one.read, origin))


def _asking(question: Callable[[_Given], bool], origin: Origin) -> Callable[[_Given], bool]:
    def recognises(given: _Given) -> bool:
        try:
            with plugins.within(origin):
                return bool(question(given))
        except (PluginError, AlertError) as error:
            log.error("%s; the other formats are asked", error, exc_info=error.__cause__)  # noqa: TRY400 - the cause
            return False

    return recognises


def _reading(
    read: Callable[[_Given], Extraction], origin: Origin
) -> Callable[[_Given], Extraction]:
    def reading(given: _Given) -> Extraction:
        try:
            with plugins.within(origin):
                found = read(given)
                _check(found)
                return found
        except AlertError as error:
            raise PluginError(f"the {origin} cannot read it: {error}") from error
        except PluginError as error:
            log.error("%s; the other formats are asked", error, exc_info=error.__cause__)  # noqa: TRY400 - the cause
            raise

    return reading


def _check(found: object) -> None:
    """Refuse what the rest of the street could not work with.

    Raises:
        TypeError: told like all else that goes wrong in a plugin.
    """
    whole = (
        isinstance(found, Extraction)
        and isinstance(found.sightings, tuple)
        and all(
            isinstance(one, Sighting) and isinstance(one.title, str) and one.title.strip()
            for one in found.sightings
        )
    )
    if not whole:
        raise TypeError(f"it gave a {type(found).__name__} that is no whole Extraction")
