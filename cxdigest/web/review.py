"""The page on which a coach looks at a digest that waits: note, postings to leave out, the word.

One form with three buttons; each keeps what was written before it does its own. Only POST acts, and
the link is good for as long as the digest waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from cxdigest.console.digests import reviewed
from cxdigest.errors import WrongUseError
from cxdigest.language import _, speak
from cxdigest.pipeline import Street
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.pipeline.reviews import reviewing
from cxdigest.pipeline.reviews.reviewing import LONGEST_NOTE
from cxdigest.store import Reviewed
from cxdigest.web.desk import AtDesk, Desk

router = APIRouter()
_Form = Mapping[str, Sequence[str]]
_MOST_FIELDS = 5000


async def _form_of(request: Request) -> _Form:
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


_Sent = Annotated[_Form, Depends(_form_of)]


@router.api_route("/review/{token}", methods=["GET", "HEAD"])
def look(token: str, request: Request, desk: AtDesk) -> Response:
    """Show what waits and the form."""
    found = _found(desk, token)
    if found is None:
        return desk.refuse(request)
    return _page(desk, *found, action=f"/review/{token}")


@router.post("/review/{token}")
def act(token: str, request: Request, desk: AtDesk, form: _Sent) -> Response:
    """Keep the note and what is left out, and do what the button says."""
    found = _found(desk, token)
    if found is None:
        return desk.refuse(request)
    street, one = found
    try:
        told = _done(street, one, form)
    except WrongUseError as error:
        return desk.notice(_("Nothing was changed"), str(error), status=HTTPStatus.CONFLICT)
    now = street.store.review(one.id) or one
    return _page(desk, street, now, action=f"/review/{token}", told=told)


def _found(desk: Desk, token: str) -> tuple[Street, Reviewed] | None:
    """Return the digest that *token* leads to; None where we never made that link.

    From then on the answer is in the coach's language.
    """
    ask = ReviewLinks(signer=desk.signer).read(token)
    if ask is None or ask.step != "look" or desk.street is None:
        return None
    street = desk.street()
    one = street.store.review(ask.digest_id)
    if one is None:
        return None
    speak(reviewing.language_of(street, one))
    return street, one


def _done(street: Street, one: Reviewed, form: _Form) -> str:
    return reviewed.revise(
        street,
        one,
        reviewed.act_of(form.get("do", [""])[0]),
        note=form.get("note", [""])[0],
        left_out=set(form.get("drop", [])),
    )


def _page(desk: Desk, street: Street, one: Reviewed, *, action: str, told: str = "") -> Response:
    if not one.open:
        title = _("It goes out now") if told else _("This digest waits no more")
        line = told or _("It was sent, or the next one took its place.")
        return desk.notice(title, line, status=HTTPStatus.OK if told else HTTPStatus.GONE)
    try:
        sheet = reviewed.sheet_of(street, one)
    except WrongUseError as error:
        return desk.notice(
            _("This digest cannot be changed"), str(error), status=HTTPStatus.CONFLICT
        )
    return desk.page(
        "review",
        title=_("Review: {client}, {day}", client=sheet.client, day=sheet.day),
        told=told,
        standing=sheet.standing,
        note=sheet.note,
        longest=LONGEST_NOTE,
        rows=sheet.rows,
        action=action,
        preview=sheet.preview,
    )
