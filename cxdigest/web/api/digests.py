"""Past digests as they were sent, and their deliveries."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.digests import archive
from cxdigest.console.digests.archive import DeliveryRow
from cxdigest.model import DigestState, Kind, Profile
from cxdigest.render import words
from cxdigest.store import Filed
from cxdigest.web.api.asked import PLAIN, Day, Name, Query
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.who import Proved, Visiting, Visitor, profile_for

router = APIRouter(tags=["digests"])
_OnDay = Annotated[Day, Path(description="The profile's local day, such as 2026-11-20.")]


class Asked(Query):
    """Which digests."""

    before: Day | None = Field(None, description="Only those of earlier days.")


class Filing(BaseModel):
    """One digest in the list."""

    day: date
    subject: str
    state: DigestState
    told: str = Field(description="How it stands, in plain words.")
    wrong: bool = Field(description="A delivery did not arrive.")
    found: str = Field(description="What it showed, in plain words.")


class Shelf(BaseModel):
    """Some digests, the latest first."""

    digests: list[Filing]
    older: date | None = Field(description="What ``before`` asks for those that follow.")


class Stood(BaseModel):
    """A posting that stood in a digest."""

    id: str
    section: str
    kind: Kind = Field(description="As the digest said.")
    title: str
    employer: str
    place: str


class Sheet(BaseModel):
    """One digest."""

    day: date
    made: datetime
    state: DigestState
    told: str
    subject: str
    text: str = Field(description="What was sent, without links that speak for its reader.")
    postings: list[Stood]
    more: int = Field(description="Postings beyond those.")
    hidden: int = Field(description="Postings that the profile's own settings kept out.")
    deliveries: list[DeliveryRow]
    earlier: date | None
    later: date | None


@router.get("/profiles/{profile}/digests")
def shelf(
    profile: Name, visitor: Visiting, desk: AtDesk, asked: Annotated[Asked, FromQuery()]
) -> Shelf:
    """List past digests, forty at a time."""
    whose = profile_for(visitor, desk, profile)
    found = archive.shelf(
        desk.store, whose.name, states=_states(visitor), before=asked.before, locale=whose.locale
    )
    return Shelf(
        digests=[
            Filing(
                day=row.day,
                subject=row.subject,
                state=row.state,
                told=row.told,
                wrong=row.wrong,
                found=row.found,
            )
            for month in found.months
            for row in month.rows
        ],
        older=found.older,
    )


@router.get("/profiles/{profile}/digests/{day}")
def look(profile: Name, day: _OnDay, visitor: Visiting, desk: AtDesk) -> Sheet:
    """Show one digest as it was sent, or waits."""
    whose = profile_for(visitor, desk, profile)
    filed = _filed(whose, day, visitor, desk)
    found = archive.sheet(
        desk.now(),
        filed,
        sources=whose.sources,
        signer=desk.signer,
        states=_states(visitor),
        inside=_inside(visitor),
        zone=whose.zone,
        locale=whose.locale,
    )
    return Sheet(
        day=filed.day,
        made=filed.made,
        state=filed.state,
        told=found.told,
        subject=filed.subject,
        text=found.text,
        postings=[
            Stood(
                id=one.posting.id,
                section=one.section,
                kind=archive.kind_of(one),
                title=words.clean(one.posting.title),
                employer=words.clean(one.posting.company, 80),
                place=words.clean(one.posting.location, 80),
            )
            for group in found.groups
            for one in group.postings
        ],
        more=found.more,
        hidden=found.hidden,
        deliveries=list(found.deliveries),
        earlier=found.earlier,
        later=found.later,
    )


@router.post(
    "/profiles/{profile}/digests/{day}/deliveries/{delivery}/retry",
    status_code=HTTPStatus.NO_CONTENT,
)
def retry(
    *,
    profile: Name,
    day: _OnDay,
    delivery: Annotated[str, Path(min_length=1, max_length=100, pattern=PLAIN)],
    visitor: Visiting,
    desk: AtDesk,
    proved: Proved,
) -> None:
    """Let a delivery that failed be tried again, at a worker's next look."""
    del proved
    whose = profile_for(visitor, desk, profile)
    if not _inside(visitor):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    filed = _filed(whose, day, visitor, desk)
    why_not = archive.retry(desk.store, filed, delivery, now=desk.clock())
    if why_not:
        raise HTTPException(HTTPStatus.CONFLICT, why_not)
    desk.wake()


def _inside(visitor: Visitor) -> bool:
    """Tell whether *visitor* also sees what was not sent, and left out."""
    return visitor.role != "client"


def _states(visitor: Visitor) -> tuple[DigestState, ...]:
    return archive.EVERY if _inside(visitor) else archive.SAID


def _filed(profile: Profile, day: date, visitor: Visitor, desk: Desk) -> Filed:
    found = desk.store.filed_on(profile.name, day, states=_states(visitor))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found
