"""What is shown where a page is not: to programs JSON, to those we know a page, others sign in.

Decides nothing of who may see what: a route, or none, has refused already. Says nothing of the
fault itself, which stands in the log.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from cxdigest.language import _, marked
from cxdigest.web.api.problem import problem
from cxdigest.web.desk import desk_of
from cxdigest.web.pages.shell import show
from cxdigest.web.who.visitor import is_api, known

log = logging.getLogger(__name__)

_LONGEST = 2000  #: letters of a path to which signing in leads back
_WORDS = {
    HTTPStatus.FORBIDDEN: (
        marked("This is not for you to see or change"),
        marked(
            "Go back, load the page again and try once more; or ask whoever keeps this cxdigest."
        ),
    ),
    HTTPStatus.NOT_FOUND: (
        marked("There is nothing at this address"),
        marked("Open the link from the mail itself, or copy the whole of it."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        marked("This is too long"),
        marked("A page here takes 12 MB at most where a file is asked for, and less elsewhere."),
    ),
}
#: Of no use to those who followed no link of a mail.
_GONE = marked("It may be gone, or it is not yours to see.")
_OTHERS = (
    marked("This could not be understood"),
    marked("Go back, and fill in what is missing or wrong."),
)


def own_path(text: str) -> str:
    """Return *text* where it is a path of our own; else ``/``: no link of others leads on."""
    if not text.startswith("/") or text.startswith("//") or len(text) > _LONGEST:
        return "/"
    parts = urlsplit(text)
    plain = text.isprintable() and text.isascii() and "\\" not in text and " " not in text
    if parts.scheme or parts.netloc or not plain or parts.path in ("/login", "/logout"):
        return "/"
    return text


def refused(request: Request, error: Exception) -> Response:
    """Answer a request that a route, or no route, refused."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    headers = dict(getattr(error, "headers", None) or {})
    said = getattr(error, "detail", "")
    detail = "" if not isinstance(said, str) or said == HTTPStatus(status).phrase else said
    if is_api(request):
        return problem(status, detail, headers)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return PlainTextResponse(
            _("This address takes no such request.\n"), status_code=status, headers=headers
        )
    if status == HTTPStatus.UNAUTHORIZED:
        return _to_sign_in(request)
    return _page(request, HTTPStatus(status), detail)


def misread(request: Request, error: Exception) -> Response:
    """Answer a request whose address or fields are not what its route takes."""
    del error
    if is_api(request):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{_(_OTHERS[0])}.")
    return _page(request, HTTPStatus.BAD_REQUEST, "")


def failed(request: Request, error: Exception) -> Response:
    """Answer a request that failed for a reason that we know."""
    log.error("a page could not be shown: %s", error)
    return broken(request, error, status=HTTPStatus.SERVICE_UNAVAILABLE)


def broken(
    request: Request, error: Exception, *, status: int = HTTPStatus.INTERNAL_SERVER_ERROR
) -> Response:
    """Answer a request that failed for a reason that nobody foresaw."""
    del error
    if is_api(request):
        return problem(status, _("Try again in a few minutes."))
    return desk_of(request).notice(
        _("This does not work just now"),
        _("Try again in a few minutes."),
        status=status,
    )


def _page(request: Request, status: HTTPStatus, detail: str) -> Response:
    desk = desk_of(request)
    title, line = (_(said) for said in _WORDS.get(status, _OTHERS))
    visitor = known(request) if desk.street else None
    if visitor is None:
        return desk.notice(title, detail or line, status=status)
    line = _(_GONE) if status == HTTPStatus.NOT_FOUND else line
    lines = (detail or line,)
    return show(desk, visitor, "refused", title=title, place="", lines=lines, status=status)


def _to_sign_in(request: Request) -> Response:
    """Lead to the page where one signs in, and from there back."""
    looks = request.method in {"GET", "HEAD"}
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    there = f"/login?{urlencode({'next': own_path(asked if looks else '/')})}"
    if "hx-request" in request.headers:
        # A fragment must not be replaced by a page: htmx goes there with the whole window.
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": there})
    return RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
