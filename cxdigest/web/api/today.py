"""What the next digest will say, as things stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.digests import today
from cxdigest.model import Kind
from cxdigest.web.api.asked import PLAIN, Name, Query
from cxdigest.web.api.listed import Listed, listed
from cxdigest.web.desk import AtDesk
from cxdigest.web.who import Visiting, profile_for

_UNREAD = "This source has not been polled yet."
router = APIRouter(tags=["postings"])


class Narrowing(Query):
    """What of the digest is looked at."""

    kind: Kind | None = None
    source: str = Field("", max_length=200, pattern=PLAIN)
    employer: str = Field("", max_length=200, pattern=PLAIN)
    begin: int = Field(0, ge=0, le=1_000_000, description="So many postings are passed over.")


class Section(BaseModel):
    """One section of the digest."""

    key: str
    title: str
    about: str
    total: int = Field(description="Postings in it that fit, on all pages.")
    postings: list[Listed]


class Trouble(BaseModel):
    """A source with which something is wrong."""

    source: str
    what: str


class Today(BaseModel):
    """The next digest."""

    day: date
    next_at: datetime
    made: datetime | None = Field(description="When today's was made; null: it is to come.")
    as_of: datetime | None = Field(
        description="Alerts that came since then are missing, for a minute at most; null: none is."
    )
    paused: bool
    total: int = Field(description="Postings in the digest.")
    fitting: int = Field(description="Of these, those that were asked for.")
    more: bool
    sections: list[Section]
    kinds: dict[Kind, int]
    sources: dict[str, int]
    hidden: dict[str, int] = Field(description="Why settings leave postings out, and how many.")
    troubles: list[Trouble]


@router.get("/profiles/{profile}/today")
def look(
    profile: Name, visitor: Visiting, desk: AtDesk, asked: Annotated[Narrowing, FromQuery()]
) -> Today:
    """Show what the next digest will say, forty postings at a time."""
    whose = profile_for(visitor, desk, profile)
    wanted = today.Narrowed(
        kind=asked.kind or "", source=asked.source, employer=asked.employer, begin=asked.begin
    )
    found = today.look(desk.now(), whose, desk.clock(), wanted, desk.editions)
    return Today(
        day=found.day,
        next_at=found.next_at,
        made=found.made,
        as_of=found.as_of,
        paused=found.paused,
        total=found.total,
        fitting=found.fitting,
        more=found.more,
        sections=[
            Section(
                key=part.key,
                title=part.title,
                about=part.about,
                total=part.total,
                postings=[listed(card) for card in part.cards],
            )
            for part in found.parts
        ],
        kinds={kind: number for kind, _, number in found.kinds},
        sources=dict(found.sources),
        hidden=dict(found.hidings),
        troubles=[
            *(Trouble(source=source, what=_UNREAD) for source in found.unread),
            *(Trouble(source=source, what=what) for source, what in found.troubles),
        ],
    )
