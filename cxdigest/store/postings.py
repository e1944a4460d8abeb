"""Postings: what is known of each opening, merged from its sightings.

The merge itself is pure and ``identity``'s; here it is only kept safe from another worker that
merges into the same posting at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from cxdigest.identity import merge, tier_of
from cxdigest.model import Posting, SeenAt
from cxdigest.store.bulk import insert_all
from cxdigest.store.connection import Part
from cxdigest.store.schema import postings, sightings, verdicts

_FIELDS = tuple(
    column.name for column in postings.c if column.name not in {"tier", "judged", "keyed"}
)
_values = attrgetter(*_FIELDS)
#: The columns of a Posting, in its order; the rest of the row is the judge's.
POSTING_COLUMNS = tuple(postings.c[name] for name in _FIELDS)


class Postings(Part):
    """What is known of postings and where they were seen."""

    def posting(self, posting_id: str) -> Posting | None:
        """Return the posting with this id, None if there is none."""
        query = select(*POSTING_COLUMNS).where(postings.c.id == posting_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return posting_from(row) if row else None

    def posting_at(self, url: str) -> Posting | None:
        """Return the posting whose link is *url*, the one last seen where there are several."""
        latest = postings.c.last_seen.desc()
        query = select(*POSTING_COLUMNS).where(postings.c.url == url).order_by(latest).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
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
            return [SeenAt(**row) for row in connection.execute(query).mappings()]


#: The columns of a SeenAt, in its order.
SEEN_FIELDS = tuple(field.name for field in fields(SeenAt))
SEEN_COLUMNS = tuple(sightings.c[name] for name in SEEN_FIELDS)


def posting_from(row: Iterable[Any]) -> Posting:
    """Return the posting in a row that begins with ``POSTING_COLUMNS``."""
    return Posting(**dict(zip(_FIELDS, row, strict=False)))


def keep_postings(connection: Connection, shown: Iterable[Posting]) -> None:
    """Store postings, or merge them into what is known of them."""
    views = _one_view_each(shown)
    known = _merge_into_known(connection, views)
    # In the order of their ids, so that two workers never wait for each other crosswise.
    new = {key: views[key] for key in sorted(views) if key not in known}
    if insert_all(connection, postings, list(map(_row, new.values()))) < len(new):
        # Another worker stored some of them a moment ago.
        _merge_into_known(connection, new)


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
            values = _row(merged)
            if values["tier"] == row.tier:
                values["judged"] = row.judged
            changed.append({f"new_{name}": value for name, value in values.items()})
    if changed:
        connection.execute(_UPDATE, changed)
    return known


_KNOWN = (
    select(*POSTING_COLUMNS, postings.c.tier, postings.c.judged)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(postings.c.id)
    .with_for_update()
)


def _row(posting: Posting) -> dict[str, object]:
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
    values = _row(new)
    if _words_of(new) == _words_of(old):
        values["judged"] = row.judged
    else:
        stale = (verdicts.c.posting_id == posting_id) & (verdicts.c.tier == values["tier"])
        connection.execute(delete(verdicts).where(stale))
    if new != old:
        connection.execute(_UPDATE, [{f"new_{name}": value for name, value in values.items()}])
    return True


def _words_of(posting: Posting) -> tuple[str, ...]:
    """Return what a verdict on *posting* reads."""
    return posting.title, posting.company, posting.snippet, posting.description
