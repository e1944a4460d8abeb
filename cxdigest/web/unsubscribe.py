"""The link that ends a recipient's mails: a page with one button, and RFC 8058's single POST.

A mail program posts ``List-Unsubscribe=One-Click`` without anybody seeing a page; the button posts
to the same address, so both do the same. These links have no end: whoever wants no more mails is
not sent looking for a newer one.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cxdigest.language import _, marked
from cxdigest.pipeline.links.ways_out import PURPOSE
from cxdigest.store import Sent
from cxdigest.web.desk import AtDesk, Desk

router = APIRouter()
_MEANING = marked(
    "No further digests are sent to the address that got this mail. Others who get them are not "
    "affected."
)
_CHANGED = marked(
    "No further digests are sent to the address that got this mail. One that is on its way just "
    "now may still arrive."
)
_WHY = "The recipient asked for it, by the link in a mail."


@router.api_route("/u/{token}", methods=["GET", "HEAD"])
def ask(token: str, request: Request, desk: AtDesk) -> Response:
    """Show what the link does, and a button."""
    delivery = _delivery(desk, token)
    if delivery is None:
        return desk.refuse(request)
    if _sent(desk, delivery) is None:
        return _gone(desk)
    return desk.page(
        "ask",
        title=_("Stop these mails?"),
        about=None,
        lines=[_(_MEANING)],
        action=f"/u/{token}",
        button=_("Stop these mails"),
    )


@router.post("/u/{token}")
def stop(token: str, request: Request, desk: AtDesk) -> Response:
    """Leave this recipient out from now on; a second time changes nothing."""
    delivery = _delivery(desk, token)
    if delivery is None:
        return desk.refuse(request)
    sent = _sent(desk, delivery)
    if sent is None:
        return _gone(desk)
    desk.store.pause_recipient(*_who(sent), why=_WHY, now=desk.clock())
    return desk.page(
        "done",
        title=_("These mails have ended"),
        about=None,
        lines=[_(_CHANGED)],
        action=f"/u/{token}/resume",
        button=_("Send them again"),
    )


@router.post("/u/{token}/resume")
def resume(token: str, request: Request, desk: AtDesk) -> Response:
    """Send to this recipient again."""
    delivery = _delivery(desk, token)
    if delivery is None:
        return desk.refuse(request)
    sent = _sent(desk, delivery)
    if sent is None:
        return _gone(desk)
    desk.store.resume_recipient(*_who(sent))
    return desk.page(
        "done",
        title=_("The mails go on"),
        about=None,
        lines=[_("The next digest is sent to the address that got this mail.")],
        action=f"/u/{token}",
        button=_("Stop these mails"),
    )


def _delivery(desk: Desk, token: str) -> str | None:
    """Return the id of the delivery that *token* stood in; None where we never made it."""
    match desk.signer.read(PURPOSE, token):
        case (delivery_id,):
            return delivery_id
    return None


def _sent(desk: Desk, delivery: str) -> Sent | None:
    """Return to whom it went, None where that is forgotten; the answer is in their language."""
    sent = desk.store.sent_as(delivery)
    if sent is not None:
        desk.speak_to(sent.profile)
    return sent


def _who(sent: Sent) -> tuple[str, str, str]:
    return sent.profile, sent.channel, sent.recipient


def _gone(desk: Desk) -> Response:
    return desk.notice(
        _("This mail is no longer known here"),
        _("Its digest has been removed, so there is nothing to stop by this link."),
        _("If mails still come, use the link in the newest of them."),
        status=HTTPStatus.GONE,
    )
