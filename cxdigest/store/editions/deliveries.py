"""Deliveries: claimed before they are sent, so that no two workers send the same one.

What is sent twice is only what a worker sent and died before it could say so; its lease runs
out and the delivery goes out again, under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, and_, or_, select, update

from cxdigest.model import Delivery, DeliveryState, Enclosure, Rendered, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.database.leases import is_due, is_let_go
from cxdigest.store.schema import deliveries, digest_items, digests, enclosures, merges, pauses
from cxdigest.text import own_message_ids

#: Why a delivery ended that nobody tried.
PAUSED = "not sent: this recipient gets no more of these mails"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStatus:
    """How one delivery stands."""

    id: str
    profile: str
    day: date  #: local day of the digest
    channel: str
    recipient: str
    message_id: str
    state: DeliveryState
    attempts: int  #: how often it was claimed
    due: datetime | None  #: the next try, or the end of the lease; None when done
    detail: str  #: the receipt, or what went wrong last
    changed: datetime  #: when the state last changed
    role: str = "to"  #: ``cc``: a copy of another's digest
    bounced: str = ""  #: what a server said later that could not hand it over


class Deliveries(Part):
    """What is on its way to recipients."""

    def claim_delivery(self, *, now: datetime, lease: timedelta, holder: str) -> Delivery | None:
        """Take one delivery that is due, the longest overdue first; None if nothing is due.

        Due is what waits for its (next) try and what a worker claimed and never finished. A digest
        that its coach has not let go is none of it; a recipient who has asked for no more mails
        meanwhile ends the delivery.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            while (delivery_id := connection.scalar(_due(now))) is not None:
                if connection.execute(_ended_by_pause(delivery_id, now)).rowcount:
                    continue
                claim = (
                    update(deliveries)
                    .where(deliveries.c.id == delivery_id, _ripe(now))
                    .values(
                        state="sending",
                        due=now + lease,
                        holder=holder,
                        attempts=deliveries.c.attempts + 1,
                        changed=now,
                    )
                )
                if connection.execute(claim).rowcount == 1:
                    return _delivery(connection, delivery_id)
        return None

    def finish_delivery(
        self,
        delivery_id: str,
        *,
        state: DeliveryState,
        detail: str,
        now: datetime,
        next_try: datetime | None,
        holder: str,
    ) -> bool:
        """Store how an attempt ended: sent, waiting for *next_try*, or failed for good.

        Returns False if it changed nothing because another holder has taken the delivery over.
        ``sent`` is believed from whoever says it: what has left must not leave again.

        Raises:
            ValueError: ``waiting`` without *next_try*.
        """
        require_utc("now", now)
        require_utc("next_try", next_try)
        if (state == "waiting") != (next_try is not None):
            raise ValueError("next_try goes with waiting, and with nothing else")
        finish = (
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.state != "sent")
            .values(state=state, detail=detail, changed=now, due=next_try, holder=None)
        )
        if state != "sent":
            finish = finish.where(deliveries.c.state == "sending", deliveries.c.holder == holder)
        with self._database.writing() as connection:
            return connection.execute(finish).rowcount == 1

    def postings_answered(self, message_ids: Collection[str]) -> dict[str, str]:
        """Return the postings of the digests that were sent under one of *message_ids*.

        By every id that each had: what was merged into another meanwhile is known by both.
        """
        told = own_message_ids(" ".join(message_ids))
        shown = (
            select(digest_items.c.posting_id)
            .join(deliveries, deliveries.c.digest_id == digest_items.c.digest_id)
            .where(deliveries.c.message_id.in_(told))
        )
        others = select(merges.c.member, merges.c.posting_id).where(merges.c.posting_id.in_(shown))
        if not told:
            return {}
        with self._database.reading() as connection:
            found = {one: one for one in connection.scalars(shown)}
            return found | {row.member: row.posting_id for row in connection.execute(others)}

    def deliveries(
        self,
        profile: str | None = None,
        day: date | None = None,
        *,
        since: date | None = None,
        failed: bool = False,
    ) -> list[DeliveryStatus]:
        """Return how deliveries stand, newest digest first.

        Of one profile or day if given, or of digests *since* a day; *failed*: only those that
        were given up or came back.
        """
        query = _status().order_by(digests.c.day.desc(), digests.c.profile, deliveries.c.id)
        if profile is not None:
            query = query.where(digests.c.profile == profile)
        if day is not None:
            query = query.where(digests.c.day == day)
        if since is not None:
            query = query.where(digests.c.day >= since)
        if failed:
            query = query.where((deliveries.c.state == "failed") | (deliveries.c.bounced != ""))
        with self._database.reading() as connection:
            return [DeliveryStatus(**row) for row in connection.execute(query).mappings()]

    def find_deliveries(self, start: str, *, most: int = 2) -> list[DeliveryStatus]:
        """Return at most *most* deliveries whose ids begin with *start*."""
        query = _status().where(deliveries.c.id.startswith(start, autoescape=True)).limit(most)
        with self._database.reading() as connection:
            return [DeliveryStatus(**row) for row in connection.execute(query).mappings()]

    def retry_delivery(self, delivery_id: str, *, now: datetime) -> bool:
        """Let a delivery be tried again from now on, with all its tries before it.

        True where it was given up, came back, or waited for a later try; what was sent or is
        being sent stays as it is.
        """
        require_utc("now", now)
        may = deliveries.c.state.in_(["failed", "waiting"]) | (
            (deliveries.c.state == "sent") & (deliveries.c.bounced != "")
        )
        again = (
            update(deliveries)
            .where(deliveries.c.id == delivery_id, may)
            .values(state="waiting", due=now, attempts=0, bounced="", changed=now)
        )
        with self._database.writing() as connection:
            return connection.execute(again).rowcount == 1


