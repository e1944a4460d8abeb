"""The one HTTP client: guarded, capped, paced.

Everything that is fetched goes through `Http`: http and https only, one deadline over name
lookup, connection, every redirect and the body, a cap on the unpacked size, private addresses
refused unless allowed, a pause between requests to one host. It sends no cookies and no proxy
setting of the environment is read. httpx makes the requests, through a transport of our own.
"""

from __future__ import annotations

import base64
import logging
import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar

import httpx

from cxdigest.errors import NetError
from cxdigest.net.address import Network, networks
from cxdigest.net.allowance import Allowance
from cxdigest.net.answer import Answer, read_headers, read_retry_after
from cxdigest.net.body import ACCEPTED, read_body
from cxdigest.net.connect import GuardedBackend, Resolver, system_resolver
from cxdigest.net.pace import Pace
from cxdigest.net.transport import GuardedTransport

__all__ = ["Answer", "Http", "shown"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_BODILESS = frozenset({204, 304})
_PORTS = {"http": 80, "https": 443}
_RECEIVED = "cxdigest.headers"
_LONGEST = 300  #: characters of what a stranger wrote that a message repeats


def shown(url: str) -> str:
    """Return *url* as it may be logged: without user name, password, query and fragment.

    A very long one is cut.
    """
    head = url.partition("#")[0].partition("?")[0]
    scheme, slashes, rest = head.rpartition("//")
    authority, slash, path = rest.partition("/")
    mark = "?…" if "?" in url else ""
    return _cut(f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}") + mark


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificates, read once in a process: it takes a while."""
    return ssl.create_default_context()


class Http:
    """Fetches over HTTP; one instance serves all threads and reuses its connections.

    Args:
        user_agent: sent with each request.
        deadline: seconds for one whole exchange; pauses for *pace* do not count.
        max_bytes: cap on a body, counted after unpacking.
        max_redirects: how many are followed.
        allow: networks that may be reached although they are private, e.g. ``10.0.0.0/8``.
        pace: seconds from one request to a host to the next; 0 for none.
        clock: monotonic seconds.
        sleep: waits for seconds.
        resolve: looks a name up.
        tls: whose certificates to trust; the system's unless given.
        transport: makes the requests instead of the guarded one, which alone checks addresses
            and stops a server that is slow.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        deadline: float = 30.0,
        max_bytes: int = 10_000_000,
        max_redirects: int = 5,
        allow: Iterable[str | Network] = (),
        pace: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        resolve: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        # httpx reports each address at INFO, httpcore headers at DEBUG: both may hold a token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        logging.getLogger("httpcore").setLevel(logging.INFO)
        self._user_agent = user_agent
        self._seconds = deadline
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._pace = Pace(pace, clock=clock, sleep=sleep)
        self._allowance = Allowance(clock)
        self._transport = transport or GuardedTransport(
            backend=GuardedBackend(networks(allow), resolve, self._allowance),
            allowance=self._allowance,
            max_bytes=max_bytes,
            tls=tls or _trusted(),
        )
        self._client = httpx.Client(
            transport=self._transport,
            cookies=_NoCookies(),
            event_hooks={"response": [_take_headers]},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections that are kept for reuse."""
        self._transport.close()

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        accept: str = "",
        now: datetime | None = None,
        follow: bool = True,
        seconds: float | None = None,
        pause: float = 0.0,
    ) -> Answer:
        """Fetch *url*, following redirects; a status of 4xx or 5xx is an answer as well.

        *etag* and *modified* make the request conditional. *now* serves to read a date in
        ``Retry-After`` when the server does not tell its own. Without *follow* a redirect is an
        answer too, with its ``location``; the next hop is asked with the ``left`` of that answer
        as *seconds*, so that one deadline holds for the whole way. *pause* lengthens the pace.

        Raises:
            ForbiddenAddressError: it leads to an address that may not be reached.
            TooMuchError: the body is larger than the cap.
            DeadlineError: it took too long.
            NetError: anything else that kept the answer from arriving.
        """
        asked = {
            "User-Agent": self._user_agent,
            "Accept": accept or "*/*",
            "Accept-Encoding": ACCEPTED,
            "If-None-Match": etag,
            "If-Modified-Since": modified,
        }
        self._allowance.start(self._seconds if seconds is None else min(seconds, self._seconds))
        journey = [url]
        try:
            return self._follow(journey, asked, now, follow=follow, pause=pause)
        except NetError as error:
            way = " → ".join(map(shown, journey))
            raise type(error)(f"{way}: {error}") from error

    def post(
        self, url: str, content: bytes, *, headers: Mapping[str, str], seconds: float | None = None
    ) -> Answer:
        """Send *content* to *url*; every status is an answer, redirects too: none is followed.

        Messages of errors do not repeat the address, which may hold a token.

        Raises:
            ForbiddenAddressError: it leads to an address that may not be reached.
            TooMuchError: the answer's body is larger than the cap.
            DeadlineError: it took too long.
            NetError: anything else that kept the answer from arriving; it may have been taken.
        """
        self._allowance.start(self._seconds if seconds is None else seconds)
        hop = _readable(url)
        asked = {
            "User-Agent": self._user_agent,
            "Accept-Encoding": ACCEPTED,
            "Authorization": _credentials(hop, hop),
            **headers,
        }
        return self._ask(hop.copy_with(userinfo=b"", fragment=None), asked, content=content)

    def _follow(
        self,
        journey: list[str],
        asked: dict[str, str],
        now: datetime | None,
        *,
        follow: bool,
        pause: float,
    ) -> Answer:
        """Ask hop after hop; each that is asked is added to *journey*."""
        start = hop = _readable(journey[0])
        moved, permanent = "", True
        while True:
            headers = {**asked, "Authorization": _credentials(start, hop)}
            hop = hop.copy_with(userinfo=b"", fragment=None)
            answer = self._ask(hop, headers, now=now, pause=pause)
            location = _utf8(answer.headers.get("location", ""))
            if answer.status not in _REDIRECTS or not location:
                return replace(answer, moved=moved)
            hop = self._next(journey, hop, location)
            if not follow:
                return replace(answer, location=str(hop), left=self._allowance.left())
            permanent = permanent and answer.status in _PERMANENT
            moved = str(hop) if permanent else moved

    def _next(self, journey: list[str], hop: httpx.URL, location: str) -> httpx.URL:
        target = _readable(location, base=hop).copy_with(userinfo=b"", fragment=None)
        looping = str(target) in {*journey, str(hop)}
        journey.append(str(target))
        if looping:
            raise NetError("the redirects go in a circle; open the address in a browser")
        if len(journey) > self._max_redirects + 1:
            raise NetError(
                f"more than {self._max_redirects} redirects; use the address they end at"
            )
        return target

    def _ask(
        self,
        hop: httpx.URL,
        headers: dict[str, str],
        *,
        now: datetime | None = None,
        pause: float = 0.0,
        content: bytes | None = None,
    ) -> Answer:
        self._allowance.extend(self._pace.wait(hop.host, pause))
        try:
            return self._exchange(hop, headers, now, content)
        except httpx.TimeoutException as error:
            raise self._allowance.passed() from error
        except httpx.TransportError as error:
            raise NetError(_reason(error)) from error

    def _exchange(
        self, hop: httpx.URL, headers: dict[str, str], now: datetime | None, content: bytes | None
    ) -> Answer:
        request = httpx.Request(
            "GET" if content is None else "POST",
            hop,
            content=content,
            headers=[
                (name.encode(), value.encode("latin-1", "replace"))
                for name, value in headers.items()
                if value
            ],
            extensions={"timeout": {"pool": self._allowance.left()}},
        )
        response = self._client.send(request, stream=True)
        try:
            received: dict[str, str] = response.extensions[_RECEIVED]
            redirected = response.status_code in _REDIRECTS and "location" in received
            body = b"" if redirected else self._body(response, received)
        finally:
            response.close()
        return Answer(
            status=response.status_code,
            url=str(hop),
            headers=received,
            body=body,
            retry_after=read_retry_after(received, now=now),
        )

    def _body(self, response: httpx.Response, headers: dict[str, str]) -> bytes:
        # Without a body the headers still describe the document that was not sent.
        told = {} if response.status_code in _BODILESS else headers
        length = told.get("content-length", "")
        return read_body(
            response.iter_raw(),
            encoding=told.get("content-encoding", ""),
            announced=int(length) if re.fullmatch(r"[0-9]{1,20}", length) else 0,
            max_bytes=self._max_bytes,
        )


class _NoCookies(CookieJar):
    """Keeps none: httpx would gather what servers set for as long as the process runs."""

    def extract_cookies(self, *_: object, **__: object) -> None:
        """Do nothing in place of reading them."""


def _take_headers(response: httpx.Response) -> None:
    """Read the headers in httpx's stead, which would prepare a redirect, however malformed."""
    response.extensions[_RECEIVED] = read_headers(response.headers.raw)
    response.headers = httpx.Headers()


def _readable(text: str, *, base: httpx.URL | None = None) -> httpx.URL:
    """Read an address, relative to *base* if given.

    Raises:
        NetError: it is none, or of another scheme than http and https.
    """
    try:
        url = httpx.URL(text) if base is None else base.join(text)
    except (httpx.InvalidURL, ValueError) as error:
        reason = (
            "" if "@" in text else f" ({_cut(str(error))})"
        )  # it may quote a part of a password
        raise NetError(f"this is no web address{reason}; check the spelling") from error
    if url.scheme not in _PORTS:
        raise NetError(f"{url.scheme or 'no scheme'}: only http:// and https:// are fetched")
    if not url.host or not 0 < (url.port or _PORTS[url.scheme]) < 65_536:  # noqa: PLR2004 (ports have 16 bits)
        raise NetError("the address names no host or port that can be reached; check the spelling")
    return url


def _utf8(text: str) -> str:
    """Read as UTF-8 what was read as Latin-1: many servers write addresses so."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


def _credentials(start: httpx.URL, hop: httpx.URL) -> str:
    """Return user name and password of *start*, unless *hop* is another site."""
    if not start.userinfo or _origin(start) != _origin(hop):
        return ""
    pair = f"{start.username}:{start.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or _PORTS[url.scheme]


def _reason(error: httpx.TransportError) -> str:
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the server's certificate is not valid ({cause.verify_message})"
    if isinstance(error, httpx.ConnectError):
        return f"no connection ({_words(cause or error)}); check that the server is up"
    return f"the connection broke off ({_words(cause or error)}); try again later"


def _words(error: BaseException) -> str:
    """Say what happened, without the piece of the answer that h11 quotes: it may hold a token."""
    text = str(getattr(error, "strerror", None) or error or type(error).__name__)
    return _cut(re.split(r":? \(?(?:bytearray|b['\"])", text, maxsplit=1)[0])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
