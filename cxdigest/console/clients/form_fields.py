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
from cxdigest.console.clients.editing import CLIENT_KEYS
from cxdigest.console.clients.hints import HINTS
from cxdigest.language import LANGUAGES, _, marked
from cxdigest.model import KIND_WORDS, Role, WishName

#: How a value is asked for: ``lines`` are one a line, ``names`` any of the choices, ``switch`` a
#: box to tick, ``ways`` lines of channel and address.
Widget = Literal["line", "time", "number", "zone", "lines", "names", "choice", "switch", "ways"]
Choices = tuple[tuple[str, str], ...]  #: value and words

_DAY_WORDS = dict(
    zip(
        DAYS,
        (
            marked("Monday"),
            marked("Tuesday"),
            marked("Wednesday"),
            marked("Thursday"),
            marked("Friday"),
            marked("Saturday"),
            marked("Sunday"),
        ),
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


def described(key: str) -> str:
    """Return what the schema says of *key*, without its marks; may be empty."""
    info = _info(key)
    return (info.description or "").replace("`", "") if info else ""


def _words(literal: Any) -> Choices:  # noqa: ANN401 - a Literal
    return tuple((one, one.replace("_", " ").capitalize()) for one in get_args(literal))


#: Fields whose choices are names that somebody gave.
_NAMED = frozenset({"sources", "coach", "time_zone"})
#: What the values of ``_words`` are called.
_CALLED = (
    marked("Entry"),
    marked("Mid"),
    marked("Senior"),
    marked("Lead"),
    marked("Executive"),
    marked("Remote"),
    marked("Hybrid"),
    marked("Onsite"),
    marked("Titles"),
    marked("Avoid"),
    marked("Seniority"),
    marked("Places"),
    marked("Workplaces"),
    marked("Salary from"),
    marked("Newest days"),
)
_DAY_CHOICES: Choices = tuple(_DAY_WORDS.items())
_SHOWING: Choices = (
    ("", marked("As usual")),
    ("full", marked("In full")),
    ("compact", marked("Compact")),
    ("count", marked("Their number alone")),
)
_PERSON, _TIMES, _WISHES, _HIDDEN = (
    marked("The person"),
    marked("When and how"),
    marked("Wishes"),
    marked("Hidden and shown"),
)
_FROM, _TO, _MORE = (
    marked("Where postings come from"),
    marked("Where the digest goes"),
    marked("More"),
)
GROUPS = (_PERSON, _FROM, _TO, _TIMES, _WISHES, _HIDDEN, _MORE)

#: The name under which a new profile is kept; it is no key of it.
NAME_FIELD = Field(
    key="profile",
    label=marked("Short name"),
    widget="line",
    group=_PERSON,
    required=True,
    hint=marked(
        "Stands in addresses of pages: a to z, digits and hyphens. It cannot be changed later."
    ),
)
_TABLE: tuple[Field, ...] = (
    Field(key="name", label=marked("Name"), widget="line", group=_PERSON, required=True),
    Field(key="addresses", label=marked("Own mail addresses"), widget="lines", group=_PERSON),
    Field(key="coach", label=marked("Coach"), widget="choice", group=_PERSON, roles=("admin",)),
    Field(key="sources", label=marked("Sources"), widget="names", group=_FROM, required=True),
    Field(key="read_pages", label=marked("Read pages of postings"), widget="switch", group=_FROM),
    Field(key="pages_per_day", label=marked("Pages a day"), widget="number", group=_FROM),
    Field(
        key="deliver",
        label=marked("Recipients"),
        widget="ways",
        group=_TO,
        required=True,
        hint=marked("One a line: the channel, a colon, the address, as in mail: ada@example.org."),
    ),
    Field(
        key="deliver.cc",
        label=marked("Copies"),
        widget="ways",
        group=_TO,
        hint=marked(
            "Written the same way. Such as a coach's address; the copy says whose digest it is."
        ),
    ),
    Field(
        key="review",
        label=marked("Review by the coach"),
        widget="choice",
        group=_TO,
        choices=(
            ("", marked("None: digests are sent as soon as they are made")),
            ("send", marked("The digest waits; when the time is over it is sent")),
            ("hold", marked("The digest waits; when the time is over it is held")),
        ),
    ),
    Field(key="review.wait", label=marked("Minutes that it waits"), widget="number", group=_TO),
    Field(
        key="send_at",
        label=marked("Send time"),
        widget="time",
        group=_TIMES,
        hint=marked("The time of day at which the digest is sent."),
    ),
    Field(key="time_zone", label=marked("Time zone"), widget="zone", group=_TIMES, required=True),
    Field(key="days", label=marked("Days"), widget="names", group=_TIMES, choices=_DAY_CHOICES),
    Field(
        key="weekly",
        label=marked("Weekly edition"),
        widget="choice",
        group=_TIMES,
        choices=(("", marked("None")), *_DAY_CHOICES),
    ),
    Field(
        key="empty_days",
        label=marked("Days without news"),
        widget="choice",
        group=_TIMES,
        choices=(("send", marked("Send a short mail")), ("skip", marked("Send nothing"))),
    ),
    Field(
        key="language",
        label=marked("Language"),
        widget="choice",
        group=_PERSON,
        choices=(("", marked("As everybody's")), *LANGUAGES.items()),
    ),
    Field(key="dates", label=marked("Language of dates"), widget="line", group=_TIMES),
    Field(key="lookback", label=marked("Days back"), widget="number", group=_TIMES),
    Field(key="wishes.titles", label=marked("Words in titles"), widget="lines", group=_WISHES),
    Field(key="wishes.avoid", label=marked("Words to avoid"), widget="lines", group=_WISHES),
    Field(
        key="wishes.seniority",
        label=marked("Levels"),
        widget="names",
        group=_WISHES,
        choices=_words(Seniority),
        hint=marked("As the title says them. A title that says none meets all."),
    ),
    Field(key="wishes.places", label=marked("Places"), widget="lines", group=_WISHES),
    Field(
        key="wishes.workplaces",
        label=marked("Where the work is done"),
        widget="names",
        group=_WISHES,
        choices=_words(WorkplaceName),
        hint=marked("Tick none for no wish."),
    ),
    Field(
        key="wishes.salary_from", label=marked("Least pay a year"), widget="number", group=_WISHES
    ),
    Field(
        key="wishes.salary_unknown",
        label=marked("No stated pay meets that wish"),
        widget="switch",
        group=_WISHES,
    ),
    Field(
        key="wishes.newest_days", label=marked("Days that are new"), widget="number", group=_WISHES
    ),
    Field(
        key="wishes.hide",
        label=marked("Wishes that hide"),
        widget="names",
        group=_WISHES,
        choices=_words(WishName),
    ),
    Field(key="hide_employers", label=marked("Hidden employers"), widget="lines", group=_HIDDEN),
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
    Field(
        key="packs", label=marked("Packs of rules"), widget="lines", group=_MORE, roles=("admin",)
    ),
    Field(key="templates", label=marked("Templates"), widget="line", group=_MORE, roles=("admin",)),
    Field(key="paused", label=marked("Paused"), widget="switch", group=_MORE),
)


def fields_for(role: Role, config: Config) -> tuple[Field, ...]:
    """Return the fields of *role*, with what may be chosen from *config*."""
    named: Mapping[str, Callable[[], Choices]] = {
        "sources": lambda: tuple(
            (name, f"{name} ({one.type})") for name, one in config.sources.items()
        ),
        "coach": lambda: (("", _("None")), *((name, name) for name in config.coaches)),
        "time_zone": zones,
    }
    found = []
    for one in _TABLE:
        if role not in one.roles and not (role == "client" and is_a_clients(one.key)):
            continue
        hint = _(one.hint or HINTS.get(one.key) or described(one.key))
        if one.widget == "ways" and config.channels:
            hint += _(" Channels: {names}.", names=", ".join(config.channels))
        choices = named[one.key]() if one.key in named else one.choices
        found.append(_told(one, hint, choices))
    return tuple(found)


def _told(one: Field, hint: str, choices: Choices) -> Field:
    """Return *one* in the language that is spoken."""
    return replace(
        one,
        label=_shown_as(one.key) or _(one.label),
        group=_(one.group),
        hint=hint,
        # What has a name of its own keeps it.
        choices=choices
        if one.key in _NAMED
        else tuple((value, _(text)) for value, text in choices),
    )


def _shown_as(key: str) -> str:
    kind = next((kind for kind in KIND_WORDS if key == f"show.{kind}"), None)
    return _("Shown: {kind}", kind=_(KIND_WORDS[kind])) if kind else ""


def groups() -> tuple[str, ...]:
    """Return what groups of fields are called in the language that is spoken, in order."""
    return tuple(_(one) for one in GROUPS)


def name_field() -> Field:
    """Return the field of the name under which a new profile is kept, as it is spoken."""
    return _told(NAME_FIELD, _(NAME_FIELD.hint), ())


def is_a_clients(key: str) -> bool:
    """Tell whether a client may change what stands under *key*."""
    return key.partition(".")[0] in CLIENT_KEYS


@cache  # reads the whole folder of zones
def zones() -> Choices:
    """Return the time zones that are named by region and city."""
    named = sorted(one for one in available_timezones() if "/" in one)
    return tuple((one, one) for one in named if not one.startswith(("Etc/", "SystemV/", "US/")))
