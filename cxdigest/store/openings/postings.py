"""Postings: what is known of each opening, merged from its sightings.

The merge itself is pure and ``identity``'s; here it is only kept safe from another worker that
merges into the same posting at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Select, bindparam, delete, select, update

from cxdigest.identity import COMPARED, merge, tier_of
from cxdigest.model import Posting, SeenAt
from cxdigest.records import reader
from cxdigest.store.database.bulk import among, insert_all, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import merges, postings, sightings, verdicts

_FIELDS = tuple(
    column.name for column in postings.c if column.name not in {"tier", "judged", "keyed"}
)
_values = attrgetter(*_FIELDS)
#: The columns of a Posting, in its order; the rest of the row is the judge's.
POSTING_COLUMNS = tuple(postings.c[name] for name in _FIELDS)
#: The whole row, in its order; `rewrite` needs it.
FULL_COLUMNS = (*POSTING_COLUMNS, postings.c.tier, postings.c.judged, postings.c.keyed)
_compared = attrgetter(*COMPARED)


class Postings(Part):
    """What is known of postings and where they were seen."""

    def posting(self, posting_id: str) -> Posting | None:
        """Return the posting with this id, None if there is none."""
        query = select(*POSTING_COLUMNS).where(postings.c.id == posting_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return posting_from(row) if row else None

    def posting_at(self, url: str) -> Posting | None:
        """Return the posting whose link is *url*, the one last seen where there are several.

        Also by the link of one of its sightings, which a better one replaced.
        """
        latest = postings.c.last_seen.desc()
        query = select(*POSTING_COLUMNS).order_by(latest).limit(1)
        seen = select(sightings.c.posting_id).where(sightings.c.url == url)
        with self._database.reading() as connection:
            row = connection.execute(query.where(postings.c.url == url)).one_or_none()
            row = row or connection.execute(query.where(postings.c.id.in_(seen))).one_or_none()
        return posting_from(row) if row else None

    def every_posting(self, *, batch: int = 500) -> Iterator[Posting]:
        """Yield all postings in the order of their ids, *batch* to a transaction.

        Memory stays bounded and no transaction stays open between batches; of what is stored
        meanwhile, what comes after the last id is yielded too.
        """
        query = select(*POSTING_COLUMNS).order_by(postings.c.id).limit(batch)
        last: str | None = None
        while True:
            after = query if last is None else query.where(postings.c.id > last)
            with self._database.reading() as connection:
                found = [posting_from(row) for row in connection.execute(after)]
            yield from found
            if len(found) < batch:
                return
            last = found[-1].id

    def sightings(self, posting_id: str, sources: Collection[str] | None = None) -> list[SeenAt]:
        """Return where a posting was seen, oldest first; with *sources*, only by those."""
        query = (
            select(*SEEN_COLUMNS)
            .where(sightings.c.posting_id == posting_id)
            .order_by(sightings.c.seen, sightings.c.alert_id, sightings.c.position)
        )
        if sources is not None:
            query = query.where(sightings.c.source.in_(sources))
        with self._database.reading() as connection:
            return list(map(seen_from, connection.execute(query)))


#: The columns of a SeenAt, in its order.
SEEN_FIELDS = tuple(field.name for field in fields(SeenAt))
SEEN_COLUMNS = tuple(sightings.c[name] for name in SEEN_FIELDS)
#: Return the SeenAt in a row that begins with ``SEEN_COLUMNS``.
seen_from = reader(SeenAt, SEEN_FIELDS)


def posting_from(row: Iterable[Any]) -> Posting:
    """Return the posting in a row that begins with ``POSTING_COLUMNS``."""
    return _read(row)


_read = reader(Posting, _FIELDS)


def keep_postings(connection: Connection, shown: Iterable[Posting]) -> dict[str, str]:
    """Store postings, or merge them into what is known of them.

    Returns the ids of those that were found to be another posting, each with that one's id.
    """
    views = _one_view_each(shown)
    merged = merged_ids(connection, list(views))
    views = _one_view_each(
        replace(view, id=merged[view.id]) if view.id in merged else view for view in views.values()
    )
    known = _merge_into_known(connection, views)
    # In the order of their ids, so that two workers never wait for each other crosswise.
    new = {key: views[key] for key in sorted(views) if key not in known}
    if insert_all(connection, postings, list(map(new_row, new.values()))) < len(new):
        # Another worker stored some of them a moment ago.
        _merge_into_known(connection, new)
    return merged


def merged_ids(connection: Connection, ids: list[str]) -> dict[str, str]:
    """Return those of *ids* that were found to be another posting, each with that one's id."""
    rows = connection.execute(_merged(connection.dialect), lists(connection, member=ids)).all()
    return {row.member: row.posting_id for row in rows}


