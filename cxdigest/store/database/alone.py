"""One process at a time does a piece of work, of all that share the database.

A lock of the database, not a row: when whoever holds it dies, it is free at once. It is held by a
transaction that does nothing else, so that it works through a pooler of connections too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from cxdigest.store.database.connection import Part

_TRY = text("SELECT pg_try_advisory_xact_lock(:lock)")


class Alone(Part):
    """Pieces of work that two at once would only do twice."""

    @contextmanager
    def alone(self, work: str) -> Iterator[bool]:
        """Give whether *work* is this process's alone for the time of the ``with``.

        On SQLite, whose file one machine works on, it always is.

        Raises:
            StoreError: the database failed.
        """
        if self._database.is_sqlite:
            yield True
            return
        number = int.from_bytes(hashlib.sha256(work.encode()).digest()[:8], signed=True)
        with self._database.writing() as connection:
            yield bool(connection.scalar(_TRY, {"lock": number}))
