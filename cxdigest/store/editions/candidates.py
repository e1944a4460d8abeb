"""Candidates: what may stand in a profile's next digest.

A profile sees a posting only through its own sources' sightings, and a verdict only by its own
rules: nothing of another profile reaches it here. Every question begins at what the profile's
sources showed or its digests held, so that none grows with what is stored for others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Select,
    Text,
    bindparam,
    func,
    select,
    union,
)

from cxdigest.identity import REPOST_WITHIN
from cxdigest.latest import Latest
from cxdigest.model import Candidate, Posting, Tier, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.memory import is_remembered
from cxdigest.store.openings.own import (
    PAGE_COLUMNS,
    PASTED,
    candidate_of,
    own_from,
    sightings_by_posting,
)
from cxdigest.store.openings.pages import LOOKED_AT
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.openings.verdicts import judged_rows, verdict_as_stored
from cxdigest.store.schema import (
    digest_items,
    digests,
    merges,
    pages,
    postings,
    remembered,
    sightings,
    verdicts,
)
from cxdigest.store.schema.columns import Moment

#: Sections in which a posting stands for good, whatever its page says later.
_SETTLED = ("genuine", "flagged", "others")
_Ids = Select[Any] | CompoundSelect[Any]
#: What the statements ask with. They are made once: to make one takes longer than to run it.
_PROFILE, _RULES = bindparam("profile", type_=Text), bindparam("rules", type_=Text)
_SOURCES = bindparam("sources", type_=Text, expanding=True)
_WIDTH = len(POSTING_COLUMNS) + len(PAGE_COLUMNS)
_ID, _DUTIES_FROM = (
    [column.name for column in POSTING_COLUMNS].index(name) for name in ("id", "duties_from")
)
#: As they were read for whoever shares a source; some kilobytes each.
_MADE: Latest[Candidate] = Latest(4096)
_SINCE, _EARLIEST = bindparam("since", type_=Moment), bindparam("earliest", type_=Moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A posting that a digest showed, and of which its sources or its page may have news."""

    candidate: Candidate
    shown: datetime  #: when the last digest that it stood in was made

    def __post_init__(self) -> None:
        require_utc("Shown.shown", self.shown)


class Candidates(Part):
    """What may stand in a digest."""

    def candidates(
        self,
        profile: str,
        sources: Collection[str],
        *,
        fingerprint: str,
        since: datetime,
        hidden_too: bool = False,
    ) -> list[Candidate]:
        """Return the postings *sources* showed since *since* that no digest of *profile* had.

        And those that a digest had as unclear, whose duties came after it: pasted by the reader,
        or from a page where they make the role a genuine one. With *hidden_too*, also those that
        the profile's own settings have hidden so far.

        Oldest first, with all sightings by these sources and the latest verdict by these rules.
        Three queries, whatever the number of postings.
        """
        require_utc("since", since)
        own = list(sources)
        asked = _asked(profile, own, since) | {"rules": fingerprint}
        with self._database.reading() as connection:
            rows = connection.execute(_new(hidden_too=hidden_too), asked).all()
            found = _candidates(connection, profile, own, fingerprint, rows)
            # Sorted here: the database would carry the duties of each through its sorting.
            ordered = sorted(zip(map(_age, rows), found, strict=True), key=itemgetter(0))
            return [candidate for _, candidate in ordered]

    def hidden_before(
        self, profile: str, sources: Collection[str], *, since: datetime
    ) -> frozenset[str]:
        """Return which postings that *sources* showed since *since* were hidden and counted."""
        require_utc("since", since)
        query = (
            select(digest_items.c.posting_id)
            .where(
                digest_items.c.profile == _PROFILE,
                digest_items.c.section == "hidden",
                digest_items.c.posting_id.in_(_seen_since()),
            )
            .distinct()
        )
        once = select(remembered.c.posting_id).where(
            remembered.c.profile == _PROFILE,
            remembered.c.hidden,
            remembered.c.posting_id.in_(_seen_since()),
        )
        with self._database.reading() as connection:
            return frozenset(
                connection.scalars(union(query, once), _asked(profile, sources, since))
            )

    def shown_before(
        self, profile: str, sources: Collection[str], *, fingerprint: str, since: datetime
    ) -> list[Shown]:
        """Return what digests showed as genuine or unclear and that may have news since *since*.

        It is seen again and has several records, or its page says that it is closed. Digests of
        the 60 days before *since*; the oldest posting first. Three queries at most.
        """
        require_utc("since", since)
        own = list(sources)
        with self._database.reading() as connection:
            rows = connection.execute(_told_before(), _asked(profile, own, since)).all()
            found = _candidates(connection, profile, own, fingerprint, rows)
            return [
                Shown(candidate=candidate, shown=row.shown)
                for candidate, row in zip(found, rows, strict=True)
            ]

    def unjudged_candidates(
        self, profile: str, sources: Collection[str], *, fingerprint: str, since: datetime
    ) -> list[tuple[Posting, Tier]]:
        """Return what may stand in a digest that these rules have not judged, each with its tier.

        For a profile with rules of its own, which judge nothing else.
        """
        require_utc("since", since)
        wanted = union(
            _fresh(hidden_too=True),
            _read_since_shown(),
            select(_renewed().subquery().c.posting_id),
        )
        judged = (
            select(verdicts.c.id)
            .where(
                verdicts.c.posting_id == postings.c.id,
                verdicts.c.rules == _RULES,
                verdicts.c.tier == postings.c.tier,
            )
            .exists()
        )
        query = (
            select(*POSTING_COLUMNS, postings.c.tier)
            .where(postings.c.id.in_(wanted), ~judged)
            .order_by(postings.c.id)
        )
        asked = _asked(profile, sources, since) | {"rules": fingerprint}
        with self._database.reading() as connection:
            return [(posting_from(row), row.tier) for row in connection.execute(query, asked).all()]


