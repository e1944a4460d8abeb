"""Openings: postings found to be one, why, and parting them again.

Which are one is ``identity``'s word; here it is carried out so that no sighting is ever without its
posting, what was shown stays shown, and all of it can be undone. One worker at a time does this,
while none stores what it relies on; rows that are held all the same are left for the next time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from cxdigest.identity import IDENTITY, Sketch
from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.absorbing import MERGES, carry_out
from cxdigest.store.openings.alike import Look, changed_since, chunks, how_many_wait, look_at
from cxdigest.store.openings.identity_lock import decide_identity, may_look_for_likes
from cxdigest.store.openings.parting import part
from cxdigest.store.schema import (
    merges,
    posting_keys,
    postings,
)

#: So many are compared while nobody stores: some hundredths of a second.
_FEW = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What one look at waiting postings did."""

    looked: int = 0  #: postings whose likes were looked for
    merged: int = 0  #: of all, how many were found to be another
    pairs: tuple[tuple[str, str], ...] = ()  #: those, each with the posting it is now


class Openings(Part):
    """Which postings are one opening."""

    def identify(self, *, limit: int, now: datetime, most: int = MERGES) -> Identified:
        """Look for the likes of at most *limit* waiting postings and merge what is one opening.

        Once *most* were merged, or a few more, the others that are to be merged wait on. Where many
        wait and another worker compares them, they are left to that one.
        """
        require_utc("now", now)
        with self._database.reading() as connection:
            if not how_many_wait(connection, 1):
                return Identified()  # as mostly; nobody was kept from anything by the look
        with self._database.writing() as connection:
            decided = _decided(connection, limit)
            if decided is None:
                return Identified()
            look, changed = decided
            done, left = carry_out(connection, look.found, now, most, not_these=changed)
            left |= changed
            ended = {one.absorbed: one.survivor for one in done}
            looked = [one for one in look.waiting if one not in left]
            kept = [one for one in look.sketches if one.posting_id not in left]
            _keep_keys(connection, kept, ended)
            marked = _mark(connection, [one for one in looked if one not in ended])
        pairs = tuple(ended.items())
        return Identified(
            looked=marked + sum(one in ended for one in looked), merged=len(done), pairs=pairs
        )

    def known_as(self, posting_id: str) -> str:
        """Return the id of the posting that *posting_id* belongs to now: mostly itself."""
        with self._database.reading() as connection:
            return connection.scalar(_KNOWN_AS, {"member_now": posting_id}) or posting_id

    def merged_into(self, posting_id: str) -> dict[str, str]:
        """Return why other ids belong to this posting: id to reason, the oldest first."""
        query = (
            select(merges.c.member, merges.c.reason)
            .where(merges.c.posting_id == posting_id)
            .order_by(merges.c.made, merges.c.member)
        )
        with self._database.reading() as connection:
            return {row.member: row.reason for row in connection.execute(query)}

    def unmerge(self, key: str, *, now: datetime) -> str | None:
        """Part the sightings whose own id is *key* from the others of their posting, for ever.

        Returns the id of the posting that the others belong to; None where nothing is merged.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            decide_identity(connection)
            return part(connection, key, now)


def _decided(connection: Connection, limit: int) -> tuple[Look, set[str]] | None:
    """Look at what waits, and be the only one who decides; return also what changed meanwhile.

    Where many wait, to compare them takes seconds, in which others go on storing sightings. None:
    another does that already.
    """
    many = connection.dialect.name == "postgresql" and how_many_wait(connection, _FEW + 1) > _FEW
    if not many:
        decide_identity(connection)
        return look_at(connection, limit, hold=True), set()
    if not may_look_for_likes(connection):
        return None
    look = look_at(connection, limit, hold=False)
    decide_identity(connection)
    return look, changed_since(connection, look)


def _mark(connection: Connection, looked: Sequence[str]) -> int:
    """Let what was looked at wait no longer, but for what a judge holds; return how many.

    This comes last, for whoever needs those rows waits until the end.
    """
    marked = 0
    for chunk in chunks(looked):
        free = connection.scalars(_FREE, {"ids": chunk}).all()
        marked += connection.execute(_KEYED, {"ids": free}).rowcount
    return marked


def _keep_keys(
    connection: Connection, sketches: Sequence[Sketch], ended: Mapping[str, str]
) -> None:
    """Store the keys of what was looked at, in place of older ones."""
    wanted = {
        (key, ended.get(one.posting_id, one.posting_id)) for one in sketches for key in one.keys
    }
    there = set[tuple[str, str]]()
    for chunk in chunks(sorted({one.posting_id for one in sketches} - ended.keys())):
        there.update(map(tuple, connection.execute(_KEYS_OF, {"ids": chunk}).all()))
    # One that took others in keeps theirs.
    old = sorted(pair for pair in there - wanted if pair[1] not in ended.values())
    if old:
        connection.execute(_FORGET, [{"by": key, "of": posting_id} for key, posting_id in old])
    rows = [{"key": key, "posting_id": posting_id} for key, posting_id in sorted(wanted - there)]
    insert_all(connection, posting_keys, rows)


_FORGET = delete(posting_keys).where(
    posting_keys.c.key == bindparam("by"), posting_keys.c.posting_id == bindparam("of")
)
_FREE = (
    select(postings.c.id)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(skip_locked=True, key_share=True)
)
_KEYED = (
    update(postings)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .values(keyed=IDENTITY)
)
_KEYS_OF = select(posting_keys.c.key, posting_keys.c.posting_id).where(
    posting_keys.c.posting_id.in_(bindparam("ids", expanding=True))
)


_KNOWN_AS = select(merges.c.posting_id).where(merges.c.member == bindparam("member_now"))
