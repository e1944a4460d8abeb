"""The only SQL: one database that says what is waiting and keeps what was done.

SQLite by default, PostgreSQL by URL, the same statements on both. Every method is one
transaction, or part of one view (``one_view``). Knows the words of ``model`` and nothing of
sources, rules or mail.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from cxdigest.store.archive.contents import Contents, Listed
from cxdigest.store.archive.filed import Archive, Filed, Stood
from cxdigest.store.archive.history import Histories, History
from cxdigest.store.archive.numbers import Numbers
from cxdigest.store.archive.retention import A_TIME, NEEDED, Retention, Swept
from cxdigest.store.archive.search import COUNTED, Found, Search
from cxdigest.store.archive.sieve import Wanted
from cxdigest.store.arrivals.alerts import Alerts, Read
from cxdigest.store.arrivals.imports import Imports
from cxdigest.store.arrivals.intake import Intakes
from cxdigest.store.arrivals.poll_history import Poll, PollHistory, Yielded
from cxdigest.store.arrivals.polls import Polls
from cxdigest.store.arrivals.raw import UNREAD, RawAlerts
from cxdigest.store.arrivals.reports import Reports
from cxdigest.store.arrivals.rereads import Rereading, Rereads, StoredAlert
from cxdigest.store.arrivals.taken import ShownIn, Taken, TakenIn
from cxdigest.store.arrivals.yields import Claim, Standing, Yields
from cxdigest.store.database.alone import Alone
from cxdigest.store.database.connection import connect
from cxdigest.store.database.migrate import migrate
from cxdigest.store.database.notes import Notes
from cxdigest.store.editions.candidates import Candidates, Shown
from cxdigest.store.editions.deliveries import Deliveries, DeliveryStatus
from cxdigest.store.editions.digests import Digests, digest_id
from cxdigest.store.editions.news import News
from cxdigest.store.editions.pauses import Pause, Pauses, Sent
from cxdigest.store.editions.reviews import Reviewed, Reviews
from cxdigest.store.editions.weeks import Weeks
from cxdigest.store.openings.boards import Boards
from cxdigest.store.openings.hosts import Hosts
from cxdigest.store.openings.joining import Joining
from cxdigest.store.openings.merging import Identified, Openings
from cxdigest.store.openings.pages import Asked, Pages, Waiting
from cxdigest.store.openings.postings import Postings
from cxdigest.store.openings.quarantine import Quarantine, Quarantined
from cxdigest.store.openings.verdicts import Verdicts
from cxdigest.store.people.clients import Clients, ClientStanding
from cxdigest.store.people.erasure import Erased, Erasure
from cxdigest.store.people.feedback import Feedback, Held, Mention
from cxdigest.store.people.feeds import FeedSecrets
from cxdigest.store.people.lately import Arrival, Lately, Said
from cxdigest.store.people.packs import Packs, StoredPack
from cxdigest.store.people.roster import Definition, Enrolment, Roster
from cxdigest.store.people.users import AccessToken, Session, User, Users
from cxdigest.store.watch.absences import Absence, Absences
from cxdigest.store.watch.health import Health
from cxdigest.store.watch.tallies import Tallies
from cxdigest.store.watch.vitals import HandedOver, Polling, Vitals

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
    Boards,
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
