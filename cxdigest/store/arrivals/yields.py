"""What sources delivered day by day, how they stand now, and which of them have fallen silent.

What a silence is, is decided by ``cxdigest.yields``; here its days are counted, a few rows for each
sender and day in place of every alert there was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, RowMapping, Select, case, func, select

from cxdigest import yields
from cxdigest.model import PollOutcome, require_utc, unrouted
from cxdigest.store.arrivals.losses import came_between, moments
from cxdigest.store.arrivals.raw import UNREAD
from cxdigest.store.arrivals.shares import MESSAGES, POLLED, Shares, alerts_of, name_of
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, polls, sources
from cxdigest.yields import Day, Usual

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A source that a worker has in hand."""

    source: str
    holder: str
    until: datetime  #: when it is free again, if that worker does not end its poll


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one source stands: its last poll, its week, what is expected of it."""

    source: str
    next_poll: datetime
    polled: datetime | None = None  #: None: not yet
    outcome: PollOutcome | None = None  #: of the last poll
    message: str = ""  #: of the last poll
    failures: int = 0  #: polls in a row that failed
    alerts: int = 0  #: taken in by the last poll
    sightings: int = 0  #: new postings of the last poll
    unread: int = 0  #: alerts of the last poll that could not be read
    overflowed: bool = False  #: the last poll found nothing but new entries
    week_alerts: int = 0  #: alerts of the last seven days
    week_postings: int = 0  #: postings in them
    week_unread: int = 0  #: of those alerts, not readable
    usual: Usual | None = None  #: what is expected; None: too little is known
    silences: tuple[str, ...] = ()  #: one sentence each
    claim: Claim | None = None


class Yields(Part):
    """What sources yield."""

    def silences(self, names: Collection[str], *, now: datetime) -> dict[str, list[str]]:
        """Return a sentence for each silence of the sources *names* that have one."""
        require_utc("now", now)
        with self._database.reading() as connection:
            return silences(connection, names, now)

    def source_names(self) -> list[str]:
        """Return every source that was ever polled, also those no longer configured."""
        with self._database.reading() as connection:
            return list(connection.scalars(select(sources.c.name).order_by(sources.c.name)))

    def claims(self, names: Collection[str], *, now: datetime) -> list[Claim]:
        """Return which of *names* some worker has in hand."""
        require_utc("now", now)
        query = (
            select(sources.c.name, sources.c.holder, sources.c.lease_until)
            .where(sources.c.name.in_(list(names)), sources.c.lease_until > now)
            .order_by(sources.c.name)
        )
        with self._database.reading() as connection:
            return [
                Claim(source=name, holder=holder, until=until)
                for name, holder, until in connection.execute(query)
            ]

    def standings(self, *, now: datetime, among: Collection[str] | None = None) -> list[Standing]:
        """Return how every source that was ever polled stands, by name; of *among* if given."""
        require_utc("now", now)
        known = select(sources).order_by(sources.c.name)
        if among is not None:
            known = known.where(sources.c.name.in_(list(among)))
        with self._database.reading() as connection:
            rows = connection.execute(known).mappings().all()
            names = [row["name"] for row in rows]
            history = _history(connection, names, now)
            last = {row.source: row for row in connection.execute(_last_polls(names))}
            weeks = {row.source: row for row in connection.execute(_week(names, now))}
        return [
            _standing(row, last.get(name), weeks.get(name), history[name], now)
            for name, row in zip(names, rows, strict=True)
        ]


def silences(connection: Connection, names: Collection[str], now: datetime) -> dict[str, list[str]]:
    """Return a sentence for each silence of the sources *names* that have one."""
    told = {
        name: yields.silences(unrouted(name)[0], senders, today=now.date())
        for name, senders in _history(connection, names, now).items()
    }
    return {name: sentences for name, sentences in told.items() if sentences}


def _history(
    connection: Connection, names: Collection[str], now: datetime
) -> dict[str, dict[str, list[Day]]]:
    """Return by source and sender the days of the history, the same for all senders of a source."""
    wanted, since = Shares.of(names), now - yields.HISTORY
    days: dict[str, set[date]] = defaultdict(set)
    counts: dict[str, dict[str, dict[date, Day]]] = defaultdict(lambda: defaultdict(dict))
    asked = wanted.asked() | moments(since, now)
    for source, day in connection.execute(_polled_days(connection.dialect), asked):
        for name in wanted.polled_as(source):
            days[name].add(_as_date(day))
    for name, sender, day, *numbers in connection.execute(
        _delivered(connection.dialect, wanted.parts), asked
    ):
        on = _as_date(day)
        days[name].add(on)
        hits, misses, shown = map(int, numbers)
        counts[name][sender][on] = Day(day=on, hits=hits, misses=misses, shown=shown)
    return {
        name: {
            sender: [found.get(day) or Day(day=day) for day in sorted(days[name])]
            for sender, found in counts[name].items()
        }
        for name in wanted.names
    }


def _day(dialect: Dialect, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the UTC day of *moment*; PostgreSQL would give it in the zone of its session."""
    if dialect.name == "sqlite":
        return func.date(moment)
    return func.date(func.timezone("UTC", moment))


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


