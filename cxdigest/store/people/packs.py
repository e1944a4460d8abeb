"""Packs of rules that were written in the console: one for everybody, and one for each profile.

Knows nothing of what stands in them; whoever reads a pack checks it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from cxdigest.model import Posting, Verdict, require_utc
from cxdigest.store.database.bulk import among, insert_new, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.own import PAGE_COLUMNS, Own, candidate_of, own_sightings
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.openings.verdicts import STORED_COLUMNS, verdict_as_stored
from cxdigest.store.schema import packs, pages, postings, sightings, verdicts

EVERYBODY = ""  #: whose pack it is that judges for all


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPack:
    """A pack as it was saved last."""

    profile: str  #: whose; ``EVERYBODY``
    version: int  #: from 1, one more with each change
    text: str  #: YAML; empty where the pack was taken away
    before: str  #: what it was before the last change
    changed: datetime
    changed_by: str  #: name of a user

    @property
    def name(self) -> str:
        """What the pack is called in messages."""
        return f"the stored pack of {self.profile}" if self.profile else "the stored pack"


class Packs(Part):
    """Packs, and the postings that changed ones are tried on."""

    def pack(self, profile: str) -> StoredPack | None:
        """Return the pack of *profile*, None where there was never one."""
        query = select(packs).where(packs.c.profile == profile)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return StoredPack(**row) if row else None

    def pack_versions(self) -> dict[str, int]:
        """Return whose packs there are, and in which version; cheap, so that each turn may ask."""
        with self._database.reading() as connection:
            rows = connection.execute(select(packs.c.profile, packs.c.version)).all()
        return {row.profile: row.version for row in rows}

    def save_pack(self, profile: str, text: str, *, seen: int, by: str, now: datetime) -> bool:
        """Keep *text* as the pack of *profile*; what it was stays to be had back.

        *seen* is the version that *by* looked at, 0 for none: where somebody saved meanwhile
        nothing is changed, and the answer is False.
        """
        require_utc("now", now)
        new = {"text": text, "changed": now, "changed_by": by, "version": seen + 1}
        with self._database.writing() as connection:
            if seen == 0:
                row = {"profile": profile, "before": "", **new}
                first = insert_new(connection, packs).values(**row)
                return connection.scalar(first.returning(packs.c.version)) is not None
            change = (
                update(packs)
                .where(packs.c.profile == profile, packs.c.version == seen)
                .values(before=packs.c.text, **new)
            )
            return connection.execute(change).rowcount > 0

    def latest_ids(self, sources: Collection[str] | None, *, most: int) -> list[str]:
        """Return at most *most* postings that *sources* showed, all did for None, latest first."""
        if sources is None:
            query = select(postings.c.id).order_by(postings.c.last_seen.desc()).limit(most)
        else:
            query = (
                select(sightings.c.posting_id)
                .where(sightings.c.source.in_(list(sources)), sightings.c.posting_id.is_not(None))
                .group_by(sightings.c.posting_id)
                .order_by(func.max(sightings.c.seen).desc())
                .limit(most)
            )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def postings_seen(
        self, ids: Sequence[str], sources: Collection[str] | None, *, profile: str
    ) -> list[tuple[Posting, bool]]:
        """Return the postings of *ids*, in no order, each as *profile* may see it.

        And whether these are all the words that are known of it. *sources* are the profile's; for
        None each is returned whole.
        """
        query = select(*POSTING_COLUMNS, *PAGE_COLUMNS).join(
            pages, pages.c.posting_id == postings.c.id, isouter=True
        )
        with self._database.reading() as connection:
            wanted = query.where(among(connection.dialect, postings.c.id))
            rows = connection.execute(wanted, lists(connection, id=ids)).all()
            own = {} if sources is None else own_sightings(connection, ids, sources)
        if sources is None:
            return [(posting_from(row), True) for row in rows]
        return [_seen(posting_from(row), own[row.id], row, profile) for row in rows]

    def verdicts_by(self, fingerprint: str, ids: Sequence[str]) -> dict[str, Verdict]:
        """Return what these rules said of each of *ids*, by its id.

        At the tier that it is filed under; one that waits to be judged is missing.
        """
        with self._database.reading() as connection:
            query = (
                select(*STORED_COLUMNS)
                .join(postings, postings.c.id == verdicts.c.posting_id)
                .where(among(connection.dialect, verdicts.c.posting_id))
                .where(verdicts.c.rules == fingerprint, verdicts.c.tier == postings.c.tier)
            )
            rows = connection.execute(query, lists(connection, posting_id=ids)).all()
            return {row.posting_id: verdict_as_stored(connection.dialect, row) for row in rows}


def _seen(
    posting: Posting,
    own: Own,
    row: Any,  # noqa: ANN401 - with PAGE_COLUMNS
    profile: str,
) -> tuple[Posting, bool]:
    seen = candidate_of(posting, None, own, profile=profile, row=row).posting
    return seen, _words(seen) == _words(posting)


def _words(posting: Posting) -> tuple[str, ...]:
    return posting.title, posting.company, posting.snippet, posting.description
