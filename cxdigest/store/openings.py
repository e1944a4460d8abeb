"""Openings: postings found to be one, why, and parting them again.

Which are one is ``identity``'s word; here it is carried out so that no sighting is ever without its
posting, what was shown stays shown, and all of it can be undone. One worker at a time does this,
while none stores what it relies on; rows that are held all the same are left for the next time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from cxdigest.identity import (
    IDENTITY,
    REPOST_WITHIN,
    Merge,
    Sketch,
    find_merges,
    merge,
    sketch,
    tier_of,
)
from cxdigest.model import Posting, require_utc
from cxdigest.store.bulk import insert_all
from cxdigest.store.connection import Part
from cxdigest.store.identity_lock import decide_identity
from cxdigest.store.members import VIEW_COLUMNS, members_of
from cxdigest.store.parting import part
from cxdigest.store.postings import FULL_COLUMNS, posting_from, rewrite
from cxdigest.store.quarantine import follow_merge
from cxdigest.store.schema import (
    digest_items,
    feedback,
    merges,
    pages,
    partings,
    posting_keys,
    postings,
    sightings,
)

_CHUNK = 5000
#: Merges in one transaction: some seconds, in which others wait who store sightings.
_MERGES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """What one look at waiting postings did."""

    looked: int = 0  #: postings whose likes were looked for
    merged: int = 0  #: of all, how many were found to be another
    pairs: tuple[tuple[str, str], ...] = ()  #: those, each with the posting it is now


class Openings(Part):
    """Which postings are one opening."""

    def identify(self, *, limit: int, now: datetime, most: int = _MERGES) -> Identified:
        """Look for the likes of at most *limit* waiting postings and merge what is one opening.

        Once *most* were merged, or a few more, the others that are to be merged wait on.
        """
        require_utc("now", now)
        with self._database.reading() as connection:
            if connection.scalar(_ANY_WAITING) is None:
                return Identified()  # as mostly; nobody was kept from anything by the look
        with self._database.writing() as connection:
            decide_identity(connection)
            waiting = _waiting(connection, limit)
            sketches = _sketched(connection, waiting)
            known = _sketched(connection, _alike(connection, waiting, sketches))
            parted = _parted(connection, [one.id for one in (*sketches, *known)])
            found = find_merges(sketches, known, parted)
            done, left = carry_out(connection, found, now, most)
            ended = {one.absorbed: one.survivor for one in done}
            looked = [one.id for one in waiting if one.id not in left]
            _keep_keys(connection, [one for one in sketches if one.posting_id not in left], ended)
            for chunk in _chunks(looked):
                connection.execute(_KEYED, {"ids": chunk})
        return Identified(looked=len(looked), merged=len(done), pairs=tuple(ended.items()))

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


def _waiting(connection: Connection, limit: int) -> list[Posting]:
    query = select(*VIEW_COLUMNS).where(_WAITS).limit(limit).with_for_update(skip_locked=True)
    return [_view(row) for row in connection.execute(query).all()]


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield *values* in parts, each well below what a statement may hold."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _view(row: Any) -> Posting:  # noqa: ANN401 - a row
    return Posting(**dict(zip(_VIEW, row, strict=True)))


def _alike(
    connection: Connection, waiting: Sequence[Posting], sketches: Iterable[Sketch]
) -> list[Posting]:
    """Return the postings that share a key with those that wait and are not long gone."""
    asked = sorted({key for one in sketches for key in one.asks})
    since = min((one.first_seen for one in waiting if one.first_seen), default=None)
    query = select(*VIEW_COLUMNS).where(postings.c.id.in_(bindparam("ids", expanding=True)))
    if since:
        query = query.where(postings.c.last_seen >= since - REPOST_WITHIN)
    # The ids first: most keys are those of the waiting ones, when all are keyed again.
    ids = set[str]()
    for chunk in _chunks(asked):
        ids.update(connection.scalars(_WITH_KEYS, {"keys": chunk}).all())
    found: list[Posting] = []
    for chunk in _chunks(sorted(ids - {one.id for one in waiting})):
        found += map(_view, connection.execute(query, {"ids": chunk}).all())
    return found


def _sketched(connection: Connection, found: Sequence[Posting]) -> list[Sketch]:
    """Return one sketch a posting, or of a merged one, one for each of its members."""
    members = members_of(connection, [one.id for one in found])
    sketches = []
    for one in found:
        if one.id not in members:
            sketches.append(sketch(one))
        else:
            sketches += [sketch(view, belongs_to=one.id) for view in members[one.id]]
    return sketches


def _parted(connection: Connection, ids: Sequence[str]) -> set[frozenset[str]]:
    if connection.scalar(select(partings.c.first).limit(1)) is None:
        return set()
    found = set()
    for chunk in _chunks(ids):
        query = select(partings.c.first, partings.c.second).where(partings.c.first.in_(chunk))
        found |= {frozenset((row.first, row.second)) for row in connection.execute(query)}
    return found


def carry_out(
    connection: Connection, found: Sequence[Merge], now: datetime, most: int = _MERGES
) -> tuple[list[Merge], set[str]]:
    """Merge; return what was merged, and the ids that wait on: held by another, or too many."""
    involved = {one.absorbed for one in found} | {one.survivor for one in found}
    rows = {}
    if involved:
        query = (
            select(*FULL_COLUMNS)
            .where(postings.c.id.in_(involved))
            .order_by(postings.c.id)
            .with_for_update(skip_locked=True)
        )
        rows = {row.id: row for row in connection.execute(query)}
    left = involved - rows.keys()
    groups: dict[str, list[Merge]] = defaultdict(list)
    for one in found:
        groups[one.survivor].append(one)
    done: list[Merge] = []
    for survivor, absorbed in groups.items():
        names = {survivor, *(one.absorbed for one in absorbed)}
        if names & left or len(done) >= most:
            left |= names
            continue
        _merge(connection, rows, survivor, absorbed, now)
        done += absorbed
    return done, left


def _merge(
    connection: Connection,
    rows: Mapping[str, Any],
    survivor: str,
    absorbed: Sequence[Merge],
    now: datetime,
) -> None:
    """Let one posting take in others: what is known, sightings, what was shown, their members."""
    known = posting_from(rows[survivor])
    views = [posting_from(rows[one.absorbed]) for one in absorbed]
    merged = known
    for view in sorted(views, key=lambda one: (str(one.first_seen), one.id)):
        merged = merge(merged, view)
    rewrite(connection, rows[survivor], merged, keyed=rows[survivor].keyed)
    if merged.url != known.url and tier_of(merged) != "full":
        _follow_link(connection, survivor, [one.id for one in views if one.url == merged.url])
    elif merged.duties_from == "you" != known.duties_from:
        # Whose word the duties are goes with them: nobody else may read them.
        pasted = [one.id for one in views if one.duties_from == "you"]
        _follow_link(connection, survivor, pasted)
    gone = [one.id for one in views]
    shown = _move_items(connection, survivor, gone)
    for table in (sightings, merges, feedback):
        moved = update(table).where(table.c.posting_id.in_(gone)).values(posting_id=survivor)
        connection.execute(moved)
    connection.execute(
        insert(merges),
        [
            {
                "member": one.absorbed,
                "posting_id": survivor,
                "reason": one.reason,
                "made": now,
                "kept": {"was": _as_json(view), "items": shown.get(one.absorbed, [])},
            }
            for one, view in zip(absorbed, views, strict=True)
        ],
    )
    follow_merge(connection, survivor, gone)
    _move_keys(connection, survivor, gone)
    connection.execute(delete(postings).where(postings.c.id.in_(gone)))


def _follow_link(connection: Connection, survivor: str, led: Sequence[str]) -> None:
    """Keep of the survivor's page what is known of its new link, which one of *led* had.

    That is nothing mostly, so that it may be asked at once; or another worker asks for it now.
    """
    connection.execute(delete(pages).where(pages.c.posting_id == survivor))
    theirs = select(pages.c.posting_id).where(pages.c.posting_id.in_(led)).limit(1)
    if known := connection.scalar(theirs):
        moved = update(pages).where(pages.c.posting_id == known).values(posting_id=survivor)
        connection.execute(moved)


def _move_items(
    connection: Connection, survivor: str, gone: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Let the survivor stand where the others stood; return what each had, to undo it."""
    items = digest_items.c
    query = select(digest_items).where(items.posting_id.in_([survivor, *gone]))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    had = {row["digest_id"] for row in rows if row["posting_id"] == survivor}
    shown: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["posting_id"] == survivor:
            continue
        moved = row["digest_id"] not in had
        shown[row["posting_id"]].append(row | {"moved": moved})
        had.add(row["digest_id"])
        if moved:
            connection.execute(
                update(digest_items)
                .where(items.digest_id == row["digest_id"], items.posting_id == row["posting_id"])
                .values(posting_id=survivor)
            )
    return shown


