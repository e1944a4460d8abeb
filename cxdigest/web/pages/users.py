"""Who may come in: added, changed and removed by an admin."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.instance import users
from cxdigest.console.instance.passwords import SHORTEST
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.render.words import sentence
from cxdigest.store import User
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.moments import clocks, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import told_of
from cxdigest.web.who import Admin, Sent, Visitor, text_in

router = APIRouter()
_TOLD = {
    "added": marked("The user is added. Tell them their name and password; they can change it."),
    "role": marked("It is changed. Where they were signed in they sign in again."),
    "password": marked("The password is changed. Where they were signed in they sign in again."),
    "removed": marked("The user is removed, with all their sessions and tokens."),
}


@router.get("/users")
@kept_for(seconds=20)
@in_one_view
def listed(request: Request, visitor: Admin, desk: AtDesk) -> Response:
    """List everybody, and the form for one more."""
    return _list(desk, visitor, told=told_of(_TOLD, request.query_params.get("done", "")))


@router.post("/users")
def add(visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Add one."""
    said = {key: text_in(form, key) for key in ("name", "role", "coach", "profile")}
    try:
        users.check_again(text_in(form, "password"), text_in(form, "again"))
        users.add(
            desk.store,
            **said,
            password=text_in(form, "password"),
            known=_known(desk),
            now=desk.clock(),
            proxied=desk.proxy is not None,
        )
    except WrongUseError as error:
        return _list(desk, visitor, wrong=str(error), said=said)
    return _done("/users", "added")


@router.get("/users/{name}")
def look(request: Request, name: str, visitor: Admin, desk: AtDesk) -> Response:
    """Show one."""
    told = told_of(_TOLD, request.query_params.get("done", ""))
    return _one(desk, visitor, _found(desk, name), told=told)


@router.post("/users/{name}/role")
def change_role(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Say anew what they may see."""
    user = _found(desk, name)
    try:
        users.change_role(
            desk.store,
            user.name,
            role=text_in(form, "role"),
            coach=text_in(form, "coach"),
            profile=text_in(form, "profile"),
            known=_known(desk),
            now=desk.clock(),
        )
    except WrongUseError as error:
        return _one(desk, visitor, user, wrong=str(error))
    return _done(f"/users/{user.name}", "role")


@router.post("/users/{name}/password")
def change_password(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Give them another password."""
    user = _found(desk, name)
    try:
        users.check_again(text_in(form, "password"), text_in(form, "again"))
        users.change_password(
            desk.store,
            user.name,
            text_in(form, "password"),
            now=desk.clock(),
            tokens="tokens" in form,
        )
    except WrongUseError as error:
        return _one(desk, visitor, user, wrong=str(error))
    return _done(f"/users/{user.name}", "password")


@router.post("/users/{name}/remove")
def remove(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Remove them."""
    user = _found(desk, name)
    if "sure" not in form:
        return _one(desk, visitor, user, wrong=_("tick the box first, if you are sure"))
    try:
        users.remove(desk.store, user.name)
    except WrongUseError as error:
        return _one(desk, visitor, user, wrong=str(error))
    return _done("/users", "removed")


def _known(desk: Desk) -> users.Known:
    coaches = tuple(desk.config.coaches) if desk.config else ()
    return users.Known(
        coaches=coaches or tuple({one.coach for one in desk.now().profiles if one.coach}),
        profiles=tuple(one.name for one in desk.now().profiles),
    )


def _found(desk: Desk, name: str) -> User:
    user = desk.store.user(name)
    if user is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return user


def _done(path: str, what: str) -> Response:
    return RedirectResponse(f"{path}?done={what}", status_code=HTTPStatus.SEE_OTHER)


def _list(
    desk: Desk,
    visitor: Visitor,
    *,
    told: str = "",
    wrong: str = "",
    said: dict[str, str] | None = None,
) -> Response:
    return show(
        desk,
        visitor,
        "users",
        title=_("Who may come in"),
        place="users",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        told=told,
        wrong=sentence(wrong),
        said=said or {"name": "", "role": "", "coach": "", "profile": ""},
        people=desk.store.users(),
        choices=_choices(desk),
    )


def _one(desk: Desk, visitor: Visitor, user: User, *, told: str = "", wrong: str = "") -> Response:
    zone = zone_for(visitor, desk)
    return show(
        desk,
        visitor,
        "user",
        title=user.name,
        place="users",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        told=told,
        wrong=sentence(wrong),
        user=user,
        at=clocks(zone, year=True),
        zone=zone.key,
        tokens=len(desk.store.access_tokens(user.name)),
        choices=_choices(desk),
    )


def _choices(desk: Desk) -> dict[str, object]:
    known = _known(desk)
    return {
        "roles": {role: _(text) for role, text in users.ROLE_WORDS.items()},
        "coaches": sorted(known.coaches),
        "profiles": sorted(known.profiles),
        "proxied": desk.proxy is not None,
        "shortest": SHORTEST,
        "longest_name": users.LONGEST_NAME,
    }
