"""What titles that claim customer experience turned out to be, for the page of numbers.

A posting counts once, whatever was merged into it, from the day on which one of the sources that
are asked about first showed it, as the latest verdict of the rules that are asked about has it. So
one profile's numbers know nothing of what only others' alerts showed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    Subquery,
    Text,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on

from cxdigest.model import Kind, Tier, require_utc, unrouted
from cxdigest.store.database.bulk import among, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import feedback, polls, postings, sightings, sources, verdicts

_FEW = 20_000  #: sightings
_KINDS_SAID = ("genuine", "not-genuine")


class Claimed(NamedTuple):
    """A posting whose title claims customer experience, as some sources showed it first."""

    first: datetime
    source: str
    format: str
    title: str
    kind: Kind
    tier: Tier


class Named(NamedTuple):
    """Openings whose duties are known, of one employer as it is written, and of one kind."""

    company: str
    kind: Kind
    number: int


class Said(NamedTuple):
    """A reader's word on the kind of a posting that holds, and what the judge said then."""

    word: str  #: ``genuine`` or ``not-genuine``
    kind: Kind | None  #: None: nothing was judged then
    tier: Tier | None
    rules: str | None  #: fingerprint of the rules that judged


class Numbers(Part):
    """Counts of what alerts brought."""

    def claimed(
        self,
        shown_by: Collection[str] | None,
        *,
        fingerprint: str,
        since: datetime,
        few: bool = False,
    ) -> list[Claimed]:
        """Return what *shown_by*, names of sources, first showed at *since* or later.

        None: what any source did. *few*, of which `have_few` tells: it is looked for among what
        they showed, which else takes longer than to go through all that claims. One query; the
        order says nothing.
        """
        require_utc("since", since)
        with self._database.reading() as connection:
            whose = {} if shown_by is None else {"source": shown_by}
            asked = lists(connection, **whose) | {"rules": fingerprint, "since": since}
            query = _claimed(connection.dialect, everybody=shown_by is None, few=few)
            return [Claimed._make(row) for row in connection.execute(query, asked)]

    def have_few(self, shown_by: Collection[str]) -> bool:
        """Tell whether these sources showed only some thousand postings."""
        with self._database.reading() as connection:
            asked = lists(connection, source=shown_by) | {"most": _FEW + 1}
            return (connection.scalar(_some(connection.dialect), asked) or 0) <= _FEW

    def unjudged_since(
        self, shown_by: Collection[str] | None, *, fingerprint: str, since: datetime
    ) -> int:
        """Return how many postings were shown since then that these rules have not judged."""
        require_utc("since", since)
        with self._database.reading() as connection:
            whose = {} if shown_by is None else {"source": shown_by}
            asked = lists(connection, **whose) | {"rules": fingerprint, "since": since}
            query = _unjudged(connection.dialect, everybody=shown_by is None)
            return int(connection.execute(query, asked).scalar_one())

    def polled_between(
        self, shown_by: Collection[str] | None, edges: Sequence[datetime]
    ) -> list[bool]:
        """Tell for each time between two of *edges*, in order, whether any poll succeeded in it."""
        names = None if shown_by is None else {unrouted(name)[0] for name in shown_by}
        asked: dict[str, Any] = {f"edge_{place}": edge for place, edge in enumerate(edges)}
        asked |= {} if names is None else {"names": sorted(names)}
        with self._database.reading() as connection:
            query = _polled(len(edges) - 1, everybody=names is None)
            return [bool(one) for one in connection.execute(query, asked).one()]

    def words_on_kinds(self, profiles: Collection[str] | None) -> list[Said]:
        """Return what readers of *profiles* said of the kind of postings, as far as it holds.

        None: what all readers did.
        """
        then = feedback.c.verdict
        query = (
            select(
                feedback.c.profile, feedback.c.posting_id, feedback.c.word,
                then["kind"].as_string(), then["tier"].as_string(), then["rules"].as_string(),
            )
            .where(feedback.c.undone.is_(None), feedback.c.word.in_(_KINDS_SAID))
            .order_by(feedback.c.made, feedback.c.id)
        )  # fmt: skip
        if profiles is not None:
            query = query.where(feedback.c.profile.in_(list(profiles)))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return list({tuple(row[:2]): Said._make(row[2:]) for row in rows}.values())

    def openings_by_employer(self, *, fingerprint: str, since: datetime) -> list[Named]:
        """Return how many claiming openings of each employer are known by their duties."""
        require_utc("since", since)
        query = (
            select(postings.c.company, verdicts.c.kind, func.count().label("number"))
            .join(verdicts, verdicts.c.posting_id == postings.c.id)
            .where(*_latest(), verdicts.c.tier == "full", postings.c.company != "")
            .where(postings.c.first_seen >= bindparam("since", since))
            .group_by(postings.c.company, verdicts.c.kind)
            .order_by(postings.c.company, verdicts.c.kind)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, {"rules": fingerprint})
            return [Named._make(row) for row in rows]


