"""The only SQL: one database that says what is waiting and keeps what was done.

SQLite by default, PostgreSQL by URL, the same statements on both. Every method is one
transaction, or part of one view (``one_view``). Knows the words of ``model`` and nothing of
sources, rules or mail.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from cxdigest.store.absences import Absence, Absences
from cxdigest.store.alerts import Alerts, Read
from cxdigest.store.alone import Alone
from cxdigest.store.archive import Archive, Filed, Stood
from cxdigest.store.candidates import Candidates, Shown
from cxdigest.store.clients import Clients, ClientStanding
from cxdigest.store.connection import connect
from cxdigest.store.contents import Contents, Listed
from cxdigest.store.deliveries import Deliveries, DeliveryStatus
from cxdigest.store.digests import Digests, digest_id
from cxdigest.store.erasure import Erased, Erasure
from cxdigest.store.feedback import Feedback, Held, Mention
from cxdigest.store.feeds import FeedSecrets
from cxdigest.store.health import Health
from cxdigest.store.history import Histories, History
from cxdigest.store.hosts import Hosts
from cxdigest.store.imports import Imports
from cxdigest.store.intake import Intakes
from cxdigest.store.joining import Joining
from cxdigest.store.lately import Arrival, Lately, Said
from cxdigest.store.migrate import migrate
from cxdigest.store.news import News
from cxdigest.store.notes import Notes
from cxdigest.store.numbers import Numbers
from cxdigest.store.openings import Identified, Openings
from cxdigest.store.packs import Packs, StoredPack
from cxdigest.store.pages import Asked, Pages, Waiting
from cxdigest.store.pauses import Pause, Pauses, Sent
from cxdigest.store.poll_history import Poll, PollHistory, Yielded
from cxdigest.store.polls import Polls
from cxdigest.store.postings import Postings
from cxdigest.store.quarantine import Quarantine, Quarantined
from cxdigest.store.raw import UNREAD, RawAlerts
from cxdigest.store.reports import Reports
from cxdigest.store.rereads import Rereading, Rereads, StoredAlert
from cxdigest.store.retention import A_TIME, NEEDED, Retention, Swept
from cxdigest.store.reviews import Reviewed, Reviews
from cxdigest.store.roster import Definition, Enrolment, Roster
from cxdigest.store.search import COUNTED, Found, Search
from cxdigest.store.sieve import Wanted
from cxdigest.store.taken import ShownIn, Taken, TakenIn
from cxdigest.store.tallies import Tallies
from cxdigest.store.users import AccessToken, Session, User, Users
from cxdigest.store.verdicts import Verdicts
from cxdigest.store.vitals import HandedOver, Polling, Vitals
from cxdigest.store.weeks import Weeks
from cxdigest.store.yields import Claim, Standing, Yields

__all__ = [
    "A_TIME",
    "COUNTED",
    "NEEDED",
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
    "Filed",
    "Found",
    "HandedOver",
    "Held",
    "History",
    "Identified",
    "Listed",
    "Mention",
    "Pause",
    "Poll",
    "Polling",
    "Quarantined",
    "Read",
    "Rereading",
    "Reviewed",
    "Said",
    "Sent",
    "Session",
    "Shown",
    "ShownIn",
    "Standing",
    "Stood",
    "Store",
    "StoredAlert",
    "StoredPack",
    "Swept",
    "Taken",
    "User",
    "Waiting",
    "Wanted",
    "Yielded",
    "digest_id",
    "open_store",
]


class Store(
    Polls,
    Alerts,
    RawAlerts,
    Retention,
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
    Numbers,
    News,
    Quarantine,
    Absences,
    Deliveries,
    Reviews,
    Clients,
    Lately,
    Pauses,
    Feedback,
    Contents,
    Search,
    Histories,
    Joining,
    FeedSecrets,
    Imports,
    Intakes,
    Health,
    Vitals,
    Tallies,
    Notes,
    Roster,
    Users,
    Erasure,
    PollHistory,
    TakenIn,
    Archive,
    Packs,
    Alone,
):
    """The database. Safe to use from several threads; each process opens its own.

    All moments are aware UTC; a ``ValueError`` refuses others. Every method raises ``StoreError``
    when the database fails, and never for something that is not there.
    """

    def one_view(self) -> AbstractContextManager[None]:
        """Let all that this thread reads meanwhile be of one state of the data: faster, and whole.

        What is written meanwhile is not seen.
        """
        return self._database.one_view()

    def behind(self) -> Store:
        """Return the same store for a worker: what it writes does not count as a change.

        Pages that were shown a moment ago are shown again for some seconds, unless somebody
        changed something; a worker's own work may be seen as late as that.
        """
        return Store(self._database.behind())

    @property
    def is_shared(self) -> bool:
        """Whether several processes may serve pages of it, of which this is one."""
        return not self._database.is_sqlite

    @property
    def changes(self) -> int:
        """How often this process wrote, workers' work left out."""
        return self._database.changes

    def close(self) -> None:
        """Give the connections back; the store may not be used after."""
        self._database.engine.dispose()


def open_store(
    url: str,
    *,
    patience: timedelta = timedelta(seconds=30),
    before: Callable[[], object] | None = None,
) -> Store:
    """Open the store at *url*, making and migrating its tables as needed.

    *url* is a path, ``sqlite:///PATH`` or ``postgresql://…``; *patience* is how long to wait for
    a lock of another program; *before* is called before tables that are there are changed.

    Raises:
        StoreError: it cannot be reached, made or migrated, or a newer cxdigest wrote it.
    """
    database = connect(url, patience=patience)
    try:
        migrate(database, before)
    except BaseException:
        database.engine.dispose()
        raise
    return Store(database)
