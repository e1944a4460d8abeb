"""Which client a page is about, what its settings say, and who may change them."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import RedirectResponse, Response

from cxdigest.config import Config
from cxdigest.console.clients import definitions
from cxdigest.console.clients.editing import Editor, before_of, editor_of
from cxdigest.errors import WrongUseError
from cxdigest.language import _, marked
from cxdigest.model import Profile
from cxdigest.store import Definition
from cxdigest.web.desk import Desk
from cxdigest.web.who import Visitor, may_see, profile_for

_THERE = marked("declared in the configuration")  #: said to those who have no part in this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The settings of a client, which may be wrong."""

    name: str
    profile: Profile | None  #: None: they are not right, so no digest is made
    definition: Definition
    changed: str  #: stands for what its writer saw; ``""``: the configuration declares it
    declared: str  #: where the configuration does; ``""``: it is in the store


def settings_of(desk: Desk) -> Config:
    """Return the configuration as it was read.

    Raises:
        HTTPException: these pages are served without one.
    """
    if desk.config is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return desk.config


def require_staff(visitor: Visitor) -> None:
    """Refuse all but admins and coaches.

    Raises:
        HTTPException: it is a client.
    """
    if visitor.role == "client":
        raise HTTPException(HTTPStatus.FORBIDDEN)


def client_for(visitor: Visitor, desk: Desk, name: str) -> Known:
    """Return the client of this *name*, also one whose stored settings are not right.

    Raises:
        HTTPException: there is none, or it is none of *visitor*'s: nobody learns which.
    """
    settings = settings_of(desk)
    profile = desk.profile(name)
    if profile is not None and not may_see(visitor, profile):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    held = before_of(desk.store, [name])[name]
    if held and name not in settings.profiles:
        definition, changed = held
        if profile is None and not may_mend(visitor, definition, name):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return Known(
            name=name,
            profile=profile,
            definition=definition,
            changed=changed.isoformat(),
            declared="",
        )
    profile = profile_for(visitor, desk, name)
    try:
        definition = definitions.definition_of(name, settings, desk.store)
        declared = _(_THERE)
        if visitor.role == "admin":
            declared = definitions.declared_at(name, settings)
    except WrongUseError as error:
        raise HTTPException(HTTPStatus.CONFLICT, f"{error}.") from error
    return Known(name=name, profile=profile, definition=definition, changed="", declared=declared)


def may_mend(visitor: Visitor, definition: Definition, name: str) -> bool:
    """Tell whether *visitor* may see a stored profile whose settings are not right."""
    if visitor.role == "coach":
        return bool(visitor.coach) and definition.get("coach") == visitor.coach
    return visitor.role == "admin" or visitor.profile == name


def editor_for(visitor: Visitor, desk: Desk) -> Editor:
    """Return what *visitor* may change."""
    people = desk.now().profiles
    own = (one.name for one in people if may_see(visitor, one))
    return editor_of(visitor.role, visitor.coach, own, settings_of(desk), people)


def place_of(visitor: Visitor) -> str:
    """Return which of the ways from each page led here."""
    return "own" if visitor.role == "client" else "clients"


def path_of(name: str, rest: str = "") -> str:
    """Return the address of a client's page."""
    return f"/clients/{quote(name, safe='')}{rest}"


def led_to(path: str, done: str = "") -> Response:
    """Lead to a page that says what was done."""
    return RedirectResponse(
        f"{path}?done={done}" if done else path, status_code=HTTPStatus.SEE_OTHER
    )


def sentence(error: Exception) -> str:
    """Return what went wrong as a sentence."""
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith((".", "!", "?")) else ".")
