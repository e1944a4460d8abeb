"""How sources fared since a digest: the last poll's outcome and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from cxdigest.model import SourceReport, require_utc, unrouted
from cxdigest.store.arrivals.losses import came_between, losses, moments
from cxdigest.store.arrivals.raw import UNREAD
from cxdigest.store.arrivals.shares import POLLED, Shares, alerts_of, name_of
from cxdigest.store.arrivals.yields import silences
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, sources


class Reports(Part):
    """What a digest says about its sources."""

    def source_reports(
        self, names: Collection[str], *, since: datetime | None, now: datetime
    ) -> list[SourceReport]:
        """Return how each of *names* fared in ``(since, now]``, in their order.

        Of a share of an intake mailbox (``model.routed``) the mailbox is told, with the alerts of
        that share alone. *since* None counts from the beginning. Seven queries, whatever the number
        of sources.
        """
        require_utc("since", since)
        require_utc("now", now)
        wanted = Shares.of(names)
        with self._database.reading() as connection:
            known = {
                row["name"]: row for row in connection.execute(_KNOWN, wanted.asked()).mappings()
            }
            counts: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in wanted.names}
            for name, outcome, reason, number in connection.execute(
                _counts(wanted.parts), wanted.asked() | moments(since, now)
            ):
                counts[name][outcome, reason] = number
            silent = silences(connection, wanted.names, now)
            lost = losses(connection, wanted, since, now)
        return [
            replace(
                _report(unrouted(name)[0], known.get(unrouted(name)[0]), counts[name]),
                silent=" ".join(silent.get(name, ())),
                shortfalls=tuple(lost.shortfalls[name]),
                overflowed=name in lost.overflowed,
                unverified=lost.unverified[name],
                disagreed=lost.disagreed[name],
            )
            for name in wanted.names
        ]


_KNOWN = select(sources).where(sources.c.name.in_(POLLED))


@cache
def _counts(parts: int) -> Select[Any]:
    return (
        select(name_of(parts).label("name"), alerts.c.outcome, alerts.c.reason, func.count())
        .where(alerts_of(parts), *came_between(alerts.c.stored))
        .group_by("name", alerts.c.outcome, alerts.c.reason)
    )


def _report(name: str, source: RowMapping | None, counts: Counter[tuple[str, str]]) -> SourceReport:
    if source is None or source["polled"] is None:
        return SourceReport(
            source=name, outcome="empty", message="This source has not been polled yet."
        )
    unread: Counter[str] = Counter()
    for (outcome, reason), number in counts.items():
        if outcome in UNREAD:
            unread[reason] += number
    ordered = sorted(unread, key=lambda reason: (-unread[reason], reason))
    return SourceReport(
        source=name,
        outcome=source["outcome"],
        message=source["message"],
        polled=source["polled"],
        alerts=counts.total(),
        unread=unread.total(),
        unread_reasons=tuple(filter(None, ordered)),
    )
