"""A feed (RSS, Atom, JSON Feed) at a web address, asked for only what changed.

Fetches through ``net`` and reads with ``extract.feeds.entries``; what an entry means is not its
business. The validators of an answer are kept only once it was read, and no failure clears them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from cxdigest.errors import AlertError, NetError, PollFailure, SourceError, TooMuchError
from cxdigest.extract.feeds.entries import FeedDocument, read_feed
from cxdigest.extract.split import feed_alert
from cxdigest.model import Alert, Cursor, FeedEntry
from cxdigest.net import Answer, Http, shown
from cxdigest.sources import Batch
from cxdigest.text import unescaped

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)

_TITLE = re.compile(rb"<title[^>]*>\s*([^<]{1,200})", re.IGNORECASE)
_WAYS_OUT: dict[int, tuple[PollFailure, str]] = {
    401: ("auth", "asks for a login; write user name and password into the feed's url"),
    403: ("auth", "refuses access; open it in a private browser window and see what it asks for"),
    404: ("gone", "is not there; copy the feed's address anew"),
    410: ("gone", "was taken down; remove the source or copy the feed's new address"),
    429: ("throttled", "was asked too often; raise the source's `every`"),
    503: ("throttled", "asks to come back later; it is tried again then"),
}
_OTHERWISE: tuple[PollFailure, str] = (
    "network",
    "it is tried again at the next poll; if it stays so, open the address in a browser",
)
#: A Google Alerts feed holds so many entries, whatever was found.
_GOOGLE_HOLDS = 20
_GOOGLE_ENTRY = "tag:google.com,2013:googlealerts/feed:"
_FEEDS = frozenset({200, 203})  #: 203 is a 200 that a proxy touched


class FeedSource:
    """One feed.

    The cursor holds ``url``, ``etag``, ``modified``, ``moved``: where the feed says that it has
    moved for good, and ``full``: how many polls in a row found nothing but news in a feed of
    bounded size. The address in the configuration goes on being asked.
    """

    def __init__(
        self,
        name: str,
        url: str,
        http: Http,
        *,
        read: Callable[[bytes], FeedDocument] = read_feed,
    ) -> None:
        self.name = name
        self.url = url
        self._http = http
        self._read_feed = read

    def fetch(
        self,
        cursor: Cursor,
        *,
        now: datetime,
        known: Callable[[str], bool],
    ) -> Iterator[Batch]:
        """Yield the feed's entries in its order, those that are known included.

        Raises:
            SourceError: the feed did not arrive or is none.
        """
        answer = self._ask(cursor, now)
        if answer.not_modified:
            entries: tuple[FeedEntry, ...] = ()
            after = {key: cursor[key] for key in cursor if key != "full"} | {"moved": answer.moved}
        else:
            entries = self._read(answer)
            after = {
                "url": self.url,
                "etag": answer.etag,
                "modified": answer.modified,
                "moved": answer.moved,
            }
        alerts = tuple(feed_alert(entry, source=self.name) for entry in entries)
        full = self._full(cursor, alerts, known)
        if full:
            after["full"] = full
        if alerts or after != dict(cursor):
            yield Batch(alerts=alerts, cursor=after, full=full, poll_in=answer.retry_after)

    def _full(self, cursor: Cursor, alerts: Sequence[Alert], known: Callable[[str], bool]) -> int:
        """Return how many polls in a row have found nothing but news in all the places there are.

        What stood before the oldest of them was probably never seen. The first poll tells nothing.
        """
        google = [alert for alert in alerts if alert.key.startswith(_GOOGLE_ENTRY)]
        if cursor.get("url") != self.url or len(google) < _GOOGLE_HOLDS:
            return 0
        before = cursor.get("full", 0)
        news = not any(known(alert.key) for alert in google)
        return (before if isinstance(before, int) else 0) + 1 if news else 0

    def _ask(self, cursor: Cursor, now: datetime) -> Answer:
        same = cursor.get("url") == self.url  # another feed's validators would hide this one
        etag, modified = (str(cursor.get(key, "")) if same else "" for key in ("etag", "modified"))
        try:
            answer = self._http.get(self.url, etag=etag, modified=modified, accept=ACCEPT, now=now)
        except TooMuchError as error:
            raise SourceError(str(error), outcome="unreadable") from error
        except NetError as error:
            raise SourceError(str(error), outcome="network") from error
        # A 304 that was not asked for would be a silent zero for ever.
        if answer.status in _FEEDS or (answer.not_modified and (etag or modified)):
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> SourceError:
        outcome, advice = _WAYS_OUT.get(answer.status, _OTHERWISE)
        if answer.status == 503 and answer.retry_after is None:  # noqa: PLR2004 (down, not busy)
            outcome, advice = _OTHERWISE
        return SourceError(
            f"{self._place(answer)} answered {answer.status}: {advice}",
            outcome=outcome,
            retry_after=answer.retry_after,
        )

    def _place(self, answer: Answer) -> str:
        asked, answered = shown(self.url), shown(answer.url)
        return asked if asked == answered else f"{asked} → {answered}"

    def _read(self, answer: Answer) -> tuple[FeedEntry, ...]:
        try:
            return self._read_feed(answer.body).entries
        except AlertError as error:
            raise SourceError(
                f"{self._place(answer)} delivered {_arrived(answer)}: {error}",
                outcome="unreadable",
                body=answer.body,
            ) from error


def _arrived(answer: Answer) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip() or "untyped data"
    if found := _TITLE.search(answer.body[:65_536]):
        title = " ".join(unescaped(found[1].decode("utf-8", "replace")).split())
        return f'{kind} with the title "{title}"'
    return f"{kind} of {len(answer.body)} bytes"
