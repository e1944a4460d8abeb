"""The page of one posting: its text with the evidence in it, and what a reader may do with it."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.drawn.card import sayings
from cxdigest.console.postings import posting
from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.model import Profile
from cxdigest.render import words
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.moments import clocks
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.today import said_by
from cxdigest.web.pages.told import posting_path, told
from cxdigest.web.who import Sent, Visiting, Visitor, Whose, may_see, text_in

router = APIRouter()


@router.get("/postings/{profile}/{posting_id}")
@kept_for(seconds=60)
@in_one_view
def look(
    *,
    request: Request,
    visitor: Visiting,
    desk: AtDesk,
    profile: Whose,
    posting_id: str,
    q: str = "",
    done: str = "",
) -> Response:
    """Show a posting; an id that was merged leads to what it is now."""
    del request
    known = desk.store.known_as(posting_id)
    if known != posting_id:
        _opened(desk, profile, known)  # what became of another's is nobody else's business
        return RedirectResponse(posting_path(profile.name, known))
    return _page(desk, visitor, profile, posting_id, query=q[:200], done=told(done))


@router.post("/postings/{profile}/{posting_id}/say")
def say(visitor: Visiting, desk: AtDesk, form: Sent, profile: Whose, posting_id: str) -> Response:
    """Keep one word of the reader, or take one back."""
    undo = text_in(form, "undo")
    said_by(desk, visitor, profile, text_in(form, "say"), undo)
    return _back(desk, profile, posting_id, "undone" if undo else "")


@router.post("/postings/{profile}/{posting_id}/duties")
def paste(visitor: Visiting, desk: AtDesk, form: Sent, profile: Whose, posting_id: str) -> Response:
    """Judge by the duties that were pasted, or forget them."""
    street = desk.now()
    found = _opened(desk, profile, posting_id)
    if text_in(form, "forget"):
        done = posting.forget(street, profile, posting_id)
        return _back(desk, profile, posting_id, "forgotten" if done else "nothing-pasted")
    if not found.may_paste:  # what its own page says holds for everybody
        raise HTTPException(HTTPStatus.FORBIDDEN)
    duties = text_in(form, "duties")
    try:
        posting.paste(street, profile, posting_id, duties)
    except WrongUseError as error:
        return _page(
            desk,
            visitor,
            profile,
            posting_id,
            problem=str(error),
            duties=duties,
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return _back(desk, profile, posting_id, "pasted")


@router.post("/postings/{profile}/{posting_id}/split")
def split(visitor: Visiting, desk: AtDesk, form: Sent, profile: Whose, posting_id: str) -> Response:
    """Give some sightings a posting of their own."""
    merged = {member.key for member in _opened(desk, profile, posting_id).members}
    _may_change(desk, visitor, profile, [posting_id])
    key = text_in(form, "key")
    apart = posting.split(desk.now(), profile, posting_id, key) if key in merged else None
    return _back(desk, profile, apart or posting_id, "split" if apart else "not-split")


@router.post("/postings/{profile}/{posting_id}/merge")
def merge(visitor: Visiting, desk: AtDesk, form: Sent, profile: Whose, posting_id: str) -> Response:
    """Make one posting of two."""
    other = text_in(form, "other")
    _opened(desk, profile, posting_id)
    _may_change(desk, visitor, profile, [posting_id])
    if not desk.store.sightings(other, profile.sources):  # whether others saw it is not told
        return _back(desk, profile, posting_id, "not-merged")
    _may_change(desk, visitor, profile, [other])
    made = posting.join(desk.now(), profile, posting_id, other)
    return _back(desk, profile, made or posting_id, "merged" if made else "not-merged")


def _may_change(desk: Desk, visitor: Visitor, profile: Profile, ids: list[str]) -> None:
    """Refuse what would change a posting of those who are none of the visitor's."""
    if not all(may_see(visitor, one) for one in posting.touched(desk.now(), profile, ids)):
        raise HTTPException(HTTPStatus.FORBIDDEN)


def _opened(desk: Desk, profile: Profile, posting_id: str) -> posting.Opened:
    found = posting.opened(desk.now(), profile, posting_id, desk.clock())
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _back(desk: Desk, profile: Profile, posting_id: str, done: str) -> Response:
    desk.editions.forget(profile.name)
    query = {"done": done} if done else {}
    path = posting_path(profile.name, posting_id, **query)
    return RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)


def _page(
    desk: Desk,
    visitor: Visitor,
    profile: Profile,
    posting_id: str,
    *,
    query: str = "",
    done: str = "",
    problem: str = "",
    duties: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    with desk.store.one_view():
        found = _opened(desk, profile, posting_id)
        street = desk.now()
        may_change = all(
            may_see(visitor, one) for one in posting.touched(street, profile, [posting_id])
        )
        others = (
            posting.alike(street, profile, found.candidate, desk.clock(), query=query)
            if may_change
            else ()
        )
    return show(
        desk,
        visitor,
        "posting",
        title=found.card.row.title,
        place="postings",
        profile=profile,
        status=status,
        one=found,
        alerts=desk.store.taken_behind(posting_id, profile.sources, most=6),
        card=found.card,
        others=others,
        may_change=may_change,
        query=query,
        done=done,
        problem=problem,
        pasted_text=duties,
        sayings=sayings(),
        where_words={key: _(text) for key, text in words.WHERE_WORDS.items()},
        board_of=posting.board_of,
        moment=clocks(profile.zone, locale=profile.locale, year=True),
    )
