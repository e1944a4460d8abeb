"""The archive: past digests as they were sent, and their deliveries; a coach's mails likewise.

A client sees what was sent. What waits for a coach, was kept back or left out is shown to coaches
and admins alone. Nothing in the copy of a mail acts, whoever looks at it (``console.drawn.inert``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from cxdigest.console.digests import archive
from cxdigest.console.drawn.inert import inert_text
from cxdigest.language import _, marked
from cxdigest.model import DigestState, Profile
from cxdigest.store import Filed
from cxdigest.text import number_in
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.kept import kept_for
from cxdigest.web.one_view import in_one_view
from cxdigest.web.pages.files import attachment
from cxdigest.web.pages.moments import clocks
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import path
from cxdigest.web.who import Sent, Visiting, Visitor, may_see, profile_for

router = APIRouter()
#: What the copy of a mail may do: show its own styles, and the pictures that lie in it.
_MAIL = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
_KINDS = {"coach": marked("Over all clients"), "review": marked("Asked for a review")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A row of mails that the visitor may look back at."""

    name: str  #: a profile's, ``coach/NAME`` or ``review/PROFILE``
    path: str  #: of its page
    heading: str
    states: tuple[DigestState, ...]  #: of the digests that the visitor may see
    inside: bool  #: the visitor also sees what its reader may not
    zone: ZoneInfo
    profile: Profile | None  #: whose digests they are; None: a coach's mails
    locale: str = "en"


def stream_of(request: Request, visitor: Visiting, desk: AtDesk) -> Stream:
    """Return the stream that the address of *request* names.

    Raises:
        HTTPException: there is none, or it is none of the visitor's.
    """
    if "kind" in request.path_params:
        kind, name = request.path_params["kind"], request.path_params["name"]
        return _coach_stream(visitor, desk, f"{kind}/{name}")
    profile = profile_for(visitor, desk, request.path_params["profile"])
    inside = visitor.role != "client"
    return Stream(
        name=profile.name,
        path=path("archive", profile.name),
        heading=profile.heading,
        states=archive.EVERY if inside else archive.SAID,
        inside=inside,
        zone=profile.zone,
        profile=profile,
        locale=profile.locale,
    )


def _coach_stream(visitor: Visitor, desk: Desk, name: str) -> Stream:
    kind, _slash, whose = name.partition("/")
    if kind not in _KINDS or not _may_have(visitor, desk, kind, whose):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    coach = next((one for one in desk.now().coaches if one.name == whose), None)
    client = desk.profile(whose) if kind == "review" else None
    heading = coach.heading if coach else client.heading if client else whose
    return Stream(
        name=name,
        path=path("mails", kind, whose),
        heading=f"{_(_KINDS[kind])}: {heading}",
        states=archive.EVERY,
        inside=True,
        zone=coach.zone if coach else client.zone if client else ZoneInfo("UTC"),
        profile=None,
    )


def _may_have(visitor: Visitor, desk: Desk, kind: str, whose: str) -> bool:
    """Tell whether a coach's mails of this *kind* are the visitor's: all are an admin's."""
    if visitor.role != "coach":
        return visitor.role == "admin"
    if kind == "coach":
        return bool(whose) and whose == visitor.coach
    client = desk.profile(whose)
    return client is not None and may_see(visitor, client)


def digest_of(day: str, stream: Annotated[Stream, Depends(stream_of)], desk: AtDesk) -> Filed:
    """Return the digest of *stream* of this *day*.

    Raises:
        HTTPException: there is none that the visitor may see.
    """
    wanted = _day(day)
    found = desk.store.filed_on(stream.name, wanted, states=stream.states) if wanted else None
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


_Stream = Annotated[Stream, Depends(stream_of)]
_Filed = Annotated[Filed, Depends(digest_of)]


@router.get("/mails")
def mails(visitor: Visiting, desk: AtDesk) -> Response:
    """Show which mails go to coaches."""
    streams = tuple(_coach_streams(visitor, desk))
    return show(
        desk, visitor, "mails", title=_("Mails to coaches"), place="archive", streams=streams
    )


def _coach_streams(visitor: Visitor, desk: Desk) -> Collection[Stream]:
    parts = [name.partition("/") for name in desk.store.filed_streams()]
    return [
        _coach_stream(visitor, desk, f"{kind}/{whose}")
        for kind, _slash, whose in parts
        if kind in _KINDS and _may_have(visitor, desk, kind, whose)
    ]


