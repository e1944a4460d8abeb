"""The kinds of values in a configuration: spans of time, clock times, zones, addresses, paths.

Each turns what stands in the file into the typed value that the program uses, or says what is
wrong and what to write instead. Reads the zone data's list of names and nothing else.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from cxdigest.config.addresses import (
    check_address,
    check_host,
    check_sender,
    check_sender_filter,
    check_unsubscribe,
    check_web_url,
)
from cxdigest.config.wording import did_you_mean, nearest, shown, wrong
from cxdigest.language import LANGUAGES, _, marked
from cxdigest.pages.boards import BOARDS
from cxdigest.pages.hosts import BOARDS_WORD, EMPLOYERS_WORD, never_asked

#: Languages that a person may have named by their word; every other is found by its code.
_LOCALES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "fi", "pl", "cs", "hu", "ro", "el",
    "tr", "uk", "ja", "ko", "zh", "hi", "ar", "he",
)  # fmt: skip
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


_UNITS = {"seconds": marked("seconds"), "minutes": marked("minutes"), "days": marked("days")}


@dataclass(frozen=True, slots=True)
class Span:
    """A number of one unit of time, within limits, read as a timedelta."""

    unit: Literal["seconds", "minutes", "days"]
    least: float
    most: float

    def __get_pydantic_core_schema__(
        self,
        source: Any,  # noqa: ANN401 - pydantic's protocol
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        kind = "integer" if self.unit == "days" else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}

    def read(self, value: object) -> timedelta:
        """Return *value* of this unit as a timedelta."""
        # Half a day would be cut off where mailboxes are asked by date.
        numbers, what = (
            (int, _("a whole number")) if self.unit == "days" else (int | float, _("a number"))
        )
        if isinstance(value, bool) or not isinstance(value, numbers):
            raise wrong(
                _("must be {what} of {unit}", what=what, unit=_(_UNITS[self.unit])),
                _("write a number, {value}, without a unit", value=self._said()),
            )
        if not self.least <= value <= self.most:
            raise wrong(
                _("{value} {unit} is out of range", value=value, unit=_(_UNITS[self.unit])),
                _("write a number, {value}", value=self._said()),
            )
        return timedelta(**{self.unit: value})

    def __str__(self) -> str:
        return f"{self.least:,g} to {self.most:,g}"

    def _said(self) -> str:
        return _("{least} to {most}", least=f"{self.least:,g}", most=f"{self.most:,g}")


def _read_clock(value: object) -> time:
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value, re.ASCII):
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    raise wrong(
        _("{value} is not a time of day", value=shown(value)),
        _('write hours and minutes as "07:30"'),
    )


def _read_zone(value: object) -> ZoneInfo:
    try:
        if isinstance(value, str) and value not in ("localtime", "posixrules", "Factory"):
            return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder, nothing
        pass
    raise wrong(_("{value} is not a time zone", value=shown(value)), _suggest_zone(str(value)))


@functools.cache  # reads the whole folder of zones
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _suggest_zone(value: str) -> str:
    zones = _zones()
    plain = value.lower().replace(" ", "_")
    words = re.split(r"[/,]+_?", plain)
    same = [zone for zone in zones if zone.lower() == plain]
    # "berlin" and "Berlin, Germany" name the city; nearness of the whole name would miss it.
    # Of several names the shortest with a region is the one in use.
    cities = [zone for zone in zones if zone.rpartition("/")[2].lower() in words and "/" in zone]
    if found := same or sorted(cities, key=len):
        return _('did you mean "{found}"?', found=found[0])
    if (near := nearest(value, zones, cutoff=0.8)) and not re.search(r"[+-]\d", value):
        return _('did you mean "{near}"?', near=near)
    return _('write a region and a city, such as "Europe/Berlin"; they know when the clocks change')


def _read_days(value: object) -> frozenset[int]:
    if not isinstance(value, list) or not value:
        raise wrong(_("must be a list of days"), _("write [mon, tue, wed, thu, fri]"))
    for day in value:
        if day not in DAYS:
            raise wrong(_("{day} is not a day", day=shown(day)), did_you_mean(str(day)[:3], DAYS))
    return frozenset(DAYS.index(day) for day in value)


def _read_day(value: object) -> int:
    if value not in DAYS:
        raise wrong(
            _("{value} is not a day", value=shown(value)), did_you_mean(str(value)[:3], DAYS)
        )
    return DAYS.index(value)


def _check_locale(value: str) -> str:
    name = value.replace("-", "_")
    try:
        return str(Locale.parse(name))
    except (UnknownLocaleError, ValueError):
        pass
    raise wrong(
        _("{value} is no language that dates can be written in", value=shown(value)),
        _a_locale(name),
    )


def _check_language(value: str) -> str:
    code = value.replace("_", "-").partition("-")[0].lower()
    if value in LANGUAGES:
        return value
    of_its_own = {own.lower(): one for one, own in LANGUAGES.items()}
    meant = code if code in LANGUAGES else of_its_own.get(value.lower(), _named_in_english(value))
    written = ", ".join(f"{one} ({own})" for one, own in LANGUAGES.items())
    instead = (
        _('write "{meant}"', meant=meant) if meant else _("known here: {written}", written=written)
    )
    raise wrong(_("{value} is no language that cxdigest writes in", value=shown(value)), instead)


def _named_in_english(value: str) -> str:
    names = {(Locale.parse(one).english_name or "").lower(): one for one in LANGUAGES}
    return names.get(value.lower(), "")


def _a_locale(name: str) -> str:
    # "German" and "deutsch" name the language by its own or its English word.
    for code in _LOCALES:
        found = Locale.parse(code)
        if name.lower() in {(found.english_name or "").lower(), (found.display_name or "").lower()}:
            return _('did you mean "{code}"?', code=code)
    language = name.partition("_")[0].lower()
    if language in _LOCALES:
        return _('did you mean "{language}"?', language=language)
    return _('write its code, such as "de" or "en_GB"')


def _read_network(value: object) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(value if isinstance(value, str) else "", strict=False)
    except ValueError:
        raise wrong(
            _("{value} is not a network", value=shown(value)),
            _('write one such as "192.168.1.0/24"'),
        ) from None
    if str(network.network_address) != str(value).partition("/")[0]:
        raise wrong(
            _("{value} is an address within a network", value=value),
            _('write "{network}"', network=network),
        )
    return network


def _read_path(value: object, info: ValidationInfo) -> Path:
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise wrong(_("must be a path"), _("write the name of a file or folder, in quotes"))
    return info.context["folder"] / Path(value).expanduser() if info.context else Path(value)


def _read_text(value: object) -> object:
    if isinstance(value, int | float):  # a bool is one of them
        raise wrong(_("must be text"), _("put it in quotes"))
    return value


_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def _check_line(value: str) -> str:
    if not value.strip():
        raise wrong(_("is empty"), _("write a value, or remove the key"))
    if _CONTROL.search(value):
        raise wrong(
            _("holds a line break or another control character"),
            _("write it on one line; a \\ has a meaning in \"…\" and none in '…'"),
        )
    return value.strip()


def check_name(value: str) -> str:
    """Return *value* if it may name a source, a channel or a profile."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):
        ascii_only = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
        better = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
        raise wrong(
            _(
                '"{value}" cannot be a name: only a to z, digits and hyphens can stand in it',
                value=value,
            ),
            _('write "{value}"', value=better or "my-name"),
        )
    return value


