"""A page of the console: how often a person got a digest; for admins, a look at what is due."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from cxdigest.web.desk import AtDesk
from cxdigest.web.pages.shell import show
from cxdigest.web.plugged import ConsolePage
from cxdigest.web.who import Sent, Visiting, Whose

router = APIRouter()


@router.get("/of/{profile}")
def harbour(visitor: Visiting, desk: AtDesk, profile: Whose) -> Response:
    """Show how often the profile got a digest."""
    sent = [one for one in desk.store.deliveries() if one.profile == profile.name]
    return show(
        desk,
        visitor,
        "plugins/harbour/harbour",
        title="Harbour",
        place="plugins/harbour",
        profile=profile,
        sent=len(sent),
    )


@router.post("/wake")
def wake(desk: AtDesk, form: Sent) -> Response:
    """Have the worker look at once."""
    del form
    desk.wake()
    return RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)


HARBOUR = ConsolePage(
    name="harbour",
    router=router,
    doors={"GET /of/{profile}": "whose", "POST /wake": "admin"},
    words="Harbour",
    begins="/of/{profile}",
    templates=Path(__file__).parent / "templates",
)
