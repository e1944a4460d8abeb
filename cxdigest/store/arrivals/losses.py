"""What was lost or is in doubt before cxdigest: told by alerts themselves and by full feeds."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)

from cxdigest.model import Shortfall
from cxdigest.store.arrivals.shares import POLLED, Shares, alerts_of, name_of
from cxdigest.store.schema import alerts, polls, sightings
from cxdigest.store.schema.columns import Moment

#: The section of an alert that its number is about; what stands under other searches is no part.
_COUNTED = "primary"
#: Alerts looked at, the largest loss first: a digest names a few.
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What was lost or is in doubt, by the source's name."""

    shortfalls: defaultdict[str, list[Shortfall]] = field(default_factory=lambda: defaultdict(list))
    overflowed: set[str] = field(default_factory=set)
    unverified: Counter[str] = field(default_factory=Counter)
    disagreed: Counter[str] = field(default_factory=Counter)


def losses(connection: Connection, wanted: Shares, since: datetime | None, now: datetime) -> Losses:
    """Return what *wanted* lost in ``(since, now]``; one shortfall a search, its largest."""
    found = Losses()
    parts, asked = wanted.parts, wanted.asked() | moments(since, now)
    searches: set[tuple[str, ...]] = set()
    for row in connection.execute(_shortfalls(parts), asked):
        search = (row.name, row.sender, row.search_url or str(row.announced))
        if search not in searches:
            searches.add(search)
            found.shortfalls[row.name].append(
                Shortfall(
                    announced=row.announced,
                    shown=row.shown,
                    search_url=row.search_url,
                    sender=row.sender,
                )
            )
    for source in connection.scalars(_FULL, asked):
        found.overflowed.update(wanted.polled_as(source))
    for name, unverified, disagreed in connection.execute(_doubts(parts), asked):
        found.unverified[name], found.disagreed[name] = unverified, disagreed
    return found


def moments(since: datetime | None, now: datetime) -> dict[str, datetime]:
    """Return the parameters of `came_between`; *since* None is the beginning."""
    return {"since": since or _BEGINNING, "now": now}


def came_between(moment: ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that *moment* is in ``(since, now]``, which `moments` gives."""
    return moment <= bindparam("now", type_=Moment), moment > bindparam("since", type_=Moment)


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FULL = (
    select(polls.c.source)
    .where(polls.c.source.in_(POLLED), *came_between(polls.c.polled), polls.c.overflowed)
    .distinct()
)


@cache
def _doubts(parts: int) -> Select[Any]:
    """Count alerts whose sender is not who he says he is, and those that contradict themselves."""
    failed = alerts.c.authenticity == "failed"
    differing = cast(alerts.c.disagreements, Text) != "[]"
    return (
        select(
            name_of(parts).label("name"),
            func.sum(case((failed, 1), else_=0)),
            func.sum(case((differing, 1), else_=0)),
        )
        .where(alerts_of(parts), *came_between(alerts.c.stored), or_(failed, differing))
        .group_by("name")
    )


@cache
def _shortfalls(parts: int) -> Select[Any]:
    """Ask for alerts that announced more than stands in them, news counted too.

    Google counts hits of every kind; LinkedIn counts its first section alone.
    """
    shown = (
        select(func.count())
        .where(sightings.c.alert_id == alerts.c.id, sightings.c.section == _COUNTED)
        .scalar_subquery()
    )
    lost = alerts.c.announced - shown
    return (
        select(
            name_of(parts).label("name"), alerts.c.sender, alerts.c.search_url,
            alerts.c.announced, shown.label("shown"),
        )
        .where(
            alerts_of(parts), *came_between(alerts.c.stored), alerts.c.outcome == "read", lost > 0,
        )
        .order_by(lost.desc(), alerts.c.id)
        .limit(_MOST)
    )  # fmt: skip
