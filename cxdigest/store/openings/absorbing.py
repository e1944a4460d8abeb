"""Merges, carried out: postings take in others, with all that was seen, shown and said of them.

All merges of a batch go through each table at once, for while this lasts nobody stores a sighting.
Which are one is decided elsewhere; what was taken in is kept as it was, so that it can be parted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from cxdigest.identity import Merge, merge, tier_of
from cxdigest.model import Posting
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.openings.alike import chunks
from cxdigest.store.openings.postings import FULL_COLUMNS, posting_from, rewrite_all
from cxdigest.store.openings.quarantine import follow_merge
from cxdigest.store.schema import (
    digest_items,
    feedback,
    merges,
    pages,
    posting_keys,
    postings,
    sightings,
)

#: Merges in one transaction: a second or two, in which others wait who store sightings.
MERGES = 500
_Into = Mapping[str, str]  #: of each that ends, the posting that takes it in
_Items = dict[str, list[dict[str, Any]]]


def carry_out(
    connection: Connection,
    found: Sequence[Merge],
    now: datetime,
    most: int = MERGES,
    not_these: Collection[str] = (),
) -> tuple[list[Merge], set[str]]:
    """Merge; return what was merged, and the ids that wait on: held by another, or too many.

    Groups with one of *not_these* wait on too.
    """
    involved = {one.absorbed for one in found} | {one.survivor for one in found}
    rows: dict[str, Any] = {}
    for chunk in chunks(sorted(involved)):
        rows |= {row.id: row for row in connection.execute(_HELD, {"ids": chunk})}
    left = involved - rows.keys() | involved.intersection(not_these)
    groups: dict[str, list[Merge]] = defaultdict(list)
    for one in found:
        groups[one.survivor].append(one)
    done: list[Merge] = []
    for survivor, absorbed in groups.items():
        names = {survivor, *(one.absorbed for one in absorbed)}
        if names & left or len(done) >= most:
            left |= names
        else:
            done += absorbed
    if done:
        _absorb(connection, rows, done, now)
    return done, left


def _absorb(
    connection: Connection, rows: Mapping[str, Any], done: Sequence[Merge], now: datetime
) -> None:
    into = {one.absorbed: one.survivor for one in done}
    known = {one: posting_from(rows[one]) for one in {*into, *into.values()}}
    groups: dict[str, list[Posting]] = defaultdict(list)
    for absorbed, survivor in into.items():
        groups[survivor].append(known[absorbed])
    merged = {survivor: _together(known[survivor], group) for survivor, group in groups.items()}
    rewrite_all(
        connection, [(rows[one], posting, rows[one].keyed) for one, posting in merged.items()]
    )
    for survivor, group in groups.items():
        _follow(connection, known[survivor], merged[survivor], group)
    shown = _move_items(connection, into)
    moves = [{"gone": gone, "into": survivor} for gone, survivor in into.items()]
    for move in _MOVES:
        connection.execute(move, moves)
    kept = {one: {"was": _as_json(known[one]), "items": shown.get(one, [])} for one in into}
    connection.execute(
        insert(merges),
        [
            {
                "member": one.absorbed,
                "posting_id": one.survivor,
                "reason": one.reason,
                "made": now,
                "kept": kept[one.absorbed],
            }
            for one in done
        ],
    )
    follow_merge(connection, into)
    _move_keys(connection, into)
    connection.execute(delete(postings).where(postings.c.id.in_(_IDS)), {"ids": list(into)})


def _together(known: Posting, group: Sequence[Posting]) -> Posting:
    for view in sorted(group, key=lambda one: (str(one.first_seen), one.id)):
        known = merge(known, view)
    return known


def _follow(
    connection: Connection, known: Posting, merged: Posting, group: Sequence[Posting]
) -> None:
    """Let what is known of a page go with its link, and whose word duties are with the duties."""
    if merged.url != known.url and tier_of(merged) != "full":
        _follow_link(connection, known.id, [one.id for one in group if one.url == merged.url])
    elif merged.duties_from == "you" != known.duties_from:
        # Nobody else may read them.
        _follow_link(connection, known.id, [one.id for one in group if one.duties_from == "you"])


def _follow_link(connection: Connection, survivor: str, led: Sequence[str]) -> None:
    """Keep of the survivor's page what is known of its new link, which one of *led* had.

    That is nothing mostly, so that it may be asked at once; or another worker asks for it now.
    """
    connection.execute(delete(pages).where(pages.c.posting_id == survivor))
    theirs = select(pages.c.posting_id).where(pages.c.posting_id.in_(led)).limit(1)
    if known := connection.scalar(theirs):
        moved = update(pages).where(pages.c.posting_id == known).values(posting_id=survivor)
        connection.execute(moved)


def _move_items(connection: Connection, into: _Into) -> _Items:
    """Let survivors stand where the others stood; return what each had, to undo it."""
    rows = [
        dict(row)
        for chunk in chunks(sorted({*into, *into.values()}))
        for row in connection.execute(_ITEMS, {"ids": chunk}).mappings()
    ]
    had = {(row["digest_id"], row["posting_id"]) for row in rows}
    shown: _Items = defaultdict(list)
    moves = []
    for row in rows:
        digest_id, gone = row["digest_id"], row["posting_id"]
        if gone not in into:
            continue
        moved = (digest_id, into[gone]) not in had
        shown[gone].append(row | {"moved": moved})
        if moved:
            had.add((digest_id, into[gone]))
            moves.append({"in": digest_id, "gone": gone, "into": into[gone]})
    if moves:
        connection.execute(_MOVE_ITEM, moves)
    return shown


def _move_keys(connection: Connection, into: _Into) -> None:
    pairs = {
        (row.key, into[row.posting_id]) for row in connection.execute(_KEYS, {"ids": list(into)})
    }
    rows = [{"key": key, "posting_id": survivor} for key, survivor in sorted(pairs)]
    insert_all(connection, posting_keys, rows)


def _as_json(posting: Posting) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(posting).items()
    }


_IDS: Any = bindparam("ids", expanding=True)
_HELD = (
    select(*FULL_COLUMNS)
    .where(postings.c.id.in_(_IDS))
    .order_by(postings.c.id)
    .with_for_update(skip_locked=True)
)
_MOVES = tuple(
    update(table)
    .where(table.c.posting_id == bindparam("gone"))
    .values(posting_id=bindparam("into"))
    for table in (sightings, merges, feedback)
)
_ITEMS = select(digest_items).where(digest_items.c.posting_id.in_(_IDS))
_MOVE_ITEM = (
    update(digest_items)
    .where(
        digest_items.c.digest_id == bindparam("in"), digest_items.c.posting_id == bindparam("gone")
    )
    .values(posting_id=bindparam("into"))
)
_KEYS = select(posting_keys.c.key, posting_keys.c.posting_id).where(
    posting_keys.c.posting_id.in_(_IDS)
)
