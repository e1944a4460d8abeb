"""The page Today: what the next digest will say, and one click to correct it."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.digests import today
from cxdigest.console.digests.today import Narrowed
from cxdigest.console.drawn.card import sayings
from cxdigest.console.drawn.dates import dates_in
from cxdigest.feedback import FeedbackRow
from cxdigest.language import _
from cxdigest.model import FEEDBACK_WORDS, Profile
from cxdigest.pipeline import Street
from cxdigest.render import words
from cxdigest.text import number_in
from cxdigest.web.desk import AtDesk, Desk, desk_of
from cxdigest.web.kept import kept_for, not_kept
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import in_part, path
from cxdigest.web.who import Sent, Visiting, Visitor, Whose, text_in

router = APIRouter()


@router.get("/today/{profile}")
@kept_for(seconds=20)
def look(  # noqa: PLR0917 - what the address asks for
    request: Request,
    visitor: Visiting,
    desk: AtDesk,
    profile: Whose,
    kind: str = "",
    source: str = "",
    employer: str = "",
    begin: str = "",
    said: str = "",
) -> Response:
    """Show the next edition; to htmx its list alone."""
    wanted = Narrowed(kind=kind, source=source, employer=employer, begin=number_in(begin) or 0)
    row = desk.store.word_said(profile.name, number_in(said) or 0) if said else None
    return _page(request, visitor, profile, wanted, row)


@router.post("/today/{profile}")
def say(request: Request, visitor: Visiting, desk: AtDesk, form: Sent, profile: Whose) -> Response:
    """Keep one word of the reader, or take one back, and show the list as it is then."""
    given = {key: text_in(form, key) for key in ("kind", "source", "employer", "begin")}
    made = said_by(desk, visitor, profile, text_in(form, "say"), text_in(form, "undo"))
    if in_part(request):
        begin = number_in(given.pop("begin")) or 0
        row = desk.store.word_said(profile.name, made)
        return _page(request, visitor, profile, Narrowed(**given, begin=begin), row)
    query = {key: value for key, value in given.items() if value}
    there = path("today", profile.name, **query, said=made)
    return RedirectResponse(f"{there}#list", status_code=HTTPStatus.SEE_OTHER)


def said_by(desk: Desk, visitor: Visitor, profile: Profile, say: str, undo: str) -> int:
    """Keep ``WORD:POSTING`` as *profile*'s word, or take the one with the id *undo* back.

    Returns the id of the word.

    Raises:
        HTTPException: there is no such word or posting.
    """
    street = desk.now()
    made: int | None
    if undo:
        said = number_in(undo) or 0
        row = today.undo(street, profile, said)
        made = row.id if row else said
    else:
        asked, _colon, posting_id = say.partition(":")
        word = next((one for one in FEEDBACK_WORDS if one == asked), None)
        if word is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        made = today.say(street, profile, posting_id, word, sender=visitor.name)
    if made is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk.editions.forget(profile.name)
    return made


def _page(
    request: Request,
    visitor: Visitor,
    profile: Profile,
    wanted: Narrowed,
    row: FeedbackRow | None,
) -> Response:
    desk = desk_of(request)
    now = desk.clock()
    street: Street = request.state.street  # as it was when it was found who asks
    found = today.look(street, profile, now, wanted, desk.editions)
    if found.unread:
        not_kept(request)  # it asks again every few seconds, for what comes now
    at = words.local(found.next_at, profile.zone.key)
    made = words.local(found.made, profile.zone.key) if found.made else None
    as_of = words.local(found.as_of, profile.zone.key) if found.as_of else None
    locale = dates_in(profile.locale)
    return show(
        desk,
        visitor,
        "today.list" if in_part(request) else "today",
        title=_("The next digest for {heading}", heading=profile.heading),
        place="today",
        profile=profile,
        today=found,
        wanted=wanted,
        row=row,
        sayings=sayings(),
        step=today.SHOWN,
        due=_("{day} at {clock}", day=words.long_day(at.date(), locale), clock=f"{at:%H:%M}"),
        made=f"{made:%H:%M}" if made else "",
        as_of=f"{as_of:%H:%M:%S}" if as_of else "",
        query=lambda **more: urlencode(
            {
                key: value
                for key, value in {
                    "kind": wanted.kind,
                    "source": wanted.source,
                    "employer": wanted.employer,
                    **more,
                }.items()
                if value
            }
        ),
    )
