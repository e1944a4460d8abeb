"""What titles that claim customer experience turned out to be. Of your alerts, not the market."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.numbers.claims import Numbers, asked_by
from cxdigest.console.numbers.counts import FEWEST, STACKED, TIERS, Counts, Row
from cxdigest.console.numbers.periods import SPANS, USUAL
from cxdigest.console.numbers.readers import Confused
from cxdigest.model import Kind, Tier
from cxdigest.web.api.asked import Name, Query
from cxdigest.web.desk import AtDesk
from cxdigest.web.pages.numbers import asked_of_visitor, counted
from cxdigest.web.who import Visiting, profile_for

router = APIRouter(tags=["numbers"])


class Asked(Query):
    """How far back."""

    span: Literal["12w", "26w", "12m", "all"] = USUAL.key  # type: ignore[assignment]


class Share(BaseModel):
    """A share with its interval of 95 %, each from 0 to 1."""

    share: float
    low: float
    high: float


class Counted(BaseModel):
    """Postings whose title claims customer experience."""

    n: int
    kinds: dict[Kind, int]
    tiers: dict[Tier, int] = Field(description="What their verdicts could see.")
    genuine: Share | None = Field(description=f"null below {FEWEST} postings: too few to say.")
    unclear: Share | None


class Named(BaseModel):
    """Counts of one level, source or format."""

    name: str
    counts: Counted


class Period(BaseModel):
    """One week or month."""

    begins: date
    ends: date = Field(description="Its last day, included.")
    known: bool = Field(description="false: no poll succeeded in it.")
    whole: bool = Field(description="false: it is not over.")
    counts: Counted


class Readers(BaseModel):
    """What readers said of verdicts. They speak of what they mind: no fair sample."""

    words: list[Confused]
    unjudged: int
    present: int


class Answer(BaseModel):
    """Numbers of one profile, or of several together: your alerts, not the market."""

    made: datetime
    time_zone: str
    total: Counted
    periods: list[Period]
    levels: list[Named]
    sources: list[Named]
    formats: list[Named]
    readers: Readers
    unjudged: int = Field(description="Shown in that time and not judged yet: not counted.")


_Asked = Annotated[Asked, FromQuery()]


@router.get("/numbers")
def of_all(visitor: Visiting, desk: AtDesk, asked: _Asked) -> Answer:
    """Count over all sources; for a coach, over the own clients together."""
    return _answer(counted(desk, asked_of_visitor(visitor, desk, SPANS[asked.span])))


@router.get("/profiles/{profile}/numbers")
def of_one(profile: Name, visitor: Visiting, desk: AtDesk, asked: _Asked) -> Answer:
    """Count over the sources of one profile."""
    whose = profile_for(visitor, desk, profile)
    return _answer(counted(desk, asked_by(desk.now(), whose, SPANS[asked.span])))


def _answer(found: Numbers) -> Answer:
    return Answer(
        made=found.made,
        time_zone=found.asked.zone.key,
        total=_counts(found.total),
        periods=[
            Period(
                begins=one.begins,
                ends=one.ends,
                known=one.known,
                whole=one.whole,
                counts=_counts(one.counts),
            )
            for one in found.periods
        ],
        levels=_named(found.levels),
        sources=_named(found.sources),
        formats=_named(found.formats),
        readers=Readers(
            words=list(found.readers.rows),
            unjudged=found.readers.unjudged,
            present=found.readers.present,
        ),
        unjudged=found.unjudged,
    )


def _named(rows: Iterable[Row]) -> list[Named]:
    return [Named(name=row.name, counts=_counts(row.counts)) for row in rows]


def _counts(counts: Counts) -> Counted:
    return Counted(
        n=counts.n,
        kinds={kind: counts.kinds[kind] for kind in STACKED},
        tiers={tier: counts.tiers[tier] for tier in TIERS},
        genuine=_share(counts, "genuine"),
        unclear=_share(counts, "unclear"),
    )


def _share(counts: Counts, kind: Kind) -> Share | None:
    figure = counts.of(kind)
    interval = figure.interval()
    if interval is None or figure.n < FEWEST:
        return None
    return Share(share=figure.hits / figure.n, low=interval[0], high=interval[1])
