"""Sources and their polls: what is due, who has it, how it went.

A claim is one conditional UPDATE; its row count says who won (healthchecks' habit). It ends with
its lease, so that the work of a process that died is taken over.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from cxdigest.model import Cursor, PollOutcome, require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.database.leases import is_due, is_over
from cxdigest.store.schema import polls, sources


class Polls(Part):
    """The sources of the configuration and the history of their polls."""

    def register_sources(self, names: Collection[str], *, now: datetime) -> None:
        """Make the sources known, due at once; those that are known stay as they are."""
        require_utc("now", now)
        rows = [
            {"name": name, "cursor": {}, "next_poll": now, "message": "", "failures": 0}
            for name in names
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert_new(connection, sources), rows)

    def due_sources(
        self, names: Collection[str], *, now: datetime, everything: bool = False
    ) -> list[str]:
        """Return which of *names* nobody claims and are due, the longest overdue first.

        With *everything*, also those that are not due yet, except where a server asked to be
        left alone until later (outcome ``throttled``).
        """
        require_utc("now", now)
        due = _due(now)
        if everything:
            due = or_(due, sources.c.outcome.is_(None), sources.c.outcome != "throttled")
        query = (
            select(sources.c.name)
            .where(due, _unclaimed(now))
            .order_by(sources.c.next_poll, sources.c.name)
        )
        wanted = set(names)
        with self._database.reading() as connection:
            return [name for name in connection.scalars(query) if name in wanted]

    def due_since(self, names: Collection[str], *, now: datetime) -> datetime | None:
        """Return since when that of *names* is due that became so last; None where none is.

        Those that are being polled are due until that is done.
        """
        require_utc("now", now)
        query = select(func.max(sources.c.next_poll)).where(
            sources.c.name.in_(list(names)), _due(now)
        )
        with self._database.reading() as connection:
            since: datetime | None = connection.scalar(query)
        return since

    def claim_source(
        self,
        name: str,
        *,
        now: datetime,
        lease: timedelta,
        holder: str,
        due_only: bool = False,
    ) -> bool:
        """Take *name* until *lease* is over; False if another has it.

        With *due_only*, also False if another has polled it since it was seen to be due.
        """
        require_utc("now", now)
        claim = (
            update(sources)
            .where(sources.c.name == name, _unclaimed(now))
            .values(holder=holder, lease_until=now + lease)
        )
        if due_only:
            claim = claim.where(_due(now))
        with self._database.writing() as connection:
            return connection.execute(claim).rowcount == 1

    def cursor(self, name: str) -> Cursor:
        """Return the position that was stored with the last batch, ``{}`` before the first."""
        query = select(sources.c.cursor).where(sources.c.name == name)
        with self._database.reading() as connection:
            cursor: Cursor | None = connection.scalar(query)
        return cursor or {}

    def failures(self, name: str) -> int:
        """Return how many polls in a row have failed up to now."""
        query = select(sources.c.failures).where(sources.c.name == name)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def record_poll(
        self,
        name: str,
        *,
        outcome: PollOutcome,
        message: str,
        now: datetime,
        next_poll: datetime,
        holder: str,
        alerts: int = 0,
        sightings: int = 0,
        unread: int = 0,
        overflowed: bool = False,
    ) -> None:
        """Store how a poll by *holder* ended, with what it took in, and release its claim.

        A claim that another took over in the meantime stays the other's.
        """
        require_utc("now", now)
        require_utc("next_poll", next_poll)
        history = {
            "source": name,
            "polled": now,
            "outcome": outcome,
            "message": message,
            "holder": holder,
            "alerts": alerts,
            "sightings": sightings,
            "unread": unread,
            "overflowed": overflowed,
        }
        release = (
            update(sources)
            .where(sources.c.name == name, sources.c.holder == holder)
            .values(
                holder=None,
                lease_until=None,
                next_poll=next_poll,
                polled=now,
                outcome=outcome,
                message=message,
                failures=sources.c.failures + 1 if message else 0,
            )
        )
        with self._database.writing() as connection:
            connection.execute(insert(polls), history)
            connection.execute(release)


def _due(now: datetime) -> ColumnElement[bool]:
    return is_due(sources.c.next_poll, sources.c.polled, now)


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return or_(sources.c.lease_until.is_(None), is_over(sources.c.lease_until, now))
