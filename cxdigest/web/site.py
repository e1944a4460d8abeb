"""The app: every route, the guard around them, and how errors look.

A further part of the site is a file with a router and a line in ``_ROUTERS``.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from cxdigest.errors import CxdigestError
from cxdigest.web import assets, feeds, review, said, unsubscribe
from cxdigest.web.desk import Desk, desk_of
from cxdigest.web.guard import Guard
from cxdigest.web.pages import start, trial

log = logging.getLogger(__name__)

_ROUTERS = (said.router, unsubscribe.router, feeds.router, review.router)
#: The console's, served where there is a street.
_CONSOLE = (start.router, trial.router)
_DAY = "public, max-age=86400"
_NO_ROBOTS = "User-agent: *\nDisallow: /\n"


def site(desk: Desk) -> ASGIApp:
    """Return the app that answers with what *desk* holds, guarded."""
    app = FastAPI(title="cxdigest", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    for router in _ROUTERS + (_CONSOLE if desk.street else ()):
        app.include_router(router)
    app.include_router(assets.router)
    app.add_api_route("/robots.txt", _robots, methods=["GET", "HEAD"])
    app.add_api_route("/style.css", _style, methods=["GET", "HEAD"])
    app.add_exception_handler(HTTPException, _missing)
    app.add_exception_handler(CxdigestError, _failed)
    app.add_exception_handler(Exception, _broken)
    # Around all of it, or the answer to an error that nobody foresaw would go out unguarded.
    return Guard(app)


def _robots() -> Response:
    return PlainTextResponse(_NO_ROBOTS, headers={"Cache-Control": _DAY})


def _style(request: Request) -> Response:
    css = desk_of(request).templates.get_template("style.css").render()
    return Response(css, media_type="text/css", headers={"Cache-Control": _DAY})


def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return PlainTextResponse("This address takes no such request.\n", status_code=status)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return PlainTextResponse(
            "This is longer than what can be sent here.\n",
            status_code=status,
            headers={"Connection": "close"},
        )
    if status == HTTPStatus.FORBIDDEN:
        return desk_of(request).notice(
            "This is not for you to see or change",
            "Go back, load the page again and try once more; or ask whoever keeps this cxdigest.",
            status=status,
        )
    return desk_of(request).notice(
        "There is nothing at this address",
        "Open the link from the mail itself, or copy the whole of it.",
        status=status,
    )


def _failed(request: Request, error: Exception) -> Response:
    log.error("a page could not be shown: %s", error)
    return _broken(request, error, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _broken(
    request: Request, _: Exception, *, status: int = HTTPStatus.INTERNAL_SERVER_ERROR
) -> Response:
    return desk_of(request).notice(
        "This does not work just now",
        "Try again in a few minutes.",
        status=status,
    )
