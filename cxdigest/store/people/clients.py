"""How a coach's clients stand: their latest digests, what failed, what they said, who left.

Every query names the profiles it may see, so that nobody else's client is in the answer. Five
queries, whatever their number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from cxdigest.model import DeliveryState, DigestState, FeedbackWord, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, deliveries, digest_items, digests, feedback, pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One digest of a client, in numbers."""

    id: str
    day: date
    made: datetime
    state: DigestState
    deadline: datetime | None
    otherwise: str
    sections: Mapping[str, int]  #: postings by the section they stand in
    note: str = ""  #: what the coach wrote on top


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A delivery that failed, came back, or is still being tried."""

    day: date
    channel: str
    recipient: str
    state: DeliveryState
    attempts: int
    detail: str  #: what went wrong last
    bounced: str  #: what a server said later


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A recipient who gets no more of these mails."""

    recipient: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientStanding:
    """How one client stands."""

    latest: Edition | None = None  #: None: there is no digest yet
    waiting: tuple[Edition, ...] = ()  #: digests that wait for the coach or are held, oldest first
    troubles: tuple[Trouble, ...] = ()  #: newest first
    left: tuple[Left, ...] = ()
    said: Mapping[FeedbackWord, int] = field(default_factory=dict)  #: since the moment asked for


class Clients(Part):
    """What a coach is told."""

    def clients(self, profiles: Collection[str], *, since: datetime) -> dict[str, ClientStanding]:
        """Return how each of *profiles* stands; troubles and words are those since *since*."""
        require_utc("since", since)
        names = list(profiles)
        if not names:
            return {}
        with self._database.reading() as connection:
            editions = _editions(connection, names)
            troubles = _troubles(connection, names, since)
            left = _left(connection, names)
            said = _said(connection, names, since)
        return {
            name: ClientStanding(
                latest=max(editions[name], key=lambda one: one.day, default=None),
                waiting=tuple(one for one in editions[name] if one.state in {"review", "held"}),
                troubles=tuple(troubles[name]),
                left=tuple(left[name]),
                said=said[name],
            )
            for name in names
        }

    def nobodys_alerts(self, sources: Collection[str], *, since: datetime) -> dict[str, int]:
        """Return how many alerts of intake mailboxes are nobody's, by source; none: left out."""
        require_utc("since", since)
        query = (
            select(alerts.c.source, func.count())
            .where(
                alerts.c.source.in_(list(sources)),
                alerts.c.profile == "",
                alerts.c.outcome != "not-an-alert",
                alerts.c.stored > since,
            )
            .group_by(alerts.c.source)
        )
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _editions(connection: Connection, names: list[str]) -> dict[str, list[Edition]]:
    """Return the latest digest of each and all that wait, by profile, oldest first."""
    last = (
        select(digests.c.profile, func.max(digests.c.day).label("day"))
        .where(digests.c.profile.in_(names))
        .group_by(digests.c.profile)
        .subquery()
    )
    columns = ("id", "profile", "day", "made", "state", "deadline", "otherwise", "note")
    edition = select(*(digests.c[name] for name in columns))
    latest = edition.join(
        last, and_(last.c.profile == digests.c.profile, last.c.day == digests.c.day)
    )
    waiting = edition.where(digests.c.profile.in_(names), digests.c.state.in_(("review", "held")))
    # Each finds its few by an index; asked as one, all that these profiles ever had are read.
    query = latest.union(waiting).order_by("day")
    rows = connection.execute(query).mappings().all()
    sections = _sections(connection, [row["id"] for row in rows])
    found: dict[str, list[Edition]] = defaultdict(list)
    for row in rows:
        values = {name: row[name] for name in columns if name != "profile"}
        found[row["profile"]].append(Edition(**values, sections=sections[row["id"]]))
    return found


def _sections(connection: Connection, ids: list[str]) -> dict[str, Counter[str]]:
    query = (
        select(digest_items.c.digest_id, digest_items.c.section, func.count())
        .where(digest_items.c.digest_id.in_(ids))
        .group_by(digest_items.c.digest_id, digest_items.c.section)
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for digest_id, section, number in connection.execute(query):
        counts[digest_id][section] = number
    return counts


def _troubles(
    connection: Connection, names: list[str], since: datetime
) -> dict[str, list[Trouble]]:
    columns = ("channel", "recipient", "state", "attempts", "detail", "bounced")
    query: Select[Any] = (
        select(digests.c.profile, digests.c.day, *(deliveries.c[name] for name in columns))
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .where(
            digests.c.profile.in_(names),
            or_(deliveries.c.changed > since, digests.c.made > since),
            or_(
                deliveries.c.state == "failed",
                deliveries.c.bounced != "",
                (deliveries.c.state == "waiting") & (deliveries.c.attempts > 0),
            ),
        )
        .order_by(digests.c.day.desc(), deliveries.c.recipient)
    )
    found: dict[str, list[Trouble]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        values = {name: row[name] for name in (*columns, "day")}
        found[row["profile"]].append(Trouble(**values))
    return found


def _left(connection: Connection, names: list[str]) -> dict[str, list[Left]]:
    query = select(pauses).where(pauses.c.profile.in_(names)).order_by(pauses.c.recipient)
    found: dict[str, list[Left]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.profile].append(Left(recipient=row.recipient, since=row.since, why=row.why))
    return found


def _said(
    connection: Connection, names: list[str], since: datetime
) -> dict[str, Counter[FeedbackWord]]:
    query = (
        select(feedback.c.profile, feedback.c.word, func.count())
        .where(feedback.c.profile.in_(names), feedback.c.undone.is_(None), feedback.c.made > since)
        .group_by(feedback.c.profile, feedback.c.word)
    )
    counts: dict[str, Counter[FeedbackWord]] = defaultdict(Counter)
    for profile, word, number in connection.execute(query):
        counts[profile][word] = number
    return counts
