"""Ask for one document politely: who may be asked, by whom, how often, and what its site allows.

Every hop of a redirect is a question of its own: its host must be allowed, not parked, not asked by
another worker, and its robots.txt must let us. Stores what hosts say; knows nothing of postings.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from cxdigest.errors import ForbiddenAddressError, HostBusyError, NetError, PageError, TooMuchError
from cxdigest.net import Answer, Http
from cxdigest.net.robots import DENY_ALL, LONGEST_PAUSE, Robots, body_of, read_robots
from cxdigest.pages.hosts import Hosts, asks_to_log_in, never_asked
from cxdigest.store import Store
from cxdigest.text import host_of

log = logging.getLogger(__name__)

#: A host that says 403 or 429 is left alone so long, longer where it says so.
PARKED = timedelta(days=1)
_ROBOTS_HOLD = timedelta(hours=24)
_ROBOTS_TROUBLE = timedelta(hours=1)
_MOST_HOPS = 6
_NOT_PUBLIC = (
    "It leads to an address that is not a public one. Whoever runs cxdigest finds in its log which,"
    " and may permit it under net.allow."
)
_CLAIMS = 4
_KINDS = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5"
_PORTS = {"http": 80, "https": 443}
_FINE = (*range(200, 300), 304)
_LOGIN = (401, 407, 451)
_GONE = (404, 410)
_LEAVE_ALONE = (403, 429)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks hosts, one request at a time each; one instance serves all threads."""

    store: Store
    http: Http
    hosts: Hosts
    clock: Callable[[], datetime]
    holder: str
    lease: timedelta  #: how long a claim holds
    pace: timedelta
    sleep: Callable[[float], None]
    _locks: dict[str, threading.Lock] = field(default_factory=dict, repr=False)

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        before: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Return the document at *url*, or the answer 304 where it is as it was.

        *before* is called right before the first request for it goes out.

        Raises:
            PageError: it may not be asked, or what came is no document; ``outcome`` tells.
            HostBusyError: another worker asks that host.
        """
        seconds: float | None = None
        for _ in range(_MOST_HOPS):
            if reason := self.hosts.refusal(url):
                raise PageError(reason, outcome="robots")
            answer = self._hop(url, etag, modified, seconds, before)
            if not answer.location:
                return answer
            if asks_to_log_in(answer.location):
                raise PageError("The page is only for people who log in.", outcome="auth")
            url, seconds, before = answer.location, answer.left, lambda: None
        raise PageError("The page leads on and on to others.", outcome="unreadable")

    def _hop(
        self,
        url: str,
        etag: str,
        modified: str,
        seconds: float | None,
        before: Callable[[], None],
    ) -> Answer:
        site = site_of(url)
        self._refuse_parked(site)
        with self._claimed(site, url) as robots:
            if not robots.may(url):
                raise PageError(f"The robots.txt of {site} forbids it.", outcome="robots")
            before()
            try:
                answer = self.http.get(
                    url,
                    etag=etag,
                    modified=modified,
                    accept=_KINDS,
                    now=self.clock(),
                    follow=False,
                    seconds=seconds,
                    pause=robots.pause,
                )
            except NetError as error:
                raise _as_page_error(error) from error
        if not answer.location:
            self._heed(site, answer)
        return answer

    def _refuse_parked(self, site: str) -> None:
        state, now = self.store.host(site), self.clock()
        if state.parked_until and state.parked_until > now:
            raise PageError(state.reason, outcome="throttled", retry_after=state.parked_until - now)

    @contextmanager
    def _claimed(self, site: str, url: str) -> Iterator[Robots]:
        """Hold *site* for one request; give its rules, asked for first where they are not known."""
        with self._locks.setdefault(site, threading.Lock()):
            self._claim(site)
            pause = 0.0
            try:
                robots = self._robots(site, url)
                pause = robots.pause
                yield robots
            finally:
                free = self.clock() + max(self.pace, timedelta(seconds=pause))
                self.store.release_host(site, free=free, holder=self.holder)

    def _claim(self, site: str) -> None:
        for _ in range(_CLAIMS):
            now = self.clock()
            if self.store.claim_host(site, now=now, until=now + self.lease, holder=self.holder):
                return
            state = self.store.host(site)
            wait = (state.free - now).total_seconds() if state.free else 0.0
            if state.holder or wait > LONGEST_PAUSE:
                break
            self.sleep(max(wait, 0.0))
        raise HostBusyError(f"{site} is asked by another worker now.")

    def _robots(self, site: str, url: str) -> Robots:
        state, now = self.store.host(site), self.clock()
        body = state.robots
        if body is None or not state.robots_until or state.robots_until <= now:
            asked = self._ask_robots(urljoin(url, "/robots.txt"))
            body = DENY_ALL if asked is None else asked
            hold = _ROBOTS_TROUBLE if asked is None else _ROBOTS_HOLD
            self.store.keep_robots(site, body, until=now + hold)
        if body == DENY_ALL:
            raise PageError(
                f"The robots.txt of {site} forbids everything or cannot be read, so it is not "
                "asked for now.",
                outcome="robots",
            )
        return read_robots(body)

    def _ask_robots(self, url: str) -> bytes | None:
        """Return what a site's robots.txt says, None where nobody can tell now.

        Raises:
            PageError: it lies where nothing may be asked, and so does the page.
        """
        seconds: float | None = None
        for _ in range(_MOST_HOPS):
            if never_asked(host_of(url)):
                return None
            try:
                answer = self.http.get(url, now=self.clock(), follow=False, seconds=seconds)
            except ForbiddenAddressError as error:
                raise _as_page_error(error) from error
            except NetError:
                return None
            if not answer.location:
                return body_of(answer)
            url, seconds = answer.location, answer.left
        return None

    def _heed(self, site: str, answer: Answer) -> None:
        """Do nothing about a document; park a host that wants to be left alone.

        Raises:
            PageError: it is none.
        """
        status, wish = answer.status, answer.retry_after
        if status in _FINE:
            return
        if status in _LEAVE_ALONE or (wish and status >= 500):  # noqa: PLR2004 - what servers blame on themselves
            wait = max(wish or timedelta(), PARKED if status in _LEAVE_ALONE else timedelta())
            reason = f"{site} wants to be left alone (it answered {status})."
            self.store.park_host(site, until=self.clock() + wait, reason=reason)
            raise PageError(reason, outcome="throttled", retry_after=wait)
        if status in _LOGIN:
            raise PageError(f"The page is not for everybody ({status}).", outcome="auth")
        if status in _GONE:
            raise PageError(f"The page is gone ({status}).", outcome="gone")
        raise PageError(f"{site} answered {status}.", outcome="network")


def site_of(url: str) -> str:
    """Return host and port of *url*, the port only where it is unusual: what is asked in turn."""
    try:
        parts = urlsplit(url)
        usual = parts.port in {None, _PORTS.get(parts.scheme)}
    except ValueError:  # a port that no host has; the client says so
        return host_of(url)
    return host_of(url) if usual else f"{host_of(url)}:{parts.port}"


def _as_page_error(error: NetError) -> PageError:
    if isinstance(error, ForbiddenAddressError):
        # Where a name of an inner network leads is the business of whoever runs this alone.
        log.warning("a page is not asked for: %s", error)
        return PageError(_NOT_PUBLIC, outcome="robots")
    if isinstance(error, TooMuchError):
        return PageError(str(error), outcome="unreadable")
    return PageError(str(error), outcome="network")
