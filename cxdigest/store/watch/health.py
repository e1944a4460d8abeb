"""Whether the work is done: who woke when, what is overdue, how much there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, func, select, update

from cxdigest.language import _
from cxdigest.model import KINDS, require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.database.moved import moved_to, require_here
from cxdigest.store.schema import (
    alerts,
    deliveries,
    digests,
    postings,
    sightings,
    sources,
    verdicts,
    workers,
)
from cxdigest.store.watch.absences import note_absence

_FORGET = timedelta(days=30)


class Health(Part):
    """The signs of life."""

    def wake(self, *, now: datetime, holder: str) -> None:
        """Store that *holder* is at work, and that nobody was if that was long.

        Raises:
            StoreError: the store goes on elsewhere, where another worker may be at work.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            require_here(connection, self._database.place)
            note_absence(connection, now)
            woke = update(workers).where(workers.c.holder == holder).values(woke=now)
            if connection.execute(woke).rowcount == 0:
                row = {"holder": holder, "woke": now}
                connection.execute(insert_new(connection, workers), row)
                connection.execute(delete(workers).where(workers.c.woke < now - _FORGET))

    def moved_to(self) -> str | None:
        """Return where this store goes on, in words; None: here."""
        with self._database.reading() as connection:
            return moved_to(connection)

    def last_wake(self, holder: str | None = None) -> datetime | None:
        """Return when *holder*, or any worker, was last at work; None if never."""
        query = select(func.max(workers.c.woke))
        if holder is not None:
            query = query.where(workers.c.holder == holder)
        with self._database.reading() as connection:
            last: datetime | None = connection.scalar(query)
        return last

    def overdue(
        self, *, now: datetime, grace: timedelta, sources_in_use: Collection[str] | None = None
    ) -> list[str]:
        """Return a sentence for each poll and delivery that should have been done *grace* ago.

        *sources_in_use* leaves out sources that have left the configuration.
        """
        require_utc("now", now)
        late = now - grace
        polls = (
            select(sources.c.name, sources.c.next_poll)
            .where(sources.c.next_poll < late)
            .order_by(sources.c.next_poll)
        )
        sends = (
            select(
                digests.c.profile, digests.c.day, deliveries.c.recipient, deliveries.c.channel,
                deliveries.c.due, deliveries.c.detail,
            )
            .join(digests, digests.c.id == deliveries.c.digest_id)
            .where(deliveries.c.due < late)
            .order_by(deliveries.c.due)
        )  # fmt: skip
        with self._database.reading() as connection:
            sentences = [
                _(
                    "Source {name} was due at {moment} and has not been polled.",
                    name=name,
                    moment=_minute(due),
                )
                for name, due in connection.execute(polls)
                if sources_in_use is None or name in sources_in_use
            ]
            sentences += [
                _(
                    "The digest of {profile} for {day} to {recipient} over {channel} was due at "
                    "{moment} and has not been sent",
                    profile=row.profile,
                    day=row.day,
                    recipient=row.recipient,
                    channel=row.channel,
                    moment=_minute(row.due),
                )
                + (f": {row.detail}" if row.detail else ".")
                for row in connection.execute(sends)
            ]
        return sentences

    def unsent(self, *, since: date) -> list[str]:
        """Return a sentence for each delivery of digests *since* a day that did not arrive (yet).

        Those that were given up, came back, or were tried and wait for their next try.
        """
        query = (
            select(
                digests.c.profile, digests.c.day, deliveries.c.recipient, deliveries.c.channel,
                deliveries.c.state, deliveries.c.detail, deliveries.c.bounced,
            )
            .join(digests, digests.c.id == deliveries.c.digest_id)
            .where(
                digests.c.day >= since,
                (deliveries.c.state == "failed")
                | (deliveries.c.bounced != "")
                | ((deliveries.c.state == "waiting") & (deliveries.c.attempts > 0)),
            )
            .order_by(digests.c.day, digests.c.profile, deliveries.c.id)
        )  # fmt: skip
        with self._database.reading() as connection:
            return [
                _(
                    "The digest of {profile} for {day} to {recipient} over {channel} {how}: {why}",
                    profile=row.profile,
                    day=row.day,
                    recipient=row.recipient,
                    channel=row.channel,
                    how=_how(row.state, row.bounced),
                    why=row.bounced or row.detail,
                )
                for row in connection.execute(query)
            ]

    def counts(self) -> Mapping[str, int]:
        """Return totals of alerts, sightings, postings, digests and unjudged postings.

        Under ``kind.NAME`` the latest verdicts, under ``delivery.STATE`` the deliveries.
        """
        totals: dict[str, int] = {}
        with self._database.reading() as connection:
            for table in (alerts, sightings, postings, digests):
                totals[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
            totals["unjudged"] = totals["postings"]
            totals |= {f"kind.{kind}": 0 for kind in KINDS}
            for kind, number in connection.execute(_KINDS):
                totals[f"kind.{kind}"] = number
                totals["unjudged"] -= number
            states = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
            for state, number in connection.execute(states):
                totals[f"delivery.{state}"] = number
        return totals


#: One verdict a posting: by the rules that judged its present tier last.
_KINDS = (
    select(verdicts.c.kind, func.count())
    .join(
        postings,
        and_(
            postings.c.id == verdicts.c.posting_id,
            postings.c.judged == verdicts.c.rules,
            postings.c.tier == verdicts.c.tier,
        ),
    )
    .group_by(verdicts.c.kind)
)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _how(state: str, bounced: str) -> str:
    if bounced:
        return _("came back")
    return _("was given up") if state == "failed" else _("waits for its next try")
