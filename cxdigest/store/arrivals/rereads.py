"""Stored alerts that are read again: which, how far it has come, and what the new reading changes.

A batch is one transaction with its place, so a reading that was killed goes on from there. The rows
of an alert's sightings are replaced as a whole; the moment they were seen stays, so that nothing
old turns into news. A posting that no sighting shows any more stays stored, and is no news.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from cxdigest.model import Alert, AlertOutcome, Posting, Sighting, require_utc
from cxdigest.store.arrivals.alerts import Read, reading_values, sighting_rows
from cxdigest.store.arrivals.corrections import correct_postings
from cxdigest.store.database.bulk import insert_all, insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.postings import keep_postings
from cxdigest.store.schema import alerts, merges, postings, rereads, sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSighting:
    """A sighting as an earlier reading left it."""

    sighting: Sighting  #: without its duties
    posting_id: str  #: empty: news
    key: str  #: the id it has by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """An alert as an earlier reading left it."""

    number: int  #: its id in the store
    alert: Alert  #: without its bytes
    stored: datetime
    outcome: AlertOutcome
    sightings: tuple[StoredSighting, ...]  #: in order
    format: str = ""  #: how it was read
    profile: str = ""  #: whose it is, in an intake mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """A new reading of a stored alert."""

    stored: StoredAlert
    read: Read  #: its postings under the ids that the earlier reading gave them
    #: One a sighting: the place of the sighting in the earlier reading that it continues, or None.
    continues: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a reading again has come."""

    begun: datetime  #: alerts stored later were read by this version anyway
    position: int | None  #: the alert that was read last
    counts: Counter[str]  #: what came of it so far


class Rereads(Part):
    """Reading again what is stored."""

    def begin_reread(self, scope: str, *, now: datetime) -> Place:
        """Return where the reading of *scope* stands; begun now unless one was interrupted.

        *scope* says in one line which alerts are read by which version.
        """
        require_utc("now", now)
        row = {"scope": scope, "begun": now, "position": None, "counts": {}}
        query = select(rereads).where(rereads.c.scope == scope)
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, rereads), row)
            found = connection.execute(query).one()
        return Place(begun=found.begun, position=found.position, counts=Counter(found.counts))

    def end_reread(self, scope: str) -> None:
        """Forget the place of *scope*: it was read to its end."""
        with self._database.writing() as connection:
            connection.execute(delete(rereads).where(rereads.c.scope == scope))

    def count_alerts(self, *, before: datetime, since: datetime | None, source: str) -> int:
        """Return how many alerts a reading of these bounds reads; *source* empty: of all."""
        query = _within(select(func.count()).select_from(alerts), before, since, source)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def stored_alerts(
        self,
        *,
        after: int | None,
        before: datetime,
        since: datetime | None,
        source: str,
        limit: int,
    ) -> list[StoredAlert]:
        """Return at most *limit* alerts with what was read from them, by id and *after* that id."""
        query = _within(select(alerts), before, since, source).order_by(alerts.c.id).limit(limit)
        if after is not None:
            query = query.where(alerts.c.id > after)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            seen = _seen(connection, [row.id for row in rows])
        return [_stored(row, seen[row.id]) for row in rows]

    def record_reread(
        self,
        batch: Sequence[Rereading],
        counted: Mapping[str, int],
        *,
        scope: str,
        position: int,
    ) -> Counter[str]:
        """Store new readings and that *scope* was read up to *position*, in one transaction.

        Adds to *counted* how many postings are ``new`` and how many no alert shows any more
        (``gone``); returns all counts of the reading so far.
        """
        with self._database.writing() as connection:
            rely_on_identity(connection)
            place = select(rereads.c.counts).where(rereads.c.scope == scope).with_for_update()
            counts = Counter(connection.scalar(place) or {}) + Counter(counted)
            counts += _replace(connection, _still_there(connection, batch))
            moved = update(rereads).where(rereads.c.scope == scope)
            connection.execute(moved.values(position=position, counts=dict(counts)))
        return counts


def _within(
    query: Select[Any], before: datetime, since: datetime | None, source: str
) -> Select[Any]:
    query = query.where(alerts.c.stored <= before)
    if since is not None:
        query = query.where(alerts.c.stored >= since)
    return query.where(alerts.c.source == source) if source else query


