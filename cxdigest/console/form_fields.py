"""The fields of the form of a profile: one for each key, in the order that people think in.

What a key means is said by the configuration's own model. Reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

from pydantic.fields import FieldInfo

from cxdigest.config import Config, ProfileConfig, WishesConfig
from cxdigest.config.profiles import ReviewConfig, Seniority, WorkplaceName
from cxdigest.config.values import DAYS
from cxdigest.console.editing import CLIENT_KEYS
from cxdigest.language import LANGUAGES
from cxdigest.model import KIND_WORDS, Role, WishName

#: How a value is asked for: ``lines`` are one a line, ``names`` any of the choices, ``switch`` a
#: box to tick, ``ways`` lines of channel and address.
Widget = Literal["line", "time", "number", "zone", "lines", "names", "choice", "switch", "ways"]
Choices = tuple[tuple[str, str], ...]  #: value and words

_DAY_WORDS = dict(
    zip(
        DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_MODELS: Mapping[str, Mapping[str, FieldInfo]] = {
    "": ProfileConfig.model_fields,
    "wishes": WishesConfig.model_fields,
    "review": ReviewConfig.model_fields,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field."""

    key: str  #: of the definition, dotted; also its name in the form
    label: str
    widget: Widget
    group: str
    hint: str = ""  #: what it means
    choices: Choices = ()
    roles: tuple[Role, ...] = ("admin", "coach")
    required: bool = False

    @property
    def default(self) -> Any:  # noqa: ANN401 - as the configuration writes it
        """What holds where the key is left out; None: nothing does."""
        above, _, last = self.key.rpartition(".")
        info = _MODELS.get(above, {}).get(last)
        return None if info is None or info.is_required() else info.default


def _info(key: str) -> FieldInfo | None:
    above, _, last = key.rpartition(".")
    return _MODELS.get(above, {}).get(last)


def _hint(key: str) -> str:
    info = _info(key)
    return (info.description or "").replace("`", "") if info else ""


def _words(literal: Any) -> Choices:  # noqa: ANN401 - a Literal
    return tuple((one, one.replace("_", " ").capitalize()) for one in get_args(literal))


_DAY_CHOICES: Choices = tuple(_DAY_WORDS.items())
_SHOWING: Choices = (
    ("", "As usual"),
    ("full", "In full"),
    ("compact", "Compact"),
    ("count", "Their number alone"),
)
_PERSON, _TIMES, _WISHES, _HIDDEN = "The person", "When and how", "Wishes", "Hidden and shown"
_FROM, _TO, _MORE = "Where postings come from", "Where the digest goes", "More"
GROUPS = (_PERSON, _FROM, _TO, _TIMES, _WISHES, _HIDDEN, _MORE)

