"""What holds for every answer and every request: headers, and no body beyond what a button sends.

An ASGI middleware of its own: it sees each request first and each answer last, errors included.
"""

from __future__ import annotations

import math
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of a request's body: a coach's note of the longest, each letter written as %XX three times.
MOST_BYTES = 65_536
#: Where those who were let in may send more: a mail that was dropped, and a pack of rules. It is
#: counted while the page reads it, which it does once it knows who asks; never more in memory.
ROOMIER = {"/try": 1_000_000, "/rules": 1_000_000}
_POLICY = "Content-Security-Policy"
#: What a page may do that says nothing else: show its own styles and pictures, send its own forms.
STRICT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: What holds unless the answer says otherwise.
_USUAL = {_POLICY: STRICT, "Cache-Control": "no-store", "X-Frame-Options": "DENY"}
_TOO_LONG = PlainTextResponse(
    "This is longer than anything that a page here sends.\n",
    status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    headers={"Connection": "close"},
)


class Guard:
    """Wraps an app. What an answer says itself of its keeping and its policy holds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                said = {name: headers.get(name, usual) for name, usual in _USUAL.items()}
                headers.update({**said, **_HEADERS})
            await send(message)

        if (most := ROOMIER.get(scope["path"])) and _announced(scope) <= most:
            await self.app(scope, _counted(receive, most), guarded)
            return
        # Taken in whole before anything acts on it: a form here has a few bytes.
        body = await _body(scope, receive)
        if body is None:
            await _TOO_LONG(scope, receive, guarded)
        else:
            await self.app(scope, _again(body, receive), guarded)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body of a request, None where it is too long; no more than that is read."""
    body = b"" if _announced(scope) <= MOST_BYTES else None
    more = True
    while more and body is not None:
        message = await receive()
        more = message.get("more_body", False)
        body += message.get("body", b"")
        body = body if len(body) <= MOST_BYTES else None
    return body


def _announced(scope: Scope) -> float:
    """Return how long the body of a request is to be; without a number, longer than anything."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else math.inf


def _counted(receive: Receive, most: int) -> Receive:
    """Return *receive* that refuses to go on beyond *most* bytes."""
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return counted


def _again(body: bytes, receive: Receive) -> Receive:
    """Return *receive* with the *body* that was taken in before what comes after it."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed
