"""Judge a posting or an alert that is sent. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.rules import trial
from cxdigest.errors import AlertError, WrongUseError
from cxdigest.model import AlertOutcome, Authenticity, Posting
from cxdigest.render import words
from cxdigest.rules import Rules
from cxdigest.web.api.asked import PLAIN, Body, Query, takes, told
from cxdigest.web.api.listed import Judgement, judgement_of
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.trial import scope_of
from cxdigest.web.who import SentFile, Visiting, Visitor, media_of

router = APIRouter(tags=["try it"])
_MEDIA = ("message/rfc822", "application/mbox", "application/atom+xml", "application/octet-stream")
_FILE = {"schema": {"type": "string", "format": "binary"}}
_TAKES_FILE: dict[str, Any] = {
    "requestBody": {"required": True, "content": dict.fromkeys(_MEDIA, _FILE)}
}
_WHOSE = "A profile whose own rules judge; without one, the rules for all, or of your own profile."


class Pasted(Body):
    """A posting as somebody pasted it."""

    title: str = Field(min_length=1, max_length=300)
    employer: str = Field("", max_length=300)
    text: str = Field("", max_length=trial.LONGEST_TEXT, description="The duties.")
    profile: str = Field("", max_length=200, pattern=PLAIN, description=_WHOSE)


class Whose(Query):
    """By whose rules."""

    profile: str = Field("", max_length=200, pattern=PLAIN, description=_WHOSE)


class Judged(BaseModel):
    """One posting, and what it really is."""

    title: str
    employer: str
    place: str
    salary: str
    url: str = Field(description="http or https; empty where no link may be followed.")
    verdict: Judgement


class ReadAlert(BaseModel):
    """One alert, as a poll would read it."""

    name: str
    format: str = Field(description="How it is written; empty where no format applied.")
    proven: bool = Field(description="A captured alert has shown that this format reads rightly.")
    outcome: AlertOutcome
    reason: str
    sender: str
    authenticity: Authenticity
    announced: int | None = Field(description="How many openings it says there are.")
    postings: list[Judged]
    news: list[str] = Field(description="Titles of hits that are no postings.")


class ReadFile(BaseModel):
    """What was sent, read."""

    alerts: list[ReadAlert]
    left_out: str = Field(description="Where it holds more than is read here: a sentence.")


@router.post("/judge", openapi_extra=takes(Pasted))
def judge(visitor: Visiting, desk: AtDesk, sent: Annotated[Pasted, told(Pasted)]) -> Judged:
    """Say what a posting really is, and quote the words that say so."""
    rules = _rules(visitor, desk, sent.profile)
    try:
        posting = trial.pasted(sent.title, sent.employer, sent.text)
    except WrongUseError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    return next(iter(_judged([posting], rules)))


@router.post("/extract", openapi_extra=_TAKES_FILE)
def extract(
    *,
    request: Request,
    visitor: Visiting,
    desk: AtDesk,
    asked: Annotated[Whose, FromQuery()],
    sent: SentFile,
) -> ReadFile:
    """Read an alert, a mail, an mbox or a feed, and judge its postings."""
    rules = _rules(visitor, desk, asked.profile)
    if media_of(request) not in _MEDIA:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send one of " + ", ".join(_MEDIA))
    return _read(sent, rules, desk.clock())


def _read(content: bytes, rules: Rules, now: datetime) -> ReadFile:
    try:
        found = trial.read_file(content, "alert", now=now)
    except AlertError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    return ReadFile(
        alerts=[
            ReadAlert(
                name=one.name,
                format=one.read.format,
                proven=one.proven,
                outcome=one.read.outcome,
                reason=one.read.reason,
                sender=one.read.sender,
                authenticity=one.read.authenticity,
                announced=one.read.announced,
                postings=list(_judged(one.postings, rules)),
                news=[words.clean(title) for title in one.news],
            )
            for one in found.alerts
        ],
        left_out=found.left_out,
    )


def _rules(visitor: Visitor, desk: Desk, whose: str) -> Rules:
    scope, street = scope_of(visitor, desk, whose), desk.now()
    return street.rules_for(scope.name) if scope.name else street.rules


def _judged(postings: Iterable[Posting], rules: Rules) -> Iterable[Judged]:
    for one in postings:
        yield Judged(
            title=words.clean(one.title),
            employer=words.clean(one.company, 80),
            place=words.clean(one.location, 80),
            salary=words.clean(one.salary, 60),
            url=words.safe_url(one.url),
            verdict=judgement_of(trial.try_out(one, rules).verdict),
        )
