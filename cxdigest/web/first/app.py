"""The app of the first start, and how it makes room for the ordinary pages at the same address."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from cxdigest.config.addresses import is_loopback
from cxdigest.language import _
from cxdigest.setup.tries import asker
from cxdigest.web import assets
from cxdigest.web.first import steps
from cxdigest.web.first.reception import Reception
from cxdigest.web.first_code import FirstCode
from cxdigest.web.guard import Guard
from cxdigest.web.look import templates
from cxdigest.web.server import serving

log = logging.getLogger(__name__)


@contextlib.contextmanager
def first_start(
    path: Path,
    listener: socket.socket,
    *,
    clock: Callable[[], datetime],
    code: FirstCode | None = None,
) -> Iterator[Reception]:
    """Lead through set-up at *listener* for the time of the ``with``.

    Off this machine the one who sets up shows the *code*, which stands in the log.
    """
    address = listener.getsockname()[:2]
    http = asker()
    reception = Reception(
        path=path,
        address=(str(address[0]), int(address[1])),
        templates=templates(),
        clock=clock,
        http=http,
        code=None if is_loopback(str(address[0])) else code or FirstCode(),
    )
    with contextlib.closing(http), serving(_app(reception), listener):
        yield reception


def _app(reception: Reception) -> ASGIApp:
    app = FastAPI(title="cxdigest", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.reception = reception
    app.include_router(steps.router)
    app.include_router(assets.router)
    app.add_exception_handler(HTTPException, _elsewhere)
    app.add_exception_handler(RequestValidationError, _elsewhere)
    app.add_exception_handler(Exception, _broken)
    return Guard(app)


def _elsewhere(request: Request, error: Exception) -> Response:
    """Lead whoever is lost back to the first step; refuse what did not come from our own page."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    path = request.url.path
    ahead = status == HTTPStatus.NOT_FOUND and path.startswith(steps.AHEAD)
    if status == HTTPStatus.SERVICE_UNAVAILABLE or (ahead and steps.is_done(request)):
        line = _("cxdigest starts with its configuration. This page goes on by itself.")
        onward = path if ahead else "/"
        unavailable = HTTPStatus.SERVICE_UNAVAILABLE
        return steps.said(request, _("It begins"), line, unavailable, onward=onward)
    if request.method in {"GET", "HEAD"} and status in {400, 404}:
        return RedirectResponse("/setup", status_code=303)
    return steps.said(
        request, _("This could not be taken"), _("Go back to the first step."), status
    )


def _broken(request: Request, error: Exception) -> Response:
    del error
    return steps.said(request, _("This does not work just now"), _("Try again in a minute."), 500)