def _asked(profile: str, sources: Collection[str], since: datetime) -> dict[str, Any]:
    return {
        "profile": profile,
        "sources": list(sources),
        "since": since,
        "earliest": since - REPOST_WITHIN,
    }


@cache
def _new(*, hidden_too: bool) -> Select[Any]:
    return _known(union(_fresh(hidden_too=hidden_too), _answered()))


@cache
def _told_before() -> Select[Any]:
    news = union(_renewed(), _closed()).subquery()
    return (
        select(*POSTING_COLUMNS, *PAGE_COLUMNS, news.c.shown)
        .join(news, news.c.posting_id == postings.c.id)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .order_by(postings.c.first_seen, postings.c.id)
    )


def _known(wanted: _Ids) -> Select[Any]:
    return (
        select(*POSTING_COLUMNS, *PAGE_COLUMNS)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .where(postings.c.id.in_(wanted))
    )


def _age(row: Any) -> tuple[bool, datetime | None, str]:  # noqa: ANN401
    """Return what orders rows of ``_known``: those of no known age, then the oldest."""
    return row.first_seen is not None, row.first_seen, row.id


def _seen_since() -> Select[Any]:
    return select(sightings.c.posting_id).where(
        sightings.c.source.in_(_SOURCES),
        sightings.c.seen >= _SINCE,
        sightings.c.posting_id.is_not(None),
    )


def _fresh(*, hidden_too: bool) -> Select[Any]:
    had = select(digest_items.c.digest_id).where(
        digest_items.c.profile == _PROFILE,
        digest_items.c.posting_id == sightings.c.posting_id,
    )
    if hidden_too:
        had = had.where(digest_items.c.section != "hidden")
    once = is_remembered(_PROFILE, sightings.c.posting_id, hidden_too=not hidden_too)
    return _seen_since().where(~had.exists(), ~once)


def _shown_in(sections: Sequence[str]) -> tuple[Any, ...]:
    """Return what keeps a join of digests and their items to those of the last while."""
    return (
        digests.c.profile == _PROFILE,
        digests.c.made >= _EARLIEST,
        digest_items.c.section.in_(sections),
    )


