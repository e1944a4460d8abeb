"""What an earlier reading of an alert said wrongly, taken back from the postings it got into.

A posting keeps what was stated first, so a better reading alone would not change it. Only a value
that is the earlier reading's own is corrected: what a page or another alert said stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from cxdigest.identity import tier_of
from cxdigest.model import Posting, Sighting
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.schema import postings, sightings, verdicts

#: What a posting takes from its sightings one by one; the link is taken with its mark.
_FIELDS = (
    "title", "company", "location", "workplace", "salary", "native_id", "snippet", "posted",
)  # fmt: skip
_Pair = tuple[Sighting, Sighting]  #: one opening as the earlier and as the new reading show it


def correct_postings(connection: Connection, pairs: Mapping[str, Sequence[_Pair]]) -> None:
    """Put what the new readings say in place of what the earlier ones said, by posting id.

    A corrected posting is judged again and looked at again for its likes. To be called once the
    new sightings are stored.
    """
    query = select(*POSTING_COLUMNS).where(postings.c.id.in_(sorted(pairs)))
    known = map(posting_from, connection.execute(query.order_by(postings.c.id).with_for_update()))
    changed = []
    shown = _shown(connection, pairs)
    for old in known:
        new = corrected(old, pairs[old.id], shown[old.id])
        if new != old:
            changed.append(old.id)
            connection.execute(update(postings).where(postings.c.id == old.id).values(_row(new)))
    if changed:
        connection.execute(delete(verdicts).where(verdicts.c.posting_id.in_(changed)))


def corrected(posting: Posting, pairs: Iterable[_Pair], shown: Sequence[RowMapping]) -> Posting:
    """Return *posting* with what *pairs* correct.

    Where the new reading leaves out what the earlier one said, the first of all *shown* that says
    something is taken, so that what another alert said too stays.
    """
    for old, new in pairs:
        fixed: dict[str, Any] = {}
        for name in _FIELDS:
            before, after = getattr(old, name), getattr(new, name)
            if before and before != after and getattr(posting, name) == before:
                value = after or next((row[name] for row in shown if row[name]), "")
                fixed[name] = value
        if new.url and old.url != new.url and posting.url == old.url:
            fixed |= {"url": new.url, "opaque": new.opaque}
        posting = replace(posting, **fixed)
    return posting


def _shown(connection: Connection, wanted: Iterable[str]) -> dict[str, list[RowMapping]]:
    query = (
        select(sightings.c.posting_id, *(sightings.c[name] for name in _FIELDS))
        .where(sightings.c.posting_id.in_(sorted(wanted)))
        .order_by(sightings.c.seen, sightings.c.alert_id, sightings.c.position)
    )
    shown: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        shown[row["posting_id"]].append(row)
    return shown


def _row(posting: Posting) -> dict[str, object]:
    values = {name: getattr(posting, name) for name in (*_FIELDS, "url", "opaque")}
    return values | {"tier": tier_of(posting), "judged": "", "keyed": ""}
