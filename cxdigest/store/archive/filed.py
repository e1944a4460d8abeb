"""Past digests, for whoever looks back: by day, what was sent, how its deliveries ended.

A row of ``digests`` is long, so what needs the day alone is asked of the index alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, extract, func, select

from cxdigest.model import DigestState, Enclosure, Posting, Rendered
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.own import PAGE_COLUMNS, candidate_of, own_sightings
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.schema import deliveries, digest_items, digests, enclosures, pages, postings
from cxdigest.store.schema import profiles as profiles_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One past digest."""

    id: str
    profile: str  #: or another stream of mails
    day: date  #: local day
    made: datetime
    state: DigestState
    subject: str
    deadline: datetime | None  #: of the coach's review
    otherwise: str  #: what happens then: send or hold
    note: str  #: what the coach wrote on top
    sections: Mapping[str, int] = field(default_factory=dict)  #: postings by where they stood
    #: Deliveries by how they stand: a state, or ``bounced``.
    standing: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A posting that stood in a digest, as its profile may see it."""

    posting: Posting
    section: str
    kind: str  #: as the digest said it


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a digest was."""

    profile: str
    day: date
    html: int  #: bytes


class Archive(Part):
    """The digests that were made."""

    def last_sizes(self, *, most: int = 20) -> list[Size]:
        """Return how large the HTML of the *most* digests was that were made last."""
        query = (
            select(digests.c.profile, digests.c.day, digests.c.html)
            .order_by(digests.c.made.desc(), digests.c.id)
            .limit(most)
        )
        with self._database.reading() as connection:
            return [
                Size(profile=row.profile, day=row.day, html=len(row.html))
                for row in connection.execute(query)
            ]

    def filed(
        self, profile: str, *, states: Collection[str], before: date | None = None, most: int
    ) -> list[Filed]:
        """Return at most *most* digests of *profile* in one of *states*, the latest first.

        With *before*, only those of earlier days. Three queries.
        """
        query = select(*(digests.c[name] for name in _FILED)).where(
            digests.c.profile == profile, digests.c.state.in_(list(states))
        )
        if before is not None:
            query = query.where(digests.c.day < before)
        query = query.order_by(digests.c.day.desc()).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
            ids = [row["id"] for row in rows]
            sections, standing = _sections(connection, ids), _standing(connection, ids)
        return [
            Filed(**row, sections=sections[row["id"]], standing=standing[row["id"]]) for row in rows
        ]

    def filed_on(self, profile: str, day: date, *, states: Collection[str]) -> Filed | None:
        """Return *profile*'s digest of *day*, None where there is none in one of *states*."""
        query = select(*(digests.c[name] for name in _FILED)).where(
            digests.c.profile == profile, digests.c.day == day, digests.c.state.in_(list(states))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            of = row["id"]
            sections, standing = _sections(connection, [of]), _standing(connection, [of])
        return Filed(**row, sections=sections[of], standing=standing[of])

    def filed_months(self, profile: str) -> list[tuple[int, int, int]]:
        """Return year, month and number of *profile*'s digests, the latest month first."""
        year, month = extract("year", digests.c.day), extract("month", digests.c.day)
        query = (
            select(year.label("year"), month.label("month"), func.count())
            .where(digests.c.profile == profile)
            .group_by("year", "month")
            .order_by(year.desc(), month.desc())
        )
        with self._database.reading() as connection:
            return [(int(a), int(b), number) for a, b, number in connection.execute(query)]

    def filed_payload(self, digest_id: str) -> Rendered | None:
        """Return what is sent, its files included, as it stands; None: no such digest."""
        query = select(digests.c.subject, digests.c.text, digests.c.html)
        files = (
            select(enclosures.c.name, enclosures.c.media, enclosures.c.content, enclosures.c.cid)
            .where(enclosures.c.digest_id == digest_id)
            .order_by(enclosures.c.position)
        )
        with self._database.reading() as connection:
            row = connection.execute(query.where(digests.c.id == digest_id)).one_or_none()
            if row is None:
                return None
            kept = tuple(Enclosure(**one) for one in connection.execute(files).mappings())
        return Rendered(
            subject=row.subject, text=row.text.decode(), html=row.html.decode(), enclosures=kept
        )

    def stood_in(
        self,
        digest_id: str,
        sources: Collection[str],
        *,
        profile: str,
        sections: Collection[str],
        most: int,
    ) -> list[Stood]:
        """Return at most *most* postings that stood in *sections* of a digest, in its order.

        As *sources*, those of *profile*, showed them.
        """
        place = case({name: number for number, name in enumerate(sections)}, value=_SECTION)
        query = (
            select(*POSTING_COLUMNS, *PAGE_COLUMNS, _SECTION, digest_items.c.kind)
            .join(digest_items, digest_items.c.posting_id == postings.c.id)
            .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
            .where(digest_items.c.digest_id == digest_id, _SECTION.in_(list(sections)))
            .order_by(place, digest_items.c.position)
            .limit(most)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            own = own_sightings(connection, [row.id for row in rows], sources)
        return [
            Stood(
                posting=candidate_of(
                    posting_from(row), None, own[row.id], profile=profile, row=row
                ).posting,
                section=row.section,
                kind=row.kind,
            )
            for row in rows
        ]

    def filed_streams(self) -> list[str]:
        """Return the names of the streams of mails that are no profile's digests."""
        query = select(profiles_table.c.name).where(profiles_table.c.name.contains("/"))
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(profiles_table.c.name)))


_SECTION = digest_items.c.section
_FILED = (
    "id", "profile", "day", "made", "state", "subject", "deadline", "otherwise", "note",
)  # fmt: skip


def _sections(connection: Connection, ids: Collection[str]) -> dict[str, Counter[str]]:
    query = (
        select(digest_items.c.digest_id, _SECTION, func.count())
        .where(digest_items.c.digest_id.in_(list(ids)))
        .group_by(digest_items.c.digest_id, _SECTION)
    )
    return _counted(connection, query, ids)


def _standing(connection: Connection, ids: Collection[str]) -> dict[str, Counter[str]]:
    how = case((deliveries.c.bounced != "", "bounced"), else_=deliveries.c.state)
    query = (
        select(deliveries.c.digest_id, how.label("how"), func.count())
        .where(deliveries.c.digest_id.in_(list(ids)))
        .group_by(deliveries.c.digest_id, "how")
    )
    return _counted(connection, query, ids)


def _counted(connection: Connection, query: Any, ids: Collection[str]) -> dict[str, Counter[str]]:  # noqa: ANN401 - a select
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for digest_id, name, number in connection.execute(query) if ids else ():
        found[digest_id][name] = number
    return found