def _move_keys(connection: Connection, survivor: str, gone: Sequence[str]) -> None:
    query = select(posting_keys.c.key).where(posting_keys.c.posting_id.in_(gone)).distinct()
    rows = [{"key": key, "posting_id": survivor} for key in connection.scalars(query).all()]
    insert_all(connection, posting_keys, rows)


def _keep_keys(
    connection: Connection, sketches: Sequence[Sketch], ended: Mapping[str, str]
) -> None:
    """Store the keys of what was looked at, in place of older ones."""
    wanted = {
        (key, ended.get(one.posting_id, one.posting_id)) for one in sketches for key in one.keys
    }
    there = set[tuple[str, str]]()
    for chunk in _chunks(sorted({one.posting_id for one in sketches} - ended.keys())):
        there.update(map(tuple, connection.execute(_KEYS_OF, {"ids": chunk}).all()))
    # One that took others in keeps theirs.
    old = sorted(pair for pair in there - wanted if pair[1] not in ended.values())
    if old:
        connection.execute(_FORGET, [{"by": key, "of": posting_id} for key, posting_id in old])
    rows = [{"key": key, "posting_id": posting_id} for key, posting_id in sorted(wanted - there)]
    insert_all(connection, posting_keys, rows)


def _as_json(posting: Posting) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(posting).items()
    }


#: Two ranges of an index, in place of a look at every posting there ever was.
_WAITS = or_(postings.c.keyed < IDENTITY, postings.c.keyed > IDENTITY)
_ANY_WAITING = select(postings.c.id).where(_WAITS).limit(1)
_VIEW = tuple(column.name for column in VIEW_COLUMNS)
_FORGET = delete(posting_keys).where(
    posting_keys.c.key == bindparam("by"), posting_keys.c.posting_id == bindparam("of")
)
_KEYED = (
    update(postings)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .values(keyed=IDENTITY)
)
_WITH_KEYS = select(posting_keys.c.posting_id).where(
    posting_keys.c.key.in_(bindparam("keys", expanding=True))
)
_KEYS_OF = select(posting_keys.c.key, posting_keys.c.posting_id).where(
    posting_keys.c.posting_id.in_(bindparam("ids", expanding=True))
)


_KNOWN_AS = select(merges.c.posting_id).where(merges.c.member == bindparam("member_now"))
