"""Sources: how each stands, polling one now, and the alerts that came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.config import SourceConfig
from cxdigest.console.instance import sources
from cxdigest.console.instance.older import older_row
from cxdigest.language import _
from cxdigest.render.words import format_words
from cxdigest.text import number_in
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.moments import clocks, read, written, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import path
from cxdigest.web.who import Admin, Sent, Visitor

router = APIRouter()


@router.get("/sources")
@kept_for(seconds=5)
@in_one_view
def every(request: Request, visitor: Admin, desk: AtDesk) -> Response:
    """Show all sources."""
    del request
    rows = sources.source_rows(desk.store, settings_of(desk), now=desk.clock())
    return show(
        desk,
        visitor,
        "sources",
        title=_("Sources"),
        place="sources",
        rows=rows,
        troubled=sum(row.troubled for row in rows),
    )


@router.get("/sources/{name}")
@kept_for(seconds=5)
@in_one_view
def one(
    *,
    request: Request,
    name: str,
    visitor: Admin,
    desk: AtDesk,
    asked: str = "",
    alerts: str = "",
    before: str = "",
) -> Response:
    """Show one source: its polls, its alerts and what came of the poll that was asked for."""
    del request
    return page_of(desk, visitor, name, asked=asked, unread=alerts == "unread", before=before)


@router.post("/sources/{name}/poll")
def poll(name: str, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Make the source due at once and have the worker look."""
    del form
    now, last = desk.clock(), sources.last_poll(desk.store, name)
    _found(desk, name, now)
    why_not = sources.poll_now(desk.store, settings_of(desk), name, now=now)
    if why_not:
        return page_of(desk, visitor, name, told=why_not, status=HTTPStatus.CONFLICT)
    desk.wake()
    back = path("sources", name, asked=f"{written(now)}-{last}")
    return RedirectResponse(back, status_code=HTTPStatus.SEE_OTHER)


@router.get("/sources/{name}/asked")
def asked_for(name: str, visitor: Admin, desk: AtDesk, asked: str = "") -> Response:
    """Show what came of a poll that was asked for: a piece of the source's page."""
    mark = _mark(asked)
    if mark is None or name not in _names(desk):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found = sources.asked_for(desk.store, name, *mark, now=desk.clock())
    return show(
        desk,
        visitor,
        "source_asked",
        title=name,
        place="sources",
        name=name,
        asked=found,
        moment=asked,
    )


def settings_of(desk: Desk) -> Mapping[str, SourceConfig]:
    """Return the sources of the configuration, as it was read when the process began."""
    return desk.config.sources if desk.config else {}


def _names(desk: Desk) -> set[str]:
    return {*settings_of(desk), *desk.store.source_names()}


def _found(desk: Desk, name: str, now: datetime) -> sources.SourceRow:
    row = sources.source_row(desk.store, settings_of(desk), name, now=now)
    if row is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return row


def page_of(
    desk: Desk,
    visitor: Visitor,
    name: str,
    *,
    asked: str = "",
    unread: bool = False,
    before: str = "",
    told: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    """Return the page of source *name*, with what is to be *told* above it."""
    now, zone, mark = desk.clock(), zone_for(visitor, desk), _mark(asked)
    row = _found(desk, name, now)
    found = sources.alert_list(desk.store, name, unread=unread, before=_mark(before))
    return show(
        desk,
        visitor,
        "source",
        title=name,
        place="sources",
        status=status,
        row=row,
        polls=sources.poll_rows(desk.store, name),
        alerts=found.rows,
        older=f"{written(found.older[0])}-{found.older[1]}" if found.older else "",
        later=bool(before),
        unread=unread,
        asked=sources.asked_for(desk.store, name, *mark, now=now) if mark else None,
        moment=asked,
        taking=older_row(desk.store, desk.config, settings_of(desk).get(name), name, now=now),
        told=told,
        name=name,
        at=clocks(zone),
        format_words=format_words,
        zone=zone.key,
    )


def _mark(text: str) -> tuple[datetime, int] | None:
    """Return the moment and the number in an address; None where there are none."""
    moment, _, number = text.partition("-")
    found = read(moment)
    last = number_in(number, digits=19)
    return None if found is None or last is None else (found, last)
