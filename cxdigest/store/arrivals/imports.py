"""Old alerts that a person brings: stored as of the day they came, each batch with its place.

What is read again later, shown in a digest or counted in a week goes by that day; how long the
bytes are kept goes by today. The position of the source is nobody's business here. A place is a row
of ``rereads``, as that of any long work on alerts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from cxdigest.model import Cursor, require_utc
from cxdigest.store.arrivals.alerts import Read, keep_new
from cxdigest.store.arrivals.raw import UNREAD
from cxdigest.store.arrivals.rereads import Place
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.schema import rereads, sources


class Imports(Part):
    """Taking in what a person exported elsewhere."""

    def begin_import(self, scope: str, *, now: datetime) -> Place:
        """Return where the import of *scope* stands; begun now unless one was interrupted."""
        require_utc("now", now)
        row = {"scope": scope, "begun": now, "position": 0, "counts": {}}
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, rereads), row)
            found = connection.execute(select(rereads).where(rereads.c.scope == scope)).one()
        return Place(begun=found.begun, position=found.position, counts=Counter(found.counts))

    def begin_polls(self, name: str, cursor: Cursor) -> None:
        """Say where the first poll of source *name* begins; later ones go on where they were."""
        query = select(sources.c.cursor).where(sources.c.name == name).with_for_update()
        with self._database.writing() as connection:
            if not connection.scalar(query):
                begun = update(sources).where(sources.c.name == name)
                connection.execute(begun.values(cursor=dict(cursor)))

    def record_import(
        self,
        name: str,
        reads: Sequence[Read],
        *,
        now: datetime,
        scope: str = "",
        position: int = 0,
        counts: Mapping[str, int] | None = None,
    ) -> list[Read]:
        """Store alerts of source *name*, each as of when it was received; return the new ones.

        In the same transaction, that *scope* is read up to *position* and came to *counts* so far
        beside what is new now: ``taken``, ``unread`` and ``postings`` are added.

        Raises:
            StoreError: the database failed; nothing was stored.
            ValueError: *name* is not registered.
        """
        require_utc("now", now)
        same = update(sources).where(sources.c.name == name).values(name=name)
        with self._database.writing() as connection:
            rely_on_identity(connection)
            new = keep_new(
                connection, name, reads, same, now=now, came=lambda one: one.alert.received or now
            )
            if scope:
                sums = Counter(counts or {}) + counted(new)
                moved = update(rereads).where(rereads.c.scope == scope)
                connection.execute(moved.values(position=position, counts=dict(sums)))
        return new

    def end_imports(self, scopes: Collection[str]) -> None:
        """Forget the places of *scopes*: all of them were read to their ends."""
        with self._database.writing() as connection:
            connection.execute(delete(rereads).where(rereads.c.scope.in_(list(scopes))))


def counted(new: Sequence[Read]) -> Counter[str]:
    """Return what alerts that were stored come to."""
    return Counter(
        taken=len(new),
        unread=sum(read.extraction.outcome in UNREAD for read in new),
        postings=sum(posting is not None for read in new for posting in read.postings),
    )