@kept_for(seconds=60)
@in_one_view
def shelf(
    *,
    request: Request,
    stream: _Stream,
    visitor: Visiting,
    desk: AtDesk,
    before: str = "",
    month: str = "",
) -> Response:
    """Show past digests, the latest first."""
    del request
    found = archive.shelf(
        desk.store,
        stream.name,
        states=stream.states,
        before=_after_month(month) or _day(before),
        locale=stream.locale,
    )
    return show(
        desk,
        visitor,
        "archive",
        title=_("Archive") if stream.profile else stream.heading,
        place="archive",
        profile=stream.profile,
        stream=stream,
        shelf=found,
        month=month,
        coaches=stream.inside and bool(_coach_streams(visitor, desk)),
    )


@kept_for(seconds=60)
@in_one_view
def one(
    *,
    request: Request,
    stream: _Stream,
    day: str,
    visitor: Visiting,
    desk: AtDesk,
    tried: str = "",
) -> Response:
    """Show one digest as it was sent."""
    del request
    filed = digest_of(day, stream, desk)
    return _page(desk, visitor, stream, filed, told=_(_TRIED) if tried else "")


def mail(filed: _Filed, visitor: Visiting, desk: AtDesk) -> Response:
    """Show the copy of a mail, for a frame in its page."""
    del visitor
    return HTMLResponse(archive.mail_of(desk.store, filed), headers=_MAIL)


def text(filed: _Filed, visitor: Visiting, desk: AtDesk) -> Response:
    """Show the text part of a mail."""
    del visitor
    payload = desk.store.filed_payload(filed.id)
    return PlainTextResponse(inert_text(payload.text if payload else "", desk.signer))


def file(filed: _Filed, place: str, visitor: Visiting, desk: AtDesk) -> Response:
    """Give out a file that went with a digest."""
    del visitor
    at = number_in(place)
    found = None if at is None else archive.file_at(desk.store, filed, at)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return attachment(found.name, found.content)


def retry(
    *, stream: _Stream, filed: _Filed, delivery: str, visitor: Visiting, desk: AtDesk, form: Sent
) -> Response:
    """Let a delivery be tried again."""
    del form
    if not stream.inside:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    why_not = archive.retry(desk.store, filed, delivery, now=desk.clock())
    if why_not:
        return _page(desk, visitor, stream, filed, told=why_not, status=HTTPStatus.CONFLICT)
    desk.wake()
    back = f"{stream.path}/{filed.day}?tried=1#deliveries"
    return RedirectResponse(back, status_code=HTTPStatus.SEE_OTHER)


#: Alike for a profile's digests and for a coach's mails.
_ROUTES = (
    ("GET", "", shelf),
    ("GET", "/{day}", one),
    ("GET", "/{day}/mail.html", mail),
    ("GET", "/{day}/mail.txt", text),
    ("GET", "/{day}/files/{place}", file),
    ("POST", "/{day}/deliveries/{delivery}/retry", retry),
)
for _prefix in ("/archive/{profile}", "/mails/{kind}/{name}"):
    for _method, _path, _answer in _ROUTES:
        router.add_api_route(_prefix + _path, _answer, methods=[_method])
_TRIED = marked("It is tried again at a worker's next look.")


def _page(
    desk: Desk,
    visitor: Visitor,
    stream: Stream,
    filed: Filed,
    *,
    told: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    with desk.store.one_view():
        found = archive.sheet(
            desk.now(),
            filed,
            sources=stream.profile.sources if stream.profile else (),
            signer=desk.signer,
            states=stream.states,
            inside=stream.inside,
            zone=stream.zone,
            locale=stream.locale,
        )
    return show(
        desk,
        visitor,
        "archived",
        title=found.words,
        place="archive",
        profile=stream.profile,
        status=status,
        stream=stream,
        sheet=found,
        kind_of=archive.kind_of,
        told=told,
        at=clocks(stream.zone),
        zone=stream.zone.key,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _after_month(text: str) -> date | None:
    """Return the first day after the month that *text* names, None where it is none."""
    first = _day(f"{text}-01")
    if first is None or first.year == date.max.year:
        return None
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
