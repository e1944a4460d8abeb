"""The JSON answers: an app of its own below ``/api/v1``, described by ``/api/v1/openapi.json``.

Errors are problem details (RFC 9457). A further subject is a file with a router and a line in
``_ROUTERS``.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

import cxdigest
from cxdigest.errors import CxdigestError, WrongUseError
from cxdigest.web.api import people
from cxdigest.web.api.problem import Problem
from cxdigest.web.desk import Desk

log = logging.getLogger(__name__)

PATH = "/api/v1"
_ROUTERS = (people.router,)
_MEDIA = "application/problem+json"
_ANSWERS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": words}
    for status, words in {
        400: "The request cannot be understood.",
        401: "Nobody that we know asks.",
        403: "Not for this user.",
        404: "There is no such thing, or it is none of this user's.",
        409: "It cannot be done as things are.",
        422: "A value is missing or wrong.",
    }.items()
}


def api(desk: Desk) -> FastAPI:
    """Return the app that answers with what *desk* holds."""
    app = FastAPI(
        title="cxdigest",
        summary="What the console shows and changes, as JSON.",
        version=cxdigest.__version__,
        docs_url=None,  # it would load programs from elsewhere
        redoc_url=None,
        responses=_ANSWERS,
        # Where the app is mounted is said once, by the paths in the description.
        servers=[{"url": PATH}],
        root_path_in_servers=False,
    )
    app.state.desk = desk
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _wrong)
    app.add_exception_handler(WrongUseError, _impossible)
    app.add_exception_handler(CxdigestError, _failed)
    app.add_exception_handler(Exception, _broken)
    return app


def _problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = Problem(status=status, title=HTTPStatus(status).phrase, detail=detail)
    return JSONResponse(body.model_dump(), status_code=status, headers=headers, media_type=_MEDIA)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="cxdigest"'
    return _problem(error.status_code, str(error.detail), headers)


def _wrong(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    ]
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(found))


def _impossible(_: Request, error: Exception) -> Response:
    return _problem(HTTPStatus.CONFLICT, str(error))


def _failed(_: Request, error: Exception) -> Response:
    log.error("an answer could not be given: %s", error)
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "This does not work just now; try again later.")


def _broken(_: Request, error: Exception) -> Response:
    del error  # the server logs it
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "This does not work just now.")
