"""A mailbox's older alerts, taken into the archive at a word of the admin: begun, seen, stopped."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.config import SourceConfig
from cxdigest.console.instance import older
from cxdigest.pipeline.alerts.older import stop_older
from cxdigest.text import number_in
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.moments import clocks, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.sources import page_of, settings_of
from cxdigest.web.pages.told import in_part, path
from cxdigest.web.who import Admin, Sent, text_in

router = APIRouter()


@router.get("/sources/{name}/older")
def how_far(request: Request, name: str, visitor: Admin, desk: AtDesk) -> Response:
    """Show how far it is: a piece of the source's page."""
    row = older.older_row(desk.store, desk.config, _mailbox(desk, name), name, now=desk.clock())
    if row is None or not in_part(request):
        return _back(name)
    at = clocks(zone_for(visitor, desk))
    return show(
        desk, visitor, "source_older", title=name, place="sources", name=name, taking=row, at=at
    )


@router.post("/sources/{name}/older")
def begin(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Have a worker take them in."""
    _mailbox(desk, name)
    why_not = older.take_older_in(
        desk.store,
        settings_of(desk),
        name,
        days=number_in(text_in(form, "days"), digits=5) or 0,
        sure=text_in(form, "everybody") == "yes",
        now=desk.clock(),
    )
    if why_not:
        return page_of(desk, visitor, name, told=why_not, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    desk.wake()
    return _back(name)


@router.post("/sources/{name}/older/stop")
def stop(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Have it stopped after the mails in hand."""
    del visitor, form
    _mailbox(desk, name)
    stop_older(desk.store, name, now=desk.clock())
    return _back(name)


def _mailbox(desk: Desk, name: str) -> SourceConfig:
    found = settings_of(desk).get(name)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _back(name: str) -> Response:
    there = f"{path('sources', name)}#older"
    return RedirectResponse(there, status_code=HTTPStatus.SEE_OTHER)
