"""Absences: for how long nobody was at work, so that a digest can say why days had none.

``wake`` notes one when it comes long after the last wake of any worker; whoever lets a profile go
on again notes for how long that one alone was paused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from cxdigest.model import require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import absences, workers

#: So long without a wake is no slow turn: nobody was there.
ABSENT_AFTER = timedelta(hours=1)
_FORGET = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which nothing was done."""

    begun: datetime  #: when somebody was last at work
    ended: datetime  #: when somebody was at work again
    profile: str = ""  #: whose digests alone were not made; empty: everybody's

    def covers(self, begun: datetime, ended: datetime) -> bool:
        """Tell whether nothing was done from *begun* to *ended*."""
        return self.begun <= begun and ended <= self.ended


class Absences(Part):
    """When nobody was at work."""

    def absences(self, profile: str, *, since: datetime) -> list[Absence]:
        """Return the absences that ended after *since*: everybody's, and *profile*'s own."""
        require_utc("since", since)
        query = (
            select(absences.c.begun, absences.c.ended, absences.c.profile)
            .where(absences.c.ended > since, absences.c.profile.in_(["", profile]))
            .order_by(absences.c.begun, absences.c.id)
        )
        with self._database.reading() as connection:
            return [Absence(**row) for row in connection.execute(query).mappings()]


def note_absence(connection: Connection, now: datetime) -> None:
    """Store that nobody was at work until *now*, if that was long."""
    last: datetime | None = connection.scalar(select(func.max(workers.c.woke)))
    if last is not None and now - last > ABSENT_AFTER:
        keep_absence(connection, Absence(begun=last, ended=now))


def keep_absence(connection: Connection, absence: Absence) -> None:
    """Store one; those of long ago are forgotten."""
    row = {"begun": absence.begun, "ended": absence.ended, "profile": absence.profile}
    connection.execute(insert(absences), row)
    connection.execute(delete(absences).where(absences.c.ended < absence.ended - _FORGET))
