"""Where alerts come from: one file a source, one line here.

A source fetches and yields; it never extracts, judges or stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from cxdigest.model import Alert, Cursor

if TYPE_CHECKING:  # to know the types of sources, nobody needs what makes requests
    from cxdigest.extract.feeds.entries import FeedDocument
    from cxdigest.net import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some alerts, and the position to go on from once they are stored."""

    alerts: tuple[Alert, ...]  #: in the source's order; may be empty
    cursor: Cursor  #: stored in the same transaction as the alerts
    full: int = 0  #: polls in a row at which all that the source can hold was new; 0: this was none
    poll_in: timedelta | None = None  #: the source's wish for the next poll; only ever later


class Source(Protocol):
    """One place that is polled.

    A working source::

        class Notebook:
            name = "notebook"

            def fetch(self, cursor, *, now, known):
                page = int(cursor.get("page", 0))
                yield Batch(alerts=read_page(page), cursor={"page": page + 1})
    """

    @property
    def name(self) -> str:
        """The source's name in the configuration."""

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Yield what is new since *cursor* (``{}`` at the first poll), batch by batch.

        Each batch is stored before the next is asked for. *known* tells whether an alert with this
        key or content digest is stored already: worth asking where it spares a fetch, for alerts
        that are yielded again do no harm. Yielding nothing leaves the cursor where it is.

        Raises:
            SourceError: the poll failed; batches yielded before stay stored.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTools:
    """What a source may be made with."""

    http: Http  #: the only way to the web: guarded, capped, paced
    clock: Callable[[], datetime]  #: now, as aware UTC
    tokens: Mapping[str, Callable[[], str]]  #: what opens an account, by the name of its login
    read_feed: Callable[[bytes], FeedDocument]  #: reads a feed, perhaps in a process of its own
