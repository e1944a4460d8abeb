"""What may be done with a posting: a word on it, its duties, apart or one with another."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from cxdigest.console.digests import today
from cxdigest.console.postings import posting
from cxdigest.errors import WrongUseError
from cxdigest.identity import SUBSTANCE
from cxdigest.model import FeedbackWord, Profile
from cxdigest.web.api.asked import PLAIN, Body, Name, PostingId, takes, told
from cxdigest.web.api.listed import SaidWord
from cxdigest.web.api.postings import Opened, opened, shown
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.who import Proved, Visiting, Visitor, may_see, profile_for

router = APIRouter(tags=["postings"])
_ONE = "/profiles/{profile}/postings/{posting_id}"
_MOST = 2**53


class Saying(Body):
    """One word on a posting."""

    word: FeedbackWord


class Duties(Body):
    """What the work is, as the posting's own page says."""

    duties: str = Field(min_length=SUBSTANCE, max_length=posting.LONGEST)


class Apart(Body):
    """Which sightings are another opening."""

    key: str = Field(min_length=1, max_length=100, pattern=PLAIN)


class Together(Body):
    """Which posting is the same opening."""

    other: str = Field(min_length=1, max_length=100, pattern=PLAIN)


class Made(BaseModel):
    """Where it went."""

    posting: str = Field(description="The id of the posting as it is now.")


_Saying = Annotated[Saying, told(Saying)]
_Duties = Annotated[Duties, told(Duties)]
_Apart = Annotated[Apart, told(Apart)]
_Together = Annotated[Together, told(Together)]


@router.post(f"{_ONE}/feedback", status_code=HTTPStatus.CREATED, openapi_extra=takes(Saying))
def say(
    profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk, sent: _Saying
) -> SaidWord:
    """Say one word of a posting; it holds at once, in the next digest too."""
    whose = profile_for(visitor, desk, profile)
    made = today.say(desk.now(), whose, posting_id, sent.word, sender=visitor.name)
    if made is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk.editions.forget(whose.name)
    return SaidWord(id=made, word=sent.word)


@router.delete(f"{_ONE}/feedback/{{word}}", status_code=HTTPStatus.NO_CONTENT)
def take_back(
    *,
    profile: Name,
    posting_id: PostingId,
    word: Annotated[int, Path(ge=1, le=_MOST, description="The id of the word.")],
    visitor: Visiting,
    desk: AtDesk,
    proved: Proved,
) -> None:
    """Take a word back; what was said before it holds again."""
    del proved
    whose = profile_for(visitor, desk, profile)
    row = desk.store.word_said(whose.name, word)
    if row is None or row.posting_id != desk.store.known_as(posting_id):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if today.undo(desk.now(), whose, word) is None:
        raise HTTPException(HTTPStatus.CONFLICT, "This word was taken back already.")
    desk.editions.forget(whose.name)


@router.put(f"{_ONE}/duties", openapi_extra=takes(Duties))
def paste(
    profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk, sent: _Duties
) -> Opened:
    """Judge a posting by its duties, for this profile alone."""
    whose = profile_for(visitor, desk, profile)
    street, known = desk.now(), desk.store.known_as(posting_id)
    opened(desk, whose, known)
    try:
        posting.paste(street, whose, known, sent.duties)
    except WrongUseError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    desk.editions.forget(whose.name)
    return shown(opened(desk, whose, known))


@router.delete(f"{_ONE}/duties")
def forget(
    profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk, proved: Proved
) -> Opened:
    """Forget the duties that were sent, and judge by what is known besides."""
    del proved
    whose = profile_for(visitor, desk, profile)
    known = desk.store.known_as(posting_id)
    opened(desk, whose, known)
    if not posting.forget(desk.now(), whose, known):
        raise HTTPException(HTTPStatus.CONFLICT, "There are no duties of yours to forget.")
    desk.editions.forget(whose.name)
    return shown(opened(desk, whose, known))


@router.post(f"{_ONE}/split", openapi_extra=takes(Apart))
def split(
    profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk, sent: _Apart
) -> Made:
    """Give some sightings a posting of their own, for good."""
    whose = profile_for(visitor, desk, profile)
    known = desk.store.known_as(posting_id)
    found = opened(desk, whose, known)
    _may_change(desk, visitor, whose, [known])
    if sent.key not in {member.key for member in found.members}:
        raise HTTPException(HTTPStatus.NOT_FOUND, "It has no sightings of this key.")
    made = posting.split(desk.now(), whose, known, sent.key)
    if made is None:
        raise HTTPException(HTTPStatus.CONFLICT, "Nothing is merged there.")
    desk.editions.forget(whose.name)
    return Made(posting=made)


@router.post(f"{_ONE}/merge", openapi_extra=takes(Together))
def merge(
    profile: Name, posting_id: PostingId, visitor: Visiting, desk: AtDesk, sent: _Together
) -> Made:
    """Make one posting of two; splitting takes it back."""
    whose = profile_for(visitor, desk, profile)
    known, other = desk.store.known_as(posting_id), desk.store.known_as(sent.other)
    for one in (known, other):
        opened(desk, whose, one)
    _may_change(desk, visitor, whose, [known, other])
    made = posting.join(desk.now(), whose, known, other)
    if made is None:
        raise HTTPException(HTTPStatus.CONFLICT, "These two cannot be merged.")
    desk.editions.forget(whose.name)
    return Made(posting=made)


def _may_change(desk: Desk, visitor: Visitor, profile: Profile, ids: list[str]) -> None:
    """Refuse what would change a posting of those who are none of the visitor's."""
    if not all(may_see(visitor, one) for one in posting.touched(desk.now(), profile, ids)):
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "Others have this posting too, and they are not yours."
        )
