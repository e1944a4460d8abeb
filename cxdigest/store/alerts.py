"""Taking in alerts: a batch, what was read from it and the new position, all or nothing.

An alert is known by its key or by its content; one that is known changes nothing, so a batch may
be stored twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from cxdigest.model import Alert, Cursor, Extraction, Posting, require_utc
from cxdigest.store.columns import short_key
from cxdigest.store.connection import Part
from cxdigest.store.postings import keep_postings
from cxdigest.store.raw import keep_raw
from cxdigest.store.schema import alerts, sightings, sources

#: Keys asked for at once, well below the number of values a statement may have.
_CHUNK = 5000
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One alert, what was found in it, and which postings its sightings show."""

    alert: Alert
    extraction: Extraction
    postings: tuple[Posting | None, ...]  #: one a sighting, in order; None for news


class Alerts(Part):
    """What sources delivered and what was read from it."""

    def is_known(self, name: str, key: str) -> bool:
        """Tell whether source *name* delivered an alert with this key or content digest before."""
        return bool(self.known_alerts(name, (key,)))

    def known_alerts(self, name: str, keys: Collection[str]) -> set[str]:
        """Return those of *keys* (alert keys or content digests) that *name* delivered before."""
        asked = {short_key(key): key for key in keys}
        wanted = list(asked)
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                for row in connection.execute(_known(name, chunk)):
                    found.update(row)
        return {key for short, key in asked.items() if short in found}

    def record_batch(
        self, name: str, reads: Sequence[Read], cursor: Cursor, *, now: datetime
    ) -> int:
        """Store alerts of source *name* and its position in one transaction.

        Returns how many sightings of postings are new; news is stored and not counted.

        Raises:
            StoreError: the database failed; nothing was stored.
            ValueError: *name* is not registered, or *reads* do not fit together.
        """
        require_utc("now", now)
        for read in reads:
            if len(read.postings) != len(read.extraction.sightings):
                raise ValueError(f"alert {read.alert.key}: one posting or None a sighting")
        with self._database.writing() as connection:
            moved = update(sources).where(sources.c.name == name).values(cursor=dict(cursor))
            if connection.execute(moved).rowcount != 1:
                raise ValueError(f"source {name} is not registered")
            new = self._keep_alerts(connection, name, reads, now)
            if new:
                keep_raw(connection, [(number, read.alert.raw) for number, read in new], now)
                shown = [posting for _, read in new for posting in read.postings if posting]
                keep_postings(self._database, connection, shown)
                _keep_sightings(connection, name, new, now)
        return sum(posting is not None for _, read in new for posting in read.postings)

    def _keep_alerts(
        self, connection: Connection, name: str, reads: Sequence[Read], now: datetime
    ) -> list[tuple[int, Read]]:
        """Store the alerts that are new; return their ids with them."""
        rows = {short_key(read.alert.key): read for read in reversed(reads)}
        if not rows:
            return []
        statement = self._database.insert_new(alerts).returning(alerts.c.id, alerts.c.key)
        values = [_alert_row(name, key, read, now) for key, read in reversed(rows.items())]
        stored = connection.execute(statement, values)
        return [(number, rows[key]) for number, key in stored]


def _known(name: str, keys: list[str]) -> Any:  # noqa: ANN401 - a select of two columns
    return select(alerts.c.key, alerts.c.digest).where(
        alerts.c.source == name, or_(alerts.c.key.in_(keys), alerts.c.digest.in_(keys))
    )


def _alert_row(name: str, key: str, read: Read, now: datetime) -> Mapping[str, object]:
    alert, extraction = read.alert, read.extraction
    announced = extraction.announced
    return {
        "source": name,
        "key": key,
        "digest": alert.digest,
        "media": alert.media,
        "received": alert.received,
        "too_large": alert.too_large,
        "outcome": extraction.outcome,
        "reason": extraction.reason,
        "format": extraction.format,
        # Written by strangers: a number no column holds must not block the batch.
        "announced": None if announced is None else min(announced, _LARGEST),
        "search_url": extraction.search_url,
        "stored": now,
    }


def _keep_sightings(
    connection: Connection, name: str, new: Iterable[tuple[int, Read]], now: datetime
) -> None:
    rows = [
        {
            "alert_id": number,
            "position": position,
            "source": name,
            "seen": now,
            "posting_id": posting.id if posting else None,
            "format": sighting.format,
            "title": sighting.title,
            "company": sighting.company,
            "location": sighting.location,
            "workplace": sighting.workplace,
            "salary": sighting.salary,
            "url": sighting.url,
            "opaque": sighting.opaque,
            "native_id": sighting.native_id,
            "snippet": sighting.snippet,
            "section": sighting.section,
            "posted": sighting.posted,
            "is_posting": sighting.is_posting,
        }
        for number, read in new
        for position, (sighting, posting) in enumerate(
            zip(read.extraction.sightings, read.postings, strict=True)
        )
    ]
    if rows:
        connection.execute(insert(sightings), rows)