def _latest() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a verdict claims, and is the latest by the rules in question."""
    later = verdicts.alias("later")
    said_since = (
        select(later.c.id)
        .where(
            later.c.posting_id == verdicts.c.posting_id,
            later.c.rules == bindparam("rules"),
            later.c.id > verdicts.c.id,
        )
        .exists()
    )
    return verdicts.c.rules == bindparam("rules"), verdicts.c.claims == true(), ~said_since


@cache
def _some(dialect: Dialect) -> Select[Any]:
    some = select(literal(1)).where(among(dialect, sightings.c.source)).limit(bindparam("most"))
    return select(func.count()).select_from(some.subquery())


@cache
def _claimed(dialect: Dialect, *, everybody: bool, few: bool) -> Select[Any]:
    first = _first_shown(dialect, everybody=everybody, few=few)
    return (
        select(
            first.c.first, first.c.source, first.c.format, postings.c.title, first.c.kind,
            first.c.tier,
        )
        .join_from(first, postings, postings.c.id == first.c.posting_id)
        .where(first.c.first >= bindparam("since"))
    )  # fmt: skip


def _first_shown(dialect: Dialect, *, everybody: bool, few: bool) -> Subquery:
    """Return each claiming posting with its first sighting: of some equals, any.

    In the order of the postings, along two indexes: nothing is sorted and no row is read.
    SQLite gives the columns beside a minimum from the row that has it, no other database does.
    """
    shown = [] if everybody else [among(dialect, sightings.c.source)]
    if few:
        theirs = select(sightings.c.posting_id).where(
            among(dialect, sightings.c.source), sightings.c.posting_id.is_not(None)
        )
        shown.append(verdicts.c.posting_id.in_(theirs))
    columns = (
        verdicts.c.posting_id, verdicts.c.kind, verdicts.c.tier, sightings.c.source,
        sightings.c.format,
    )  # fmt: skip
    joined = sightings.c.posting_id == verdicts.c.posting_id
    if dialect.name == "sqlite":
        first = func.min(sightings.c.seen, type_=sightings.c.seen.type)
        query = select(*columns, first.label("first"))
        return (
            query.join_from(verdicts, sightings, joined)
            .where(*_latest(), *shown)
            .group_by(verdicts.c.posting_id)
            .having(first >= bindparam("since"))
            .subquery()
        )
    query = select(*columns, sightings.c.seen.label("first"))
    return (
        query.join_from(verdicts, sightings, joined)
        .where(*_latest(), *shown)
        .ext(distinct_on(verdicts.c.posting_id))
        .order_by(verdicts.c.posting_id, sightings.c.seen)
        .subquery()
    )


@cache
def _unjudged(dialect: Dialect, *, everybody: bool) -> Select[Any]:
    """Count along the news: what is not judged is mostly little and new."""
    judged = (
        select(verdicts.c.id)
        .where(
            verdicts.c.posting_id == sightings.c.posting_id,
            verdicts.c.rules == bindparam("rules"),
        )
        .exists()
    )
    shown = [] if everybody else [among(dialect, sightings.c.source)]
    return select(func.count(sightings.c.posting_id.distinct())).where(
        *shown, sightings.c.seen >= bindparam("since"), ~judged
    )


@cache
def _polled(number: int, *, everybody: bool) -> Select[Any]:
    names = bindparam("names", type_=Text, expanding=True)
    whose = polls.c.source.in_(select(sources.c.name) if everybody else names)
    succeeded: Iterator[Any] = (
        select(polls.c.id)
        .where(
            whose,
            polls.c.polled >= bindparam(f"edge_{place}"),
            polls.c.polled < bindparam(f"edge_{place + 1}"),
            polls.c.message == "",
        )
        .exists()
        .label(f"part_{place}")
        for place in range(number)
    )
    return select(*succeeded)
