"""The app: every route, the guard around them, and how errors look.

A further part of the site is a file with a router and a line in ``_ROUTERS``.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from cxdigest.errors import CxdigestError
from cxdigest.web import assets, feeds, plugged, review, said, unsubscribe, watch
from cxdigest.web.api.root import PATH, api
from cxdigest.web.desk import Desk, desk_of
from cxdigest.web.guard import Guard
from cxdigest.web.kept import Marked
from cxdigest.web.pages import (
    account,
    alerts,
    archive,
    client_import,
    client_remove,
    client_review,
    client_settings,
    clients,
    language,
    login,
    numbers,
    older,
    posting,
    postings,
    sources,
    start,
    today,
    trial,
    users,
)
from cxdigest.web.refusals import broken, failed, misread, refused

_ROUTERS = (said.router, unsubscribe.router, feeds.router, review.router)
#: The console's, served where there is a street.
_CONSOLE = (
    # They are gone through in this order: first what is asked for most.
    today.router,
    postings.router,
    posting.router,
    watch.router,
    start.router,
    login.router,
    language.router,
    account.router,
    users.router,
    numbers.router,
    sources.router,
    older.router,
    alerts.router,
    archive.router,
    trial.router,
    # Words of their own before the names of clients.
    client_settings.router,
    client_import.router,
    clients.router,
    client_review.router,
    client_remove.router,
)
_DAY = "public, max-age=86400"
_NO_ROBOTS = "User-agent: *\nDisallow: /\n"


def site(desk: Desk) -> ASGIApp:
    """Return the app that answers with what *desk* holds, guarded."""
    app = FastAPI(title="cxdigest", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = desk
    console = (*_CONSOLE, *plugged.routers()) if desk.street else ()
    for router in (*_ROUTERS, *console):
        app.include_router(router)
    app.include_router(assets.router)
    if desk.street:
        app.mount(PATH, api(desk))
    app.add_api_route("/robots.txt", _robots, methods=["GET", "HEAD"])
    app.add_api_route("/style.css", _style, methods=["GET", "HEAD"])
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(CxdigestError, failed)
    app.add_exception_handler(Exception, broken)
    app.add_middleware(Marked)
    # Around all of it, or the answer to an error that nobody foresaw would go out unguarded.
    return Guard(app)


def _robots() -> Response:
    return PlainTextResponse(_NO_ROBOTS, headers={"Cache-Control": _DAY})


def _style(request: Request) -> Response:
    css = desk_of(request).templates.get_template("style.css").render()
    return Response(css, media_type="text/css", headers={"Cache-Control": _DAY})