#: The duties stand with the posting alone.
_SIGHTING = tuple(field.name for field in fields(Sighting) if field.name in sightings.c)


def _seen(connection: Connection, numbers: list[int]) -> dict[int, list[StoredSighting]]:
    query = (
        select(sightings)
        .where(sightings.c.alert_id.in_(numbers))
        .order_by(sightings.c.alert_id, sightings.c.position)
    )
    seen: dict[int, list[StoredSighting]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        sighting = Sighting(**{name: row[name] for name in _SIGHTING})
        kept = StoredSighting(sighting=sighting, posting_id=row["posting_id"] or "", key=row["key"])
        seen[row["alert_id"]].append(kept)
    return seen


def _stored(row: Any, seen: list[StoredSighting]) -> StoredAlert:  # noqa: ANN401 - a row
    return StoredAlert(
        number=row.id,
        alert=Alert(
            source=row.source, key=row.key, media=row.media, raw=b"", digest=row.digest,
            received=row.received, too_large=row.too_large,
        ),
        stored=row.stored,
        outcome=row.outcome,
        sightings=tuple(seen),
        format=row.format,
        profile=row.profile,
    )  # fmt: skip


def _still_there(connection: Connection, batch: Sequence[Rereading]) -> list[Rereading]:
    """Lock the alerts of *batch*, in the order of their ids, and return those that are there."""
    wanted = {one.stored.number: one for one in batch}
    query = select(alerts.c.id).where(alerts.c.id.in_(list(wanted))).order_by(alerts.c.id)
    return [wanted[number] for number in connection.scalars(query.with_for_update())]


def _replace(connection: Connection, batch: Sequence[Rereading]) -> Counter[str]:
    """Put new readings in place of the old; return how many postings are new, and gone."""
    if not batch:
        return Counter()
    shown = [posting for one in batch for posting in one.read.postings if posting]
    fresh = _unknown(connection, {posting.id for posting in shown})
    merged = keep_postings(connection, shown)
    connection.execute(
        delete(sightings).where(sightings.c.alert_id.in_([one.stored.number for one in batch]))
    )
    rows = (
        sighting_rows(
            one.stored.alert.source, one.stored.number, one.read, one.stored.stored, merged
        )
        for one in batch
    )
    insert_all(connection, sightings, list(chain.from_iterable(rows)))
    connection.execute(_REREAD, list(map(_new_values, batch)))
    correct_postings(connection, _corrections(batch, merged))
    before = {seen.posting_id for one in batch for seen in one.stored.sightings} - {""}
    return Counter(new=len(fresh), gone=len(_unseen(connection, before)))


def _new_values(one: Rereading) -> dict[str, object]:
    values = reading_values(one.read)
    return {"of": one.stored.number} | {f"new_{name}": values[name] for name in _NEW_VALUES}


def _continued(one: Rereading) -> Iterator[tuple[Posting, StoredSighting, Sighting]]:
    """Yield each posting that the new reading goes on showing: it, then how it was and is shown."""
    read = one.read
    for sighting, posting, place in zip(
        read.extraction.sightings, read.postings, one.continues, strict=True
    ):
        if posting and place is not None and one.stored.sightings[place].posting_id:
            yield posting, one.stored.sightings[place], sighting


def _unknown(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of *ids* that are neither a posting nor merged into one."""
    known = (
        select(column).where(column.in_(sorted(ids))) for column in (postings.c.id, merges.c.member)
    )
    return set(ids).difference(*map(connection.scalars, known))


def _corrections(
    batch: Sequence[Rereading], merged: Mapping[str, str]
) -> dict[str, list[tuple[Sighting, Sighting]]]:
    pairs: dict[str, list[tuple[Sighting, Sighting]]] = defaultdict(list)
    for one in batch:
        for posting, before, sighting in _continued(one):
            pairs[merged.get(posting.id, posting.id)].append((before.sighting, sighting))
    return pairs


def _unseen(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of *ids* that no sighting shows."""
    query = select(sightings.c.posting_id).where(sightings.c.posting_id.in_(sorted(ids)))
    return set(ids) - set(connection.scalars(query.distinct()))


_NEW_VALUES = (
    "outcome", "reason", "format", "announced", "search_url", "sender", "authenticity",
    "disagreements", "shown",
)  # fmt: skip
_REREAD = (
    update(alerts)
    .where(alerts.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in _NEW_VALUES})
)
