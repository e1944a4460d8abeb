"""One's own account: the password, where one is signed in, and tokens for programs."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.instance import users
from cxdigest.console.instance.passwords import SHORTEST, is_right
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.render.words import sentence
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.moments import clocks, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import told_of
from cxdigest.web.who import Sent, Visiting, Visitor, text_in
from cxdigest.web.who.sessions import IDLE, begin

router = APIRouter()
_SHOWN = 16  #: letters of a digest that name it in an address
_TOLD = {
    "password": marked("Your password is changed. You are signed out everywhere else."),
    "tokens": marked(
        "Your password is changed. You are signed out everywhere else, and your tokens have ended."
    ),
    "session": marked("This session has ended."),
    "token": marked("This token has ended."),
}


@router.get("/account")
def look(request: Request, visitor: Visiting, desk: AtDesk) -> Response:
    """Show it."""
    return _page(desk, visitor, told=told_of(_TOLD, request.query_params.get("done", "")))


@router.post("/account/password")
def change_password(request: Request, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Change the password of whoever is signed in, and begin a new session here."""
    new, user = text_in(form, "password"), desk.store.user(visitor.name)
    caller, now = desk.caller(request), desk.clock()
    if user is None or visitor.way == "alone":
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if not desk.tries.may(caller, visitor.name, now):
        return _page(desk, visitor, wrong=_("too many wrong tries; wait ten minutes"))
    try:
        if user.password and not is_right(user.password, text_in(form, "old")):
            return _page(desk, visitor, wrong=_("this is not your password so far"))
        desk.tries.was_right(caller, visitor.name, now)
        users.check_again(new, text_in(form, "again"))
        tokens = "tokens" in form
        users.change_password(desk.store, visitor.name, new, now=now, tokens=tokens)
    except WrongUseError as error:
        return _page(desk, visitor, wrong=str(error))
    answer = _done("tokens" if tokens else "password")
    changed = desk.store.user(visitor.name)
    if changed and visitor.way == "session":
        begin(desk, request, answer, changed)
    return answer


@router.post("/account/sessions/{name}/end")
def end_session(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """End one session of one's own; ``others``: all but this one."""
    del form
    found = [
        one.digest
        for one in desk.store.sessions(visitor.name, now=desk.clock(), idle=IDLE)
        if (one.digest[:_SHOWN] == name) or (name == "others" and one.digest != visitor.session)
    ]
    if not found and name != "others":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk.store.end_sessions(visitor.name, found)
    return _done("session")


@router.post("/account/tokens")
def make_token(visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Make a token and show it, this once."""
    if visitor.way == "alone":
        raise HTTPException(HTTPStatus.FORBIDDEN)
    try:
        token = users.make_token(desk.store, visitor.name, text_in(form, "label"), now=desk.clock())
    except WrongUseError as error:
        return _page(desk, visitor, wrong=str(error))
    return _page(desk, visitor, token=token)


@router.post("/account/tokens/{name}/end")
def end_token(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """End one token of one's own."""
    del form
    for one in desk.store.access_tokens(visitor.name):
        if one.digest[:_SHOWN] == name:
            desk.store.end_access_token(visitor.name, one.digest)
            return _done("token")
    raise HTTPException(HTTPStatus.NOT_FOUND)


def _done(what: str) -> Response:
    return RedirectResponse(f"/account?done={what}", status_code=HTTPStatus.SEE_OTHER)


def _page(
    desk: Desk, visitor: Visitor, *, told: str = "", wrong: str = "", token: str = ""
) -> Response:
    user = desk.store.user(visitor.name) if visitor.way != "alone" else None
    zone = zone_for(visitor, desk)
    return show(
        desk,
        visitor,
        "account",
        title=_("Your account"),
        place="account",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        told=told,
        wrong=sentence(wrong),
        made=token,
        user=user,
        role=_(users.ROLE_WORDS[visitor.role]),
        sessions=desk.store.sessions(visitor.name, now=desk.clock(), idle=IDLE),
        tokens=desk.store.access_tokens(visitor.name),
        shown=_SHOWN,
        shortest=SHORTEST,
        longest_label=users.LONGEST_LABEL,
        at=clocks(zone, year=True),
        zone=zone.key,
    )
