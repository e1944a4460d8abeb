"""What holds for every answer and every request: headers, and no body beyond what a button sends.

An ASGI middleware of its own: it sees each request first and each answer last, errors included.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of a request's body: a coach's note of the longest, each letter written as %XX three times.
MOST_BYTES = 65_536
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CACHE = "Cache-Control"
_TOO_LONG = PlainTextResponse(
    "This is longer than anything that a page here sends.\n",
    status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    headers={"Connection": "close"},
)


class Guard:
    """Wraps an app. An answer says itself if it may be kept by a browser; else it may not."""

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
                headers.update({_CACHE: headers.get(_CACHE, "no-store"), **_HEADERS})
            await send(message)

        # Taken in whole before anything acts on it: a form here has a few bytes.
        body = await _body(scope, receive)
        if body is None:
            await _TOO_LONG(scope, receive, guarded)
        else:
            await self.app(scope, _again(body, receive), guarded)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body of a request, None where it is too long; no more than that is read."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    body = b"" if announced.isdigit() and int(announced) <= MOST_BYTES else None
    more = True
    while more and body is not None:
        message = await receive()
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
