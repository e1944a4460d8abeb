"""Who asks for a page, found from the request, and which profiles are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Request

from cxdigest.config.addresses import is_loopback
from cxdigest.model import Profile, Role
from cxdigest.web.desk import Desk, desk_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One who was let in."""

    name: str
    role: Role
    way: Literal["alone", "session", "proxy", "token"]  #: how we know
    coach: str = ""  #: whose clients a coach sees
    profile: str = ""  #: whose digest a client sees
    session: str = ""  #: what the secret of forms is bound to


def visitor_of(request: Request) -> Visitor:
    """Return who asks.

    Raises:
        HTTPException: nobody that we know.
    """
    desk = desk_of(request)
    caller = request.client.host if request.client else ""
    if desk.alone and is_loopback(caller) and is_loopback(request.url.hostname or ""):
        return Visitor(name="you", role="admin", way="alone", session="alone")
    raise HTTPException(HTTPStatus.UNAUTHORIZED)


def admin_of(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Visitor:
    """Return who asks, where they may see and change everything.

    Raises:
        HTTPException: they may not.
    """
    if visitor.role != "admin":
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return visitor


Visiting = Annotated[Visitor, Depends(visitor_of)]
Admin = Annotated[Visitor, Depends(admin_of)]


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
    found = desk.profile(name)
    if found is None or not may_see(visitor, found):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
