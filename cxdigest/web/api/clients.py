"""The settings of profiles: read, made, changed, paused, resumed and removed.

They are written as in the configuration, and checked as there; who may write what is decided by
``console.clients.editing``. To erase all that is kept of a person is left to a person: the page
asks twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import AfterValidator, BaseModel, Field

from cxdigest.config import defined
from cxdigest.console.clients import editing
from cxdigest.console.rules.ruling import Fault
from cxdigest.errors import ConfigError
from cxdigest.store import Definition
from cxdigest.web.api.asked import PLAIN, Body, Name, takes, told
from cxdigest.web.api.problem import FaultyError
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.own_clients import (
    Known,
    client_for,
    editor_for,
    require_staff,
    settings_of,
)
from cxdigest.web.who import Admin, Proved, Visiting, Visitor

router = APIRouter(tags=["clients"])
_WHERE = "settings"
_OVERTAKEN = "Somebody else changed these settings since; look again, then send yours."


def _without_nul(settings: dict[str, Any]) -> dict[str, Any]:
    if "\\u0000" in json.dumps(settings):
        raise ValueError("NUL is no letter")
    return settings


_Written = Annotated[
    dict[str, Any],
    AfterValidator(_without_nul),
    Field(description="As below profiles.NAME in the configuration."),
]


class Changed(Body):
    """Settings that take the place of others."""

    settings: _Written
    changed: str = Field(max_length=60, description="As it was when you looked at them.")


class New(Body):
    """A profile that is not there yet."""

    name: str = Field(min_length=1, max_length=200, pattern=PLAIN)
    settings: _Written


class Settings(BaseModel):
    """What is said of a profile; all else is as usual."""

    name: str
    settings: dict[str, Any] = Field(description="As below profiles.NAME in the configuration.")
    changed: str = Field(description="Stands for this version of them; empty: declared.")
    declared: str = Field(description="Where the configuration has them; empty: in the store.")
    right: bool = Field(description="false: something is wrong in them, so no digest is made.")


@router.post("/profiles", status_code=HTTPStatus.CREATED, openapi_extra=takes(New))
def add(visitor: Visiting, desk: AtDesk, sent: Annotated[New, told(New)]) -> Settings:
    """Add a profile; its first digest is made at its next send time."""
    require_staff(visitor)
    _store(desk, visitor, sent.name, sent.settings, None)
    return _shown(client_for(visitor, desk, sent.name), visitor)


@router.get("/profiles/{profile}/settings")
def look(profile: Name, visitor: Visiting, desk: AtDesk) -> Settings:
    """Show the settings as they are written."""
    return _shown(client_for(visitor, desk, profile), visitor)


@router.put("/profiles/{profile}/settings", openapi_extra=takes(Changed))
def change(
    profile: Name, visitor: Visiting, desk: AtDesk, sent: Annotated[Changed, told(Changed)]
) -> Settings:
    """Put others in their place, unless somebody else changed them since."""
    known = client_for(visitor, desk, profile)
    _refuse_declared(known)
    if known.changed != sent.changed:
        raise HTTPException(HTTPStatus.CONFLICT, _OVERTAKEN)
    _store(desk, visitor, profile, sent.settings, known.definition)
    return _shown(client_for(visitor, desk, profile), visitor)


@router.post("/profiles/{profile}/pause", status_code=HTTPStatus.NO_CONTENT)
def pause(profile: Name, visitor: Visiting, desk: AtDesk, proved: Proved) -> None:
    """Make no digests until it is resumed; alerts are still read."""
    del proved
    client_for(visitor, desk, profile)
    desk.store.pause_profile(profile, now=desk.clock())


@router.post("/profiles/{profile}/resume", status_code=HTTPStatus.NO_CONTENT)
def resume(profile: Name, visitor: Visiting, desk: AtDesk, proved: Proved) -> None:
    """Make digests again, from the next send time on."""
    del proved
    client_for(visitor, desk, profile)
    editing.resume(desk.store, settings_of(desk), profile, now=desk.clock())
    desk.wake()


@router.delete("/profiles/{profile}", status_code=HTTPStatus.NO_CONTENT)
def remove(profile: Name, visitor: Admin, desk: AtDesk, proved: Proved) -> None:
    """Forget the settings; what was read and sent is kept."""
    del proved
    _refuse_declared(client_for(visitor, desk, profile))
    desk.store.discharge(profile)


def _refuse_declared(known: Known) -> None:
    if known.declared:
        raise HTTPException(
            HTTPStatus.CONFLICT, f"It is {known.declared}, and can be changed there alone."
        )


def _store(
    desk: Desk, visitor: Visitor, name: str, said: Mapping[str, Any], before: Definition | None
) -> None:
    """Keep what is *said* of *name*.

    Raises:
        FaultyError: something in it is wrong.
        WrongUseError: nothing can be kept here.
        HTTPException: somebody else was first.
    """
    editor = editor_for(visitor, desk)
    whole = {**_hidden(before or {}, visitor), **said}
    document = defined({name: editing.fitted(editor, whole, before)}, _WHERE)
    held = editing.before_of(desk.store, [name])[name] if before is not None else None
    try:
        others = editing.save(editor, desk.store, document, {name: held}, now=desk.clock())
    except ConfigError as error:
        raise FaultyError("Something is wrong; mend what faults name.", _faults(error)) from error
    if others:
        raise HTTPException(HTTPStatus.CONFLICT, _OVERTAKEN)
    desk.wake()


def _hidden(definition: Definition, visitor: Visitor) -> dict[str, Any]:
    """Return what *visitor* is not shown: names of files on this machine."""
    if visitor.role == "admin":
        return {}
    return {key: definition[key] for key in editing.ADMIN_KEYS if key in definition}


def _faults(error: ConfigError) -> Iterator[Fault]:
    for one in error.problems:
        yield Fault(line=0, column=0, key=one.key, what=one.what, instead=one.instead, text="")


def _shown(known: Known, visitor: Visitor) -> Settings:
    hidden = _hidden(known.definition, visitor)
    return Settings(
        name=known.name,
        settings={key: value for key, value in known.definition.items() if key not in hidden},
        changed=known.changed,
        declared=known.declared,
        right=known.profile is not None,
    )
