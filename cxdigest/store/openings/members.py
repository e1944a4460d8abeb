"""What a posting's sightings say, by the id that they have by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, select

from cxdigest.identity import merge, posting_of
from cxdigest.model import Posting, Sighting
from cxdigest.store.schema import merges, postings, sightings

#: What identity compares, and what it says of time: columns of a Posting without its duties.
VIEW_COLUMNS = tuple(
    postings.c[name]
    for name in (
        "id", "title", "company", "location", "workplace", "url", "opaque", "native_id", "snippet",
        "apply_url", "posted", "unproven", "first_seen", "last_seen",
    )
)  # fmt: skip
_SAID = [field.name for field in fields(Sighting) if field.name in sightings.c]


def members_of(connection: Connection, ids: Collection[str]) -> dict[str, list[Posting]]:
    """Return what each member of those postings says that have several, the oldest first."""
    several = set[str]()
    asked = list(ids)
    for start in range(0, len(asked), 5000):
        query = select(merges.c.posting_id).where(
            merges.c.posting_id.in_(asked[start : start + 5000])
        )
        several.update(connection.scalars(query.distinct()))
    return views_of(connection, several) if several else {}


def views_of(connection: Connection, ids: Iterable[str]) -> dict[str, list[Posting]]:
    """Return one Posting a member, made from its sightings alone, the oldest first."""
    query = (
        select(
            sightings.c.posting_id,
            sightings.c.key,
            sightings.c.seen,
            sightings.c.authenticity,
            *_columns(),
        )
        .where(sightings.c.posting_id.in_(list(ids)))
        .order_by(sightings.c.seen, sightings.c.alert_id, sightings.c.position)
    )
    found: dict[str, dict[str, Posting]] = {}
    for row in connection.execute(query).mappings():
        views = found.setdefault(row["posting_id"], {})
        view = _view(row)
        views[view.id] = merge(views[view.id], view) if view.id in views else view
    return {posting_id: list(views.values()) for posting_id, views in found.items()}


def _columns() -> list[Any]:
    return [sightings.c[name] for name in _SAID]


def _view(row: Any) -> Posting:  # noqa: ANN401 - a row
    said = Sighting(**{name: row[name] for name in _SAID})
    view = posting_of(said, now=row["seen"], unproven=row["authenticity"] == "failed")
    return replace(view, id=row["key"] or row["posting_id"])
