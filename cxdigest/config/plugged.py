"""Types of sources and channels that plugins add: their keys are read like all others.

A type is registered by its record here: the model of its keys, and what makes it of them; so are
those of cxdigest itself, in ``cxdigest.makers``. A type whose plugin is broken is still known: what
is of that type stands in the configuration without being read, and each poll or delivery of it
fails by name, so that everything else goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import ConfigDict, Field, TypeAdapter, ValidationInfo, create_model

from cxdigest import plugins
from cxdigest.channels import Channel, ChannelTools
from cxdigest.config.keys import Keys, Polled, Sending
from cxdigest.plugins import Broken, Origin
from cxdigest.sources import Source, SourceTools

Section = Literal["sources", "channels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceType:
    """One type of source.

    A working one::

        class NotebookConfig(Polled):
            type: Literal["notebook"]
            every: Annotated[timedelta, Span("minutes", 1, 10_080)] = Field(default=raw(60))
            path: FilePath

        NOTEBOOK = SourceType(
            keys=NotebookConfig,
            make=lambda name, keys, tools: Notebook(name, keys.path),
        )
    """

    keys: type[Polled]  #: with ``type``, a Literal of one word, and ``every``, a Span
    make: Callable[[str, Any, SourceTools], Source]  #: of its name and its keys


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelType:
    """One type of channel, registered as a type of source is."""

    keys: type[Sending]  #: with ``type``, a Literal of one word
    make: Callable[[str, Any, ChannelTools], Channel]  #: of its name and its keys


class AbsentSource(Polled):
    """A source of a type whose plugin is broken; nothing is read of its keys but the switch."""

    model_config = ConfigDict(extra="ignore")
    why: ClassVar[str]

    @property
    def every(self) -> timedelta:
        """How often it is looked at whether it is there again."""
        return timedelta(minutes=15)


class AbsentChannel(Sending):
    """A channel of a type whose plugin is broken."""

    model_config = ConfigDict(extra="ignore")
    why: ClassVar[str]


class _Nobody(Keys):
    """Makes a union of one type; no type is called so."""

    type: Literal["-"]


def word_of(keys: type[Keys]) -> str:
    """Return the word that stands under ``type`` for what has these *keys*; ``""``: none."""
    field = keys.model_fields.get("type")
    words = get_args(field.annotation) if field else ()
    one = field is not None and get_origin(field.annotation) is Literal and len(words) == 1
    return str(words[0]) if one else ""


@plugins.once
def source_types() -> tuple[plugins.Plugged[SourceType], ...]:
    """Return the types of sources that plugins add."""
    return plugins.load(
        "sources",
        SourceType,
        name_of=lambda one: word_of(one.keys),
        taken=("mailbox", "feed", "board", "folder"),
        wrong=lambda one, origin: _wrong(one.keys, one.make, Polled, origin),
    )


@plugins.once
def channel_types() -> tuple[plugins.Plugged[ChannelType], ...]:
    """Return the types of channels that plugins add."""
    return plugins.load(
        "channels",
        ChannelType,
        name_of=lambda one: word_of(one.keys),
        taken=("smtp", "folder", "webhook", "apprise"),
        wrong=lambda one, origin: _wrong(one.keys, one.make, Sending, origin),
    )


def _wrong(keys: type[Keys], make: object, base: type[Keys], origin: Origin) -> str:
    tell = f"; tell those who wrote {origin.distribution}"
    if not issubclass(keys, base):
        return f"{keys.__name__} must be a {base.__module__}.{base.__qualname__}{tell}"
    if base is Polled and "every" not in keys.model_fields:
        return f"{keys.__name__} must have a key every, how often it is polled{tell}"
    undescribed = [name for name, field in keys.model_fields.items() if not field.description]
    if undescribed:
        return f"{keys.__name__}.{undescribed[0]} has no description{tell}"
    return "" if callable(make) else f"make must be a function{tell}"


def models(section: Section) -> Mapping[str, type[Keys]]:
    """Return the models of the types that plugins add to *section*, by their word."""
    return _models()[section]


@plugins.once
def _models() -> Mapping[Section, Mapping[str, type[Keys]]]:
    sources = {one.origin.name: one.value.keys for one in source_types()}
    channels = {one.origin.name: one.value.keys for one in channel_types()}
    return {
        "sources": {**_absent("sources", AbsentSource), **sources},
        "channels": {**_absent("channels", AbsentChannel), **channels},
    }


def _absent(section: Section, base: type[Keys]) -> dict[str, type[Keys]]:
    return {one.origin.name: _stand_in(one, base) for one in plugins.broken(section)}


def _stand_in(one: Broken, base: type[Keys]) -> type[Keys]:
    word: Any = Literal[one.origin.name]
    made = create_model("Absent", __base__=base, type=(word, Field()))
    made.why = str(one)  # type: ignore[attr-defined]  # both bases declare it
    return made


@plugins.once
def _readers() -> Mapping[Section, TypeAdapter[Keys]]:
    return {section: _reader(known.values()) for section, known in _models().items() if known}


def _reader(known: Iterable[type[Keys]]) -> TypeAdapter[Keys]:
    every: Any = Union[tuple(itertools.chain(known, [_Nobody]))]  # noqa: UP007 - of a list
    return TypeAdapter(Annotated[every, Field(discriminator="type")])


def read_with_plugged(
    section: Section, value: object, others: Callable[[object], Keys], info: ValidationInfo
) -> Keys:
    """Return the keys in *value*, by the model of a plugin's type, else as the *others* read them.

    Raises:
        pydantic.ValidationError: with everything that is wrong.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in models(section):
        return _readers()[section].validate_python(value, context=info.context)
    return others(value)