def _one_view_each(shown: Iterable[Posting]) -> dict[str, Posting]:
    views: dict[str, Posting] = {}
    for posting in shown:
        views[posting.id] = merge(views[posting.id], posting) if posting.id in views else posting
    return views


def _merge_into_known(connection: Connection, views: Mapping[str, Posting]) -> set[str]:
    """Merge *views* into the postings that are stored; return the ids of those."""
    known, changed = set(), []
    for row in connection.execute(_KNOWN, {"ids": list(views)}).all():
        old = posting_from(row)
        known.add(old.id)
        merged = merge(old, views[old.id])
        if merged != old:
            alike = _compared(merged) == _compared(old)
            changed.append(_change(row, merged, keyed=row.keyed if alike else ""))
    if changed:
        connection.execute(_UPDATE, changed)
    return known


def rewrite(connection: Connection, row: Any, posting: Posting, *, keyed: str) -> None:  # noqa: ANN401 - a row
    """Store *posting* in place of *row* of ``FULL_COLUMNS``, which the transaction holds.

    It waits for the judge where the tier is another, for identity where *keyed* is empty.
    """
    rewrite_all(connection, [(row, posting, keyed)])


def rewrite_all(connection: Connection, all_: Sequence[tuple[Any, Posting, str]]) -> None:
    """Do as `rewrite` does for each of several: row, posting and what it is keyed by."""
    connection.execute(
        _UPDATE, [_change(row, posting, keyed=keyed) for row, posting, keyed in all_]
    )


def _change(row: Any, posting: Posting, *, keyed: str) -> dict[str, object]:  # noqa: ANN401 - a row
    values = new_row(posting) | {"keyed": keyed}
    if values["tier"] == row.tier:
        values["judged"] = row.judged
    return {f"new_{name}": value for name, value in values.items()}


@cache
def _merged(dialect: Dialect) -> Select[Any]:
    return select(merges.c.member, merges.c.posting_id).where(among(dialect, merges.c.member))


_KNOWN = (
    select(*FULL_COLUMNS)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(postings.c.id)
    # Its key stays, so whoever makes a digest of it meanwhile need not wait, nor the other way.
    .with_for_update(key_share=True)
)


def new_row(posting: Posting) -> dict[str, object]:
    """Return the row of a posting that waits for the judge and for identity."""
    values: dict[str, object] = dict(zip(_FIELDS, _values(posting), strict=True))
    return values | {"tier": tier_of(posting), "judged": "", "keyed": ""}


_UPDATE = (
    update(postings)
    .where(postings.c.id == bindparam("new_id"))
    .values({c.name: bindparam(f"new_{c.name}") for c in postings.c if c.name != "id"})
)


def change_posting(
    connection: Connection, posting_id: str, change: Callable[[Posting], Posting]
) -> bool:
    """Store what *change* makes of a posting, locked meanwhile; False if there is none.

    Where its words change, it is judged again, although it may have a verdict of that tier.
    """
    row = connection.execute(_KNOWN, {"ids": [posting_id]}).one_or_none()
    if row is None:
        return False
    old = posting_from(row)
    new = change(old)
    if new == old:
        return True
    values = _change(row, new, keyed=row.keyed if _compared(new) == _compared(old) else "")
    if _words_of(new) != _words_of(old):
        stale = (verdicts.c.posting_id == posting_id) & (verdicts.c.tier == values["new_tier"])
        connection.execute(delete(verdicts).where(stale))
        values["new_judged"] = ""
    connection.execute(_UPDATE, [values])
    return True


def _words_of(posting: Posting) -> tuple[str, ...]:
    """Return what a verdict on *posting* reads."""
    return posting.title, posting.company, posting.snippet, posting.description
