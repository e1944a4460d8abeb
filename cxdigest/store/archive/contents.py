"""What stood in digests, and what stands in the archive: for feeds, webhooks and exports.

A profile sees a posting through its own sources' sightings alone, and judged by its own rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from cxdigest.model import Candidate, Verdict, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.own import PAGE_COLUMNS, Own, candidate_of, own_sightings
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.openings.verdicts import judged_rows, verdict_as_stored
from cxdigest.store.schema import digest_items, digests, pages, postings, sightings

#: What a digest shows, in its order; others are kept for the record.
_SECTIONS = ("genuine", "unclear", "flagged", "others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A posting that stood in digests of a profile."""

    candidate: Candidate
    first: datetime  #: when the first digest was made that showed it
    changed: datetime  #: when the last was, or when it was judged, if that was later


class Contents(Part):
    """Postings as digests showed them, and as they are known."""

    def digest_contents(
        self, digest_id: str, sources: Collection[str] = (), *, fingerprint: str
    ) -> list[tuple[str, Candidate]]:
        """Return section and posting of all that a digest shows, in its order.

        As *sources*, the profile's, showed it. The verdict is the latest by these rules. What the
        coach left out is not among them.
        """
        query = (
            select(
                *POSTING_COLUMNS,
                *PAGE_COLUMNS,
                digest_items.c.section,
                digests.c.dropped,
                digests.c.profile,
            )
            .join(digest_items, digest_items.c.posting_id == postings.c.id)
            .join(digests, digests.c.id == digest_items.c.digest_id)
            .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
            .where(digests.c.id == digest_id, digest_items.c.section.in_(_SECTIONS))
            .order_by(digest_items.c.position)
        )
        with self._database.reading() as connection:
            rows = [row for row in connection.execute(query).all() if row.id not in row.dropped]
            ids = [row.id for row in rows]
            judged = judged_of(connection, ids, fingerprint)
            own = own_sightings(connection, ids, sources)
        return [
            (row.section, _candidate(row, judged, own, row.profile))
            for section in _SECTIONS
            for row in rows
            if row.section == section
        ]

    def listed(
        self, profile: str, sources: Collection[str], *, fingerprint: str, most: int
    ) -> list[Listed]:
        """Return the latest postings that digests of *profile* showed, at most *most*.

        Genuine, unclear and flagged ones; what waits for a coach or is kept back is not among them.
        """
        first, last = func.min(digests.c.made), func.max(digests.c.made)
        query = (
            select(*POSTING_COLUMNS, *PAGE_COLUMNS, first.label("first"), last.label("last"))
            .join(digest_items, digest_items.c.posting_id == postings.c.id)
            .join(digests, digests.c.id == digest_items.c.digest_id)
            .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
            .where(
                digest_items.c.profile == profile,
                digest_items.c.section.in_(_SECTIONS[:3]),
                digests.c.state == "ready",
            )
            .group_by(postings.c.id, pages.c.posting_id)
            .order_by(last.desc(), postings.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            judged = judged_of(connection, ids, fingerprint)
            own = own_sightings(connection, ids, sources)
        return [
            Listed(
                candidate=_candidate(row, judged, own, profile),
                first=row.first,
                changed=max([row.last, *([judged[row.id][1]] if row.id in judged else [])]),
            )
            for row in rows
        ]

    def every_candidate(
        self,
        sources: Collection[str] | None,
        *,
        fingerprint: str,
        profile: str = "",
        since: datetime | None = None,
        batch: int = 500,
    ) -> Iterator[Candidate]:
        """Yield the postings that *sources* showed, of all sources for None, by their ids.

        Each as *profile*, whose sources they are, may see it. With *since* those that they showed
        since then. *batch* to a transaction, so that memory stays bounded and no transaction stays
        open between two.
        """
        require_utc("since", since)
        last = ""
        while True:
            query = _shown_ids(sources, since).where(postings.c.id > last).limit(batch)
            with self._database.reading() as connection:
                ids = list(connection.scalars(query))
                found = _candidates(connection, ids, sources, profile, fingerprint)
            yield from found
            if len(ids) < batch:
                return
            last = ids[-1]


def _shown_ids(sources: Collection[str] | None, since: datetime | None) -> Select[Any]:
    """Return ids in their order: a walk along the postings, which a batch goes on from."""
    shown = select(sightings.c.alert_id).where(sightings.c.posting_id == postings.c.id)
    if sources is not None:
        shown = shown.where(sightings.c.source.in_(list(sources)))
    if since is not None:
        shown = shown.where(sightings.c.seen >= since)
    return select(postings.c.id).where(shown.exists()).order_by(postings.c.id)


def _candidates(
    connection: Connection,
    ids: list[str],
    sources: Collection[str] | None,
    profile: str,
    fingerprint: str,
) -> list[Candidate]:
    query = (
        select(*POSTING_COLUMNS, *PAGE_COLUMNS)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .where(postings.c.id.in_(ids))
        .order_by(postings.c.id)
    )
    rows = connection.execute(query).all() if ids else []
    judged = judged_of(connection, ids, fingerprint)
    own = own_sightings(connection, ids, sources)
    # To whoever runs it all postings are his own, whoever pasted their duties.
    whose = [(row, (row.told_by or "") if sources is None else profile) for row in rows]
    return [_candidate(row, judged, own, name) for row, name in whose]


def _candidate(row: Any, judged: _Judged, own: Mapping[str, Own], profile: str) -> Candidate:  # noqa: ANN401 - a row
    verdict = _verdict(judged, row.id)
    return candidate_of(posting_from(row), verdict, own[row.id], profile=profile, row=row)


_Judged = dict[str, tuple[Verdict, datetime]]


def judged_of(connection: Connection, ids: Sequence[str], fingerprint: str) -> _Judged:
    """Return the verdict that counts with these rules on each posting of *ids*, and its time."""
    rows = judged_rows(connection, fingerprint, ids)
    return {
        posting_id: (verdict_as_stored(connection.dialect, row[:-1]), row[-1])
        for posting_id, row in rows.items()
    }


def _verdict(judged: _Judged, posting_id: str) -> Verdict | None:
    return judged[posting_id][0] if posting_id in judged else None
