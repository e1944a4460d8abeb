"""A form that was sent, read once its sender is known and proved to come from our own page."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from cxdigest.web.desk import Desk, desk_of
from cxdigest.web.who.visitor import Visiting, Visitor

_FIELD = "csrf"
_PURPOSE = "form"


def csrf_of(visitor: Visitor, desk: Desk) -> str:
    """Return what every form of a page that *visitor* is shown must send back."""
    return desk.signer.sign(_PURPOSE, visitor.session)


async def _sent(
    request: Request, visitor: Visiting, desk: Annotated[Desk, Depends(desk_of)]
) -> FormData:
    form = await request.form()
    given = form.get(_FIELD, "")
    if not isinstance(given, str) or not hmac.compare_digest(given, csrf_of(visitor, desk)):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return form


Sent = Annotated[FormData, Depends(_sent)]
