"""What was sent to us, read once its sender is known and it is proved to come from our own page.

The proof is a token in the form, bound to the session. Beside it counts what the browser says of
the page that sent it; our pages have it say so (``Referrer-Policy: same-origin``).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from cxdigest.model import Json
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.forms import form_of
from cxdigest.web.guard import most_bytes
from cxdigest.web.who.visitor import Visiting, Visitor

_FIELD = "csrf"
_HEADER = "x-csrf-token"
_PURPOSE = "form"
_OURS = ("same-origin", "none")  #: what a browser says of our own page, and of its user alone
_MOST_FIELDS = 5000
_MOST_FILES = 20


def csrf_of(visitor: Visitor, desk: Desk) -> str:
    """Return what every form of a page that *visitor* is shown must send back."""
    return desk.signer.sign(_PURPOSE, visitor.session)


async def _sent(request: Request, visitor: Visiting, desk: AtDesk) -> AsyncIterator[FormData]:
    _check_page(request, desk)
    async with _form(request) as form:
        _check_token(form.get(_FIELD, ""), visitor, desk)
        yield form


async def _sent_by_stranger(request: Request, desk: AtDesk) -> AsyncIterator[FormData]:
    _check_page(request, desk)
    async with _form(request) as form:
        yield form


def _proved(request: Request, visitor: Visiting, desk: AtDesk) -> None:
    if visitor.way != "token":  # which no page of others can have a browser send
        _check_page(request, desk)
        _check_token(request.headers.get(_HEADER, ""), visitor, desk)


Proved = Annotated[None, Depends(_proved)]


async def _told(request: Request, proved: Proved) -> Json:
    del proved
    if media_of(request) != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send JSON, and say so.")
    try:
        told: Json = json.loads(await request.body(), parse_constant=_no_number)
        # Halves of a letter, which JSON can write and nothing can keep.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "This is not JSON.") from error
    return told


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


async def _sent_file(request: Request, proved: Proved) -> bytes:
    del proved
    return await request.body()


#: The form of a page of the console.
Sent = Annotated[FormData, Depends(_sent)]
#: The form of a page for those who are not signed in. It proves nothing but where it stood.
SentByStranger = Annotated[FormData, Depends(_sent_by_stranger)]
#: JSON that a program sends with its token, or a page with ``X-CSRF-Token``.
Told = Annotated[Json, Depends(_told)]
#: A file that a program sends, as it is.
SentFile = Annotated[bytes, Depends(_sent_file)]
#: For the test that walks all routes: one of these is behind every change.
PROOFS = (_sent, _proved)


def media_of(request: Request) -> str:
    """Return the media type that *request* says its body has, in small letters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def text_in(form: FormData, field: str) -> str:
    """Return what was written into a field; ``""`` where it is missing or a file."""
    value = form.get(field, "")
    return value if isinstance(value, str) else ""


def _form(request: Request) -> AbstractAsyncContextManager[FormData]:
    most = most_bytes(request.url.path)
    return form_of(request, max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=most)


def _check_token(given: object, visitor: Visitor, desk: Desk) -> None:
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(errors="replace"), csrf_of(visitor, desk).encode()
    ):
        raise HTTPException(HTTPStatus.FORBIDDEN)


def _check_page(request: Request, desk: Desk) -> None:
    """Refuse what a browser sends from a page of others.

    Programs that are no browsers say neither, and send nobody's cookies without being told.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in _OURS
    else:
        own = (request.headers.get("host", ""), urlsplit(desk.public_url).netloc)
        ours = origin is None or (urlsplit(origin).netloc or None) in own
    if not ours:
        raise HTTPException(HTTPStatus.FORBIDDEN)
