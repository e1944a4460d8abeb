"""Alerts of mailboxes that take in the mails of many people: which are nobody's, and their owners.

Once an alert has its owner it keeps it, and the addresses by which it was found are forgotten.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from cxdigest.model import require_utc, routed
from cxdigest.store.arrivals.raw import RawAlerts
from cxdigest.store.arrivals.shares import MESSAGES
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.schema import alerts, instance, sightings

#: Alerts looked at in one transaction.
_CHUNK = 1000
#: Behind the fingerprint while alerts are looked at: what is stored meanwhile may be missed.
_UNDER_WAY = "?"


class Intakes(Part):
    """Whose alerts of an intake mailbox are."""

    def is_routed_by(self, source: str, fingerprint: str) -> bool:
        """Tell whether everything in *source* was routed by this state of people's addresses."""
        query = select(instance.c.value).where(instance.c.name == _mark(source))
        with self._database.reading() as connection:
            return connection.scalar(query) == fingerprint

    def find_owners(
        self,
        source: str,
        owner: Callable[[Sequence[str]], str],
        *,
        addressed: Callable[[bytes], Sequence[str]],
        fingerprint: str,
    ) -> Counter[str]:
        """Give what is nobody's in *source* to whom *owner* names for its addresses.

        Returns how many alerts each profile got. What was read from them is seen when it was
        polled, as ever. *addressed* finds the addresses of what came before the mailbox took in
        mails of many people. *fingerprint* is remembered once all were looked at.
        """
        found: Counter[str] = Counter()
        self._remember(source, fingerprint + _UNDER_WAY)
        after = -1
        while rows := self._unclaimed_after(source, after):
            after = rows[-1][0]
            known = [(number, to or self._addressed(number, addressed)) for number, to in rows]
            found += self._give(source, [(n, who) for n, to in known if (who := owner(to))])
        self._remember(source, fingerprint, instead=fingerprint + _UNDER_WAY)
        return found

    def forget_routing(self, source: str, *, unless: str) -> None:
        """Look at everything in *source* once more, if other addresses hold than *unless* says.

        For whoever has just stored alerts by addresses that may have changed meanwhile.
        """
        stale = delete(instance).where(instance.c.name == _mark(source), instance.c.value != unless)
        if not self.is_routed_by(source, unless):
            with self._database.writing() as connection:
                connection.execute(stale)

    def _remember(self, source: str, value: str, *, instead: str | None = None) -> None:
        row = {"name": _mark(source), "value": value}
        remember = update(instance).where(instance.c.name == row["name"]).values(value=value)
        if instead is not None:
            remember = remember.where(instance.c.value == instead)
        with self._database.writing() as connection:
            if instead is None:
                connection.execute(insert_new(connection, instance), row)
            connection.execute(remember)

    def nobodys(self, source: str, *, since: datetime) -> list[list[str]]:
        """Return for each alert of *source* since *since* that is nobody's its addresses.

        Digests that came back and other mails that show no postings are left out.
        """
        require_utc("since", since)
        query = (
            select(alerts.c.addressed)
            .where(_nobodys(source), alerts.c.stored > since, alerts.c.outcome != "not-an-alert")
            .order_by(alerts.c.id)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def refused_messages(self, *, since: datetime) -> dict[str, list[str]]:
        """Return by source why mails to us asked in vain since *since*; programs' are left out."""
        require_utc("since", since)
        query = (
            select(alerts.c.source, alerts.c.reason)
            .where(
                alerts.c.format.in_(MESSAGES - {"auto-reply"}),
                alerts.c.outcome == "not-an-alert",
                alerts.c.stored > since,
            )
            .order_by(alerts.c.stored)
        )
        found: dict[str, list[str]] = defaultdict(list)
        with self._database.reading() as connection:
            for source, reason in connection.execute(query):
                found[source].append(reason)
        return found

    def _unclaimed_after(self, source: str, after: int) -> list[tuple[int, list[str]]]:
        query = (
            select(alerts.c.id, alerts.c.addressed)
            .where(_nobodys(source), alerts.c.id > after)
            .order_by(alerts.c.id)
            .limit(_CHUNK)
        )
        with self._database.reading() as connection:
            return [(row.id, row.addressed) for row in connection.execute(query)]

    def _addressed(self, number: int, addressed: Callable[[bytes], Sequence[str]]) -> Sequence[str]:
        """Return the addresses of an alert that was stored without, and keep them."""
        raw = RawAlerts(self._database).raw_alert_of(number)
        found = list(addressed(raw)) if raw else []
        if found:
            keep = update(alerts).where(alerts.c.id == number, alerts.c.profile == "")
            with self._database.writing() as connection:
                connection.execute(keep.values(addressed=found))
        return found

    def _give(self, source: str, owned: Sequence[tuple[int, str]]) -> Counter[str]:
        given: Counter[str] = Counter()
        with self._database.writing() as connection:
            rely_on_identity(connection)
            for number, profile in owned:
                mine = {"of": number, "to": profile, "as": routed(source, profile)}
                # Another worker may have been first, and perhaps knew other addresses.
                if connection.execute(_GIVE, mine).rowcount == 1:
                    connection.execute(_GIVE_SIGHTINGS, mine)
                    given[profile] += 1
        return given


_GIVE = (
    update(alerts)
    .where(alerts.c.id == bindparam("of"), alerts.c.profile == "")
    .values(profile=bindparam("to"), addressed=[])
)
_GIVE_SIGHTINGS = (
    update(sightings).where(sightings.c.alert_id == bindparam("of")).values(source=bindparam("as"))
)


def _nobodys(source: str) -> ColumnElement[bool]:
    return and_(alerts.c.source == source, alerts.c.profile == "", alerts.c.format.not_in(MESSAGES))


def _mark(source: str) -> str:
    return f"routed/{source}"
