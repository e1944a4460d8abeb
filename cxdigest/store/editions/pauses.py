"""Recipients who get no more mails for now: they asked for that, or their address takes none.

A pause is one recipient's, over one channel, of one profile's digests; everybody else goes on
getting them. What bounced is kept beside the delivery, in the server's own words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, update

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import deliveries, digests, pauses, profiles
from cxdigest.text import own_message_ids

#: Codes of RFC 3463 that say: no such mailbox, no such host, moved, given up.
GONE = ("5.1.1 ", "5.1.2 ", "5.1.3 ", "5.1.6 ", "5.1.10 ", "5.2.1 ")
#: Digests of so many days that came back from an address which is not there, to stop at.
GONE_TIMES = 2
#: They lie no further apart than this: an address that was mended meanwhile starts anew.
GONE_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A recipient who is left out."""

    profile: str  #: or another stream of mails
    channel: str
    recipient: str
    since: datetime
    why: str  #: one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """To whom a mail of ours went."""

    delivery: str  #: its id
    profile: str  #: or another stream of mails
    day: date  #: local day of the digest
    channel: str
    recipient: str


class Pauses(Part):
    """Who is left out of deliveries, and what came back."""

    def pause_recipient(
        self, profile: str, channel: str, recipient: str, *, why: str, now: datetime
    ) -> bool:
        """Send *profile*'s digests no more to *recipient* over *channel*; False if it was so.

        What waits to be sent to it is not sent either: it ends as failed, and says why.

        Raises:
            ValueError: there is no such profile.
        """
        require_utc("now", now)
        known = select(profiles.c.name).where(profiles.c.name == profile)
        with self._database.writing() as connection:
            if connection.scalar(known) is None:
                raise ValueError(f"profile {profile} is not registered")
            return _pause(connection, (profile, channel, recipient), why, now)

    def resume_recipient(self, profile: str, channel: str, recipient: str) -> bool:
        """Send to *recipient* again, from the next digest on; False if it was not paused."""
        with self._database.writing() as connection:
            gone = delete(pauses).where(*_is(profile, channel, recipient))
            return connection.execute(gone).rowcount == 1

    def pauses(self, profile: str | None = None) -> list[Pause]:
        """Return who is left out, by profile, the latest last; of one profile if given."""
        query = select(pauses).order_by(pauses.c.profile, pauses.c.since, pauses.c.recipient)
        if profile is not None:
            query = query.where(pauses.c.profile == profile)
        with self._database.reading() as connection:
            return [Pause(**row) for row in connection.execute(query).mappings()]

    def sent_under(self, message_ids: Collection[str]) -> list[Sent]:
        """Return the deliveries with one of *message_ids*, those that nobody can guess."""
        told = own_message_ids(" ".join(message_ids))
        return self._sent(_sent().where(deliveries.c.message_id.in_(told))) if told else []

    def sent_as(self, delivery_id: str) -> Sent | None:
        """Return the delivery with this id; None if there is none."""
        return next(iter(self._sent(_sent().where(deliveries.c.id == delivery_id))), None)

    def sent_to(self, recipient: str) -> list[Sent]:
        """Return the latest delivery of each profile to *recipient*, over each channel."""
        query = (
            _sent()
            .where(func.lower(deliveries.c.recipient) == recipient.lower())
            .order_by(digests.c.made.desc())
        )
        latest: dict[tuple[str, str], Sent] = {}
        for one in self._sent(query):
            latest.setdefault((one.profile, one.channel), one)
        return list(latest.values())

    def _sent(self, query: Select[Any]) -> list[Sent]:
        with self._database.reading() as connection:
            return [Sent(**row) for row in connection.execute(query).mappings()]

    def record_bounce(self, delivery_id: str, *, words: str, now: datetime) -> bool:
        """Store that a delivery came back for good, in the server's *words*; False if it was so.

        Where *words* begin with a code that says that there is no such mailbox (``GONE``), a second
        digest that comes back like that pauses the recipient.
        """
        require_utc("now", now)
        came_back = (
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.bounced == "")
            .values(bounced=words)
        )
        with self._database.writing() as connection:
            if connection.execute(came_back).rowcount != 1:
                return False
            if words.startswith(GONE):
                _stop_if_gone(connection, delivery_id, words, now)
        return True


def _pause(connection: Connection, who: tuple[str, str, str], why: str, now: datetime) -> bool:
    profile, channel, recipient = who
    row = {"profile": profile, "channel": channel, "recipient": recipient, "since": now, "why": why}
    new = insert_new(connection, pauses).returning(pauses.c.recipient)
    if connection.scalar(new, row) is None:
        return False
    connection.execute(
        update(deliveries)
        .where(
            deliveries.c.digest_id.in_(select(digests.c.id).where(digests.c.profile == profile)),
            deliveries.c.channel == channel,
            deliveries.c.recipient == recipient,
            # What a worker has in hand is on its way.
            deliveries.c.state == "waiting",
        )
        .values(state="failed", due=None, detail=f"Not sent: {why}", changed=now)
    )
    return True


def _stop_if_gone(connection: Connection, delivery_id: str, words: str, now: datetime) -> None:
    """Pause the recipient of this delivery if another of its mails came back like it."""
    sent = connection.execute(_sent().where(deliveries.c.id == delivery_id)).one()
    same = (
        digests.c.profile == sent.profile,
        deliveries.c.channel == sent.channel,
        deliveries.c.recipient == sent.recipient,
    )
    days = (
        select(func.count(digests.c.day.distinct()))
        .select_from(deliveries)
        .join(digests, digests.c.id == deliveries.c.digest_id)
        .where(*same, digests.c.made > now - GONE_WITHIN, _was_gone())
    )
    if (connection.scalar(days) or 0) >= GONE_TIMES:
        why = f"{GONE_TIMES} digests came back: {words}"
        _pause(connection, (sent.profile, sent.channel, sent.recipient), why, now)


def _was_gone() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return or_(*(deliveries.c.bounced.startswith(code, autoescape=True) for code in GONE))


def _is(profile: str, channel: str, recipient: str) -> tuple[Any, ...]:
    return (
        pauses.c.profile == profile,
        pauses.c.channel == channel,
        pauses.c.recipient == recipient,
    )


def _sent() -> Select[Any]:
    return select(
        deliveries.c.id.label("delivery"),
        digests.c.profile,
        digests.c.day,
        deliveries.c.channel,
        deliveries.c.recipient,
    ).join(digests, digests.c.id == deliveries.c.digest_id)
