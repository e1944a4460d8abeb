"""What says how an instance fares: what waits since when, how much there is, what was handed over.

Each question costs what is due, in use or new, never what was ever stored; only ``sizes`` counts
whole tables, by their smallest index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Table, func, select, text

from cxdigest.model import DeliveryState
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import (
    alerts,
    deliveries,
    digests,
    postings,
    sightings,
    sources,
)

_CHUNK = 2000  #: profiles in one statement
_SIZED: Sequence[Table] = (alerts, sightings, postings, digests, deliveries)


class Polling(NamedTuple):
    """How one source stands."""

    name: str
    next_poll: datetime
    outcome: str | None  #: of the last poll


class HandedOver(NamedTuple):
    """How one delivery stands."""

    profile: str
    day: date
    state: DeliveryState
    bounced: str
    changed: datetime


class Vitals(Part):
    """The instance's pulse."""

    def polling(self) -> list[Polling]:
        """Return every source that was ever registered."""
        query = select(sources.c.name, sources.c.next_poll, sources.c.outcome)
        with self._database.reading() as connection:
            return [Polling(*row) for row in connection.execute(query)]

    def waiting_deliveries(self, *, late: datetime) -> tuple[int, int, datetime | None]:
        """Return how many deliveries wait, how many of them *late*, and the oldest's moment."""
        due = deliveries.c.due
        query = select(func.count(due), func.min(due)).where(due.is_not(None))
        overdue = select(func.count()).where(due < late)
        with self._database.reading() as connection:
            number, oldest = connection.execute(query).one()
            return number, connection.scalar(overdue) or 0, oldest

    def editions(self, profiles: Collection[str], days: Collection[date]) -> set[tuple[str, date]]:
        """Return for which of *profiles* and *days* a digest was made."""
        found: set[tuple[str, date]] = set()
        with self._database.reading() as connection:
            for chunk in _in_chunks(profiles):
                query = select(digests.c.profile, digests.c.day).where(
                    digests.c.profile.in_(chunk), digests.c.day.in_(list(days))
                )
                found.update((row.profile, row.day) for row in connection.execute(query))
        return found

    def handed_over(self, profiles: Collection[str], days: Collection[date]) -> list[HandedOver]:
        """Return the deliveries of the digests of *profiles* for *days*."""
        columns = (
            digests.c.profile, digests.c.day, deliveries.c.state, deliveries.c.bounced,
            deliveries.c.changed,
        )  # fmt: skip
        found: list[HandedOver] = []
        with self._database.reading() as connection:
            for chunk in _in_chunks(profiles):
                query = (
                    select(*columns)
                    .join(deliveries, deliveries.c.digest_id == digests.c.id)
                    .where(digests.c.profile.in_(chunk), digests.c.day.in_(list(days)))
                )
                found += [HandedOver(*row) for row in connection.execute(query)]
        return found

    def queues(self) -> Mapping[str, int]:
        """Return how many postings no step has taken up yet: ``identify``, ``judge``."""
        waits = {"identify": postings.c.keyed == "", "judge": postings.c.judged == ""}
        with self._database.reading() as connection:
            return {
                step: connection.scalar(select(func.count()).where(which)) or 0
                for step, which in waits.items()
            }

    def sizes(self) -> Mapping[str, int]:
        """Return how many rows the large tables have; the one question that grows with them."""
        with self._database.reading() as connection:
            return {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in _SIZED
            }

    def size(self) -> int:
        """Return the bytes that the store takes on its disk."""
        if self._database.is_sqlite:
            return sum(_bytes(self._database.place + suffix) for suffix in ("", "-wal", "-shm"))
        with self._database.reading() as connection:
            query = text("SELECT pg_database_size(current_database())")
            return int(connection.scalar(query) or 0)


def _in_chunks(names: Collection[str]) -> Iterator[list[str]]:
    """Yield *names* in lists that a statement can hold."""
    ordered = sorted(names)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))


def _bytes(path: str) -> int:
    with suppress(OSError):
        return Path(path).stat().st_size
    return 0
