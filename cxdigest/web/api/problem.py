"""How the API says what is wrong: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from cxdigest.console.rules.ruling import Fault
from cxdigest.errors import WrongUseError

MEDIA = "application/problem+json"
#: Beside what an answer says itself: the same way out everywhere.
_DETAILS = {
    HTTPStatus.UNAUTHORIZED: "Show a token of yours: Authorization: Bearer cxd_…",
    HTTPStatus.FORBIDDEN: "This is not for you to see or change.",
    HTTPStatus.NOT_FOUND: "There is no such thing, or it is not yours to see.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes no such request; Allow says which.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This is longer than anything that is taken here.",
}
_WORDS = {
    400: "The request cannot be understood.",
    401: "Nobody that we know asks.",
    403: "Not for this user.",
    404: "There is no such thing, or it is none of this user's.",
    405: "This address takes no such request.",
    409: "It cannot be done as things are.",
    413: "It is too long.",
    415: "It is sent as something that is not taken here.",
    422: "A value is missing or wrong.",
    503: "It does not work just now.",
}


class Problem(BaseModel):
    """What is wrong, and the way out."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What is wrong and the way out, in plain words.")
    faults: list[Fault] | None = Field(
        None, description="Of rules and settings: every single thing that is wrong."
    )


class FaultyError(WrongUseError):
    """What was sent is wrong in one place or several."""

    def __init__(self, detail: str, faults: Iterable[Fault]) -> None:
        super().__init__(detail)
        self.faults = tuple(faults)


def problem(
    status: int,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> Response:
    """Return the answer that says it."""
    known = HTTPStatus(status)
    named = dict(headers or {})
    if known == HTTPStatus.UNAUTHORIZED:
        named["WWW-Authenticate"] = 'Bearer realm="cxdigest"'
    body = Problem(
        status=status,
        title=known.phrase,
        detail=detail or _DETAILS.get(known, known.phrase),
        faults=list(faults) or None,
    )
    content = body.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=status, headers=named, media_type=MEDIA)


def said_of(error: RequestValidationError) -> str:
    """Say what is wrong with a request, each thing with where it stands."""
    return "; ".join(
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    )


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the description says of answers with these *statuses*."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _WORDS[status], "content": {MEDIA: {"schema": schema}}}
        for status in statuses
    }
