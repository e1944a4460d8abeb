"""Quarantine: postings that could not be written into a digest, so that the rest could be sent.

Each was named in the digest of that day. What was mended is let out, and comes once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from cxdigest.model import Digest
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.postings import merged_ids
from cxdigest.store.schema import digest_items, postings, quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A posting that one profile's digest had to do without."""

    profile: str
    posting_id: str
    title: str  #: as the alert showed it: it may be what broke the digest
    reason: str  #: what went wrong
    made: datetime  #: when the digest was


class Quarantine(Part):
    """What digests had to do without."""

    def quarantined(self, profile: str | None = None) -> list[Quarantined]:
        """Return what is in quarantine, of one profile or of all, the latest first."""
        query = (
            select(quarantine, postings.c.title)
            .join(postings, postings.c.id == quarantine.c.posting_id)
            .order_by(quarantine.c.made.desc(), quarantine.c.profile, quarantine.c.posting_id)
        )
        if profile is not None:
            query = query.where(quarantine.c.profile == profile)
        with self._database.reading() as connection:
            return [Quarantined(**row) for row in connection.execute(query).mappings()]

    def let_out(self, profile: str, posting_id: str | None = None) -> int:
        """Let *profile*'s quarantined postings out, or only this one; return how many.

        Those that its look-back still reaches stand in its next digest as if they were new.
        """
        mine = quarantine.c.profile == profile
        if posting_id is not None:
            mine &= quarantine.c.posting_id == posting_id
        with self._database.writing() as connection:
            rely_on_identity(connection)
            ids = list(connection.scalars(select(quarantine.c.posting_id).where(mine)))
            connection.execute(
                delete(digest_items).where(
                    digest_items.c.profile == profile,
                    digest_items.c.section == "quarantined",
                    digest_items.c.posting_id.in_(ids),
                )
            )
            connection.execute(delete(quarantine).where(mine))
        return len(ids)


def follow_merge(connection: Connection, into: Mapping[str, str]) -> None:
    """Let postings stand in quarantine where those stood that they took in."""
    theirs = select(quarantine).where(quarantine.c.posting_id.in_(list(into)))
    rows = [
        {**row, "posting_id": into[row["posting_id"]]}
        for row in connection.execute(theirs.order_by(quarantine.c.made)).mappings()
    ]
    if rows:
        connection.execute(insert_new(connection, quarantine), rows)


def follow_parting(connection: Connection, whole: str, sides: Sequence[str]) -> None:
    """Let those *sides* of a posting stand in quarantine whose digests had to do without them."""
    mine = quarantine.c.posting_id == whole
    was = connection.execute(select(quarantine).where(mine)).mappings().all()
    connection.execute(delete(quarantine).where(mine))
    missing = select(digest_items.c.profile, digest_items.c.posting_id).where(
        digest_items.c.section == "quarantined", digest_items.c.posting_id.in_(sides)
    )
    pairs = sorted({(row.profile, row.posting_id) for row in connection.execute(missing)})
    rows = [
        {**row, "posting_id": side}
        for row in was
        for whose, side in pairs
        if whose == row["profile"]
    ]
    if rows:
        connection.execute(insert_new(connection, quarantine), rows)


def keep_apart(
    connection: Connection, digest: Digest, faults: Mapping[str, str], now: datetime
) -> None:
    """Store what *digest* had to do without, and by posting id what went wrong with it."""
    ids = [one.posting.id for one in digest.quarantined]
    merged = merged_ids(connection, ids) if ids else {}
    rows = [
        {
            "profile": digest.profile,
            "posting_id": merged.get(one, one),
            "reason": faults.get(one, ""),
            "made": now,
        }
        for one in ids
    ]
    if rows:
        connection.execute(insert_new(connection, quarantine), rows)
