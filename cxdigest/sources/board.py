"""An employer's own board (Greenhouse, Lever, …): every opening it shows, with its duties.

Fetches through ``net``; where a listing stands and what it says is ``pages.boards``'s business. An
opening becomes a feed of one entry, so that the alert can be read again like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from cxdigest.errors import (
    NetError,
    PageError,
    PollFailure,
    SourceError,
    TooMuchError,
)
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.feeds.json_feed import OWN, write_entry
from cxdigest.extract.split import feed_alert
from cxdigest.model import Alert, Cursor
from cxdigest.net import Answer, Http, shown
from cxdigest.pages.boards import (
    Listing,
    Opening,
    listing_url,
    read_listing,
    read_record,
    record_url,
)
from cxdigest.sources import Batch

ACCEPT = "application/json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
MAX_PAGES = 50  #: of one listing
MAX_RECORDS = 100  #: fetched in one poll, where the listing leaves the duties out

_OK = 200
_WAYS_OUT: dict[int, tuple[PollFailure, str]] = {
    401: ("auth", "asks for a login; the employer does not publish openings there"),
    403: ("auth", "refuses access; it is tried again at the next poll"),
    404: ("gone", "knows no such employer; copy the source's `token` from the board's address"),
    410: ("gone", "has taken the board down; remove the source"),
    429: ("throttled", "was asked too often; raise the source's `every`"),
    503: ("throttled", "asks to come back later; it is tried again then"),
}
_OTHERWISE: tuple[PollFailure, str] = ("network", "it is tried again at the next poll")


class BoardSource:
    """One employer's openings on one board.

    The cursor holds ``url``, ``etag`` and ``modified`` of a listing that came in one piece.
    """

    def __init__(self, name: str, board: str, token: str, http: Http, *, company: str = "") -> None:
        self.name = name
        self.board = board
        self.token = token
        self.company = company  #: shown where the board does not name the employer
        self._http = http

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Yield the openings of the listing, page by page, in its order.

        Raises:
            SourceError: the listing did not arrive or cannot be read.
        """
        url = listing_url(self.board, self.token)
        budget = iter(range(MAX_RECORDS))
        for number in range(MAX_PAGES):
            answer = self._ask(url, cursor if number == 0 else {}, now)
            if answer is None:
                return
            listing = self._read(answer, now)
            alerts = tuple(self._alerts(listing, budget, known, now))
            whole = number == 0 and not listing.next_url
            kept = {"url": url, "etag": answer.etag, "modified": answer.modified} if whole else {}
            yield Batch(alerts=alerts, cursor=kept, poll_in=answer.retry_after)
            url = listing.next_url
            if not url:
                return

    def _ask(self, url: str, cursor: Cursor, now: datetime) -> Answer | None:
        """Return the answer, None where nothing has changed."""
        same = cursor.get("url") == url
        etag, modified = (str(cursor.get(key, "")) if same else "" for key in ("etag", "modified"))
        try:
            answer = self._http.get(url, etag=etag, modified=modified, accept=ACCEPT, now=now)
        except TooMuchError as error:
            raise SourceError(str(error), outcome="unreadable") from error
        except NetError as error:
            raise SourceError(str(error), outcome="network") from error
        if answer.not_modified and (etag or modified):
            return None
        if answer.status != _OK:
            raise _refusal(answer)
        return answer

    def _read(self, answer: Answer, now: datetime) -> Listing:
        try:
            return read_listing(self.board, answer.body, self.token, today=now.date())
        except PageError as error:
            raise SourceError(
                f"{shown(answer.url)}: {error}", outcome="unreadable", body=answer.body
            ) from error

    def _alerts(
        self, listing: Listing, budget: Iterator[int], known: Callable[[str], bool], now: datetime
    ) -> Iterator[Alert]:
        for opening in listing.openings:
            if known(opening.native_id):
                continue
            if opening.page is None and next(budget, None) is not None:
                yield self._alert(self._with_record(opening, now))
            else:
                yield self._alert(opening)

    def _with_record(self, opening: Opening, now: datetime) -> Opening:
        """Return *opening* with its record; without, where that cannot be had now."""
        record = opening.record(self.token)
        try:
            answer = self._http.get(record_url(record), accept=ACCEPT, now=now)
            if answer.status != _OK:
                return opening
            return replace(opening, page=read_record(record, answer.body, today=now.date()))
        except (NetError, PageError):  # its page is asked again when pages are read
            return opening

    def _alert(self, opening: Opening) -> Alert:
        page = opening.page
        said = {
            "board": self.board,
            "native_id": opening.native_id,
            "company": opening.company or (page.company if page else "") or self.company,
            "location": opening.location,
            "workplace": opening.workplace,
            "salary": page.salary if page else "",
        }
        item = {
            "id": opening.native_id,
            "url": opening.url,
            "title": opening.title,
            "content_html": page.description if page else "",
            "date_published": f"{opening.posted}T00:00:00Z" if opening.posted else "",
            OWN: {name: value for name, value in said.items() if value},
        }
        title, feed_id = f"{self.token} on {self.board}", listing_url(self.board, self.token)
        (entry,) = read_feed(write_entry(item, title=title, feed_id=feed_id), own=True).entries
        return feed_alert(entry, source=self.name)


def _refusal(answer: Answer) -> SourceError:
    outcome, advice = _WAYS_OUT.get(answer.status, _OTHERWISE)
    return SourceError(
        f"{shown(answer.url)} answered {answer.status}: {advice}",
        outcome=outcome,
        retry_after=answer.retry_after,
    )
