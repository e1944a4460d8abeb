"""Postings: searched, and each with its evidence, its sightings and its history."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.drawn.text import Block
from cxdigest.console.postings import posting, search
from cxdigest.model import Authenticity, Evidence, Kind, Profile, SeenAt
from cxdigest.render import words
from cxdigest.web.api.asked import PLAIN, Day, Name, PostingId, Query
from cxdigest.web.api.listed import Judgement, Listed, judgement_of, listed
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.who import Visiting, profile_for

router = APIRouter(tags=["postings"])
_DIGITS = 17  #: of a number that a database can count


class Search(Query):
    """What is looked for; what is left out asks for nothing."""

    q: str = Field("", max_length=300, pattern=PLAIN, description='Words, -without, "a phrase".')
    kind: Kind | None = None
    claims: Literal["yes", "no"] | None = Field(
        None, description="Whether the title says customer experience."
    )
    workplace: Literal["remote", "hybrid", "onsite"] | None = None
    source: str = Field("", max_length=200, pattern=PLAIN)
    employer: str = Field("", max_length=100, pattern=PLAIN)
    since: Day | None = Field(None, description="First seen on this day or later.")
    until: Day | None = Field(None, description="First seen on this day or before.")
    order: Literal["newest", "best"] = "newest"
    after: str = Field(
        "", max_length=_DIGITS, pattern=r"^[0-9]*$", description="``next`` of the page before."
    )


class Found(BaseModel):
    """One page of what was found."""

    total: int = Field(description="Of all pages.")
    beyond: bool = Field(description="There are more than ``total``, which counts no further.")
    next: str = Field(description="What ``after`` asks for the next page; empty: there is none.")
    waiting: int = Field(description="Postings whose words cannot be found yet.")
    postings: list[Listed]


class Seen(BaseModel):
    """Where and when one of the profile's sources showed it."""

    seen: datetime
    source: str
    board: str
    title: str
    employer: str
    place: str
    url: str = Field(description="http or https; empty where no link may be followed.")
    authenticity: Authenticity = Field(description="Of the alert that it stood in.")


class Member(BaseModel):
    """Sightings that are one opening by themselves."""

    key: str = Field(description="By which they are split off.")
    reason: str = Field(description="Why they are this posting; empty where they begin it.")
    merged: datetime | None
    seen: list[Seen] = Field(description="Oldest first.")


class Event(BaseModel):
    """Something that happened to it."""

    at: datetime
    what: str
    word: int | None = Field(description="The id of a word of the reader that may be taken back.")


class KindPoints(BaseModel):
    """What all rules together say for one kind."""

    kind: Kind
    points: int
    rules: int


class Text(BaseModel):
    """Its words, and in them what rules quoted."""

    title: list[Block]
    snippet: list[Block]
    duties: list[Block]


class Opened(BaseModel):
    """All that a profile may see of one posting."""

    posting: Listed
    verdict: Judgement | None = Field(description="null: not judged yet.")
    points: list[KindPoints]
    text: Text
    unplaced: list[Evidence] = Field(description="Quotes that stand in nothing of the text.")
    members: list[Member]
    history: list[Event] = Field(description="Oldest first.")
    may_paste: bool = Field(description="Its duties may be sent.")
    pasted: bool = Field(description="Its duties are those that this profile's reader sent.")


@router.get("/profiles/{profile}/postings")
def find(
    profile: Name, visitor: Visiting, desk: AtDesk, asked: Annotated[Search, FromQuery()]
) -> Found:
    """Search the postings that the profile's own sources showed, fifty at a time."""
    whose = profile_for(visitor, desk, profile)
    query = search.Query(
        q=asked.q,
        kind=asked.kind or "",
        claims=asked.claims or "",
        workplace=asked.workplace or "",
        source=asked.source,
        employer=asked.employer,
        since=asked.since.isoformat() if asked.since else "",
        until=asked.until.isoformat() if asked.until else "",
        order=asked.order,
        after=asked.after,
    )
    found = search.search(desk.now(), whose, query, desk.clock())
    return Found(
        total=found.total,
        beyond=found.beyond,
        next=found.next,
        waiting=found.waiting,
        postings=[listed(hit.card) for hit in found.hits],
    )


@router.get("/profiles/{profile}/postings/{posting_id}")
def look(profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk) -> Opened:
    """Show one posting; by an id that was merged, what it is now."""
    whose = profile_for(visitor, desk, profile)
    return shown(opened(desk, whose, desk.store.known_as(posting_id)))


def opened(desk: Desk, profile: Profile, posting_id: str) -> posting.Opened:
    """Return a posting as *profile* may see it.

    Raises:
        HTTPException: none of its sources ever showed it.
    """
    found = posting.opened(desk.now(), profile, posting_id, desk.clock())
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def shown(found: posting.Opened) -> Opened:
    """Return *found* as it is answered."""
    verdict = found.candidate.verdict
    return Opened(
        posting=listed(found.card),
        verdict=judgement_of(verdict) if verdict else None,
        points=[
            KindPoints(kind=one.kind, points=one.points, rules=one.rules) for one in found.points
        ],
        text=Text(title=list(found.title), snippet=list(found.snippet), duties=list(found.duties)),
        unplaced=list(found.unplaced),
        members=[
            Member(
                key=one.key,
                reason=one.reason,
                merged=one.merged,
                seen=[_seen(at) for at in one.seen],
            )
            for one in found.members
        ],
        history=[Event(at=one.at, what=one.what, word=one.word) for one in found.events],
        may_paste=found.may_paste,
        pasted=found.pasted,
    )


def _seen(at: SeenAt) -> Seen:
    return Seen(
        seen=at.seen,
        source=at.source,
        board=posting.board_of(at),
        title=words.clean(at.title),
        employer=words.clean(at.company, 80),
        place=words.clean(at.location, 80),
        url=words.safe_url(at.url),
        authenticity=at.authenticity,
    )
