"""Who asks, and the profiles that are theirs."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from cxdigest.model import Profile, Role
from cxdigest.web.api.asked import Name
from cxdigest.web.desk import AtDesk
from cxdigest.web.who import Visiting, csrf_of, profile_for, profiles_for

router = APIRouter(tags=["people"])


class Me(BaseModel):
    """Who asks."""

    name: str
    role: Role
    coach: str = Field(description="Whose clients a coach sees.")
    profile: str = Field(description="Whose digest a client sees.")
    csrf: str | None = Field(
        description="What X-CSRF-Token is with each change; null: a token needs none."
    )


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
def me(visitor: Visiting, desk: AtDesk) -> Me:
    """Say who asks."""
    return Me(
        name=visitor.name,
        role=visitor.role,
        coach=visitor.coach,
        profile=visitor.profile,
        csrf=None if visitor.way == "token" else csrf_of(visitor, desk),
    )


@router.get("/profiles")
def profiles(visitor: Visiting, desk: AtDesk) -> list[Person]:
    """List the profiles of who asks, paused ones too."""
    return [_person(one) for one in profiles_for(visitor, desk)]


@router.get("/profiles/{profile}")
def profile(profile: Name, visitor: Visiting, desk: AtDesk) -> Person:
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
