"""One alert: what it showed, how it was read, what came. Of a source, or behind a posting.

Behind a posting it is shown to whoever may see that posting's profile, and only where that
profile's own sources showed it; as it came it is given to an admin alone.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response

from cxdigest.console.instance import alerts
from cxdigest.errors import AlertError
from cxdigest.extract.mails.authenticity import UNKNOWN
from cxdigest.language import _, marked
from cxdigest.model import Profile, routed
from cxdigest.pipeline import reread_one
from cxdigest.store import Taken
from cxdigest.text import number_in
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.pages.files import attachment
from cxdigest.web.pages.moments import clocks, zone_for
from cxdigest.web.pages.shell import show
from cxdigest.web.pages.told import path, posting_path, told_of
from cxdigest.web.who import Admin, Sent, Visiting, Visitor, Whose, profiles_for

router = APIRouter()
#: What reading an alert again came to, by the sum of a ``Reread`` that says so.
_AGAIN = {
    "readable": marked("It could not be read before, and now it was."),
    "changed": marked("It was read otherwise than before."),
    "unchanged": marked("It was read as before."),
    "kept": marked("Nothing is found in it any more: what was read before stays."),
    "pruned": marked("It is too old to be kept as it came: what was read before stays."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An alert that may be shown, and by which way."""

    taken: Taken
    path: str  #: of its page
    back: str  #: where one came from
    back_words: str
    whose: Profile | None  #: in whose pages its postings are shown
    place: str
    admin: bool  #: it is looked at among the sources


def of_source(name: str, number: str, visitor: Admin, desk: AtDesk) -> _Seen:
    """Return the alert *number* of the source *name*.

    Raises:
        HTTPException: there is none.
    """
    taken = desk.store.taken(number_in(number, digits=19) or 0)
    if taken is None or taken.source != name:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    shown_as = {name, routed(name, taken.profile)}
    own = profiles_for(visitor, desk)
    return _Seen(
        taken=taken,
        path=path("sources", name, "alerts", str(taken.id)),
        back=path("sources", name),
        back_words=name,
        whose=next((one for one in own if shown_as.intersection(one.sources)), None),
        place="sources",
        admin=True,
    )


def behind_posting(profile: Whose, posting_id: str, number: str, desk: AtDesk) -> _Seen:
    """Return the alert *number* in which the profile's own sources showed the posting.

    Raises:
        HTTPException: there is none, or it is none of the visitor's.
    """
    of = number_in(number, digits=19) or 0
    if not desk.store.is_behind(of, posting_id, profile.sources):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    taken = desk.store.taken(of)
    assert taken is not None, "what was shown has an alert"
    posting = posting_path(profile.name, posting_id)
    return _Seen(
        taken=taken,
        path=f"{posting}/alerts/{taken.id}",
        back=posting,
        back_words=_("Back to the posting"),
        whose=profile,
        place="postings",
        admin=False,
    )


_OfSource = Annotated[_Seen, Depends(of_source)]
_Behind = Annotated[_Seen, Depends(behind_posting)]
_SOURCE = "/sources/{name}/alerts/{number}"
_POSTING = "/postings/{profile}/{posting_id}/alerts/{number}"


@router.get(_SOURCE)
def among_sources(seen: _OfSource, visitor: Admin, desk: AtDesk, read: str = "") -> Response:
    """Show an alert of a source."""
    return _page(desk, visitor, seen, told=told_of(_AGAIN, read))


@router.get(_POSTING)
def behind(seen: _Behind, visitor: Visiting, desk: AtDesk) -> Response:
    """Show an alert behind a posting."""
    return _page(desk, visitor, seen)


@router.get(_SOURCE + "/inside")
def inside_of_source(seen: _OfSource, visitor: Admin, desk: AtDesk) -> Response:
    """Show what came, as text."""
    return _inside(desk, visitor, seen)


@router.get(_POSTING + "/inside")
def inside_behind(seen: _Behind, visitor: Visiting, desk: AtDesk) -> Response:
    """Show what came, as text."""
    return _inside(desk, visitor, seen)


@router.get(_SOURCE + "/file")
def file_of_source(seen: _OfSource, visitor: Admin, desk: AtDesk, copy: str = "") -> Response:
    """Give the alert out as it came, or a copy that may be sent with a report."""
    return _file(desk, visitor, seen, as_it_came=not copy)


@router.get(_POSTING + "/file")
def file_behind(seen: _Behind, visitor: Visiting, desk: AtDesk) -> Response:
    """Give a copy of the alert out."""
    return _file(desk, visitor, seen, as_it_came=False)


@router.post(_SOURCE + "/reread")
def read_again(seen: _OfSource, visitor: Admin, desk: AtDesk, form: Sent) -> Response:
    """Read the alert with the readers of today."""
    del visitor, form
    done = reread_one(
        desk.store,
        desk.now().receivers,
        number=seen.taken.id,
        source=seen.taken.source,
        clock=desk.clock,
    )
    came_to = next((name for name in _AGAIN if getattr(done, name)), "")
    return RedirectResponse(f"{seen.path}?read={came_to}", status_code=HTTPStatus.SEE_OTHER)


def _page(desk: Desk, visitor: Visitor, seen: _Seen, *, told: str = "") -> Response:
    found = alerts.alert_page(desk.store, seen.taken.id)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    zone = seen.whose.zone if seen.whose else zone_for(visitor, desk)
    return show(
        desk,
        visitor,
        "alert",
        title=_title(seen.taken),
        place=seen.place,
        profile=seen.whose if not seen.admin else None,
        seen=seen,
        page=found,
        told=told,
        at=clocks(zone),
        zone=zone.key,
    )


def _inside(desk: Desk, visitor: Visitor, seen: _Seen) -> Response:
    receiver = desk.now().receivers.get(seen.taken.source, UNKNOWN)
    found = alerts.inside(desk.store, seen.taken, salt=secrets.token_bytes(32), receiver=receiver)
    return show(
        desk,
        visitor,
        "alert_inside",
        title=_title(seen.taken),
        place=seen.place,
        profile=seen.whose if not seen.admin else None,
        seen=seen,
        inside=found,
    )


def _file(desk: Desk, visitor: Visitor, seen: _Seen, *, as_it_came: bool) -> Response:
    salt = None if as_it_came and visitor.role == "admin" else secrets.token_bytes(32)
    try:
        found = alerts.file_of(desk.store, seen.taken, salt=salt)
    except AlertError as error:
        return desk.notice(
            _("There is no copy of this alert"), str(error), status=HTTPStatus.CONFLICT
        )
    if found is None:
        return desk.notice(
            _("It is gone"),
            _(
                "Alerts are kept as they came for a stated time only. What was read from this "
                "one stays."
            ),
            status=HTTPStatus.GONE,
        )
    return attachment(found.name, found.content)


def _title(taken: Taken) -> str:
    return _("Alert of {source}", source=taken.sender or taken.source)
