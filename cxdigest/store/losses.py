"""What was lost or is in doubt before cxdigest: told by alerts themselves and by full feeds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, select

from cxdigest.model import Shortfall
from cxdigest.store.schema import alerts, polls, sightings
from cxdigest.store.shares import Shares

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
    came = (wanted.alerts(), *_between(alerts.c.stored, since, now))
    searches: set[tuple[str, ...]] = set()
    for row in connection.execute(_shortfalls(wanted, came)):
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
    polled = (polls.c.source.in_(wanted.polled), *_between(polls.c.polled, since, now))
    full = select(polls.c.source).where(*polled, polls.c.overflowed).distinct()
    for source in connection.scalars(full):
        found.overflowed.update(wanted.polled_as(source))
    for counter, doubt in (
        (found.unverified, alerts.c.authenticity == "failed"),
        (found.disagreed, cast(alerts.c.disagreements, Text) != "[]"),
    ):
        query = select(wanted.name().label("name"), func.count()).where(*came, doubt)
        for name, number in connection.execute(query.group_by("name")):
            counter[name] = number
    return found


def _between(
    moment: ColumnElement[datetime], since: datetime | None, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (moment <= now,) if since is None else (moment <= now, moment > since)


def _shortfalls(wanted: Shares, came: Sequence[ColumnElement[bool]]) -> Select[Any]:
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
            wanted.name().label("name"), alerts.c.sender, alerts.c.search_url,
            alerts.c.announced, shown.label("shown"),
        )
        .where(*came, alerts.c.outcome == "read", lost > 0)
        .order_by(lost.desc(), alerts.c.id)
        .limit(_MOST)
    )  # fmt: skip
