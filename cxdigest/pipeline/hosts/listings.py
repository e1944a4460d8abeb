"""The openings that employers list on their public boards, each list asked for once in some hours.

Kept in memory: many postings of one employer need the same list, and a day later it is another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from cxdigest.errors import PageError
from cxdigest.pages.boards import Opening, listing_url, read_listing
from cxdigest.pipeline.hosts.asking import Asker

_HOLD = timedelta(hours=6)
_MOST_PARTS = 20  #: of a list that comes in parts, 2,000 openings at Greenhouse's largest employers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    until: datetime
    openings: tuple[Opening, ...] = ()
    failure: PageError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listings:
    """Lists of openings, as they were not long ago; one instance serves all threads."""

    asker: Asker
    _kept: dict[tuple[str, str], _Kept] = field(default_factory=dict, repr=False)
    _locks: dict[tuple[str, str], threading.Lock] = field(default_factory=dict, repr=False)

    def openings(
        self, board: str, token: str, *, today: date, before: Callable[[], None]
    ) -> tuple[Opening, ...]:
        """Return the openings of the employer called *token* on *board*.

        *before* is called right before the list is asked for, if it is.

        Raises:
            PageError: they cannot be had.
            HostBusyError: another worker asks the board.
        """
        key = (board, token)
        with self._locks.setdefault(key, threading.Lock()):
            now = self.asker.clock()
            kept = self._kept.get(key)
            if kept is None or kept.until <= now:
                kept = self._kept[key] = self._fetch(board, token, now, today, before)
        if kept.failure:
            raise PageError(
                str(kept.failure),
                outcome=kept.failure.outcome,
                retry_after=kept.failure.retry_after,
            ) from kept.failure
        return kept.openings

    def _fetch(
        self, board: str, token: str, now: datetime, today: date, before: Callable[[], None]
    ) -> _Kept:
        found: list[Opening] = []
        url = listing_url(board, token)
        try:
            for _ in range(_MOST_PARTS):
                answer = self.asker.get(url, before=before)
                listing = read_listing(board, answer.body, token, today=today)
                found += listing.openings
                if not (url := listing.next_url):
                    break
        except PageError as error:
            return _Kept(until=now + _HOLD, failure=error)
        return _Kept(until=now + _HOLD, openings=tuple(found))
