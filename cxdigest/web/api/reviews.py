"""A digest that waits for its coach: read, revised, approved or held."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.digests import reviewed
from cxdigest.model import Kind
from cxdigest.pipeline.reviews.reviewing import LONGEST_NOTE
from cxdigest.store import Reviewed
from cxdigest.web.api.asked import PLAIN, Body, Name, Query, takes, told
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.own_clients import require_staff
from cxdigest.web.who import Visiting, Visitor, profile_for

router = APIRouter(tags=["clients"])
_MOST_LEFT_OUT = 2_000
_OVERTAKEN = "Somebody else changed this digest since; look again, then send yours."


class Asked(Query):
    """Which digest."""

    digest: str = Field(
        "", max_length=100, pattern=PLAIN, description="Its id; without one, what waits least."
    )


class Decision(Body):
    """The coach's word; a note or what is left out needs *seen* too."""

    digest: str = Field(min_length=1, max_length=100, pattern=PLAIN, description="Its id.")
    do: Literal["approve", "hold", "save"]
    note: str | None = Field(
        None, max_length=LONGEST_NOTE, description="Stands on top; null: as it is."
    )
    left_out: list[str] | None = Field(
        None,
        max_length=_MOST_LEFT_OUT,
        description="Ids of the postings that are left out; null: as they are.",
    )
    seen: str = Field("", max_length=100, pattern=PLAIN, description="As it was when you looked.")


class Row(BaseModel):
    """One posting of it."""

    id: str
    title: str
    employer: str
    kind: Kind
    left_out: bool


class Sheet(BaseModel):
    """A digest that waits."""

    id: str
    day: str
    standing: str = Field(description="What happens without a word.")
    held: bool
    note: str
    seen: str = Field(description="Stands for the note and what is left out, as they are now.")
    postings: list[Row]
    preview: str = Field(description="What is sent, as text.")


class Waits(BaseModel):
    """What waits of a profile; null: nothing does."""

    review: Sheet | None


@router.get("/profiles/{profile}/review")
def look(
    profile: Name, visitor: Visiting, desk: AtDesk, asked: Annotated[Asked, FromQuery()]
) -> Waits:
    """Show the digest that waits for its coach."""
    one = _waiting(profile, visitor, desk, asked.digest)
    return Waits(review=_sheet(desk, one) if one is not None and one.open else None)


@router.post("/profiles/{profile}/review", openapi_extra=takes(Decision))
def decide(
    profile: Name, visitor: Visiting, desk: AtDesk, sent: Annotated[Decision, told(Decision)]
) -> Waits:
    """Keep a note and what is left out, and say the word; show what waits then."""
    one = _waiting(profile, visitor, desk, sent.digest)
    if one is None:
        raise HTTPException(HTTPStatus.CONFLICT, "This digest waits no more, or never did.")
    reviewed.require_open(one)
    if sent.note is None and sent.left_out is None:
        reviewed.decide(desk.now(), one, sent.do)
    else:
        _revise(desk, one, sent)
    if sent.do == "approve":
        desk.wake()
    left = _waiting(profile, visitor, desk, sent.digest)
    return Waits(review=_sheet(desk, left) if left is not None and left.open else None)


def _revise(desk: Desk, one: Reviewed, sent: Decision) -> None:
    if sent.seen != reviewed.seen_as(one):
        raise HTTPException(HTTPStatus.CONFLICT, _OVERTAKEN)
    note = one.note if sent.note is None else sent.note.replace("\0", "")
    rows = reviewed.sheet_of(desk.now(), one).rows
    left_out = {
        str(row.number)
        for row in rows
        if (row.dropped if sent.left_out is None else row.id in sent.left_out)
    }
    reviewed.revise(desk.now(), one, sent.do, note=note, left_out=left_out)


def _waiting(profile: str, visitor: Visitor, desk: Desk, digest: str) -> Reviewed | None:
    require_staff(visitor)
    whose = profile_for(visitor, desk, profile)
    return reviewed.waiting_of(desk.now(), whose.name, digest)


def _sheet(desk: Desk, one: Reviewed) -> Sheet:
    found = reviewed.sheet_of(desk.now(), one)
    return Sheet(
        id=found.id,
        day=found.day,
        standing=found.standing,
        held=found.held,
        note=found.note,
        seen=found.seen,
        postings=[
            Row(
                id=row.id,
                title=row.title,
                employer=row.company,
                kind=row.key,
                left_out=row.dropped,
            )
            for row in found.rows
        ],
        preview=found.preview,
    )