@cache
def _polled_days(dialect: Dialect) -> Select[Any]:
    return (
        select(polls.c.source, _day(dialect, polls.c.polled))
        .where(polls.c.source.in_(POLLED), *came_between(polls.c.polled), polls.c.message == "")
        .distinct()
    )


@cache
def _delivered(dialect: Dialect, parts: int) -> Select[Any]:
    hit = case((alerts.c.shown > 0, 1), else_=0)
    # Read, but news alone: neither yield nor failure.
    missed = case((alerts.c.outcome != "read", 1), else_=0)
    return (
        select(
            name_of(parts).label("name"), alerts.c.sender,
            _day(dialect, alerts.c.stored).label("day"),
            func.sum(hit), func.sum(missed), func.sum(alerts.c.shown),
        )
        .where(alerts_of(parts), *came_between(alerts.c.stored))
        .group_by("name", alerts.c.sender, "day")
    )  # fmt: skip


def _last_polls(names: Collection[str]) -> Select[Any]:
    latest = select(func.max(polls.c.id)).where(polls.c.source.in_(names)).group_by(polls.c.source)
    return select(polls).where(polls.c.id.in_(latest))


def _week(names: Collection[str], now: datetime) -> Select[Any]:
    unread = case((alerts.c.outcome.in_(UNREAD), 1), else_=0)
    return (
        select(
            alerts.c.source,
            func.count().label("alerts"),
            func.sum(alerts.c.shown).label("postings"),
            func.sum(unread).label("unread"),
        )
        .where(
            alerts.c.source.in_(names),
            alerts.c.stored > now - _WEEK,
            alerts.c.stored <= now,
            alerts.c.format.not_in(MESSAGES),
        )
        .group_by(alerts.c.source)
    )


def _standing(
    source: RowMapping,
    last: Any,  # noqa: ANN401 - a row
    week: Any,  # noqa: ANN401 - a row
    senders: Mapping[str, Sequence[Day]],
    now: datetime,
) -> Standing:
    name, until = source["name"], source["lease_until"]
    held = until is not None and until > now
    return Standing(
        source=name,
        next_poll=source["next_poll"],
        polled=source["polled"],
        outcome=source["outcome"],
        message=source["message"],
        failures=source["failures"],
        alerts=last.alerts if last else 0,
        sightings=last.sightings if last else 0,
        unread=last.unread if last else 0,
        overflowed=bool(last and last.overflowed),
        week_alerts=int(week.alerts) if week else 0,
        week_postings=int(week.postings) if week else 0,
        week_unread=int(week.unread) if week else 0,
        usual=yields.usual(yields.together(senders.values())),
        silences=tuple(yields.silences(name, senders, today=now.date())),
        claim=Claim(source=name, holder=source["holder"], until=until) if held else None,
    )
