"""Signing in and out, and the first admin, made by whoever can read the log."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cxdigest.console.instance import users
from cxdigest.console.instance.passwords import BusyError
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.render.words import sentence
from cxdigest.store import User
from cxdigest.web.assets import address_of
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.first_code import COUNTED_AS, WRONG_CODE, FirstCode
from cxdigest.web.refusals import own_path
from cxdigest.web.tries import TOO_MANY
from cxdigest.web.who import Sent, SentByStranger, Visiting, known, text_in
from cxdigest.web.who.sessions import begin, end
from cxdigest.web.who.visitor import named_by_proxy

router = APIRouter()
_OUR_STYLE = {"Referrer-Policy": "same-origin"}  #: or forms could not say where they stood
_WRONG = marked("This name and this password do not belong together.")
_NOT_KEPT = marked(
    "You were signed in, but your browser did not keep it. Allow cookies for this "
    "address; and open it by https, since a sign-in is kept over no other way but "
    "on this very machine."
)


@router.get("/login")
def look(request: Request, desk: AtDesk) -> Response:
    """Show the form; lead on whoever is signed in."""
    onward = own_path(request.query_params.get("next", "/"))
    if known(request):
        return RedirectResponse(onward, status_code=HTTPStatus.SEE_OTHER)
    told = _(_NOT_KEPT) if request.query_params.get("signed") else ""
    if request.query_params.get("out"):
        told = _("You are signed out.")
    return _form(request, desk, onward=onward, told=told)


@router.post("/login")
def sign_in(request: Request, desk: AtDesk, form: SentByStranger) -> Response:
    """Begin a session for the right name and password."""
    onward, name = own_path(text_in(form, "next")), text_in(form, "name")
    caller, now = desk.caller(request), desk.clock()
    if not desk.tries.may(caller, name.strip().lower(), now):
        return _form(
            request, desk, onward=onward, wrong=_(TOO_MANY), status=HTTPStatus.TOO_MANY_REQUESTS
        )
    try:
        user = users.let_in(desk.store, name, text_in(form, "password"))
    except BusyError as error:
        desk.tries.was_none(caller, name.strip().lower(), now)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _form(request, desk, onward=onward, wrong=sentence(str(error)), status=status)
    if user is None:
        return _form(
            request, desk, onward=onward, name=name, wrong=_(_WRONG), status=HTTPStatus.FORBIDDEN
        )
    desk.tries.was_right(caller, name.strip().lower(), now)
    return _signed_in(request, desk, user, onward)


@router.post("/login/first")
def make_first(request: Request, desk: AtDesk, form: SentByStranger) -> Response:
    """Make the first admin and sign them in, for whoever has the code."""
    code, caller = desk.first_code, desk.caller(request)
    if code is None or desk.store.has_users():
        return RedirectResponse("/login", status_code=HTTPStatus.SEE_OTHER)
    if not desk.tries.may(caller, COUNTED_AS, desk.clock()):
        return _form(request, desk, wrong=_(TOO_MANY), status=HTTPStatus.TOO_MANY_REQUESTS)
    if not code.is_right(text_in(form, "code")):
        name, status = text_in(form, "name"), HTTPStatus.FORBIDDEN
        return _form(request, desk, name=name, wrong=_(WRONG_CODE), status=status)
    desk.tries.was_right(caller, COUNTED_AS, desk.clock())
    try:
        user = first_admin(
            desk,
            code,
            given=text_in(form, "code"),
            name=text_in(form, "name"),
            password=text_in(form, "password"),
            again=text_in(form, "again"),
        )
    except WrongUseError as error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        name = text_in(form, "name")
        return _form(request, desk, name=name, wrong=sentence(str(error)), status=status)
    return _signed_in(request, desk, user, "/")


def first_admin(
    desk: Desk, code: FirstCode, *, given: str, name: str, password: str, again: str
) -> User:
    """Return the first admin, made with the code, which is good no more after it.

    Raises:
        WrongUseError: the code, the name or the password cannot be taken.
    """
    users.check_again(password, again)
    if not code.use(given):
        raise WrongUseError(_("this code was used already"))
    try:
        return users.add(
            desk.store,
            name=name,
            role="admin",
            password=password,
            known=users.Known(coaches=(), profiles=()),
            now=desk.clock(),
        )
    except BaseException:
        code.give_back()
        raise


@router.post("/logout")
def sign_out(request: Request, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """End the session of this browser."""
    del visitor, form
    answer = RedirectResponse("/login?out=1", status_code=HTTPStatus.SEE_OTHER)
    end(desk, request, answer)
    return answer


def _signed_in(request: Request, desk: Desk, user: User, onward: str) -> Response:
    # By way of the form, which sees whether the browser kept the cookie.
    there = f"/login?{urlencode({'signed': 1, 'next': onward})}"
    answer = RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
    if not begin(desk, request, answer, user):
        return _form(request, desk, wrong=_(_WRONG), status=HTTPStatus.FORBIDDEN)
    return answer


def _form(
    request: Request,
    desk: Desk,
    *,
    onward: str = "/",
    name: str = "",
    told: str = "",
    wrong: str = "",
    status: int = HTTPStatus.OK,
) -> HTMLResponse:
    anybody = desk.store.has_users()
    html = desk.templates.get_template("console/login.html.j2").render(
        title=_("Sign in") if anybody else _("Nobody may come in yet"),
        anybody=anybody,
        first=desk.first_code is not None,
        proxied=named_by_proxy(request, desk),
        onward=onward,
        name=name[: users.LONGEST_NAME],
        told=told,
        wrong=wrong,
        asset=address_of,
    )
    return HTMLResponse(html, status_code=status, headers=_OUR_STYLE)
