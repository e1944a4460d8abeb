"""Where each model stands in a configuration, read off the models themselves.

The same walk serves "did you mean", the reference and the test of the example, so that none of
them can forget a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cxdigest.config.keys import Keys
from cxdigest.config.models import Config
from cxdigest.config.plugged import Section, models, word_of

Pattern = tuple[str, ...]  #: keys from the top; ``*`` stands for a chosen name or a list position

#: Sections whose keys are names of the person's choice.
_WITH_TYPES: tuple[Section, ...] = ("sources", "channels")
NAMED = ("sources", "channels", "logins", "profiles", "coaches")


def sections(model: type[Keys] = Config, at: Pattern = ()) -> Iterator[tuple[Pattern, type[Keys]]]:
    """Yield every model with its place, from the top down; a source's type is the last part.

    For example ``("sources", "*", "mailbox")``, ``("profiles", "*", "deliver", "*")``.
    """
    yield at, model
    for name, field in model.model_fields.items():
        for tail, below in _below(field.annotation):
            yield from sections(below, (*at, name, *tail))


def all_sections() -> Iterator[tuple[Pattern, type[Keys]]]:
    """Yield what ``sections`` does, and the types that plugins add."""
    yield from sections()
    for section in _WITH_TYPES:
        for word, model in models(section).items():
            yield (section, "*", word), model


def _below(annotation: Any) -> Iterator[tuple[Pattern, type[Keys]]]:  # noqa: ANN401 - a type
    if isinstance(annotation, type) and issubclass(annotation, Keys):
        yield ((word_of(annotation),) if word_of(annotation) else ()), annotation
    elif get_origin(annotation) in (dict, tuple):
        value = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
        for tail, model in _below(value):
            yield ("*", *tail), model
    else:
        for part in get_args(annotation):
            yield from _below(part)


def is_secret(field: FieldInfo) -> bool:
    """Tell whether *field* holds what must never be shown."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


def keys_at(location: tuple[str | int, ...]) -> dict[str, FieldInfo]:
    """Return the keys that may stand at *location*, with types as in ``sections``."""
    for pattern, model in all_sections():
        if len(pattern) == len(location) and all(
            part in ("*", place) for part, place in zip(pattern, location, strict=True)
        ):
            return dict(model.model_fields)
    return {}


SECRETS = frozenset(
    name
    for _, model in sections()
    for name, field in model.model_fields.items()
    if is_secret(field)
)  #: those of cxdigest itself


def secrets() -> frozenset[str]:
    """Return the keys whose values never stand in a message, those of plugins among them."""
    added = (model for section in _WITH_TYPES for model in models(section).values())
    return SECRETS.union(
        name for model in added for name, field in model.model_fields.items() if is_secret(field)
    )
