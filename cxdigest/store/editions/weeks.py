"""What one profile's digests said of titles that claim customer experience, counted.

Read from the items of digests as they were sent, so a picture of the week agrees with the mails
that the reader has. Each posting counts once, as the latest digest that showed it had it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from cxdigest.store.database.connection import Part
from cxdigest.store.schema import digest_items, digests
from cxdigest.week import Counted


class Weeks(Part):
    """Counts for the picture of the week."""

    def counted(self, profile: str, *, since: date, before: date) -> list[Counted]:
        """Return what *profile*'s digests said from *since* on and *before* that day. One query."""
        asked = {"profile": profile, "since": since, "before": before}
        with self._database.reading() as connection:
            return [Counted(**row) for row in connection.execute(_COUNTED, asked).mappings()]


def _counted() -> Select[Any]:
    latest = (
        func.row_number()
        .over(partition_by=digest_items.c.posting_id, order_by=digests.c.day.desc())
        .label("latest")
    )
    said = (
        select(
            digests.c.day,
            digest_items.c.kind,
            digest_items.c.tier,
            digest_items.c.origin,
            latest,
        )
        .join(digests, digests.c.id == digest_items.c.digest_id)
        .where(
            digests.c.profile == bindparam("profile"),
            digests.c.day >= bindparam("since"),
            digests.c.day < bindparam("before"),
            digest_items.c.claims,
        )
        .subquery()
    )
    group = (said.c.day, said.c.kind, said.c.tier, said.c.origin)
    return (
        select(*group, func.count().label("number"))
        .where(said.c.latest == 1)
        .group_by(*group)
        .order_by(*group)
    )


_COUNTED = _counted()