def _status() -> Select[Any]:
    left_out = {"digest_id", "holder"}
    columns = (column for column in deliveries.c if column.name not in left_out)
    return select(*columns, digests.c.profile, digests.c.day).join(
        digests, digests.c.id == deliveries.c.digest_id
    )


def _due(now: datetime) -> Select[Any]:
    ready = (
        select(digests.c.id)
        .where(digests.c.id == deliveries.c.digest_id, digests.c.state == "ready")
        .exists()
    )
    # Rows that another worker is claiming this moment are passed over, not waited for.
    return (
        select(deliveries.c.id)
        .where(_ripe(now), ready)
        .order_by(deliveries.c.due, deliveries.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _ripe(now: datetime) -> ColumnElement[bool]:
    waits = deliveries.c.state == "waiting"
    # Said aloud, or SQLite walks along all that are done before it comes to those.
    return and_(
        deliveries.c.due.is_not(None),
        or_(
            deliveries.c.due <= now,
            waits & is_due(deliveries.c.due, deliveries.c.changed, now),
            is_let_go(deliveries.c.due, now),
        ),
    )


def _ended_by_pause(delivery_id: str, now: datetime) -> Update:
    paused = (
        select(pauses.c.profile)
        .join(digests, digests.c.profile == pauses.c.profile)
        .where(
            digests.c.id == deliveries.c.digest_id,
            pauses.c.channel == deliveries.c.channel,
            pauses.c.recipient == deliveries.c.recipient,
        )
    )
    return (
        update(deliveries)
        .where(deliveries.c.id == delivery_id, paused.exists())
        .values(state="failed", due=None, holder=None, changed=now, detail=PAUSED)
    )


def _delivery(connection: Connection, delivery_id: str) -> Delivery:
    query = (
        select(deliveries, digests)
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .where(deliveries.c.id == delivery_id)
    )
    values = connection.execute(query).mappings().one()
    digest_id, role = values[deliveries.c.digest_id], values[deliveries.c.role]
    channel = values[deliveries.c.channel]
    return Delivery(
        id=delivery_id,
        digest_id=digest_id,
        profile=values[digests.c.profile],
        day=values[digests.c.day],
        channel=channel,
        recipient=values[deliveries.c.recipient],
        message_id=values[deliveries.c.message_id],
        made=values[digests.c.made],
        role=role,
        to=_copied_from(connection, digest_id, channel) if role == "cc" else (),
        attempts=values[deliveries.c.attempts],
        rendered=Rendered(
            subject=values[digests.c.subject],
            text=values[digests.c.text].decode(),
            html=values[digests.c.html].decode(),
            enclosures=_enclosures(connection, digest_id),
        ),
    )


def _copied_from(connection: Connection, digest_id: str, channel: str) -> tuple[str, ...]:
    """Return whose digest a copy over *channel* is."""
    query = (
        select(deliveries.c.recipient)
        .where(
            deliveries.c.digest_id == digest_id,
            deliveries.c.channel == channel,
            deliveries.c.role == "to",
        )
        .order_by(deliveries.c.recipient)
    )
    return tuple(connection.scalars(query))


def _enclosures(connection: Connection, digest_id: str) -> tuple[Enclosure, ...]:
    query = (
        select(enclosures.c.name, enclosures.c.media, enclosures.c.content, enclosures.c.cid)
        .where(enclosures.c.digest_id == digest_id)
        .order_by(enclosures.c.position)
    )
    return tuple(Enclosure(**row) for row in connection.execute(query).mappings())
