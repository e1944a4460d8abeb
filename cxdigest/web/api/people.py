"""Who asks, and the profiles that are theirs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from cxdigest.model import Profile, Role
from cxdigest.web.desk import Desk, desk_of
from cxdigest.web.who import Visiting, profile_for, profiles_for

router = APIRouter(tags=["people"])
_Desk = Annotated[Desk, Depends(desk_of)]
Name = Annotated[str, Path(max_length=200, description="The name of a profile.")]


class Me(BaseModel):
    """Who asks."""

    name: str
    role: Role
    coach: str = Field(description="Whose clients a coach sees.")
    profile: str = Field(description="Whose digest a client sees.")


class Person(BaseModel):
    """A profile: one person who gets digests."""

    name: str
    heading: str = Field(description="The name that is shown.")
    time_zone: str
    send_at: str = Field(description="Local time of day, HH:MM.")
    sources: list[str]
    coach: str
    paused: bool
    stored: bool = Field(description="In the store; otherwise the configuration declares it.")


@router.get("/me")
def me(visitor: Visiting) -> Me:
    """Say who asks."""
    return Me(name=visitor.name, role=visitor.role, coach=visitor.coach, profile=visitor.profile)


@router.get("/profiles")
def profiles(visitor: Visiting, desk: _Desk) -> list[Person]:
    """List the profiles of who asks, paused ones too."""
    return [_person(one) for one in profiles_for(visitor, desk)]


@router.get("/profiles/{profile}")
def profile(profile: Name, visitor: Visiting, desk: _Desk) -> Person:
    """Show one profile."""
    return _person(profile_for(visitor, desk, profile))


def _person(profile: Profile) -> Person:
    return Person(
        name=profile.name,
        heading=profile.heading,
        time_zone=profile.zone.key,
        send_at=f"{profile.send_at:%H:%M}",
        sources=list(profile.sources),
        coach=profile.coach,
        paused=profile.paused,
        stored=profile.stored,
    )
