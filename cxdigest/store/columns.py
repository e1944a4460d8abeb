"""Column types that hold what alerts really contain, alike on SQLite and PostgreSQL.

Text from outside may hold NUL characters and lone surrogates, which a database refuses; one such
sighting must not block a batch for ever, so they are replaced on the way in.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from cxdigest.model import require_utc

_LONGEST_KEY = 300


class Words(TypeDecorator[str]):
    """Text of any origin."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what a database refuses."""
        del dialect
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps it as text of fixed width, which sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse all but aware UTC."""
        del dialect
        require_utc("a stored moment", value)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC, whatever zone the server answers in."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Packed(TypeDecorator[bytes]):
    """Bytes kept compressed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Compress."""
        del dialect
        return None if value is None else zlib.compress(value, 3)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Expand."""
        del dialect
        return None if value is None else zlib.decompress(value)


def storable(text: str) -> str:
    """Return *text* without what no database takes: NUL becomes U+FFFD, a lone surrogate ``?``."""
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode(errors="replace").decode()


def short_key(key: str) -> str:
    """Return *key* as it is indexed: a long one as its beginning and its hash.

    PostgreSQL indexes at most 2,704 bytes, and the key of a feed entry may be any link.
    """
    key = storable(key)
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:100]}…{hashlib.sha256(key.encode()).hexdigest()}"