def _read_since_shown() -> Select[Any]:
    """Return the postings that were shown as unclear alone, and whose duties came after that."""
    settled = digest_items.alias("settled")
    stands = (
        select(settled.c.digest_id)
        .where(
            settled.c.profile == _PROFILE,
            settled.c.posting_id == pages.c.posting_id,
            settled.c.section.in_(_SETTLED),
        )
        .exists()
    )
    return (
        select(pages.c.posting_id)
        .select_from(digests)
        .join(digest_items, digest_items.c.digest_id == digests.c.id)
        .join(pages, pages.c.posting_id == digest_items.c.posting_id)
        .where(
            *_shown_in(["unclear"]),
            pages.c.outcome == "read",
            pages.c.asked >= _SINCE,
            ~stands,
            _by_these(pages.c.posting_id),
        )
        .group_by(pages.c.posting_id, pages.c.asked)
        .having(func.max(digests.c.made) < pages.c.asked)
    )


def _answered() -> Select[Any]:
    """Return the postings that were shown as unclear and are not any more, or were answered."""
    genuine = (
        select(verdicts.c.id)
        .where(
            verdicts.c.posting_id == postings.c.id,
            verdicts.c.rules == _RULES,
            verdicts.c.tier == postings.c.tier,
            verdicts.c.kind == "genuine",
        )
        .exists()
    )
    # What another profile's reader pasted is no answer to this one.
    own = (pages.c.told_by == "") | (pages.c.told_by == _PROFILE)
    return (
        _read_since_shown()
        .join(postings, postings.c.id == pages.c.posting_id)
        .where(((postings.c.duties_from == "you") & own) | genuine)
    )


def _by_these(posting_id: ColumnElement[str]) -> ColumnElement[bool]:
    return (
        select(sightings.c.posting_id)
        .where(sightings.c.posting_id == posting_id, sightings.c.source.in_(_SOURCES))
        .exists()
    )


def _renewed() -> Select[Any]:
    """Return what was shown, is seen since, and has several ids of its own; and when it was shown.

    A board that posts an opening again gives it a new record, which is merged into the old one.
    """
    several = select(merges.c.member).where(merges.c.posting_id == sightings.c.posting_id).exists()
    seen = _seen_since().where(sightings.c.seen > _SINCE, several)
    return _looked_at().where(digest_items.c.posting_id.in_(seen))


def _closed() -> Select[Any]:
    """Return what was shown and whose page said since that it is closed, and when it was shown."""
    told = digest_items.alias("told")
    known = (
        select(told.c.digest_id)
        .where(
            told.c.profile == _PROFILE,
            told.c.posting_id == digest_items.c.posting_id,
            told.c.section == "closed",
        )
        .exists()
    )
    return (
        _looked_at()
        .join(pages, pages.c.posting_id == digest_items.c.posting_id)
        .join(postings, postings.c.id == digest_items.c.posting_id)
        .where(pages.c.asked > _SINCE, postings.c.closed != "", ~known)
    )


def _looked_at() -> Select[Any]:
    """Return what digests of the last while showed as genuine or unclear, and when they did."""
    return (
        select(digest_items.c.posting_id, func.max(digests.c.made).label("shown"))
        .select_from(digests)
        .join(digest_items, digest_items.c.digest_id == digests.c.id)
        .where(*_shown_in(LOOKED_AT))
        .group_by(digest_items.c.posting_id)
    )


def _candidates(
    connection: Connection,
    profile: str,
    sources: list[str],
    fingerprint: str,
    rows: Sequence[Any],
) -> Iterator[Candidate]:
    """Yield a candidate for each of *rows*, which begin with the columns of ``_known``."""
    ids = [row[_ID] for row in rows]
    if not ids:
        return
    own = sightings_by_posting(connection, ids, sources)
    judged, dialect = judged_rows(connection, fingerprint, ids), connection.dialect
    for posting_id, row in zip(ids, rows, strict=True):
        seen, verdict = own[posting_id], judged.get(posting_id)
        whose = profile if row[_DUTIES_FROM] == PASTED else ""
        make = partial(_candidate, dialect, row, seen, verdict, profile)
        yield _MADE.made(posting_id, (row[:_WIDTH], seen, verdict, whose), make)


def _candidate(
    dialect: Dialect,
    row: Any,  # noqa: ANN401
    seen: list[tuple[Any, ...]],
    verdict: tuple[Any, ...] | None,
    profile: str,
) -> Candidate:
    judged = verdict_as_stored(dialect, verdict[:-1]) if verdict else None
    return candidate_of(posting_from(row), judged, own_from(seen), profile=profile, row=row)
