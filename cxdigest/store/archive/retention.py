"""Postings and digests that are older than they are to be kept: removed little by little.

A sweep goes along an index from the oldest on, some rows in a short transaction, and notes how far
it came; what must stay is passed over and looked at again the next day. Nothing that a reader, a
coach or a digest on its way needs is removed, and of what a digest showed its id is remembered, so
that the same opening is never news again. What is needed for how long stands in docs/privacy.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from cxdigest.identity import REPOST_WITHIN
from cxdigest.model import require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.editions.reviews import OPEN
from cxdigest.store.openings.identity_lock import decide_identity
from cxdigest.store.openings.memory import remember
from cxdigest.store.schema import (
    alerts,
    deliveries,
    digest_items,
    digests,
    feedback,
    instance,
    merges,
    pages,
    postings,
    quarantine,
    remembered,
    sightings,
)

#: What the digests of so long showed is needed: the trend is of eight weeks, and what was seen
#: again or closed is told for 60 days. No age may be shorter.
NEEDED = timedelta(days=70)
#: Postings looked at between two commits, some hundredths of a second.
A_TIME = 200
_DIGESTS_A_TIME = 50
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
#: States of a digest that told its reader nothing.
_SILENT = ("empty", "lapsed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one short transaction did."""

    looked: int = 0
    removed: int = 0
    more: bool = False  #: others may be due