def _read_store_url(value: object, info: ValidationInfo) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong(_("must be text"), _('write a path such as "data/cxdigest.sqlite"'))
    scheme, separator, rest = value.partition("://")
    if value == ":temporary:":
        return value
    if separator and scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return _check_postgresql(f"postgresql://{rest}")
    if separator and scheme != "sqlite":
        raise wrong(
            _('"{scheme}" is no kind of store', scheme=scheme), _("write a path, or postgresql://…")
        )
    if value.startswith(":"):
        raise wrong(
            _('"{value}" is no kind of store', value=value), _('write ":temporary:" or a path')
        )
    return str(_read_path(rest.removeprefix("/") if separator else value, info))


def _check_postgresql(url: str) -> str:
    try:
        parts = urlsplit(url)
        # A host in the query is the folder of a socket, as libpq has it.
        host = parts.hostname or parse_qs(parts.query).get("host")
        fine = bool(host and parts.path.strip("/")) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise wrong(
            _("does not name host and database"), _("write postgresql://user@host/database")
        )
    return url


Line = Annotated[str, BeforeValidator(_read_text), AfterValidator(_check_line)]
WebUrl = Annotated[Line, AfterValidator(check_web_url)]
Host = Annotated[Line, AfterValidator(check_host)]
Sender = Annotated[Line, AfterValidator(check_sender)]
SenderFilter = Annotated[Line, AfterValidator(check_sender_filter)]
Address = Annotated[Line, AfterValidator(check_address)]
LocaleName = Annotated[Line, AfterValidator(_check_locale)]
#: One of the languages that there are catalogues of.
LanguageName = Annotated[
    Line, AfterValidator(_check_language), WithJsonSchema({"enum": list(LANGUAGES)})
]
Unsubscribe = Annotated[Line, AfterValidator(check_unsubscribe)]
Switch = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
Port = Annotated[Whole, Field(ge=1, le=65535)]

