"""A client who goes: the settings alone, or all that is kept. For an admin."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response

from cxdigest.console.clients import erasing
from cxdigest.language import _, marked
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.own_clients import Known, client_for, led_to, path_of, settings_of
from cxdigest.web.pages.shell import show
from cxdigest.web.who import Admin, Sent, Visitor, text_in

router = APIRouter()
_NAME = marked("This is not the name. Nothing was removed.")
_DECLARED = marked(
    "The configuration declares this client: remove the block there. Nothing was removed."
)


@router.get("/clients/{name}/remove")
def look(name: str, visitor: Admin, desk: AtDesk) -> Response:
    """Say what each way out means."""
    return _page(desk, visitor, client_for(visitor, desk, name))


@router.post("/clients/{name}/remove")
def remove(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Forget the settings; what was read and sent stays."""
    known = client_for(visitor, desk, name)
    if known.declared:
        return _page(desk, visitor, known, wrong=_(_DECLARED))
    if text_in(form, "typed").strip() != name:
        return _page(desk, visitor, known, wrong=_(_NAME))
    desk.store.discharge(name)
    return led_to("/clients", "removed")


@router.post("/clients/{name}/erase")
def erase(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Remove all that is kept, and say what stays."""
    known = client_for(visitor, desk, name)
    if text_in(form, "typed").strip() != name:
        return _page(desk, visitor, known, wrong=_(_NAME))
    done = erasing.erase(settings_of(desk), desk.store, name, now=desk.clock())
    return show(
        desk,
        visitor,
        "client_erased",
        title=_("Everything of {name} is removed", name=name),
        place="clients",
        done=done,
    )


def _page(desk: Desk, visitor: Visitor, known: Known, *, wrong: str = "") -> Response:
    return show(
        desk,
        visitor,
        "client_remove",
        title=_("Remove {name}", name=known.definition.get("name", known.name)),
        place="clients",
        profile=known.profile,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        wrong=wrong,
        known=known,
        here=path_of(known.name),
    )
