"""Remove a person: mails, sightings, what nobody else sees, words, digests and deliveries.

What others see too is kept without this person's part in it. SQLite's file is written anew
afterwards, so that nothing stays readable in its free pages.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update
from sqlalchemy.exc import DBAPIError

from cxdigest.identity import tier_of
from cxdigest.model import Sighting
from cxdigest.store.arrivals.corrections import correct_postings
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import decide_identity
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.schema import (
    alerts,
    deliveries,
    digest_items,
    digests,
    feedback,
    merges,
    metadata,
    pages,
    partings,
    postings,
    profiles,
    sightings,
    sources,
    verdicts,
)

_CHUNK = 5000  #: ids in one statement
_SAID = [field.name for field in fields(Sighting) if field.name in sightings.c]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was removed, as numbers."""

    alerts: int = 0
    sightings: int = 0
    postings: int = 0  #: that nobody else sees
    others_see: int = 0  #: postings that stay
    digests: int = 0
    deliveries: int = 0
    feedback: int = 0
    verdicts: int = 0  #: by rules of this person alone
    compacted: bool = True  #: nothing is left in the file's free space


class Erasure(Part):
    """The way out."""

    def delivered(self, profile: str) -> list[tuple[str, str]]:
        """Return channel and receipt of each delivery of *profile* that left, in no order."""
        query = (
            select(deliveries.c.channel, deliveries.c.detail)
            .join(digests, digests.c.id == deliveries.c.digest_id)
            .where(digests.c.profile.in_(_streams(profile)), deliveries.c.state == "sent")
        )
        with self._database.reading() as connection:
            return [(row.channel, row.detail) for row in connection.execute(query)]

    def erase_profile(
        self,
        name: str,
        *,
        own_sources: Collection[str] = (),
        addresses: Collection[str] = (),
        rules_in_use: Collection[str] | None = None,
        coach: str = "",
    ) -> Erased:
        """Remove all that is kept of *name*, and return how much that was.

        *own_sources* are read by nobody else; *addresses* are this person's in intake mailboxes.
        *rules_in_use* are the fingerprints of everybody else: verdicts by others are removed; None
        where this person had no rules of their own. *coach* had mails that name this person: their
        text is removed, the record that they were sent stays.
        """
        with self._database.writing() as connection:
            decide_identity(connection)
            mine = _alerts_of(connection, name, own_sources, addresses)
            words = _number(connection, feedback, feedback.c.profile == name)
            streams = _streams(name)
            of_mine = digests.c.profile.in_(streams)
            sent = select(digests.c.id).where(of_mine)
            handed = _number(connection, deliveries, deliveries.c.digest_id.in_(sent))
            editions = connection.execute(delete(digests).where(of_mine)).rowcount
            judged = 0
            if rules_in_use is not None:
                strange = verdicts.c.rules.not_in(list(rules_in_use))
                judged = connection.execute(delete(verdicts).where(strange)).rowcount
            _forget_pasted(connection, name)
            seen, gone, kept = _erase_alerts(connection, mine, own_sources)
            _forget_items(connection, name)
            for table in reversed(metadata.sorted_tables):
                if "profile" in table.c and table is not alerts:
                    connection.execute(delete(table).where(table.c.profile.in_(streams)))
            connection.execute(delete(profiles).where(profiles.c.name.in_(streams)))
            if coach:
                _blank_coach(connection, f"coach/{coach}")
        return Erased(
            alerts=len(mine),
            sightings=seen,
            postings=gone,
            others_see=kept,
            digests=editions,
            deliveries=handed,
            feedback=words,
            verdicts=judged,
            compacted=self._compact(),
        )

    def _compact(self) -> bool:
        """Write SQLite's file anew; tell whether nothing that was removed is left in it."""
        if not self._database.is_sqlite:
            return False
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                # What was taken out of the full text is marked there until its parts are joined.
                raw.execute("INSERT INTO searched_words (searched_words) VALUES ('optimize')")
                raw.execute("VACUUM")
                busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except (
            sqlite3.Error,
            DBAPIError,
        ):  # another program reads or writes; what was removed is removed
            return False
        return not busy


def _streams(name: str) -> list[str]:
    """Return the mails that are about this person: to them, and to their coach for a review."""
    return [name, f"review/{name}"]


def _number(connection: Connection, table: Any, which: ColumnElement[bool]) -> int:  # noqa: ANN401 - a table
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def _alerts_of(
    connection: Connection, name: str, own: Collection[str], addresses: Collection[str]
) -> list[int]:
    """Return the ids of the alerts that are this person's."""
    columns = alerts.c
    whose = or_(columns.profile == name, columns.source.in_(list(own)))
    found = set(connection.scalars(select(columns.id).where(whose)))
    if addresses:
        wanted = {address.lower() for address in addresses}
        query = select(columns.id, columns.addressed).where(columns.profile == "")
        for row in connection.execute(query.execution_options(yield_per=1000)):
            # ``way:address``
            if not wanted.isdisjoint(
                str(one).rpartition(":")[2].lower() for one in row.addressed or ()
            ):
                found.add(row.id)
    return sorted(found)


