"""The clients: all of them on one page, one by one; paused, resumed, written out."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.clients import definitions, editing
from cxdigest.console.clients.client import client_page
from cxdigest.console.clients.form_fields import fields_for
from cxdigest.console.clients.listing import ONLY, Only, client_list
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.pipeline import Street
from cxdigest.web.desk import AtDesk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.own_clients import (
    client_for,
    led_to,
    may_mend,
    path_of,
    place_of,
    require_staff,
    sentence,
    settings_of,
)
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import told_of
from cxdigest.web.who import Sent, Visiting, Visitor, may_see, profile_for, profiles_for, text_in

router = APIRouter()
_DIGITS = 19  #: of the largest number that a database takes
TOLD = {
    "added": marked("The client is added. The first digest is made at the next send time."),
    "changed": marked("The settings are changed. The next turn knows them."),
    "same": marked("Nothing was changed: the settings said so already."),
    "imported": marked("The profiles are taken in. The next turn knows them."),
    "removed": marked("The client gets no more digests. What was read and sent is kept."),
    "paused": marked("No digest is made until it is resumed. Alerts are still read."),
    "resumed": marked("Digests are made again, from the next send time on."),
    "approved": marked("The digest is approved and goes out now."),
    "held": marked("The digest is held. It can be approved until the next one is made."),
    "saved": marked("Your changes are kept."),
    "undone": marked("The word is taken back. What was said before it holds again."),
    "recipient": marked("Mails go there again, from the next digest on."),
}


@router.get("/clients")
@kept_for(seconds=20)
@in_one_view
def listed(request: Request, visitor: Visiting, desk: AtDesk) -> Response:
    """Show all clients, those who need the coach first."""
    require_staff(visitor)
    asked = request.query_params
    q, chosen, page = asked.get("q", "")[:100], _only(asked.get("only", "")), asked.get("page", "")
    street = desk.now()
    own = [one for one in street.profiles if may_see(visitor, one)]
    found = client_list(
        desk.store,
        own,
        now=desk.clock(),
        zones=_zones(street),
        text=q,
        only=chosen,
        page=_number(page),
    )
    return show(
        desk,
        visitor,
        "clients",
        title=_("Clients"),
        place="clients",
        told=told_of(TOLD, asked.get("done", "")),
        found=found,
        broken=_broken(visitor, street),
        q=q,
        only=chosen,
        choices={key: _(text) for key, text in ONLY.items()},
        pages={step: _page_at(found.page + step, q, chosen) for step in (-1, 1)},
        coaches=len({one.coach for one in own}) > 1,
    )


def _zones(street: Street) -> dict[str, ZoneInfo]:

    return {one.name: one.zone for one in street.coaches}


def _only(said: str) -> Only:
    if said == "need":
        return "need"
    return "paused" if said == "paused" else ""


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _DIGITS else 0


def _page_at(page: int, q: str, only: str) -> str:
    return f"/clients?{urlencode({'q': q, 'only': only, 'page': page})}"


def _broken(visitor: Visitor, street: Street) -> list[str]:
    """Return the names of stored profiles whose settings are not right."""
    right = {one.name for one in street.profiles}
    stored = (one.name for one in street.store.roster().values() if one.changed)
    names = [name for name in stored if name not in right]
    found = street.store.definitions(names) if names else {}
    return [name for name, one in found.items() if may_mend(visitor, one, name)]


@router.get("/clients/export")
def export_all(visitor: Visiting, desk: AtDesk) -> Response:
    """Give out the settings of all own clients that are in the store."""
    require_staff(visitor)
    names = [one.name for one in profiles_for(visitor, desk) if one.stored]
    return _file("clients", {**desk.store.definitions(names)} if names else {})


@router.get("/clients/{name}")
@kept_for(seconds=20)
@in_one_view
def look(request: Request, name: str, visitor: Visiting, desk: AtDesk) -> Response:
    """Show one client."""
    known = client_for(visitor, desk, name)
    if known.profile is None:
        return RedirectResponse(path_of(name, "/edit"), status_code=HTTPStatus.SEE_OTHER)
    staff = visitor.role != "client"
    found = client_page(
        desk.store,
        known.profile,
        known.definition,
        fields_for("admin", settings_of(desk)),
        now=desk.clock(),
        zones=_zones(desk.now()),
        reviewer=staff,
    )
    return show(
        desk,
        visitor,
        "client",
        title=found.row.heading,
        place=place_of(visitor),
        profile=known.profile,
        told=told_of(TOLD, request.query_params.get("done", "")),
        known=known,
        client=found,
        staff=staff,
        here=path_of(name),
    )


@router.get("/clients/{name}/export")
def export(name: str, visitor: Visiting, desk: AtDesk) -> Response:
    """Give out the settings of one client."""
    return _file(name, {name: client_for(visitor, desk, name).definition})


def _file(name: str, people: dict[str, object]) -> Response:
    return Response(
        definitions.as_yaml(people).encode(),
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}.yaml"'},
    )


@router.post("/clients/{name}/pause")
def pause(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Make no digests for now."""
    del form
    client_for(visitor, desk, name)
    desk.store.pause_profile(name, now=desk.clock())
    return led_to(path_of(name), "paused")


@router.post("/clients/{name}/resume")
def resume(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Make digests again."""
    del form
    client_for(visitor, desk, name)
    try:
        editing.resume(desk.store, settings_of(desk), name, now=desk.clock())
    except WrongUseError as error:
        raise HTTPException(HTTPStatus.CONFLICT, sentence(error)) from error
    desk.wake()
    return led_to(path_of(name), "resumed")


@router.post("/clients/{name}/recipients/resume")
def resume_recipient(name: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Send mails again to somebody who gets none."""
    require_staff(visitor)
    profile = profile_for(visitor, desk, name)
    channel, address = text_in(form, "channel"), text_in(form, "address")
    done = desk.store.resume_recipient(profile.name, channel, address)
    return led_to(path_of(name), "recipient" if done else "")


@router.post("/clients/{name}/feedback/{number}/undo")
def undo(name: str, number: str, visitor: Visiting, desk: AtDesk, form: Sent) -> Response:
    """Take back one word of the client's."""
    del form
    profile = profile_for(visitor, desk, name)
    row = desk.store.undo_feedback(_number(number), now=desk.clock(), profile=profile.name)
    return led_to(path_of(name), "undone" if row else "")
