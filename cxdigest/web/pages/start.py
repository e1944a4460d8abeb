"""The first address: leads everybody to where they most likely wish to be."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from cxdigest.language import _
from cxdigest.web.desk import AtDesk
from cxdigest.web.pages.shell import PLACES, show
from cxdigest.web.pages.told import path
from cxdigest.web.who import Visiting, profile_for, profiles_for

router = APIRouter()


@router.get("/")
def start(visitor: Visiting, desk: AtDesk) -> Response:
    """Lead a coach to the clients, others to the first of their profiles."""
    own = profiles_for(visitor, desk)
    if visitor.role == "coach":
        return RedirectResponse("/clients")
    if own:
        return RedirectResponse(path("today", own[0].name))
    return show(desk, visitor, "nobody", title=_("Nobody gets digests yet"), place="today")


@router.get("/go")
def go(visitor: Visiting, desk: AtDesk, profile: str, place: str = "today") -> Response:
    """Lead to the same place of another profile."""
    found = profile_for(visitor, desk, profile)
    paths = {one.key: one.path for one in PLACES}
    there = paths.get(place, paths["today"]).format(profile=quote(found.name, safe=""))
    return RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
