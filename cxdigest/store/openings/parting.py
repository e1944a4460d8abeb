"""Taking a merge back: each side is made anew from its own sightings, and stays apart for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import Any

from sqlalchemy import Connection, delete, select, update

from cxdigest.identity import merge, with_facts_of
from cxdigest.model import Posting
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.openings.members import views_of
from cxdigest.store.openings.postings import FULL_COLUMNS, new_row, posting_from, rewrite
from cxdigest.store.openings.quarantine import follow_parting
from cxdigest.store.schema import (
    digest_items,
    feedback,
    merges,
    pages,
    partings,
    posting_keys,
    postings,
    sightings,
    verdicts,
)


def part(connection: Connection, key: str, now: datetime) -> str | None:
    """Give the sightings of *key* a posting of their own; return that of the others.

    None where *key* is merged with nothing.
    """
    whole = connection.scalar(select(merges.c.posting_id).where(merges.c.member == key)) or key
    locked = select(*FULL_COLUMNS).where(postings.c.id == whole).with_for_update()
    row = connection.execute(locked).one_or_none()
    members = connection.execute(
        select(merges).where(merges.c.posting_id == whole).order_by(merges.c.made, merges.c.member)
    ).all()
    if row is None or not members:
        return None
    others = {whole, *(one.member for one in members)} - {key}
    views = {one.id: one for one in views_of(connection, [whole]).get(whole, [])}
    kept = {one.member: one.kept for one in members}
    rest = whole if whole != key else _eldest(views, others)
    _remember(connection, key, others, now)
    for name, group in ((key, {key}), (rest, others)):
        posting = _made_anew(name, [views[one] for one in views if one in group], row, kept)
        posting = _with_facts(posting, row, kept, apart=key)
        if name == whole:
            rewrite(connection, row, posting, keyed="")
        else:
            insert_all(connection, postings, [new_row(posting)])
            for table in (sightings, feedback):
                moved = table.c.posting_id == whole, table.c.key.in_(group)
                connection.execute(update(table).where(*moved).values(posting_id=name))
    _give_back_items(connection, kept, whole, key, rest)
    follow_parting(connection, whole, [key, rest])
    _settle_merges(connection, key, rest)
    _forget(connection, whole)
    return rest


def _eldest(views: Mapping[str, Posting], others: Iterable[str]) -> str:
    return next((one for one in views if one in others), min(others))


def _made_anew(
    name: str,
    views: Sequence[Posting],
    row: Any,  # noqa: ANN401 - a row
    kept: Mapping[str, Any],
) -> Posting:
    """Return what *views* say; where no alert shows it any more, what was known before."""
    if views:
        return replace(reduce(merge, views), id=name)
    return replace(_was(kept, name) or posting_from(row), id=name)


def _was(kept: Mapping[str, Any], name: str) -> Posting | None:
    return _from_json(kept[name]["was"]) if name in kept else None


def _with_facts(
    posting: Posting,
    row: Any,  # noqa: ANN401 - a row
    kept: Mapping[str, Any],
    *,
    apart: str,
) -> Posting:
    """Return *posting* with what its own page said, as far as that can be told apart."""
    now = posting_from(row)
    was = _was(kept, posting.id)
    if was is not None:
        return with_facts_of(posting, was)
    foreign = {_from_json(each["was"]).description for each in kept.values()} - {""}
    mine = posting.id == now.id and posting.url == now.url and now.description not in foreign
    pasted = now.duties_from == "you" and posting.id != apart
    return with_facts_of(posting, now) if mine or pasted else posting


def _from_json(was: Mapping[str, Any]) -> Posting:
    moments = {
        name: datetime.fromisoformat(was[name]) if was[name] else None
        for name in ("first_seen", "last_seen")
    }
    return Posting(**dict(was) | moments)


def _remember(connection: Connection, key: str, others: Iterable[str], now: datetime) -> None:
    rows = [{"first": min(key, other), "second": max(key, other), "made": now} for other in others]
    insert_all(connection, partings, rows)


def _give_back_items(
    connection: Connection, kept: Mapping[str, Any], whole: str, key: str, rest: str
) -> None:
    """Let each side stand in the digests that showed it, as far as is known."""
    query = select(digest_items).where(digest_items.c.posting_id == whole)
    there = {row["digest_id"] for row in connection.execute(query).mappings()}
    owners: dict[str, str] = {}  # digest to whose row stands in it for all
    more: dict[tuple[str, str], tuple[str, Any]] = {}  # that beside it; with whose row it was
    told = [(member, item) for member, one in kept.items() for item in one["items"]]
    for member, item in sorted(told, key=lambda one: not one[1]["moved"]):
        digest_id, side = item["digest_id"], key if member == key else rest
        if item["moved"]:
            owners.setdefault(digest_id, side)
        elif digest_id in there and owners.get(digest_id, whole) != side:
            # The other side was shown by itself, perhaps as several: it stands there once.
            more.setdefault((digest_id, side), (member, item))
    for digest_id in there & owners.keys():
        moved = digest_items.c.digest_id == digest_id, digest_items.c.posting_id == whole
        connection.execute(update(digest_items).where(*moved).values(posting_id=owners[digest_id]))
    for (_, side), (member, item) in more.items():
        row = {name: value for name, value in item.items() if name != "moved"}
        insert_all(connection, digest_items, [row | {"posting_id": side}])
        if member not in {key, rest}:
            # It stays merged, and what it is stands there for it alone.
            item["moved"] = True
            same = update(merges).where(merges.c.member == member)
            connection.execute(same.values(kept=kept[member]))


def _settle_merges(connection: Connection, key: str, rest: str) -> None:
    """Let the others' merges lead to their posting; those of the two are over."""
    connection.execute(delete(merges).where(merges.c.member.in_([key, rest])))
    left = update(merges).where(merges.c.posting_id.in_([key, rest]))
    connection.execute(left.values(posting_id=rest))


def _forget(connection: Connection, whole: str) -> None:
    """Forget what was judged and found of the two together."""
    for table in (verdicts, pages, posting_keys):
        connection.execute(delete(table).where(table.c.posting_id == whole))
    again = update(postings).where(postings.c.id == whole).values(judged="", keyed="")
    connection.execute(again)
