"""The pages of numbers: of one profile, and of all that the visitor may see together.

What was counted is kept for a minute by all that it depends on, sources and readers included, so
nobody is shown what was counted for another.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from cxdigest.console.drawn import plots
from cxdigest.console.drawn.dates import short_day
from cxdigest.console.numbers import employers, sheets
from cxdigest.console.numbers.claims import (
    Asked,
    Numbers,
    asked_by,
    asked_of_all,
    asked_together,
    count,
)
from cxdigest.console.numbers.counts import FEWEST, STACKED, Row, percent, share_words, tier_words
from cxdigest.console.numbers.periods import SPANS, USUAL, Span, midnights
from cxdigest.language import _, marked
from cxdigest.model import Profile
from cxdigest.render.words import local
from cxdigest.rules.trials.published import published
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import path
from cxdigest.web.who import Visiting, Visitor, Whose, profiles_for

router = APIRouter()


@router.get("/numbers")
@kept_for(seconds=30)
def of_all(request: Request, visitor: Visiting, desk: AtDesk, span: str = USUAL.key) -> Response:
    """Show the numbers of all sources, to a coach those of the own clients together."""
    del request
    asked = asked_of_visitor(visitor, desk, _span(span))
    whose = _("All sources") if visitor.role == "admin" else _("Your clients together")
    found = counted(desk, asked)
    return _page(
        desk, visitor, found, whose=whose, path="/numbers", named=_named(visitor, desk, found)
    )


@router.get("/numbers.csv")
def sheet_of_all(visitor: Visiting, desk: AtDesk, of: str, span: str = USUAL.key) -> Response:
    """Give one of its tables as a file."""
    return _sheet(counted(desk, asked_of_visitor(visitor, desk, _span(span))), of)


@router.get("/numbers/{profile}")
@kept_for(seconds=30)
def of_one(
    request: Request, visitor: Visiting, desk: AtDesk, profile: Whose, span: str = USUAL.key
) -> Response:
    """Show the numbers of one profile."""
    del request
    found = counted(desk, asked_by(desk.now(), profile, _span(span)))
    there = path("numbers", profile.name)
    return _page(desk, visitor, found, whose=profile.heading, path=there, profile=profile)


@router.get("/numbers/{profile}/table.csv")
def sheet_of_one(
    visitor: Visiting, desk: AtDesk, profile: Whose, of: str, span: str = USUAL.key
) -> Response:
    """Give one of its tables as a file."""
    del visitor
    return _sheet(counted(desk, asked_by(desk.now(), profile, _span(span))), of)


def _span(key: str) -> Span:
    return SPANS.get(key, USUAL)


def asked_of_visitor(visitor: Visitor, desk: Desk, span: Span) -> Asked:
    """Return what is asked for all that *visitor* may see.

    Raises:
        HTTPException: a client has one page of numbers, that of the own profile.
    """
    street = desk.now()
    match visitor.role:
        case "admin":
            return asked_of_all(street, span)
        case "coach":
            zone = next((one.zone for one in street.coaches if one.name == visitor.coach), None)
            return asked_together(street, profiles_for(visitor, desk), span, zone=zone)
        case "client":
            raise HTTPException(HTTPStatus.FORBIDDEN)


def counted(desk: Desk, asked: Asked) -> Numbers:
    """Return what was *asked*, counted within the last minute, of all sources the last five."""
    now = desk.clock()
    kept = desk.numbers if asked.sources is not None else desk.numbers_of_all
    return kept.get(asked, now, lambda: count(desk.store, asked, now=now))


#: What published figures are called, by ``rules.trials.accuracy``: shown by the template.
_FIGURES = (
    marked("genuine kept in sight"),
    marked("genuine said genuine"),
    marked("said genuine and is"),
    marked("misleading titles flagged"),
    marked("flagged and is service/support/store"),
    marked("not customer experience set aside"),
    marked("set aside and is not genuine"),
    marked("exact kind, of those decided"),
    marked("exact kind, of all"),
    marked("said unclear"),
)


def _named(visitor: Visitor, desk: Desk, numbers: Numbers) -> tuple[Row, ...] | None:
    """Return employers by name, where the one who runs it switched that on; None: not shown."""
    config = desk.config.web if desk.config else None
    if visitor.role != "admin" or config is None or not config.employers:
        return None
    asked = numbers.asked
    since = midnights([numbers.periods[0].begins], asked.zone)[0]
    return employers.employers(desk.store, fingerprint=asked.fingerprint, since=since)


def _sheet(numbers: Numbers, of: str) -> Response:
    text = sheets.sheet(numbers, of)
    if text is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="cxdigest-{of}.csv"'},
    )


def _page(
    desk: Desk,
    visitor: Visitor,
    numbers: Numbers,
    *,
    whose: str,
    path: str,
    profile: Profile | None = None,
    named: tuple[Row, ...] | None = None,
) -> Response:
    labels = [_label(numbers, place) for place in range(len(numbers.periods))]
    genuine = [one.counts.of("genuine") for one in numbers.periods]
    figures = [
        (one.hits / one.n, *interval) if one.n >= FEWEST and (interval := one.interval()) else None
        for one in genuine
    ]
    stacks = [
        plots.Stack(label=label, parts=one.counts.parts, known=one.known)
        for label, one in zip(labels, numbers.periods, strict=True)
    ]
    known = published()
    return show(
        desk,
        visitor,
        "numbers",
        title=_("Numbers: {whose}", whose=whose),
        place="numbers",
        profile=profile,
        numbers=numbers,
        path=path,
        sheets=f"{path}/table.csv" if profile else f"{path}.csv",
        spans=SPANS.values(),
        labels=labels,
        columns=plots.stacked(stacks),
        shares=plots.shares(labels, figures) if any(figures) else None,
        stacked=STACKED,
        told=share_words,
        percent=percent,
        tiers=tier_words,
        fewest=FEWEST,
        named=named,
        named_fewest=employers.FEWEST,
        published=known,
        pairs={
            "full": list(
                zip(known.figures["full", "real"], known.figures["full", "all"], strict=True)
            ),
            "less": list(
                zip(known.figures["snippet", "real"], known.figures["title", "real"], strict=True)
            ),
        },
        wide=visitor.role != "client" and len(profiles_for(visitor, desk)) > 1,
        counted=f"{local(numbers.made, numbers.asked.zone.key):%H:%M}",
    )


def _label(numbers: Numbers, place: int) -> str:
    begins = numbers.periods[place].begins
    _weekday, day, month = short_day(begins).split()
    return f"{day} {month}" if numbers.asked.span.unit == "week" else f"{month} {begins.year}"
