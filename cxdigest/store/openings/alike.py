"""What is looked at to find postings that are one: those that wait, and all that may be their like.

Reads alone and changes nothing. Which of them are one is ``identity``'s word; ``merging`` carries
it out, where all of it still is as it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select

from cxdigest.identity import IDENTITY, REPOST_WITHIN, Merge, Sketch, find_merges, sketch
from cxdigest.model import Posting
from cxdigest.store.openings.members import VIEW_COLUMNS, members_of
from cxdigest.store.schema import merges, partings, posting_keys, postings

_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Postings as they were at one time, and which of them are one by that."""

    waiting: tuple[str, ...]  #: ids of those whose likes were looked for
    sketches: tuple[Sketch, ...]  #: of these alone
    found: tuple[Merge, ...]
    rows: Mapping[str, Sequence[Any]]  #: of all that were compared: id to columns ``_LOOKED_AT``
    members: frozenset[tuple[str, str]]  #: of all of them: what was merged, and into which


def how_many_wait(connection: Connection, most: int) -> int:
    """Return how many postings wait for a look; *most*, where they are more."""
    some = select(postings.c.id).where(_WAITS).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def look_at(connection: Connection, limit: int, *, hold: bool) -> Look:
    """Compare at most *limit* waiting postings with their likes.

    With *hold* the waiting ones stay as they are until the transaction ends; those that another
    holds are passed over.
    """
    query = select(*_LOOKED_AT).where(_WAITS).limit(limit)
    if hold:
        query = query.with_for_update(skip_locked=True)
    rows = {row.id: row for row in connection.execute(query).all()}
    waiting = tuple(rows)
    # Before their sightings are: what is merged or parted from here on is seen to be.
    members = _members(connection, waiting)
    sketches = _sketched(connection, _views(rows, waiting))
    likes = _likes(connection, rows, sketches)
    rows |= likes
    members |= _members(connection, tuple(likes))
    known = _sketched(connection, _views(rows, likes))
    parted = _parted(connection, [one.id for one in (*sketches, *known)])
    return Look(
        waiting=waiting,
        sketches=tuple(sketches),
        found=tuple(find_merges(sketches, known, parted)),
        rows=rows,
        members=frozenset(members),
    )


def changed_since(connection: Connection, look: Look) -> set[str]:
    """Return which of those that waited or would be merged are not as they were looked at."""
    asked = {*look.waiting}.union(*((one.absorbed, one.survivor) for one in look.found))
    there: dict[str, Sequence[Any]] = {}
    query = select(*_LOOKED_AT).where(postings.c.id.in_(_IDS))
    for chunk in chunks(sorted(asked)):
        there |= {row.id: row for row in connection.execute(query, {"ids": chunk}).all()}
    changed = {one for one in asked if there.get(one) != look.rows[one]}
    before = {pair for pair in look.members if pair[1] in asked}
    moved = before ^ _members(connection, tuple(asked))
    return changed | {posting_id for _, posting_id in moved}


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield *values* in parts, each well below what a statement may hold."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _views(rows: Mapping[str, Any], ids: Iterable[str]) -> list[Posting]:
    return [Posting(**dict(zip(_VIEW, rows[one][:-1], strict=True))) for one in ids]


def _likes(
    connection: Connection, waiting: Mapping[str, Any], sketches: Iterable[Sketch]
) -> dict[str, Any]:
    """Return the postings that share a key with those that wait and are not long gone."""
    asked = sorted({key for one in sketches for key in one.asks})
    since = min((row.first_seen for row in waiting.values() if row.first_seen), default=None)
    query = select(*_LOOKED_AT).where(postings.c.id.in_(_IDS))
    if since:
        query = query.where(postings.c.last_seen >= since - REPOST_WITHIN)
    # The ids first: most keys are those of the waiting ones, when all are keyed again.
    ids = set[str]()
    for chunk in chunks(asked):
        ids.update(connection.scalars(_WITH_KEYS, {"keys": chunk}).all())
    found: dict[str, Any] = {}
    for chunk in chunks(sorted(ids - waiting.keys())):
        found |= {row.id: row for row in connection.execute(query, {"ids": chunk}).all()}
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


def _members(connection: Connection, ids: Sequence[str]) -> set[tuple[str, str]]:
    query = select(merges.c.member, merges.c.posting_id).where(merges.c.posting_id.in_(_IDS))
    found = set[tuple[str, str]]()
    for chunk in chunks(ids):
        found.update(map(tuple, connection.execute(query, {"ids": chunk}).all()))
    return found


def _parted(connection: Connection, ids: Sequence[str]) -> set[frozenset[str]]:
    if connection.scalar(select(partings.c.first).limit(1)) is None:
        return set()
    found = set()
    for chunk in chunks(ids):
        query = select(partings.c.first, partings.c.second).where(partings.c.first.in_(chunk))
        found |= {frozenset((row.first, row.second)) for row in connection.execute(query)}
    return found


#: Two ranges of an index, in place of a look at every posting there ever was.
_WAITS = or_(postings.c.keyed < IDENTITY, postings.c.keyed > IDENTITY)
_VIEW = tuple(column.name for column in VIEW_COLUMNS)
_LOOKED_AT = (*VIEW_COLUMNS, postings.c.keyed)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WITH_KEYS = select(posting_keys.c.posting_id).where(
    posting_keys.c.key.in_(bindparam("keys", expanding=True))
)
