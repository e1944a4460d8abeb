"""Taking in alerts: a batch, what was read from it and the new position, all or nothing.

An alert is known by its key or by its content; one that is known changes nothing, so a batch may
be stored twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain
from operator import attrgetter

from sqlalchemy import Connection, Update, bindparam, select, union_all, update

from cxdigest.model import Alert, Cursor, Extraction, Posting, Sighting, require_utc, routed
from cxdigest.store.arrivals.raw import keep_raw
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.pages import keep_duties
from cxdigest.store.openings.postings import keep_postings
from cxdigest.store.schema import alerts, sightings, sources
from cxdigest.store.schema.columns import short_key

#: Keys asked for at once, well below the number of values a statement may have.
_CHUNK = 5000
_LARGEST = 2**31 - 1
#: The duties stand with the posting, and in the raw alert.
_SIGHTING = tuple(one.name for one in fields(Sighting) if one.name != "description")
_values = attrgetter(*_SIGHTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One alert, what was found in it, and which postings its sightings show."""

    alert: Alert
    extraction: Extraction
    postings: tuple[Posting | None, ...]  #: one a sighting, in order; None for news
    #: What a reader pasted in reply to a digest: the id of a posting to its duties.
    duties: Mapping[str, str] = field(default_factory=dict)
    told_by: str = ""  #: the profile whose reader did
    profile: str = ""  #: whose it is, in an intake mailbox; empty: nobody's yet, or everybody's
    addressed: tuple[str, ...] = ()  #: addresses that it was for or came through


class Alerts(Part):
    """What sources delivered and what was read from it."""

    def is_known(self, name: str, key: str) -> bool:
        """Tell whether source *name* delivered an alert with this key or content digest before."""
        return bool(self.known_alerts(name, (key,)))

    def known_alerts(self, name: str, keys: Collection[str]) -> set[str]:
        """Return those of *keys* (alert keys or content digests) that *name* delivered before."""
        asked = {short_key(key): key for key in keys}
        with self._database.reading() as connection:
            found = _known(connection, name, list(asked))
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
        with self._database.writing() as connection:
            rely_on_identity(connection)
            moved = update(sources).where(sources.c.name == name).values(cursor=dict(cursor))
            new = keep_new(connection, name, reads, moved, now=now, came=lambda _: now)
            _keep_pasted(connection, new, now)
        return sum(_shown(read) for read in new)


def keep_new(
    connection: Connection,
    name: str,
    reads: Sequence[Read],
    lock: Update,
    *,
    now: datetime,
    came: Callable[[Read], datetime],
) -> list[Read]:
    """Store those of *reads* that are not stored yet and return them; *came* says since when.

    *lock* changes the row of source *name*, so that no other worker finds the same ones new.

    Raises:
        ValueError: *name* is not registered, or *reads* do not fit together.
    """
    for read in reads:
        if len(read.postings) != len(read.extraction.sightings):
            raise ValueError(f"alert {read.alert.key}: one posting or None a sighting")
    if connection.execute(lock).rowcount != 1:
        raise ValueError(f"source {name} is not registered")
    new = _new_ones(connection, name, reads)
    insert_all(
        connection, alerts, [_alert_row(name, number, read, came(read)) for number, read in new]
    )
    keep_raw(connection, [(number, read.alert.raw) for number, read in new], now)
    shown = [posting for _, read in new for posting in read.postings if posting]
    merged = keep_postings(connection, shown)
    rows = (sighting_rows(name, number, read, came(read), merged) for number, read in new)
    insert_all(connection, sightings, list(chain.from_iterable(rows)))
    return [read for _, read in new]


def _keep_pasted(connection: Connection, reads: Iterable[Read], now: datetime) -> None:
    for read in reads:
        for posting_id, duties in read.duties.items():
            detail = "You sent them in reply to a digest."
            keep_duties(
                connection, posting_id, duties, detail=detail, now=now, told_by=read.told_by
            )


def _known(connection: Connection, name: str, keys: Sequence[str]) -> set[str]:
    """Return those of *keys* that are the key or the digest of an alert of *name*."""
    found: set[str] = set()
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        found.update(connection.scalars(_KNOWN, {"name": name, "keys": chunk}))
    return found


#: Two searches, because SQLite reads every alert of the source for one with an OR.
_KNOWN = union_all(
    *(
        select(column).where(
            alerts.c.source == bindparam("name"), column.in_(bindparam("keys", expanding=True))
        )
        for column in (alerts.c.key, alerts.c.digest)
    )
)


def _new_ones(connection: Connection, name: str, reads: Sequence[Read]) -> list[tuple[int, Read]]:
    """Return the alerts that are not stored yet, each with the id it gets.

    Two workers cannot both find an alert new: the source's row is locked before.
    """
    keys = [(short_key(read.alert.key), read.alert.digest) for read in reads]
    known = _known(connection, name, [key for pair in keys for key in pair])
    new = []
    for pair, read in zip(keys, reads, strict=True):
        if known.isdisjoint(pair):
            new.append(read)
            known.update(pair)
    # Random, so that no answer of the database has to be waited for; in a row, so that the rows
    # of one batch lie side by side.
    return list(enumerate(new, start=secrets.randbits(62)))


def _alert_row(name: str, number: int, read: Read, stored: datetime) -> dict[str, object]:
    alert = read.alert
    return {
        "id": number,
        "source": name,
        "key": short_key(alert.key),
        "digest": alert.digest,
        "media": alert.media,
        "received": alert.received,
        "too_large": alert.too_large,
        "stored": stored,
        "profile": read.profile,
        "addressed": list(read.addressed),
    } | reading_values(read)


def reading_values(read: Read) -> dict[str, object]:
    """Return the columns of an alert that say how it was read."""
    extraction = read.extraction
    announced = extraction.announced
    return {
        "outcome": extraction.outcome,
        "reason": extraction.reason,
        "format": extraction.format,
        # Written by strangers: a number no column holds must not block the batch.
        "announced": None if announced is None else min(announced, _LARGEST),
        "search_url": extraction.search_url,
        "sender": extraction.sender,
        "authenticity": extraction.authenticity,
        "disagreements": list(extraction.disagreements),
        "shown": _shown(read),
    }


def _shown(read: Read) -> int:
    return sum(posting is not None for posting in read.postings)


def sighting_rows(
    name: str, number: int, read: Read, seen: datetime, merged: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    """Yield the rows of the sightings in the alert with this *number*, of source *name*."""
    pairs = zip(read.extraction.sightings, read.postings, strict=True)
    for position, (sighting, posting) in enumerate(pairs):
        yield {
            "alert_id": number,
            "position": position,
            "source": routed(name, read.profile) if read.profile else name,
            "seen": seen,
            "posting_id": merged.get(posting.id, posting.id) if posting else None,
            "key": posting.id if posting else "",
            "authenticity": read.extraction.authenticity,
        } | dict(zip(_SIGHTING, _values(sighting), strict=True))
