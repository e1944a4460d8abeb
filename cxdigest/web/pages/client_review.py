"""The review of a client's digest: read it, leave postings out, write on top, say the word."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from cxdigest.console.digests import reviewed
from cxdigest.errors import WrongUseError
from cxdigest.language import _, ngettext
from cxdigest.model import Profile
from cxdigest.pipeline.reviews.reviewing import LONGEST_NOTE
from cxdigest.store import Reviewed
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.clients import TOLD
from cxdigest.web.pages.own_clients import led_to, path_of, require_staff, sentence
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import told_of
from cxdigest.web.who import Sent, Visiting, Visitor, profile_for, text_in

router = APIRouter()
_DONE: dict[reviewed.Act, str] = {"approve": "approved", "hold": "held", "save": "saved"}


@router.get("/clients/{name}/review")
def look(
    request: Request, name: str, visitor: Visiting, desk: AtDesk, digest: str = ""
) -> Response:
    """Show what waits."""
    require_staff(visitor)
    profile = profile_for(visitor, desk, name)
    one = reviewed.waiting_of(desk.now(), profile.name, digest)
    told = told_of(TOLD, request.query_params.get("done", ""))
    return _page(desk, visitor, profile, one, told=told)


@router.post("/clients/{name}/review")
def act(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Keep the note and what is left out, where the form has them, and do what the button says."""
    require_staff(visitor)
    profile = profile_for(visitor, desk, name)
    street = desk.now()
    one = reviewed.waiting_of(street, profile.name, text_in(form, "digest"))
    if one is None:
        return _page(desk, visitor, profile, None, wrong=_("No digest of this client waits."))
    word = reviewed.act_of(text_in(form, "do"))
    try:
        reviewed.require_open(one)
        if "note" not in form:
            reviewed.decide(street, one, word)
        elif text_in(form, "seen") != reviewed.seen_as(one):
            note = text_in(form, "note")
            return _page(desk, visitor, profile, one, wrong=_overtaken(one), note=note)
        else:
            left_out = {one for one in form.getlist("drop") if isinstance(one, str)}
            note = text_in(form, "note")
            reviewed.revise(street, one, word, note=note, left_out=left_out)
    except WrongUseError as error:
        return _page(desk, visitor, profile, None, wrong=sentence(error))
    if word == "approve":
        desk.wake()
    back = "/clients" if "list" in form else path_of(name, "/review" if word == "save" else "")
    return led_to(back, _DONE[word])


def _overtaken(one: Reviewed) -> str:
    return ngettext(
        "Somebody else changed this digest after you opened it. Your own words stand below; what "
        "the other wrote is: {note}; {n} posting left out.",
        "Somebody else changed this digest after you opened it. Your own words stand below; what "
        "the other wrote is: {note}; {n} postings left out.",
        len(one.dropped),
        note=one.note or _("no note"),
    )


def _page(
    desk: Desk,
    visitor: Visitor,
    profile: Profile,
    one: Reviewed | None,
    *,
    told: str = "",
    wrong: str = "",
    note: str | None = None,
) -> Response:
    sheet = None
    if one is not None and one.open:
        try:
            sheet = reviewed.sheet_of(desk.now(), one)
        except WrongUseError as error:
            raise HTTPException(HTTPStatus.CONFLICT, sentence(error)) from error
    return show(
        desk,
        visitor,
        "client_review",
        title=_("Review: {name}, {day}", name=sheet.client, day=sheet.day)
        if sheet
        else _("Review: {name}", name=profile.heading),
        place="clients",
        profile=profile,
        status=HTTPStatus.CONFLICT if wrong else HTTPStatus.OK,
        told=told,
        wrong=wrong,
        sheet=sheet,
        note=sheet.note if sheet and note is None else note,
        longest=LONGEST_NOTE,
        here=path_of(profile.name),
    )
