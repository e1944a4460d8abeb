"""Sources: how each stands, its polls and alerts, and polling one now. For admins."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.instance import sources
from cxdigest.console.instance.masked import masked
from cxdigest.console.instance.sources import PollRow, SourceRow
from cxdigest.model import AlertOutcome, Authenticity, Media
from cxdigest.render import words
from cxdigest.store import Taken, Yielded
from cxdigest.web.api.asked import PLAIN, Query
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.moments import read, written
from cxdigest.web.pages.sources import settings_of
from cxdigest.web.who import Admin, Proved

router = APIRouter(tags=["sources"])
_Source = Annotated[
    str, Path(min_length=1, max_length=200, pattern=PLAIN, description="The name of a source.")
]


class Standing(BaseModel):
    """How one source stands. No address of it opens anything: what would is masked."""

    name: str
    type: str
    place: str = Field(description="Where it is, masked.")
    enabled: bool
    removed: bool = Field(description="It is not in the configuration any more.")
    outcome: str = Field(description="Of the last poll, in words.")
    failed: bool
    polled: datetime | None
    next_poll: datetime | None
    failures: int = Field(description="Polls in a row that failed.")
    week_alerts: int
    week_postings: int
    usual: str = Field(description="What is expected of it; empty where too little is known.")
    problems: list[str]
    polled_by: str = Field(description="The worker that polls it now; empty: none.")


class Alert(BaseModel):
    """One alert that came."""

    id: int
    media: Media
    received: datetime | None
    stored: datetime
    outcome: AlertOutcome
    reason: str
    format: str
    sender: str
    authenticity: Authenticity
    announced: int | None
    shown: int = Field(description="Sightings of postings in it.")
    first: str = Field(description="The title of its first.")


class Asked(Query):
    """Which alerts."""

    alerts: Literal["all", "unread"] = "all"
    before: str = Field(
        "",
        max_length=40,
        pattern=r"^([0-9]{1,17}-[0-9]{1,17})?$",
        description="``older`` of the page before.",
    )


class Source(BaseModel):
    """One source."""

    standing: Standing
    days: list[Yielded] = Field(description="What it brought, a day each, the latest first.")
    polls: list[PollRow] = Field(description="The last ones, the latest first.")
    alerts: list[Alert] = Field(description="The latest first.")
    older: str = Field(description="What ``before`` asks for those that follow; empty: none.")


class Due(BaseModel):
    """What comes of it."""

    told: str


@router.get("/sources")
def every(visitor: Admin, desk: AtDesk) -> list[Standing]:
    """List all sources."""
    del visitor
    return [_standing(row) for row in _rows(desk)]


@router.get("/sources/{name}")
def one(
    name: _Source, visitor: Admin, desk: AtDesk, asked: Annotated[Asked, FromQuery()]
) -> Source:
    """Show one source, with its last polls and 25 of its alerts at a time."""
    del visitor
    row = _found(desk, name)
    moment, _, number = asked.before.partition("-")
    since = read(moment)
    before = (since, int(number)) if since and number else None
    found = sources.alert_list(desk.store, name, unread=asked.alerts == "unread", before=before)
    return Source(
        standing=_standing(row),
        days=list(row.days),
        polls=sources.poll_rows(desk.store, name),
        alerts=[_alert(taken) for taken in found.rows],
        older=f"{written(found.older[0])}-{found.older[1]}" if found.older else "",
    )


@router.post("/sources/{name}/poll", status_code=HTTPStatus.ACCEPTED)
def poll(name: _Source, visitor: Admin, desk: AtDesk, proved: Proved) -> Due:
    """Make a source due at once and have the worker look."""
    del visitor, proved
    _found(desk, name)
    why_not = sources.poll_now(desk.store, settings_of(desk), name, now=desk.clock())
    if why_not:
        raise HTTPException(HTTPStatus.CONFLICT, why_not)
    desk.wake()
    return Due(told="It is due now; a worker polls it at its next look.")


def _rows(desk: Desk) -> list[SourceRow]:
    return sources.source_rows(desk.store, settings_of(desk), now=desk.clock())


def _found(desk: Desk, name: str) -> SourceRow:
    row = sources.source_row(desk.store, settings_of(desk), name, now=desk.clock())
    if row is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return row


def _standing(row: SourceRow) -> Standing:
    return Standing(
        name=row.name,
        type=row.type,
        place=row.place,
        enabled=row.enabled,
        removed=row.removed,
        outcome=row.outcome,
        failed=row.failed,
        polled=row.polled,
        next_poll=row.next_poll,
        failures=row.failures,
        week_alerts=row.week_alerts,
        week_postings=row.week_postings,
        usual=row.usual,
        problems=list(row.problems),
        polled_by=row.holder,
    )


def _alert(one: Taken) -> Alert:
    return Alert(
        id=one.id,
        media=one.media,
        received=one.received,
        stored=one.stored,
        outcome=one.outcome,
        reason=masked(one.reason),
        format=one.format,
        sender=words.clean(one.sender, 200),
        authenticity=one.authenticity,
        announced=one.announced,
        shown=one.shown,
        first=words.clean(one.first),
    )
