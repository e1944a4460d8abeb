"""Raw alerts: the only module that reads or writes them.

They are the one place that holds people's tokens, so nothing that shows or exports comes here.
They may be removed by age; what was read from them stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, raw_alerts
from cxdigest.store.schema.columns import short_key

#: Outcomes of alerts in which nothing could be read that may be there.
UNREAD = frozenset({"unreadable", "empty", "too-large"})


class RawAlerts(Part):
    """What sources delivered, byte for byte."""

    def raw_alert(self, source: str, key: str) -> bytes | None:
        """Return the bytes of one alert; None if there is no such alert or it was pruned."""
        query = (
            select(raw_alerts.c.raw)
            .join(alerts, alerts.c.id == raw_alerts.c.alert_id)
            .where(alerts.c.source == source, alerts.c.key == short_key(key))
        )
        with self._database.reading() as connection:
            raw: bytes | None = connection.scalar(query)
        return raw

    def raw_alert_of(self, number: int) -> bytes | None:
        """Return the bytes of the alert with this id; None if there is none or it was pruned."""
        query = select(raw_alerts.c.raw).where(raw_alerts.c.alert_id == number)
        with self._database.reading() as connection:
            raw: bytes | None = connection.scalar(query)
        return raw

    def prune_raw_alerts(
        self, *, before: datetime, unread_before: datetime | None = None, limit: int = 1000
    ) -> int:
        """Remove at most *limit* raw alerts stored before *before*; return how many.

        With *unread_before*, those that could not be read stay until they are older than that.
        """
        require_utc("before", before)
        require_utc("unread_before", unread_before)
        old = select(raw_alerts.c.alert_id).where(raw_alerts.c.stored < before).limit(limit)
        if unread_before is not None:
            old = old.join(alerts, alerts.c.id == raw_alerts.c.alert_id).where(
                or_(alerts.c.outcome.not_in(UNREAD), raw_alerts.c.stored < unread_before)
            )
        with self._database.writing() as connection:
            return connection.execute(
                delete(raw_alerts).where(raw_alerts.c.alert_id.in_(old))
            ).rowcount


def keep_raw(connection: Connection, kept: Sequence[tuple[int, bytes]], now: datetime) -> None:
    """Store the bytes of alerts that were just stored, as ``(alert id, raw)``."""
    rows = [{"alert_id": number, "raw": raw, "stored": now} for number, raw in kept]
    insert_all(connection, raw_alerts, rows)
