"""Polls as they went and what they brought, for pages; and asking for one at once.

Asking moves when a source is due, and nothing else: whichever worker looks next polls it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect, case, func, or_, select, update

from cxdigest.model import PollOutcome, require_utc
from cxdigest.store.arrivals.raw import UNREAD
from cxdigest.store.arrivals.shares import MESSAGES
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, polls, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll of a source."""

    id: int  #: higher than those of earlier polls
    polled: datetime
    outcome: PollOutcome
    message: str  #: what went wrong and the way out; empty when nothing did
    holder: str  #: the worker that did it
    alerts: int  #: taken in
    sightings: int  #: new postings
    unread: int  #: alerts that could not be read
    overflowed: bool  #: everything was new: some of it was probably lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Yielded:
    """What a source brought on one UTC day."""

    day: date
    alerts: int
    postings: int  #: sightings of postings in them
    unread: int  #: of those alerts, not readable


class PollHistory(Part):
    """How polls went."""

    def polls_of(self, name: str, *, most: int) -> list[Poll]:
        """Return the last *most* polls of source *name*, the latest first."""
        query = (
            select(*(polls.c[field] for field in _POLL))
            .where(polls.c.source == name)
            .order_by(polls.c.polled.desc(), polls.c.id.desc())
            .limit(most)
        )
        with self._database.reading() as connection:
            return [Poll(**row) for row in connection.execute(query).mappings()]

    def daily_yields(self, names: Collection[str], *, since: datetime) -> dict[str, list[Yielded]]:
        """Return by source what each of *names* brought since *since*, days without left out."""
        require_utc("since", since)
        found: dict[str, list[Yielded]] = {name: [] for name in names}
        with self._database.reading() as connection:
            day = _day(connection.dialect)
            unread = case((alerts.c.outcome.in_(UNREAD), 1), else_=0)
            query = (
                select(
                    alerts.c.source, day, func.count(), func.sum(alerts.c.shown), func.sum(unread)
                )
                .where(
                    alerts.c.source.in_(list(names)),
                    alerts.c.stored > since,
                    alerts.c.format.not_in(MESSAGES),
                )
                .group_by(alerts.c.source, day)
                .order_by(alerts.c.source, day)
            )
            for name, on, number, shown, missed in connection.execute(query):
                found[name].append(
                    Yielded(
                        day=date.fromisoformat(on) if isinstance(on, str) else on,
                        alerts=int(number),
                        postings=int(shown),
                        unread=int(missed),
                    )
                )
        return found

    def poll_soon(self, name: str, *, now: datetime) -> bool:
        """Make source *name* due at *now*; False where that may not be.

        It may not where there is no such source, a worker has it in hand, or a server asked to be
        left alone for longer.
        """
        require_utc("now", now)
        left_alone = (sources.c.outcome == "throttled") & (sources.c.next_poll > now)
        soon = (
            update(sources)
            .where(
                sources.c.name == name,
                or_(sources.c.lease_until.is_(None), sources.c.lease_until <= now),
                or_(sources.c.outcome.is_(None), ~left_alone),
            )
            .values(next_poll=now)
        )
        with self._database.writing() as connection:
            return connection.execute(soon).rowcount == 1


_POLL = (
    "id", "polled", "outcome", "message", "holder", "alerts", "sightings", "unread", "overflowed",
)  # fmt: skip


def _day(dialect: Dialect) -> ColumnElement[Any]:
    """Return the UTC day on which an alert was stored, whatever the zone of the session."""
    if dialect.name == "sqlite":
        return func.date(alerts.c.stored)
    return func.date(func.timezone("UTC", alerts.c.stored))