def _erase_alerts(
    connection: Connection, mine: Sequence[int], own: Collection[str]
) -> tuple[int, int, int]:
    """Remove alerts and what only they showed.

    Returns how many sightings and postings, and how many postings stay.
    """
    shown = _shown(connection, mine)
    for chunk in _chunks(mine):
        connection.execute(delete(alerts).where(alerts.c.id.in_(chunk)))  # and what hangs on them
    connection.execute(delete(sources).where(sources.c.name.in_(list(own))))
    left = _still_there(connection, list(shown))
    gone = sorted(shown.keys() - left.keys())
    for chunk in _chunks(gone):
        for side in (partings.c.first, partings.c.second):
            connection.execute(delete(partings).where(side.in_(chunk)))
        connection.execute(delete(postings).where(postings.c.id.in_(chunk)))
    _take_back(connection, {key: shown[key] for key in left if key in shown}, left)
    return sum(map(len, shown.values())), len(gone), len(left)


def _shown(connection: Connection, mine: Sequence[int]) -> dict[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = defaultdict(list)
    columns = [sightings.c[name] for name in _SAID]
    for chunk in _chunks(mine):
        query = select(sightings.c.posting_id, *columns).where(sightings.c.alert_id.in_(chunk))
        for row in connection.execute(query).mappings():
            if row["posting_id"] is not None:
                found[row["posting_id"]].append(Sighting(**{name: row[name] for name in _SAID}))
    return found


def _still_there(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the postings that others see or were sent, each with the links that they saw."""
    left: dict[str, set[str]] = defaultdict(set)
    for chunk in _chunks(ids):
        query = select(sightings.c.posting_id, sightings.c.url)
        for row in connection.execute(query.where(sightings.c.posting_id.in_(chunk))):
            left[row.posting_id].add(row.url)
        items = select(digest_items.c.posting_id).where(digest_items.c.posting_id.in_(chunk))
        for posting_id in connection.scalars(items.distinct()):
            left[posting_id].update(())
    return left


def _take_back(
    connection: Connection, shown: Mapping[str, list[Sighting]], left: Mapping[str, set[str]]
) -> None:
    """Leave in postings that others see too what others' alerts say of them."""
    pairs = {}
    for posting_id, mine in shown.items():
        others = sorted(url for url in left[posting_id] if url)
        pairs[posting_id] = [
            (one, Sighting(format="", title="", url="" if one.url in others else _first(others)))
            for one in mine
        ]
    seen_by_others = {key: them for key, them in pairs.items() if left[key]}
    if seen_by_others:
        correct_postings(connection, seen_by_others)
    for chunk in _chunks(sorted(shown)):
        kept = select(sightings.c.key).where(sightings.c.posting_id.in_(chunk))
        orphans = merges.c.posting_id.in_(chunk) & merges.c.member.not_in(kept)
        connection.execute(delete(merges).where(orphans))
        _forget_links(connection, chunk, shown)


def _first(urls: Sequence[str]) -> str:
    return urls[0] if urls else ""


def _forget_pasted(connection: Connection, name: str) -> None:
    """Take back the duties that this person pasted."""
    query = (
        select(*POSTING_COLUMNS)
        .join(pages, pages.c.posting_id == postings.c.id)
        .where(pages.c.told_by == name)
    )
    for row in connection.execute(query).all():
        known = posting_from(row)
        if known.duties_from == "you":
            bare = {"description": "", "duties_from": ""}
            tier = tier_of(type(known)(id=known.id, title=known.title, snippet=known.snippet))
            connection.execute(
                update(postings)
                .where(postings.c.id == known.id)
                .values(**bare, tier=tier, judged="")
            )
            connection.execute(delete(verdicts).where(verdicts.c.posting_id == known.id))
    connection.execute(delete(pages).where(pages.c.told_by == name))


def _forget_items(connection: Connection, name: str) -> None:
    """Take this person's digests out of what merges keep to be undone."""
    for row in connection.execute(select(merges.c.member, merges.c.kept)).all():
        items = row.kept.get("items", [])
        others = [item for item in items if item.get("profile") != name]
        if len(others) < len(items):
            _keep(connection, row.member, {**row.kept, "items": others})


def _forget_links(
    connection: Connection, ids: Sequence[str], shown: Mapping[str, list[Sighting]]
) -> None:
    """Take links that no other alert showed out of what merges keep to be undone."""
    query = select(merges.c.member, merges.c.posting_id, merges.c.kept)
    for row in connection.execute(query.where(merges.c.posting_id.in_(ids))).all():
        was = row.kept["was"]
        if was["url"] in {one.url for one in shown[row.posting_id]} - {""}:
            _keep(connection, row.member, {**row.kept, "was": was | {"url": "", "opaque": False}})


def _keep(connection: Connection, member: str, kept: dict[str, Any]) -> None:
    connection.execute(update(merges).where(merges.c.member == member).values(kept=kept))


def _blank_coach(connection: Connection, stream: str) -> None:
    """Remove the text of a coach's mails over all clients that have left, all of it."""
    due = select(deliveries.c.digest_id).where(deliveries.c.state.in_(["waiting", "sending"]))
    old = (digests.c.profile == stream) & digests.c.id.not_in(due)
    connection.execute(update(digests).where(old).values(text=b"", html=b"", content=None))
