"""Whole pages that were shown a moment ago, for whoever asks for the same again.

Somebody goes back and forth between few pages, and most of what a page says stays so for a while.
It is given again only to the same visitor with the same rights, who are found out anew each time,
in the same language; never after anybody changed anything by a page, a link or a profile; and never
for longer than its handler says. So what is shown late, by so many seconds, is only what the worker
did meanwhile.

Where several processes serve the pages of one PostgreSQL, a browser that changed something by one
of them is given nothing that is kept by the others, as long as that may be older: a cookie says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cxdigest.language import spoken
from cxdigest.web.desk import Desk

LONGEST = timedelta(minutes=1)  #: that any page is kept
#: Of a browser that changed something: nothing that is kept is good enough for it.
COOKIE = "cxdigest-changed"
_MARK = f"{COOKIE}=1; Max-Age={int(LONGEST.total_seconds())}; Path=/; HttpOnly; SameSite=Lax"
_Asked = ParamSpec("_Asked")
_READING = ("GET", "HEAD")
_Handler = Callable[_Asked, Response]


def kept_for(seconds: int) -> Callable[[_Handler[_Asked]], Callable[_Asked, Awaitable[Response]]]:
    """Return what has a page given again for so long that was made for the same visitor.

    Its handler is given ``request``, ``visitor`` and ``desk``, changes nothing, and reads no header
    of the request but what htmx says. It may say that its page is not to be kept (`not_kept`).
    """
    oldest = timedelta(seconds=seconds)
    assert oldest <= LONGEST, "the cookie holds no longer"

    def around(handler: _Handler[_Asked]) -> Callable[_Asked, Awaitable[Response]]:
        @wraps(handler)
        async def given(*args: _Asked.args, **asked: _Asked.kwargs) -> Response:
            desk, key, stamp = _of(asked)
            if stamp is None:
                return await run_in_threadpool(handler, *args, **asked)
            now = desk.clock()
            kept = desk.answers.get(key, stamp, now, oldest)
            if kept is not None:
                return kept
            answer = await run_in_threadpool(handler, *args, **asked)
            if getattr(asked["request"].state, "may_be_kept", True):  # type: ignore[attr-defined]
                desk.answers.keep(key, stamp, now, answer)
            return answer

        return given

    return around


class Marked:
    """Wraps the app: a browser that changes something in a shared store is told to say so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] in _READING:
            await self.app(scope, receive, send)
            return

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start" and desk.store.is_shared:
                MutableHeaders(scope=message).append("set-cookie", _MARK)
            await send(message)

        desk = scope["app"].state.desk
        await self.app(scope, receive, marking)


def not_kept(request: Request) -> None:
    """Have the page that *request* is answered with not be kept: it is to be asked for often."""
    request.state.may_be_kept = False


def _of(asked: dict[str, Any]) -> tuple[Desk, Hashable, Hashable | None]:
    """Return the desk, what is asked for by whom, and what the answer is made of.

    The last is None where nothing that is kept is good enough.
    """
    desk, request = asked["desk"], asked["request"]
    assert isinstance(desk, Desk)
    assert isinstance(request, Request)
    scope = request.scope
    htmx = tuple(one for one in scope["headers"] if one[0].startswith(b"hx-"))
    key = asked["visitor"], spoken(), scope["path"], scope["query_string"], htmx
    # As it was when it was found out who asks, so before anything else was read.
    made_of = getattr(request.state, "made_of", None)
    return desk, key, None if COOKIE in request.cookies else made_of
