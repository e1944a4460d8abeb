"""Alerts as pages list them: which came, how each was read, and the postings that it showed.

The bytes are not among them: ``raw`` alone has those.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Text, bindparam, literal, select, tuple_

from cxdigest.model import AlertOutcome, Authenticity, Media, require_utc
from cxdigest.store.arrivals.raw import UNREAD
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, sightings
from cxdigest.store.schema.columns import Moment

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One alert that was taken in, and how it was read."""

    id: int
    source: str
    key: str  #: unique within the source
    media: Media
    received: datetime | None  #: when it reached the mailbox or was published
    stored: datetime
    too_large: int  #: its size in bytes where it was over the limit, else 0
    outcome: AlertOutcome
    reason: str  #: one sentence for every outcome but ``read``
    format: str  #: how it was read; empty where no format applied
    announced: int | None  #: how many openings it says there are
    search_url: str
    sender: str  #: host of who wrote it, as it says itself
    authenticity: Authenticity
    disagreements: tuple[str, ...]
    shown: int  #: sightings of postings in it
    profile: str  #: whose it is, in an intake mailbox
    first: str = ""  #: title of its first sighting

    @property
    def unread(self) -> bool:
        """Whether something may be in it that could not be read."""
        return self.outcome in UNREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownIn:
    """One sighting, as an alert showed it."""

    title: str
    company: str
    location: str
    section: str  #: which part of the alert
    posting_id: str  #: empty: news


class TakenIn(Part):
    """What came."""

    def taken_in(
        self,
        source: str,
        *,
        unread: bool = False,
        before: tuple[datetime, int] | None = None,
        most: int,
    ) -> list[Taken]:
        """Return at most *most* alerts of *source*, the latest first; *unread*: only those.

        *before* is moment and id of the last one that was shown already.
        """
        query = _taken().where(alerts.c.source == source)
        if unread:
            query = query.where(alerts.c.outcome.in_(UNREAD))
        if before is not None:
            require_utc("before", before[0])
            mark = tuple_(literal(before[0], Moment), literal(_fit(before[1]), BigInteger))
            query = query.where(tuple_(alerts.c.stored, alerts.c.id) < mark)
        query = query.order_by(alerts.c.stored.desc(), alerts.c.id.desc()).limit(most)
        with self._database.reading() as connection:
            return _with_firsts(connection, connection.execute(query).mappings().all())

    def taken(self, number: int) -> Taken | None:
        """Return the alert with this id; None if there is none."""
        query = _taken().where(alerts.c.id == _fit(number))
        with self._database.reading() as connection:
            found = _with_firsts(connection, connection.execute(query).mappings().all())
        return next(iter(found), None)

    def taken_behind(
        self, posting_id: str, sources: Collection[str], *, most: int = 50
    ) -> list[Taken]:
        """Return the alerts in which *sources* showed a posting, the latest first.

        Of an intake mailbox a person's own (``model.routed``) alone.
        """
        asked = {"posting": posting_id, "sources": list(sources), "most": most}
        with self._database.reading() as connection:
            return _with_firsts(connection, connection.execute(_BEHIND, asked).mappings().all())

    def is_behind(self, number: int, posting_id: str, sources: Collection[str]) -> bool:
        """Tell whether the alert with this id is one in which *sources* showed the posting."""
        query = select(sightings.c.alert_id).where(
            sightings.c.alert_id == _fit(number),
            sightings.c.posting_id == posting_id,
            sightings.c.source.in_(list(sources)),
        )
        with self._database.reading() as connection:
            return connection.scalar(query.limit(1)) is not None

    def shown_in(self, number: int, *, most: int) -> list[ShownIn]:
        """Return at most *most* sightings of the alert with this id, in its order."""
        columns = (sightings.c[name] for name in ("title", "company", "location", "section"))
        query = (
            select(*columns, sightings.c.posting_id)
            .where(sightings.c.alert_id == _fit(number))
            .order_by(sightings.c.position)
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings()
            return [
                ShownIn(**(dict(row) | {"posting_id": row["posting_id"] or ""})) for row in rows
            ]


def _fit(number: int) -> int:
    """Return *number* as one that a column holds; strangers write any into an address."""
    return number if 0 <= number <= _LARGEST else -1


def _taken() -> Select[Any]:
    names = (one.name for one in fields(Taken) if one.name != "first")
    return select(*(alerts.c[name] for name in names))


def _with_firsts(connection: Connection, rows: Sequence[Any]) -> list[Taken]:
    asked = {"alerts": [row["id"] for row in rows]}
    firsts = dict(map(tuple, connection.execute(_FIRSTS, asked))) if rows else {}
    return [
        Taken(
            **(dict(row) | {"disagreements": tuple(row["disagreements"])}),
            first=firsts.get(row["id"], ""),
        )
        for row in rows
    ]


_BEHIND = (
    _taken()
    .where(
        alerts.c.id.in_(
            select(sightings.c.alert_id).where(
                sightings.c.posting_id == bindparam("posting", type_=Text),
                sightings.c.source.in_(bindparam("sources", type_=Text, expanding=True)),
            )
        )
    )
    .order_by(alerts.c.stored.desc(), alerts.c.id.desc())
    .limit(bindparam("most"))
)
_FIRSTS = select(sightings.c.alert_id, sightings.c.title).where(
    sightings.c.alert_id.in_(bindparam("alerts", type_=BigInteger, expanding=True)),
    sightings.c.position == 0,
)
