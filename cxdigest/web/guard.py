"""What holds for every answer and every request: headers, and no body beyond what its page sends.

An ASGI middleware of its own: it sees each request first and each answer last, errors included.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cxdigest.language import LANGUAGES, SOURCE, _, marked, preferred, speaking
from cxdigest.web.api.problem import problem

COOKIE = "cxdigest-language"  #: holds the language that was chosen on a page
#: Of a request's body: a coach's note of the longest, each letter written as %XX three times.
MOST_BYTES = 65_536
#: Where a page of the console takes in more. It is read after it is known who sends it.
_LARGER = (
    (re.compile(r"/(?:try|clients/import|api/v1/extract)(?:/.*)?"), 12_000_000),
    (re.compile(r"/(?:postings|rules|clients|api)/.*|/rules"), 1_000_000),
)
_DIGITS = 20  #: of a length; no body has more
_POLICY = "Content-Security-Policy"
#: What a page may do that says nothing else: show its own styles and pictures, send its own forms.
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: What a page of the console may do beside that: our own programs, what they ask us, and a digest
#: in a frame.
CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PLUGINS = "/plugins/"  #: how the addresses of pages of plugins begin
#: What holds there, whatever a page says.
_OF_PLUGINS = {_POLICY: CONSOLE, "Cache-Control": "no-store", "X-Frame-Options": "DENY",
               "Referrer-Policy": "same-origin"}  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: What holds unless the answer says otherwise.
_USUAL = {
    _POLICY: STRICT,
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_TOO_LONG = marked("This is longer than anything that a page here sends.")
_AMBIGUOUS = marked("This says in two ways where it ends.")
#: Programs get English, whatever the library says that they use.
_PROGRAMS = ("/api/", "/metrics", "/healthz", "/readyz")
_MOST_COOKIES = 4_096  #: letters of what a browser holds for us that are looked at


def asked_for(scope: Scope) -> str:
    """Return the language that whoever asks has chosen on a page, else likes best.

    It is one of ``LANGUAGES``, whatever the browser sends.
    """
    if scope["path"].startswith(_PROGRAMS):
        return SOURCE
    headers = Headers(scope=scope)
    for part in headers.get("cookie", "")[:_MOST_COOKIES].split(";"):
        name, _equals, value = part.strip().partition("=")
        if name == COOKIE and value in LANGUAGES:
            return value
    return preferred(headers.get("accept-language", ""))


class Guard:
    """Wraps an app. What an answer says itself of its keeping and its policy holds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        # Handlers say it in another language where they know whom they answer.
        with speaking(asked_for(scope)):
            await self._answer(scope, receive, _guarded(send, scope))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = most_bytes(scope["path"])
        if _is_ambiguous(scope):
            await _refusal(_AMBIGUOUS, HTTPStatus.BAD_REQUEST)(scope, receive, send)
        elif _announced(scope) > most:
            await _too_long(scope)(scope, receive, send)
        elif most > MOST_BYTES and _has_body(scope):
            later = _Counted(receive, most)
            await self.app(scope, later, _closing(send, later))
        else:
            # Taken in whole before anything acts on it: a form here has a few bytes.
            with suppress(ClientDisconnect):  # nobody is there to be answered
                body = await _body(receive)
                if body is None:
                    await _too_long(scope)(scope, receive, send)
                else:
                    await self.app(scope, _again(body, receive), send)


def _too_long(scope: Scope) -> Response:
    if scope["path"].startswith("/api/"):
        return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"Connection": "close"})
    return _refusal(_TOO_LONG, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _refusal(line: str, status: HTTPStatus) -> Response:
    return PlainTextResponse(f"{_(line)}\n", status_code=status, headers={"Connection": "close"})


def most_bytes(path: str) -> int:
    """Return how long a body may be that is sent to *path*."""
    return next((most for where, most in _LARGER if where.fullmatch(path)), MOST_BYTES)


def _guarded(send: Send, scope: Scope) -> Send:
    imposed = _OF_PLUGINS if scope["path"].startswith(PLUGINS) else {}

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            said = {name: headers.get(name, usual) for name, usual in _USUAL.items()}
            headers.update({**said, **imposed, **_HEADERS})
        await send(message)

    return guarded


class _Counted:
    """A body that is read as it is asked for, up to an end."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self.whole = False  #: nothing more comes

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


def _closing(send: Send, body: _Counted) -> Send:
    """Return *send*, which ends the connection where the *body* was not wanted."""

    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start" and not body.whole:
            MutableHeaders(scope=message)["Connection"] = "close"
        await send(message)

    return closing


def _is_ambiguous(scope: Scope) -> bool:
    """Tell whether a proxy before us may have seen another end of this request than we do.

    It would take what we read as the next request for the rest of this one, or the other way round.
    """
    names = [name for name, _value in scope["headers"]]
    coded = b"transfer-encoding" in names
    return coded and (b"content-length" in names or scope.get("http_version") == "1.0")


def _has_body(scope: Scope) -> bool:
    names = {name for name, _value in scope["headers"]}
    return b"transfer-encoding" in names or _announced(scope) > 0


def _announced(scope: Scope) -> int:
    """Return how long the body is said to be; past all limits where that is no number."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) < _DIGITS else sys.maxsize


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request, None where it is too long; no more than that is read.

    Raises:
        ClientDisconnect: it was cut off.
    """
    body: bytes | None = b""
    more = True
    while more and body is not None:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        body += message.get("body", b"")
        body = body if len(body) <= MOST_BYTES else None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Return *receive* with the *body* that was taken in before what comes after it."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed
