"""What happened to one posting: when it was merged, judged, asked for, shown, and what was said.

A profile's own digests and words alone; that others see the posting too is nobody's business.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select, Text, bindparam, select

from cxdigest.feedback import FeedbackRow
from cxdigest.model import DigestState, FeedbackWord, Kind, Tier
from cxdigest.store.database.bulk import among, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.pages import Asked, asked_of
from cxdigest.store.people.feedback import held_words, rows_of_posting
from cxdigest.store.schema import digest_items, digests, merges, sightings, verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An id that sightings have by themselves and that was found to be this posting."""

    member: str
    reason: str  #: one sentence
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One verdict that was made of it."""

    rules: str  #: fingerprint
    tier: Tier
    kind: Kind
    confidence: float
    judged: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InDigest:
    """A digest that showed it, or counted it."""

    day: date
    section: str
    made: datetime
    state: DigestState


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one posting's past, each list oldest first."""

    merged: tuple[Merged, ...]
    judged: tuple[Judged, ...]
    digests: tuple[InDigest, ...]
    said: tuple[FeedbackRow, ...]
    page: Asked | None


_POSTING, _PROFILE = bindparam("posting", type_=Text), bindparam("profile", type_=Text)


class Histories(Part):
    """The past of postings."""

    def history(self, posting_id: str, profile: str, *, not_by: Collection[str] = ()) -> History:
        """Return what happened to a posting, for *profile*; *not_by* are others' own rules."""
        of = {"posting": posting_id}
        with self._database.reading() as connection:
            execute = connection.execute
            return History(
                merged=tuple(Merged(**row) for row in execute(_MERGED, of).mappings()),
                judged=tuple(
                    Judged(**row)
                    for row in execute(_JUDGED, of | {"not_by": list(not_by)}).mappings()
                ),
                digests=tuple(
                    InDigest(**row) for row in execute(_SHOWN, of | {"profile": profile}).mappings()
                ),
                said=tuple(rows_of_posting(connection, profile, posting_id)),
                page=asked_of(connection, posting_id),
            )

    def words_held(
        self, profile: str, ids: Collection[str]
    ) -> Mapping[str, tuple[tuple[int, FeedbackWord], ...]]:
        """Return which words of *profile*'s reader hold on postings: their ids, to undo them."""
        wanted = set(ids)
        found: dict[str, list[tuple[int, FeedbackWord]]] = {}
        said = self._database.once(("held", profile), lambda view: tuple(held_words(view, profile)))
        for one in said:
            if one.posting_id in wanted:
                found.setdefault(one.posting_id, []).append((one.id, one.word))
        return {posting_id: tuple(words) for posting_id, words in found.items()}

    def word_said(self, profile: str, feedback_id: int) -> FeedbackRow | None:
        """Return one word of *profile*'s reader, None where there is no such."""
        with self._database.reading() as connection:
            found = rows_of_posting(connection, profile, feedback_id=feedback_id)
        return next(iter(found), None)

    def sources_of(self, ids: Sequence[str]) -> frozenset[str]:
        """Return the names of all sources that showed any of these postings."""
        return self._database.once(
            ("sources of", *ids),
            lambda view: frozenset(
                view.scalars(_sources_of(view.dialect), lists(view, posting_id=ids))
            ),
        )


@cache
def _sources_of(dialect: Dialect) -> Select[Any]:
    shown = among(dialect, sightings.c.posting_id)
    return select(sightings.c.source).where(shown).distinct()


_MERGED = (
    select(merges.c.member, merges.c.reason, merges.c.made)
    .where(merges.c.posting_id == _POSTING)
    .order_by(merges.c.made)
)
_JUDGED = (
    select(*(verdicts.c[name] for name in ("rules", "tier", "kind", "confidence", "judged")))
    .where(
        verdicts.c.posting_id == _POSTING,
        verdicts.c.rules.not_in(bindparam("not_by", type_=Text, expanding=True)),
    )
    .order_by(verdicts.c.id)
)
_SHOWN = (
    select(digests.c.day, digest_items.c.section, digests.c.made, digests.c.state)
    .join(digests, digests.c.id == digest_items.c.digest_id)
    .where(digest_items.c.profile == _PROFILE, digest_items.c.posting_id == _POSTING)
    .order_by(digests.c.made)
)
