"""Column types that hold what alerts really contain, alike on SQLite and PostgreSQL.

Text from outside may hold NUL characters and lone surrogates, which a database refuses; one such
sighting must not block a batch for ever, so they are replaced on the way in.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, overload

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, UserDefinedType

from cxdigest.model import Evidence, require_utc

_LONGEST_KEY = 300


class Words(TypeDecorator[str]):
    """Text of any origin."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Return what makes text storable."""
        del dialect
        return storable


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it as text of fixed width, which sorts.

    The text is what SQLAlchemy's own DateTime writes; written here it costs a third of the time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Return what refuses all but aware UTC and writes it as the database wants it."""
        return _moment_as_text if dialect.name == "sqlite" else _moment

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Return what reads a moment as UTC, whatever zone the server answers in."""
        del coltype
        return _moment_from_text if dialect.name == "sqlite" else _in_utc


class Packed(TypeDecorator[bytes]):
    """Bytes kept compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Compress; the next level takes two thirds more time for a sixtieth less room."""
        del dialect
        return None if value is None else zlib.compress(value, 2)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Expand."""
        del dialect
        return None if value is None else zlib.decompress(value)


class Proof(TypeDecorator[tuple[Evidence, ...]]):
    """The evidence of a verdict: a digest reads thousands, in a third of ``json``'s time."""

    impl = JSON
    cache_ok = True

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], tuple[Evidence, ...]]:
        """Return what reads evidence: from text in SQLite, elsewhere the driver parsed it."""
        del coltype
        return _evidence_in if dialect.name == "sqlite" else _evidence_of


class AsStored(UserDefinedType[Any]):
    """A column whose values are taken as the driver gives them; only ever read."""

    cache_ok = True


def evidence_from(dialect: Dialect, stored: Any) -> tuple[Evidence, ...]:  # noqa: ANN401 - the driver's
    """Return the evidence in a value of a ``Proof`` column that was read ``AsStored``."""
    return _evidence_in(stored) if dialect.name == "sqlite" else _evidence_of(stored)


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: None) -> None: ...
def storable(text: str | None) -> str | None:
    """Return *text* without what no database takes: NUL becomes U+FFFD, a lone surrogate ``?``."""
    if not text or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def short_key(key: str) -> str:
    """Return *key* as it is indexed: a long one as its beginning and its hash.

    PostgreSQL indexes at most 2,704 bytes, and the key of a feed entry may be any link.
    """
    key = storable(key)
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:100]}…{hashlib.sha256(key.encode()).hexdigest()}"


def _moment(value: datetime | None) -> datetime | None:
    require_utc("a stored moment", value)
    return value


# One batch stores the same moment some hundred times.
@lru_cache(maxsize=16)
def _moment_as_text(value: datetime | None) -> str | None:
    require_utc("a stored moment", value)
    return value.isoformat(" ", "microseconds")[:26] if value else None


@lru_cache(maxsize=1024)
def _moment_from_text(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text + "+00:00") if text else None


_EVIDENCE = TypeAdapter(tuple[Evidence, ...])


def _evidence_in(text: str) -> tuple[Evidence, ...]:
    try:
        return _EVIDENCE.validate_json(text)
    except ValidationError:  # words of another version, or half a letter: taken as they stand
        return tuple(Evidence(**item) for item in json.loads(text))


def _evidence_of(items: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**item) for item in items)


def _in_utc(value: datetime | None) -> datetime | None:
    return value.astimezone(UTC) if value else None
