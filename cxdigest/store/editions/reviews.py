"""Digests that wait for their coach: what they say, a note on top, postings left out, the word.

A digest leaves this state once, by a conditional UPDATE, whoever is first: the coach, a second
click, or the deadline. Its deliveries become due in the same transaction, and it may change no
more. A posting that the coach leaves out stays recorded as shown, so it does not come again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Update,
    delete,
    insert,
    select,
    update,
)

from cxdigest.model import Digest, DigestState, Rendered, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.database.leases import is_due
from cxdigest.store.editions.content import pack, shown, unpack
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.postings import merged_ids
from cxdigest.store.schema import deliveries, digest_items, digests, enclosures, feedback

#: The states in which a digest may still be changed, approved or held.
OPEN: tuple[DigestState, ...] = ("review", "held")
DROPPED = "dropped"  #: the section of postings that the coach left out
#: Begins the stream of mails that ask the coach of a profile for a review.
ASKING = "review/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A digest that waits for its coach, or did."""

    id: str
    profile: str
    day: date  #: the profile's local day
    made: datetime
    state: DigestState
    deadline: datetime | None  #: None: nothing happens by itself
    otherwise: str  #: what happens at the deadline: send or hold
    note: str  #: what the coach wrote on top
    dropped: tuple[str, ...]  #: ids of postings that the coach left out
    subject: str

    @property
    def open(self) -> bool:
        """Whether it may still be changed, approved or held."""
        return self.state in OPEN


class Reviews(Part):
    """What coaches may look at before it is sent."""

    def reviews(self, profiles: Collection[str] | None = None) -> list[Reviewed]:
        """Return what waits or is held, the nearest deadline first; of some profiles if given."""
        query = _reviewed().where(digests.c.state.in_(OPEN))
        if profiles is not None:
            query = query.where(digests.c.profile.in_(profiles))
        found = self._reviews(query)
        far = datetime.max.replace(tzinfo=found[0].made.tzinfo) if found else None
        return sorted(found, key=lambda one: (one.deadline or far, one.day, one.profile))

    def review(self, digest_id: str) -> Reviewed | None:
        """Return how the digest stands with its coach, whatever its state; None: no such one."""
        return next(iter(self._reviews(_reviewed().where(digests.c.id == digest_id))), None)

    def review_of(self, profile: str, day: date | None = None) -> Reviewed | None:
        """Return *profile*'s digest of *day*, or else its latest; None if there is none."""
        query = _reviewed().where(digests.c.profile == profile)
        query = query.where(digests.c.day == day) if day else query.order_by(digests.c.day.desc())
        return next(iter(self._reviews(query.limit(1))), None)

    def unasked_reviews(self) -> list[Reviewed]:
        """Return what waits and whose coach has not been asked yet, the oldest first."""
        asked = digests.alias("asked")
        mail = select(asked.c.id).where(
            asked.c.profile == ASKING + digests.c.profile, asked.c.day == digests.c.day
        )
        waits = digests.c.state == "review"
        return self._reviews(_reviewed().where(waits, ~mail.exists()).order_by(digests.c.made))

    def overdue_reviews(self, *, now: datetime) -> list[Reviewed]:
        """Return what waits although its deadline has come, the longest overdue first."""
        require_utc("now", now)
        late = (digests.c.state == "review", is_due(digests.c.deadline, digests.c.made, now))
        return self._reviews(_reviewed().where(*late).order_by(digests.c.deadline))

    def _reviews(self, query: Select[Any]) -> list[Reviewed]:
        with self._database.reading() as connection:
            return [_from(row) for row in connection.execute(query).mappings()]

    def review_content(self, digest_id: str) -> Digest | None:
        """Return the whole digest as it was composed; None where it cannot change any more.

        Raises:
            WrongUseError: another version of cxdigest kept it.
        """
        query = select(digests.c.content).where(
            digests.c.id == digest_id, digests.c.state.in_(OPEN)
        )
        with self._database.reading() as connection:
            content = connection.scalar(query)
        return unpack(content) if content else None

    def review_payload(self, digest_id: str) -> Rendered | None:
        """Return what would be sent, without the files that go with it; None: no such digest."""
        query = select(digests.c.subject, digests.c.text, digests.c.html)
        with self._database.reading() as connection:
            row = connection.execute(query.where(digests.c.id == digest_id)).one_or_none()
        if row is None:
            return None
        return Rendered(subject=row.subject, text=row.text.decode(), html=row.html.decode())

    def approve_review(self, digest_id: str, *, now: datetime, overdue: bool = False) -> bool:
        """Let the digest go: its deliveries are due *now*. False: somebody was first.

        With *overdue* only one whose deadline has come.
        """
        require_utc("now", now)
        first = _open(digest_id)
        if overdue:
            first = (
                *first,
                digests.c.state == "review",
                is_due(digests.c.deadline, digests.c.made, now),
            )
        ready = update(digests).where(*first).values(state="ready", deadline=None, content=None)
        send = (
            update(deliveries)
            .where(
                deliveries.c.digest_id == digest_id,
                deliveries.c.state == "waiting",
                deliveries.c.due.is_(None),
            )
            .values(due=now, changed=now)
        )
        with self._database.writing() as connection:
            if connection.execute(ready).rowcount != 1:
                return False
            connection.execute(send)
        return True

    def hold_review(self, digest_id: str, *, now: datetime | None = None) -> bool:
        """Keep the digest back until its coach approves it. False: somebody was first.

        With *now* only one whose deadline has come by then.
        """
        require_utc("now", now)
        waits: tuple[ColumnElement[bool], ...] = (
            digests.c.id == digest_id,
            digests.c.state == "review",
        )
        if now is not None:
            waits = (*waits, is_due(digests.c.deadline, digests.c.made, now))
        held = update(digests).where(*waits).values(state="held", deadline=None)
        with self._database.writing() as connection:
            return connection.execute(held).rowcount == 1

    def revise_review(
        self, before: Reviewed, *, note: str, dropped: Collection[str], rendered: Rendered
    ) -> bool:
        """Put *note* on top and leave *dropped* out; *rendered* is the digest with both.

        False if the digest went, or was changed by another, since it was read as *before*.
        """
        query = select(digests.c.note, digests.c.dropped, digests.c.content)
        query = query.where(*_open(before.id)).with_for_update()
        with self._database.writing() as connection:
            rely_on_identity(connection)
            now = connection.execute(query).one_or_none()
            if now is None or (now.note, tuple(now.dropped)) != (before.note, before.dropped):
                return False
            _freeze(connection, before.id, note, dropped, rendered)
            _record(connection, before.id, unpack(now.content), frozenset(dropped))
        return True

    def lapse_review(self, digest_id: str) -> bool:
        """Let go of a held digest: its postings may stand in the next one, and it is never sent.

        What the coach left out stays left out. False if it was approved meanwhile.
        """
        mine = (digests.c.id == digest_id, digests.c.state == "held")
        lapsed = update(digests).where(*mine).values(state="lapsed", deadline=None, content=None)
        free = delete(digest_items).where(
            digest_items.c.digest_id == digest_id, digest_items.c.section != DROPPED
        )
        with self._database.writing() as connection:
            rely_on_identity(connection)
            if connection.execute(lapsed).rowcount != 1:
                return False
            connection.execute(free)
            # What its reader's words changed is said in the next one too.
            connection.execute(_untell(digest_id))
            connection.execute(delete(deliveries).where(deliveries.c.digest_id == digest_id))
        return True


