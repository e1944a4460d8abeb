"""The rules that judge, and one's own pack of them: read, checked, compared, saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException
from fastapi import Query as FromQuery
from pydantic import BaseModel, Field

from cxdigest.console.rules import ruling
from cxdigest.console.rules.ruling import Draft, Effect, Fault, Said
from cxdigest.errors import WrongUseError
from cxdigest.model import Kind
from cxdigest.render import words
from cxdigest.rules.trials.changes import Change, RuleChange
from cxdigest.web.api.asked import PLAIN, Body, Query, Whole, takes, told
from cxdigest.web.api.problem import FaultyError
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.trial import Scope, scope_of
from cxdigest.web.who import Visiting, Visitor

router = APIRouter(tags=["rules"])
_WHOSE = "Whose pack; without one that for all, or of your own profile."
_MOST = 2**31 - 1
_BUSY = "Somebody else has all postings counted just now; try again in a minute."


class Whose(Query):
    """Whose rules."""

    profile: str = Field("", max_length=200, pattern=PLAIN, description=_WHOSE)


class Written(Body):
    """A pack as somebody wrote it."""

    text: str = Field(max_length=ruling.LARGEST, description="YAML.")
    profile: str = Field("", max_length=200, pattern=PLAIN, description=_WHOSE)


class Tried(Written):
    """A pack, and on how much it is tried."""

    whole: bool = Field(
        default=False, description="On all stored postings; otherwise on the latest."
    )


class Saved(Written):
    """A pack to be kept."""

    version: Whole = Field(
        ge=0, le=_MOST, description="The one that you looked at; 0: there was none."
    )


class RuleShown(BaseModel):
    """One rule in force, or switched off."""

    id: str
    title: str
    kind: Kind
    points: int
    reason: str
    where: list[str]
    status: Literal["active", "off"]


class PackShown(BaseModel):
    """One pack that judges."""

    name: str
    own: bool = Field(description="A user wrote it.")
    rules: list[RuleShown]


class RulesShown(BaseModel):
    """Whose rules, the pack of their own, and all packs in force."""

    profile: str = Field(description="Empty: everybody's.")
    text: str = Field(description="The own pack as it was saved last: YAML.")
    version: int = Field(description="Of that pack; 0: nothing was saved yet.")
    changed: datetime | None
    changed_by: str
    may_save: bool
    fingerprint: str = Field(description="Of the rules in force.")
    packs: list[PackShown]


class Checked(BaseModel):
    """What is wrong with a pack; nothing, where the list is empty."""

    faults: list[Fault]


class Example(BaseModel):
    """A posting that would be judged otherwise."""

    id: str
    title: str
    employer: str
    rules: list[RuleChange]


class Move(BaseModel):
    """Postings that would go from one kind to another."""

    before: Said
    after: Said
    count: int
    crosses: bool = Field(description="From customer experience to what is set aside, or back.")
    examples: list[Example]


class Difference(BaseModel):
    """What a pack would change in the stored postings."""

    looked: int = Field(description="Postings that were looked at, the latest.")
    asked: int = Field(description="That were to be.")
    all_asked: bool = Field(description="Those are all that there are.")
    changed: int
    moves: list[Move] = Field(description="The weightiest first.")


@router.get("/rules")
def look(visitor: Visiting, desk: AtDesk, asked: Annotated[Whose, FromQuery()]) -> RulesShown:
    """Show which rules judge."""
    scope = scope_of(visitor, desk, asked.profile)
    return _shown(ruling.draft(desk.now(), scope.name), scope)


@router.put("/rules", openapi_extra=takes(Saved))
def save(visitor: Visiting, desk: AtDesk, sent: Annotated[Saved, told(Saved)]) -> RulesShown:
    """Save the own pack, unless somebody else saved since *version*."""
    scope, draft = _drafted(visitor, desk, sent)
    if not scope.may_save:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if draft.faults:
        raise FaultyError("The pack is wrong; mend what faults name.", draft.faults)
    street = desk.now()
    ruling.save(street, draft, seen=sent.version, by=visitor.name, now=street.clock())
    desk.wake()
    return _shown(ruling.draft(desk.now(), scope.name), scope)


@router.post("/rules/check", openapi_extra=takes(Written))
def check(visitor: Visiting, desk: AtDesk, sent: Annotated[Written, told(Written)]) -> Checked:
    """Say what is wrong with a pack. Nothing is kept."""
    return Checked(faults=list(_drafted(visitor, desk, sent)[1].faults))


@router.post("/rules/diff", openapi_extra=takes(Tried))
def diff(visitor: Visiting, desk: AtDesk, sent: Annotated[Tried, told(Tried)]) -> Difference:
    """Say what a pack would change in the stored postings. Nothing is kept."""
    scope, draft = _drafted(visitor, desk, sent)
    if not scope.may_count:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if draft.faults:
        raise FaultyError("The pack is wrong; mend what faults name.", draft.faults)
    with _alone(desk, whole=sent.whole):
        found = ruling.effect(desk.now(), draft, scope.profile, whole=sent.whole)
    return _difference(found)


@contextmanager
def _alone(desk: Desk, *, whole: bool) -> Iterator[None]:
    """Let one at a time count through all stored postings.

    Raises:
        WrongUseError: another does.
    """
    with desk.counting_alone(whole=whole) as ours:
        if not ours:
            raise WrongUseError(_BUSY)
        yield


def _drafted(visitor: Visitor, desk: Desk, sent: Written) -> tuple[Scope, Draft]:
    scope = scope_of(visitor, desk, sent.profile)
    return scope, ruling.draft(desk.now(), scope.name, sent.text)


def _shown(draft: Draft, scope: Scope) -> RulesShown:
    stored = draft.stored
    return RulesShown(
        profile=scope.name,
        text=draft.text,
        version=draft.version,
        changed=stored.changed if stored else None,
        changed_by=stored.changed_by if stored else "",
        may_save=scope.may_save,
        fingerprint=draft.now.fingerprint,
        packs=[
            PackShown(
                name=pack.name,
                own=pack.own,
                rules=[
                    RuleShown(
                        id=rule.id,
                        title=rule.title,
                        kind=rule.kind,
                        points=rule.points,
                        reason=rule.reason,
                        where=list(rule.where),
                        status=rule.status,
                    )
                    for rule in pack.rules
                ],
            )
            for pack in ruling.packs_of(draft.now)
        ],
    )


def _difference(found: Effect) -> Difference:
    return Difference(
        looked=found.looked,
        asked=found.asked,
        all_asked=found.all_asked,
        changed=found.changed,
        moves=[
            Move(
                before=one.before,
                after=one.after,
                count=one.count,
                crosses=one.crosses,
                examples=[_example(each) for each in one.examples],
            )
            for one in found.moves
        ],
    )


def _example(change: Change) -> Example:
    return Example(
        id=change.posting.id,
        title=words.clean(change.posting.title),
        employer=words.clean(change.posting.company, 80),
        rules=list(change.rules),
    )