class Retention(Part):
    """Letting go of what is old."""

    def prune_postings(self, *, before: datetime, now: datetime, limit: int = A_TIME) -> Swept:
        """Look at *limit* postings not seen since *before* and remove those that nobody needs.

        With their sightings, verdicts and pages; who was shown them is remembered by ids alone.
        """
        return self._sweep(_Postings(before=before, now=now), limit)

    def prune_digests(
        self, *, before: datetime, now: datetime, limit: int = _DIGESTS_A_TIME
    ) -> Swept:
        """Look at *limit* digests made before *before* and remove those that nobody needs.

        With their deliveries; what they showed is remembered by ids alone.
        """
        return self._sweep(_Digests(before=before, now=now), limit)

    def prune_news(self, *, before: datetime, limit: int = A_TIME) -> Swept:
        """Remove at most *limit* entries of alerts seen before *before* that are no postings."""
        require_utc("before", before)
        old = _OLD_NEWS.limit(limit)
        with self._database.reading() as connection:
            if connection.execute(_OLD_NEWS.limit(1), {"before": before}).first() is None:
                return Swept()
        with self._database.writing() as connection:
            found = connection.execute(old, {"before": before}).all()
            _forget_announced(connection, [row.alert_id for row in found])
            # Another worker may have removed some of them meanwhile: each counts its own.
            removed = sum(
                connection.execute(
                    delete(sightings).where(
                        sightings.c.alert_id == row.alert_id, sightings.c.position == row.position
                    )
                ).rowcount
                for row in found
            )
        return Swept(looked=len(found), removed=removed, more=len(found) == limit)

    def _sweep(self, kind: _Postings | _Digests, limit: int) -> Swept:
        with self._database.reading() as connection:
            at = _bookmark(connection, kind)
            if connection.execute(kind.due(at).limit(1)).first() is None:
                return Swept()  # as mostly: two look-ups
        with self._database.writing() as connection:
            decide_identity(connection)
            rows = connection.execute(kind.due(at).limit(limit)).all()
            gone = kind.unneeded(connection, rows)
            if gone:
                kind.remove(connection, gone)
            if rows:
                _keep_bookmark(connection, kind, rows[-1])
        return Swept(looked=len(rows), removed=len(gone), more=len(rows) == limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Old:
    """One kind of thing that grows old, in the order of an index that begins with its age."""

    name: ClassVar[str]
    order: ClassVar[tuple[Column[Any], ...]]
    before: datetime
    now: datetime

    def __post_init__(self) -> None:
        require_utc("before", self.before)
        require_utc("now", self.now)


class _Postings(_Old):
    __slots__ = ()
    name = "postings"
    order = (postings.c.last_seen, postings.c.tier, postings.c.closed, postings.c.id)

    def due(self, at: Sequence[Any] | None) -> Select[Any]:
        return _after(self.order, at).where(postings.c.last_seen < self.before)

    def unneeded(self, connection: Connection, rows: Sequence[Any]) -> list[str]:
        ids = [row.id for row in rows]
        needed: set[str] = set()
        for query in _needed(self.before, self.now):
            needed.update(connection.scalars(query, {"ids": ids}))
        shown = connection.execute(_SHOWN_IN, {"ids": ids}).all()
        told = _last_told(connection, {row.profile for row in shown})
        needed.update(
            row.posting_id
            for row in shown
            if _needs(row, told, self.now) or row.state in OPEN or row.unsent
        )
        return [one for one in ids if one not in needed]

    def remove(self, connection: Connection, gone: Sequence[str]) -> None:
        _remember_postings(connection, gone)
        mine = sightings.c.posting_id.in_(gone)
        shown_in = connection.scalars(select(sightings.c.alert_id).where(mine).distinct()).all()
        _forget_announced(connection, shown_in)
        connection.execute(delete(sightings).where(mine))
        connection.execute(delete(postings).where(postings.c.id.in_(gone)))


class _Digests(_Old):
    __slots__ = ()
    name = "digests"
    order = (digests.c.made, digests.c.id)

    def due(self, at: Sequence[Any] | None) -> Select[Any]:
        more = (digests.c.profile, digests.c.state)
        return _after(self.order, at, *more).where(digests.c.made < self.before)

    def unneeded(self, connection: Connection, rows: Sequence[Any]) -> list[str]:
        ids = [row.id for row in rows]
        unsent = set(connection.scalars(_UNSENT, {"ids": ids}))
        told = _last_told(connection, {row.profile for row in rows})
        return [
            row.id
            for row in rows
            if row.id not in unsent and row.state not in OPEN and not _needs(row, told, self.now)
        ]

    def remove(self, connection: Connection, gone: Sequence[str]) -> None:
        items = select(digest_items.c.profile, digest_items.c.posting_id, digest_items.c.section)
        rows = connection.execute(items.where(digest_items.c.digest_id.in_(gone))).all()
        remember(connection, ((row.profile, row.posting_id, row.section) for row in rows))
        connection.execute(delete(digests).where(digests.c.id.in_(gone)))


def _after(order: Sequence[Any], at: Sequence[Any] | None, *more: Any) -> Select[Any]:  # noqa: ANN401 - columns
    query = select(*order, *more).order_by(*order)
    if at is None:
        return query
    values = (literal(value, column.type) for column, value in zip(order, at, strict=True))
    return query.where(tuple_(*order) > tuple_(*values))


def _needs(digest: Any, told: Mapping[str, datetime], now: datetime) -> bool:  # noqa: ANN401 - a row
    """Tell whether *digest* is of the last while: of now, or of its profile's last one.

    A profile that paused goes on where it stopped: what it was shown last is what may have news.
    """
    last = told.get(digest.profile)
    return digest.made >= now - NEEDED or last is None or digest.made >= last - REPOST_WITHIN


def _last_told(connection: Connection, profiles: Collection[str]) -> dict[str, datetime]:
    """Return when the last digest of each profile was made that told its reader anything."""
    rows = connection.execute(_LAST_TOLD, {"profiles": list(profiles)})
    return {row.profile: row.made for row in rows} if profiles else {}


def _needed(before: datetime, now: datetime) -> Iterator[Select[Any]]:
    """Yield what asks for those of ``ids`` that stay whatever digests say."""
    for table in (feedback, quarantine):
        yield select(table.c.posting_id).where(table.c.posting_id.in_(_IDS))
    # The reader's own words; or a worker asks for it now.
    asked = or_(pages.c.told_by != "", pages.c.holder.is_not(None) & (pages.c.due > now))
    yield select(pages.c.posting_id).where(pages.c.posting_id.in_(_IDS), asked)
    yield select(postings.c.id).where(postings.c.id.in_(_IDS), postings.c.duties_from == "you")
    yield select(sightings.c.posting_id).where(
        sightings.c.posting_id.in_(_IDS), sightings.c.seen >= before
    )


def _remember_postings(connection: Connection, gone: Sequence[str]) -> None:
    """Keep who was shown *gone*, under every id that their sightings have by themselves."""
    ids: dict[str, set[str]] = {one: {one} for one in gone}
    members = select(merges.c.member, merges.c.posting_id).where(merges.c.posting_id.in_(gone))
    for row in connection.execute(members):
        ids[row.posting_id].add(row.member)
    owner = {one: posting_id for posting_id, group in ids.items() for one in group}
    shown: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(_SHOWN_IN, {"ids": list(gone)}):
        shown[row.posting_id].append((row.profile, row.section))
    before = select(remembered).where(remembered.c.posting_id.in_(list(owner)))
    for row in connection.execute(before):
        section = "hidden" if row.hidden else ""
        shown[owner[row.posting_id]].append((row.profile, section))
    remember(
        connection,
        (
            (profile, one, section)
            for posting_id, those in shown.items()
            for profile, section in those
            for one in ids[posting_id]
        ),
    )


def _forget_announced(connection: Connection, ids: Collection[int]) -> None:
    """Let no alert seem to announce more than it shows because what it showed is gone."""
    if ids:
        told = alerts.c.id.in_(list(ids)), alerts.c.announced.is_not(None)
        connection.execute(update(alerts).where(*told).values(announced=None))


def _bookmark(connection: Connection, kind: _Old) -> list[Any] | None:
    """Return how far today's sweep has come; None: it has not begun."""
    stored = connection.scalar(_BOOKMARK, {"of": f"swept.{kind.name}"})
    day, at = json.loads(stored) if stored else ("", [])
    if day != kind.now.date().isoformat():
        return None
    return [datetime.fromisoformat(at[0]), *at[1:]]


def _keep_bookmark(connection: Connection, kind: _Old, row: Any) -> None:  # noqa: ANN401 - a row
    at = [row[0].isoformat(), *row[1 : len(kind.order)]]
    value = json.dumps([kind.now.date().isoformat(), at])
    name = f"swept.{kind.name}"
    connection.execute(delete(instance).where(instance.c.name == name))
    connection.execute(insert(instance), {"name": name, "value": value})


_BOOKMARK = select(instance.c.value).where(instance.c.name == bindparam("of"))
_WAITS = exists().where(deliveries.c.digest_id == digests.c.id, deliveries.c.due.is_not(None))
_UNSENT = select(digests.c.id).where(digests.c.id.in_(_IDS), _WAITS)
_SHOWN_IN = (
    select(
        digest_items.c.posting_id, digest_items.c.profile, digest_items.c.section,
        digests.c.made, digests.c.state, _WAITS.label("unsent"),
    )
    .join(digests, digests.c.id == digest_items.c.digest_id)
    .where(digest_items.c.posting_id.in_(_IDS))
)  # fmt: skip
_LAST_TOLD = (
    select(digests.c.profile, func.max(digests.c.made).label("made"))
    .where(
        digests.c.profile.in_(bindparam("profiles", expanding=True)),
        digests.c.state.not_in(_SILENT),
    )
    .group_by(digests.c.profile)
)
_OLD_NEWS = (
    select(sightings.c.alert_id, sightings.c.position)
    .where(sightings.c.posting_id.is_(None), sightings.c.seen < bindparam("before"))
    .order_by(sightings.c.seen)
)
