"""Who asks for a page, found from the request, and which profiles are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from cxdigest.console.instance.users import digest_of
from cxdigest.model import Profile, Role
from cxdigest.pipeline import Street
from cxdigest.store import User
from cxdigest.web.caller import is_among, is_at_home, peer_of
from cxdigest.web.desk import Desk, desk_of
from cxdigest.web.who.sessions import IDLE, secret_of

Way = Literal["alone", "session", "proxy", "token"]
_API = "/api/"
_BEARER = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One who was let in."""

    name: str
    role: Role
    way: Way  #: how we know
    coach: str = ""  #: whose clients a coach sees
    profile: str = ""  #: whose digest a client sees
    session: str = ""  #: what the secret of forms is bound to


def is_api(request: Request) -> bool:
    """Tell whether a program asks, which is answered in JSON."""
    return request.url.path.startswith(_API)


def known(request: Request) -> Visitor | None:
    """Return who asks, None where we do not know; looked up once for each request."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _known(request, desk_of(request))
    found: Visitor | None = request.state.visitor
    return found


def visitor_of(request: Request) -> Visitor:
    """Return who asks.

    Raises:
        HTTPException: nobody that we know.
    """
    desk = desk_of(request)
    with desk.store.one_view():
        found = known(request)
        if found is None:
            raise HTTPException(HTTPStatus.UNAUTHORIZED)
        if desk.street:
            # Asked by the way: a thread for it would cost more than all else about it.
            request.state.made_of = desk.store.changes, desk.store.people_version()
            request.state.street = desk.now()
    return found


async def admin_of(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Visitor:
    """Return who asks, where they may see and change everything.

    Raises:
        HTTPException: they may not.
    """
    if visitor.role != "admin":
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return visitor


Visiting = Annotated[Visitor, Depends(visitor_of)]
Admin = Annotated[Visitor, Depends(admin_of)]


def named_by_proxy(request: Request, desk: Desk) -> str:
    """Return the name that a proxy of ours gives; ``""``: none, or not one name."""
    if desk.proxy is None or not is_among(peer_of(request), desk.proxy.addresses):
        return ""
    given = request.headers.getlist(desk.proxy.header)
    return given[0].strip().lower() if len(given) == 1 else ""


def _known(request: Request, desk: Desk) -> Visitor | None:
    given = request.headers.get("authorization", "")
    if is_api(request) and given.lower().startswith(_BEARER):
        # Whoever shows a token is its user or nobody, whatever the browser holds besides.
        digest = digest_of(given[len(_BEARER) :].strip())
        user = desk.store.user_of_token(digest, now=desk.clock())
        return _visitor(user, "token", digest) if user else None
    return _by_proxy(request, desk) or _by_session(request, desk) or _alone(request, desk)


def _by_proxy(request: Request, desk: Desk) -> Visitor | None:
    name = named_by_proxy(request, desk)
    user = desk.store.user(name) if name else None
    return _visitor(user, "proxy", f"proxy:{user.name}") if user else None


def _by_session(request: Request, desk: Desk) -> Visitor | None:
    secret = secret_of(request)
    if not secret:
        return None
    found = desk.store.session(digest_of(secret), now=desk.clock(), idle=IDLE)
    return _visitor(found[1], "session", found[0].digest) if found else None


def _alone(request: Request, desk: Desk) -> Visitor | None:
    if desk.alone and is_at_home(request) and not desk.store.has_users():
        return Visitor(name="you", role="admin", way="alone", session="alone")
    return None


def _visitor(user: User, way: Way, session: str) -> Visitor:
    return Visitor(
        name=user.name,
        role=user.role,
        way=way,
        coach=user.coach,
        profile=user.profile,
        session=session,
    )


def may_see(visitor: Visitor, profile: Profile) -> bool:
    """Tell whether *profile* is one of *visitor*'s: all are an admin's."""
    match visitor.role:
        case "admin":
            return True
        case "coach":
            return bool(profile.coach) and profile.coach == visitor.coach
        case "client":
            return profile.name == visitor.profile


def profiles_for(visitor: Visitor, desk: Desk) -> tuple[Profile, ...]:
    """Return the profiles that *visitor* may see, paused ones too."""
    return tuple(one for one in desk.now().profiles if may_see(visitor, one))


def profile_for(visitor: Visitor, desk: Desk, name: str) -> Profile:
    """Return the profile of this *name*.

    Raises:
        HTTPException: there is none, or it is none of *visitor*'s: nobody learns which.
    """
    return _theirs(visitor, desk.profile(name))


def _theirs(visitor: Visitor, found: Profile | None) -> Profile:
    if found is None or not may_see(visitor, found):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


async def whose(
    request: Request, profile: str, visitor: Annotated[Visitor, Depends(visitor_of)]
) -> Profile:
    """Return the profile that an address names, as it was when it was found who asks.

    Raises:
        HTTPException: as of `profile_for`.
    """
    if not hasattr(request.state, "street"):
        request.state.street = await run_in_threadpool(desk_of(request).now)
    street: Street = request.state.street
    return _theirs(visitor, street.profile(profile))


#: The profile of an address with ``{profile}`` in it, which is one of the visitor's.
Whose = Annotated[Profile, Depends(whose)]
