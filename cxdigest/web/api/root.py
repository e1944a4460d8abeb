"""The JSON answers: an app of its own below ``/api/v1``, described by ``/api/v1/openapi.json``.

Errors are problem details (RFC 9457). A further subject is a file with a router and a line in
``_ROUTERS``.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPBearer
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.routing import Match

import cxdigest
from cxdigest.errors import CxdigestError, WrongUseError
from cxdigest.web.api import (
    changes,
    clients,
    digests,
    judging,
    numbers,
    people,
    postings,
    reviews,
    rules,
    sources,
    today,
)
from cxdigest.web.api.problem import FaultyError, Problem, described, problem, said_of
from cxdigest.web.desk import Desk

log = logging.getLogger(__name__)

PATH = "/api/v1"
_ROUTERS = (
    people.router,
    clients.router,
    reviews.router,
    today.router,
    postings.router,
    changes.router,
    digests.router,
    numbers.router,
    judging.router,
    rules.router,
    sources.router,
)
_REFERENCES = "#/components/schemas/{model}"
_ABOUT = (
    "Programs show a token of their user, made on the page of the account: "
    "`Authorization: Bearer cxd_…`. A page that is signed in sends `X-CSRF-Token` with each "
    "change; `GET /me` says what to put there. Moments are UTC. Errors are problem details."
)
#: Describes what ``web.who`` decides, and decides nothing itself.
_TOKEN = HTTPBearer(auto_error=False, scheme_name="token", description="A token of a user.")


class _Described(FastAPI):
    """Describes itself when that is asked first: it takes longer than all else of a start."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, in which all answers refer to one problem."""
        if self.openapi_schema is None:
            made = super().openapi()
            _, schemas = models_json_schema([(Problem, "serialization")], ref_template=_REFERENCES)
            made["components"]["schemas"].update(schemas["$defs"])
        return super().openapi()


def api(desk: Desk) -> FastAPI:
    """Return the app that answers with what *desk* holds."""
    app = _Described(
        title="cxdigest",
        summary="What the console shows and changes, as JSON.",
        description=_ABOUT,
        version=cxdigest.__version__,
        docs_url=None,  # it would load programs from elsewhere
        redoc_url=None,
        responses=described(400, 401, 403, 404, 409, 413, 415, 422, 503),
        dependencies=[Depends(_TOKEN)],
        # Where the app is mounted is said once, by the paths in the description.
        servers=[{"url": PATH}],
        root_path_in_servers=False,
    )
    app.state.desk = desk
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _wrong)
    app.add_exception_handler(FaultyError, _faulty)
    app.add_exception_handler(WrongUseError, _impossible)
    app.add_exception_handler(CxdigestError, _failed)
    app.add_exception_handler(Exception, _broken)
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods_at(request)))
    said = "" if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    return problem(error.status_code, said, headers)


def _methods_at(request: Request) -> set[str]:
    """Return what the address of *request* takes: each method is a route of its own."""
    return {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.matches(request.scope)[0] != Match.NONE
        for method in route.methods or ()
    }


def _wrong(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, said_of(error))


def _faulty(_: Request, error: Exception) -> Response:
    assert isinstance(error, FaultyError)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), faults=error.faults)


def _impossible(_: Request, error: Exception) -> Response:
    return problem(HTTPStatus.CONFLICT, str(error))


def _failed(_: Request, error: Exception) -> Response:
    log.error("an answer could not be given: %s", error)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "This does not work just now; try again later.")


def _broken(_: Request, error: Exception) -> Response:
    del error  # the server logs it
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "This does not work just now.")
