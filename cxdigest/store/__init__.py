"""The only SQL: one database that says what is waiting and keeps what was done.

SQLite by default, PostgreSQL by URL, the same statements on both. Every method is one
transaction. Knows the words of ``model`` and nothing of sources, rules or mail.
"""

from __future__ import annotations

from datetime import timedelta

from cxdigest.store.absences import Absence, Absences
from cxdigest.store.alerts import Alerts, Read
from cxdigest.store.candidates import Candidates, Shown
from cxdigest.store.clients import Clients, ClientStanding
from cxdigest.store.connection import connect
from cxdigest.store.contents import Contents, Listed
from cxdigest.store.deliveries import Deliveries, DeliveryStatus
from cxdigest.store.digests import Digests, digest_id
from cxdigest.store.erasure import Erased, Erasure
from cxdigest.store.feedback import Feedback, Mention
from cxdigest.store.feeds import FeedSecrets
from cxdigest.store.health import Health
from cxdigest.store.hosts import Hosts
from cxdigest.store.intake import Intakes
from cxdigest.store.lately import Arrival, Lately, Said
from cxdigest.store.migrate import migrate
from cxdigest.store.openings import Identified, Openings
from cxdigest.store.pages import Asked, Pages, Waiting
from cxdigest.store.pauses import Pause, Pauses, Sent
from cxdigest.store.polls import Polls
from cxdigest.store.postings import Postings
from cxdigest.store.quarantine import Quarantine, Quarantined
from cxdigest.store.raw import UNREAD, RawAlerts
from cxdigest.store.reports import Reports
from cxdigest.store.rereads import Rereading, Rereads, StoredAlert
from cxdigest.store.reviews import Reviewed, Reviews
from cxdigest.store.roster import Definition, Enrolment, Roster
from cxdigest.store.users import AccessToken, Session, User, Users
from cxdigest.store.verdicts import Verdicts
from cxdigest.store.weeks import Weeks
from cxdigest.store.yields import Claim, Standing, Yields

__all__ = [
    "UNREAD",
    "Absence",
    "AccessToken",
    "Arrival",
    "Asked",
    "Claim",
    "ClientStanding",
    "Definition",
    "DeliveryStatus",
    "Enrolment",
    "Erased",
    "Identified",
    "Listed",
    "Mention",
    "Pause",
    "Quarantined",
    "Read",
    "Rereading",
    "Reviewed",
    "Said",
    "Sent",
    "Session",
    "Shown",
    "Standing",
    "Store",
    "StoredAlert",
    "User",
    "Waiting",
    "digest_id",
    "open_store",
]


class Store(
    Polls,
    Alerts,
    RawAlerts,
    Rereads,
    Reports,
    Yields,
    Postings,
    Openings,
    Pages,
    Hosts,
    Verdicts,
    Candidates,
    Digests,
    Weeks,
    Quarantine,
    Absences,
    Deliveries,
    Reviews,
    Clients,
    Lately,
    Pauses,
    Feedback,
    Contents,
    FeedSecrets,
    Intakes,
    Health,
    Roster,
    Users,
    Erasure,
):
    """The database. Safe to use from several threads; each process opens its own.

    All moments are aware UTC; a ``ValueError`` refuses others. Every method raises ``StoreError``
    when the database fails, and never for something that is not there.
    """

    def close(self) -> None:
        """Give the connections back; the store may not be used after."""
        self._database.engine.dispose()


def open_store(url: str, *, patience: timedelta = timedelta(seconds=30)) -> Store:
    """Open the store at *url*, making and migrating its tables as needed.

    *url* is a path, ``sqlite:///PATH`` or ``postgresql://…``; *patience* is how long to wait for
    a lock of another program.

    Raises:
        StoreError: it cannot be reached, made or migrated, or a newer cxdigest wrote it.
    """
    database = connect(url, patience=patience)
    try:
        migrate(database)
    except BaseException:
        database.engine.dispose()
        raise
    return Store(database)
