"""Pages that plugins add to the console: who may see them is declared, and kept here.

A page is a router and, for each of its routes, the door through which one comes to it. cxdigest
puts the lock in: a route without a door, or a change without a proof of where it was sent from, and
the page is left out by name. All of a page's addresses begin with ``/plugins/NAME``, where
``web.guard`` sets the policy of the console whatever a page says itself.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as AnyHTTPException

from cxdigest import plugins
from cxdigest.errors import CxdigestError, PluginError
from cxdigest.model import Role
from cxdigest.plugins import Origin
from cxdigest.web.guard import PLUGINS
from cxdigest.web.who import Visitor
from cxdigest.web.who.sent import PROOFS
from cxdigest.web.who.visitor import admin_of, visitor_of, whose

#: Who comes in: everybody who is signed in, coaches and admins, admins, or those who may see the
#: profile that the address names as ``{profile}``.
Door = Literal["everybody", "staff", "admin", "whose"]
_LOOKS = frozenset({"GET", "HEAD"})
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ROLES: Mapping[Door, tuple[Role, ...]] = {
    "everybody": ("admin", "coach", "client"),
    "staff": ("admin", "coach"),
    "admin": ("admin",),
    "whose": ("admin", "coach", "client"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """What a plugin adds to the console.

    A working one::

        router = APIRouter()

        @router.get("/{profile}")
        def tides(visitor: Visiting, desk: AtDesk, profile: Whose) -> Response:
            return show(desk, visitor, "plugins/tides/page", title="Tides", place="plugins/tides",
                        profile=profile)

        TIDES = ConsolePage(
            name="tides",
            router=router,
            doors={"GET /{profile}": "whose"},
            words="Tides",
            begins="/{profile}",
            templates=Path(__file__).parent / "templates",
        )
    """

    name: str  #: small letters, digits and hyphens; its addresses begin with ``/plugins/NAME``
    router: APIRouter  #: paths below that
    doors: Mapping[str, Door]  #: by method and path, each of the router's: ``GET /{profile}``
    words: str = ""  #: of the way to it on every page; empty: there is none
    begins: str = ""  #: where that way leads, a path of the router's
    templates: Path | None = None  #: a folder; ``plugins/NAME/x`` shows its ``x.html.j2``

    @property
    def place(self) -> str:
        """The key of the way to it, for ``show``."""
        return f"plugins/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The way to a page, for those who may go there."""

    key: str
    words: str
    path: str  #: ``{profile}`` stands for the profile that is looked at
    roles: tuple[Role, ...] = field(default=_ROLES["everybody"])


@plugins.once
def pages() -> tuple[plugins.Plugged[ConsolePage], ...]:
    """Return the pages that plugins add."""
    return plugins.load("pages", ConsolePage, name_of=lambda one: one.name, wrong=_wrong)


def ways() -> Iterator[Way]:
    """Yield the way to each page that has one."""
    for one in pages():
        page = one.value
        if page.words:
            yield Way(
                key=page.place,
                words=page.words,
                path=f"{PLUGINS}{page.name}{page.begins}",
                roles=_ROLES[page.doors[f"GET {page.begins}"]],
            )


def routers() -> Iterator[APIRouter]:
    """Yield the routes of all pages, each behind its door."""
    for one in pages():
        for route in _routes(one.value):
            behind = APIRouter()
            behind.routes.append(route)
            door = _door_of(one.value, route)
            locked = APIRouter(
                prefix=f"{PLUGINS}{one.value.name}",
                dependencies=[Depends(_LOCKS[door]), Depends(_named(one.origin))],
            )
            locked.include_router(behind)
            yield locked


def doors() -> dict[str, Door]:
    """Return the door of each address that plugins add, for the test that walks all routes."""
    return {
        f"{method} {PLUGINS}{one.value.name}{route.path}": _door_of(one.value, route)
        for one in pages()
        for route in _routes(one.value)
        for method in _methods(route)
    }


async def _staff(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Visitor:
    if visitor.role == "client":
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return visitor


_LOCKS: Mapping[Door, Callable[..., Any]] = {
    "everybody": visitor_of,
    "staff": _staff,
    "admin": admin_of,
    "whose": whose,
}


def _named(origin: Origin) -> Callable[[], AsyncIterator[None]]:
    """Return what has a fault in a page told by the plugin's name."""

    async def named() -> AsyncIterator[None]:
        try:
            yield
        except (AnyHTTPException, RequestValidationError, CxdigestError):
            raise
        except Exception as error:
            told = f"the {origin} failed: {type(error).__name__}: {error}"
            raise PluginError(told) from error

    return named


def _routes(page: ConsolePage) -> list[APIRoute]:
    return [one for one in page.router.routes if isinstance(one, APIRoute)]


def _methods(route: APIRoute) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD"})


def _keys(route: APIRoute) -> list[str]:
    return [f"{method} {route.path}" for method in _methods(route)]


def _door_of(page: ConsolePage, route: APIRoute) -> Door:
    return page.doors[_keys(route)[0]]


def _wrong(page: ConsolePage, origin: Origin) -> str:
    tell = f"; tell those who wrote {origin.distribution}"
    if not _NAME.fullmatch(page.name):
        return f"{page.name!r} is no name for a page: small letters, digits and hyphens{tell}"
    found = _routes(page)
    if len(found) != len(page.router.routes) or not found:
        return f"its router must hold routes of FastAPI and nothing else{tell}"
    keys = [key for route in found for key in _keys(route)]
    if sorted(keys) != sorted(page.doors):
        differ = sorted(set(keys) ^ set(page.doors)) or ["one of them twice"]
        return f"its doors are not those of its routes: {differ[0]}{tell}"
    if page.words and f"GET {page.begins}" not in keys:
        return f"it begins at {page.begins!r}, which is none of its routes{tell}"
    wrong = next((why for route in found if (why := _wrong_route(page, route))), "")
    return f"{wrong}{tell}" if wrong else ""


def _wrong_route(page: ConsolePage, route: APIRoute) -> str:
    keys = _keys(route)
    if len(keys) != 1:
        return f"{route.path} must have one method"
    door = page.doors[keys[0]]
    if door not in _LOCKS:
        return f"{keys[0]} has no known door: {door!r}; write one of {', '.join(_LOCKS)}"
    if ("{profile}" in route.path) != (door == "whose"):
        return f'{keys[0]}: an address with {{profile}}, and no other, has the door "whose"'
    if not _LOOKS.issuperset(_methods(route)) and not set(_asked(route.dependant)) & set(PROOFS):
        return f"{keys[0]} changes something and takes no Sent, Told, SentFile or Proved"
    return ""


def _asked(dependant: Dependant) -> Iterator[object]:
    """Yield everything that a route depends on, however far below."""
    for one in dependant.dependencies:
        yield one.call
        yield from _asked(one)
