"""When a person's next digest is due, on the person's own clock. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from cxdigest import schedule


def coming(
    now: datetime,
    *,
    send_at: time,
    zone: ZoneInfo,
    days: Collection[int],
    served: Collection[date],
) -> datetime:
    """Return when the next digest is due; *served* days have theirs."""
    due = now
    while True:
        due = schedule.next_send(due, send_at=send_at, zone=zone, days=days)
        moment = due.astimezone(zone)
        if moment.date() not in served:
            return moment
