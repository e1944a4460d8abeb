"""The language in which a browser is shown pages, chosen at the foot of each, by anybody.

What is chosen stands in a cookie that holds one of ``LANGUAGES`` and nothing of a person. Who sends
the form proves nothing but that it stood on a page of ours: there is nothing to be won by it.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from starlette.routing import Match

from cxdigest.language import LANGUAGES
from cxdigest.web.guard import COOKIE
from cxdigest.web.refusals import own_path
from cxdigest.web.who import SentByStranger, text_in

router = APIRouter()
_YEAR = 365 * 24 * 3600  #: seconds


@router.post("/language")
def choose(request: Request, form: SentByStranger) -> Response:
    """Keep the choice and lead back to where the form stood."""
    chosen = text_in(form, "language")
    if chosen not in LANGUAGES:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    answer = RedirectResponse(_back(request), status_code=HTTPStatus.SEE_OTHER)
    remember(request, answer, chosen)
    return answer


def remember(request: Request, answer: Response, chosen: str) -> None:
    """Have the browser that gets *answer* keep *chosen*, one of ``LANGUAGES``."""
    answer.set_cookie(
        COOKIE,
        chosen,
        max_age=_YEAR,
        path="/",
        secure=urlsplit(request.headers.get("origin", "")).scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _back(request: Request) -> str:
    """Return the page that the browser came from, or the first where that cannot be looked at."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    there = own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
    if parts.path == "/login":  # which leads nobody to itself, see there
        return "/login"
    asked = {"type": "http", "method": "GET", "path": parts.path, "headers": []}
    shown = any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)
    return there if shown else "/"