#: The name under which a new profile is kept; it is no key of it.
NAME_FIELD = Field(
    key="profile",
    label="Short name",
    widget="line",
    group=_PERSON,
    required=True,
    hint="Stands in addresses of pages: a to z, digits and hyphens. It cannot be changed later.",
)
_TABLE: tuple[Field, ...] = (
    Field(key="name", label="Name", widget="line", group=_PERSON, required=True),
    Field(key="addresses", label="Own mail addresses", widget="lines", group=_PERSON),
    Field(key="coach", label="Coach", widget="choice", group=_PERSON, roles=("admin",)),
    Field(key="sources", label="Sources", widget="names", group=_FROM, required=True),
    Field(key="read_pages", label="Read pages of postings", widget="switch", group=_FROM),
    Field(key="pages_per_day", label="Pages a day", widget="number", group=_FROM),
    Field(
        key="deliver",
        label="Recipients",
        widget="ways",
        group=_TO,
        required=True,
        hint="One a line: the channel, a colon, the address, as in mail: ada@example.org.",
    ),
    Field(
        key="deliver.cc",
        label="Copies",
        widget="ways",
        group=_TO,
        hint="Written the same way. Such as a coach's address; the copy says whose digest it is.",
    ),
    Field(
        key="review",
        label="Review by the coach",
        widget="choice",
        group=_TO,
        choices=(
            ("", "None: digests are sent as soon as they are made"),
            ("send", "The digest waits; when the time is over it is sent"),
            ("hold", "The digest waits; when the time is over it is held"),
        ),
    ),
    Field(key="review.wait", label="Minutes that it waits", widget="number", group=_TO),
    Field(
        key="send_at",
        label="Send time",
        widget="time",
        group=_TIMES,
        hint="The time of day at which the digest is sent.",
    ),
    Field(key="time_zone", label="Time zone", widget="zone", group=_TIMES, required=True),
    Field(key="days", label="Days", widget="names", group=_TIMES, choices=_DAY_CHOICES),
    Field(
        key="weekly",
        label="Weekly edition",
        widget="choice",
        group=_TIMES,
        choices=(("", "None"), *_DAY_CHOICES),
    ),
    Field(
        key="empty_days",
        label="Days without news",
        widget="choice",
        group=_TIMES,
        choices=(("send", "Send a short mail"), ("skip", "Send nothing")),
    ),
    Field(
        key="language",
        label="Language",
        widget="choice",
        group=_PERSON,
        choices=(("", "As everybody's"), *LANGUAGES.items()),
    ),
    Field(key="dates", label="Language of dates", widget="line", group=_TIMES),
    Field(key="lookback", label="Days back", widget="number", group=_TIMES),
    Field(key="wishes.titles", label="Words in titles", widget="lines", group=_WISHES),
    Field(key="wishes.avoid", label="Words to avoid", widget="lines", group=_WISHES),
    Field(
        key="wishes.seniority",
        label="Levels",
        widget="names",
        group=_WISHES,
        choices=_words(Seniority),
        hint="As the title says them. A title that says none meets all.",
    ),
    Field(key="wishes.places", label="Places", widget="lines", group=_WISHES),
    Field(
        key="wishes.workplaces",
        label="Where the work is done",
        widget="names",
        group=_WISHES,
        choices=_words(WorkplaceName),
        hint="Tick none for no wish.",
    ),
    Field(key="wishes.salary_from", label="Least pay a year", widget="number", group=_WISHES),
    Field(
        key="wishes.salary_unknown",
        label="No stated pay meets that wish",
        widget="switch",
        group=_WISHES,
    ),
    Field(key="wishes.newest_days", label="Days that are new", widget="number", group=_WISHES),
    Field(
        key="wishes.hide",
        label="Wishes that hide",
        widget="names",
        group=_WISHES,
        choices=_words(WishName),
    ),
    Field(key="hide_employers", label="Hidden employers", widget="lines", group=_HIDDEN),
    *(
        Field(
            key=f"show.{kind}",
            label=f"Shown: {words}",
            widget="choice",
            group=_HIDDEN,
            # Those two always stand in the digest.
            choices=_SHOWING[:3] if kind in {"genuine", "unclear"} else _SHOWING,
        )
        for kind, words in KIND_WORDS.items()
    ),
    Field(key="packs", label="Packs of rules", widget="lines", group=_MORE, roles=("admin",)),
    Field(key="templates", label="Templates", widget="line", group=_MORE, roles=("admin",)),
    Field(key="paused", label="Paused", widget="switch", group=_MORE),
)


def fields_for(role: Role, config: Config) -> tuple[Field, ...]:
    """Return the fields of *role*, with what may be chosen from *config*."""
    named: Mapping[str, Callable[[], Choices]] = {
        "sources": lambda: tuple(
            (name, f"{name} ({one.type})") for name, one in config.sources.items()
        ),
        "coach": lambda: (("", "None"), *((name, name) for name in config.coaches)),
        "time_zone": zones,
    }
    found = []
    for one in _TABLE:
        if role not in one.roles and not (role == "client" and is_a_clients(one.key)):
            continue
        hint = one.hint or _hint(one.key)
        if one.widget == "ways" and config.channels:
            hint = f"{hint} Channels: {', '.join(config.channels)}."
        choices = named[one.key]() if one.key in named else one.choices
        found.append(replace(one, hint=hint, choices=choices))
    return tuple(found)


def is_a_clients(key: str) -> bool:
    """Tell whether a client may change what stands under *key*."""
    return key.partition(".")[0] in CLIENT_KEYS


@cache  # reads the whole folder of zones
def zones() -> Choices:
    """Return the time zones that are named by region and city."""
    named = sorted(one for one in available_timezones() if "/" in one)
    return tuple((one, one) for one in named if not one.startswith(("Etc/", "SystemV/", "US/")))
