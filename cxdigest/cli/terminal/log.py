"""Where log lines go: standard error, one line an event, as text or as JSON.

A line is one line whatever strangers wrote into it: what a terminal obeys, line breaks included, is
written as an escape. Secrets of the configuration are blotted out of it, wherever they came from.
The steps of the street give their ids as ``extra={"fields": …}`` (``pipeline.told``).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, SecretStr

from cxdigest.config import Config
from cxdigest.errors import in_one_line
from cxdigest.model import Json

Form = Literal["text", "json"]

#: Libraries that report each of their own steps at INFO, which drowns what the worker did.
_TALKATIVE = ("alembic", "apscheduler", "httpcore", "httpx", "httpx2", "procrastinate")
#: Those that report each try to reach a database that is away; who needs it says so once.
_INSISTENT = ("procrastinate.utils", "psycopg.pool")
_BLOT = "***"
_SHORTEST = 4  #: letters of a secret; a shorter one would blot out half of every line
#: Names and passwords in addresses, of databases and feeds.
_LOGIN = re.compile(r"(://[^\s/:@]*):[^\s/@]+@")
_PLAIN = re.compile(r"[^\s\"=]+")
#: Before each line of a trace, so that none of it passes for a line of ours.
_INDENT = "    | "


def show_log(config: Config, *, least: int = logging.DEBUG) -> None:
    """Show log lines from the configured level on, but none below *least*."""
    level = max(least, logging.getLevelNamesMapping()[config.log.level.upper()])
    show_log_from(level, form=config.log.format, secrets=secrets_of(config))


def show_log_from(level: int, *, form: Form = "text", secrets: Iterable[str] = ()) -> None:
    """Show log lines from *level* on, without *secrets*."""
    clean = Clean(secrets)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(clean) if form == "json" else TextLines(clean))
    root = logging.getLogger()
    # What showed lines before the configuration was read gives way.
    for before in [
        one for one in root.handlers if isinstance(one.formatter, TextLines | JsonLines)
    ]:
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in _INSISTENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def secrets_of(config: Config) -> frozenset[str]:
    """Return every secret that *config* holds, also as it stands in an address."""
    found = set(_secrets_in(config))
    if password := urlsplit(config.store.address).password:
        found.add(password)
    return frozenset(found | {quote(one, safe="") for one in found})


def _secrets_in(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets_in(getattr(value, name))
    elif isinstance(value, dict | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _secrets_in(item)


class Clean:
    """Takes out of text what must not stand in a log."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one may be the beginning of another.
        known = sorted((one for one in secrets if len(one) >= _SHORTEST), key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """Return *text* without secrets."""
        blotted = self._secrets.sub(_BLOT, text) if self._secrets else text
        return _LOGIN.sub(rf"\1:{_BLOT}@", blotted) if "@" in blotted else blotted

    def value(self, value: Json) -> Json:
        """Return *value* with all text in it cleaned."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value


class TextLines(logging.Formatter):
    """For people: the moment on the local clock, the level, what happened, and its ids."""

    def __init__(self, clean: Clean) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S")
        self._clean = clean

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name there
        """Return the first line."""
        line = in_one_line(self._clean(super().formatMessage(record)))
        told = [
            f"{name}={_quoted(self._clean.value(value))}" for name, value in fields(record).items()
        ]
        return f"{line} [{' '.join(told)}]" if told else line

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - as it is declared there
        """Return a trace whose lines cannot be taken for events."""
        return self._below(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - its name there
        """Return a stack in the same form."""
        return self._below(stack_info)

    def _below(self, lines: str) -> str:
        return "\n".join(f"{_INDENT}{in_one_line(line)}" for line in self._clean(lines).split("\n"))


class JsonLines(logging.Formatter):
    """For programs: one object a line, in ASCII."""

    def __init__(self, clean: Clean) -> None:
        super().__init__()
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Json] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._clean(record.getMessage()),
        }
        line |= {name: self._clean.value(value) for name, value in fields(record).items()}
        if record.exc_info:
            line["trace"] = self._clean(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def fields(record: logging.LogRecord) -> Mapping[str, Json]:
    """Return the ids that a step gave with *record*."""
    found: Mapping[str, Json] = getattr(record, "fields", {})
    return found


def _quoted(value: Json) -> str:
    if isinstance(value, list):
        return ",".join(map(_quoted, value))
    text = str(value) if isinstance(value, str | int | float) else json.dumps(value, default=str)
    return text if _PLAIN.fullmatch(text) and text.isprintable() else json.dumps(text)