def kept_content(digest: Digest, state: DigestState) -> bytes | None:
    """Return what is kept of a new digest so that its coach may change it; None: nothing."""
    return pack(digest) if state in OPEN else None


def _reviewed() -> Select[Any]:
    names = (
        "id", "profile", "day", "made", "state", "deadline", "otherwise", "note", "dropped",
        "subject",
    )  # fmt: skip
    return select(*(digests.c[name] for name in names))


def _from(row: RowMapping) -> Reviewed:
    return Reviewed(**(dict(row) | {"dropped": tuple(row["dropped"])}))


def _untell(digest_id: str) -> Update:
    told = select(digests.c.made).where(digests.c.id == digest_id).scalar_subquery()
    whose = select(digests.c.profile).where(digests.c.id == digest_id).scalar_subquery()
    mine = (feedback.c.profile == whose, feedback.c.told == told)
    return update(feedback).where(*mine).values(told=None)


def _open(digest_id: str) -> tuple[ColumnElement[bool], ...]:
    return digests.c.id == digest_id, digests.c.state.in_(OPEN)


def _freeze(
    connection: Connection,
    digest_id: str,
    note: str,
    dropped: Collection[str],
    rendered: Rendered,
) -> None:
    payload = {
        "note": note,
        "dropped": list(dropped),
        "subject": rendered.subject,
        "text": rendered.text.encode(errors="replace"),
        "html": rendered.html.encode(errors="replace"),
    }
    connection.execute(update(digests).where(digests.c.id == digest_id).values(payload))
    connection.execute(delete(enclosures).where(enclosures.c.digest_id == digest_id))
    files = [
        {
            "digest_id": digest_id, "position": position, "name": one.name, "media": one.media,
            "cid": one.cid, "content": one.content,
        }
        for position, one in enumerate(rendered.enclosures)
    ]  # fmt: skip
    if files:
        connection.execute(insert(enclosures), files)


def _record(
    connection: Connection, digest_id: str, digest: Digest, dropped: frozenset[str]
) -> None:
    """Write where each posting stands; what was merged meanwhile is known by its new id."""
    places = {
        one.posting.id: DROPPED if one.posting.id in dropped else section
        for section, group in shown(digest).items()
        for one in group
    }
    merged = merged_ids(connection, list(places))
    for posting_id, section in places.items():
        connection.execute(
            update(digest_items)
            .where(
                digest_items.c.digest_id == digest_id,
                digest_items.c.posting_id == merged.get(posting_id, posting_id),
                digest_items.c.section != section,
            )
            .values(section=section)
        )