_TEXT_SCHEMA = {"type": "string"}
Clock = Annotated[time, PlainValidator(_read_clock), WithJsonSchema(_TEXT_SCHEMA)]
Zone = Annotated[ZoneInfo, PlainValidator(_read_zone), WithJsonSchema(_TEXT_SCHEMA)]
Days = Annotated[
    frozenset[int],
    PlainValidator(_read_days),
    WithJsonSchema({"type": "array", "items": {"enum": list(DAYS)}}),
]
Day = Annotated[int, PlainValidator(_read_day), WithJsonSchema({"enum": list(DAYS)})]
Network = Annotated[
    IPv4Network | IPv6Network, PlainValidator(_read_network), WithJsonSchema(_TEXT_SCHEMA)
]
StoreUrl = Annotated[str, PlainValidator(_read_store_url), WithJsonSchema(_TEXT_SCHEMA)]
FilePath = Annotated[Path, PlainValidator(_read_path), WithJsonSchema(_TEXT_SCHEMA)]


def _check_token(value: str) -> str:
    if "/" in value or value.count(".") > 1:
        raise wrong(
            _("{value} is not an employer's name on a board", value=shown(value)),
            _("write the name alone: acme of boards.greenhouse.io/acme"),
        )
    if not re.fullmatch(r"(?:eu:)?[\w.%&+-]{1,100}", value):
        raise wrong(
            _("{value} is not an employer's name on a board", value=shown(value)),
            _("copy it from the board's address, such as acme of jobs.lever.co/acme"),
        )
    return value


#: An employer's name in a board's address.
BoardToken = Annotated[Line, AfterValidator(_check_token)]


def _check_page_host(value: str) -> str:
    if value in {BOARDS_WORD, EMPLOYERS_WORD}:
        return value
    host = check_host(value).lower().rstrip(".")
    if "." not in host and ":" not in host:
        words = (BOARDS_WORD, EMPLOYERS_WORD)
        raise wrong(
            _("{value} is no host and none of the words", value=shown(value)),
            did_you_mean(value, words),
        )
    if board := never_asked(host):
        raise wrong(
            _(
                "{value} is never asked: {board} forbids programs to read its pages",
                value=shown(value),
                board=board,
            ),
            _("remove it; for such postings paste the duties (docs/pages.md)"),
        )
    return host


def _read_published(value: object) -> tuple[str, str]:
    board, colon, token = str(value).partition(":")
    if not isinstance(value, str) or not colon or not token:
        raise wrong(
            _("{value} does not name a board and the employer there", value=shown(value)),
            _('write both with a colon between, such as "greenhouse:acme"'),
        )
    if board not in BOARDS:
        raise wrong(_("{board} is no board", board=shown(board)), did_you_mean(board, BOARDS))
    return board, _check_token(token)


#: Who may be asked for pages: a host, or one of two words.
PageHost = Annotated[Line, AfterValidator(_check_page_host)]
#: Where an employer publishes: ``greenhouse:acme``.
Published = Annotated[
    tuple[str, str], PlainValidator(_read_published), WithJsonSchema(_TEXT_SCHEMA)
]
