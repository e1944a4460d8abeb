"""The feeds: whoever knows the secret in the address reads the profile's, and nobody else's.

The address is ``/feeds/NAME.SECRET.atom`` or ``.json``. The name finds the profile, so that the
secret is compared here, in a time that tells nothing of it. Programs that ask often get what was
made within the last minute.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cxdigest.model import Profile
from cxdigest.pipeline.digests.feeds import feed_address, feed_for
from cxdigest.render.feed import Feed, atom, json_feed
from cxdigest.web.desk import AtDesk, Desk
from cxdigest.web.document import Document

router = APIRouter()
_FORMS: Mapping[str, tuple[str, Callable[[Feed], bytes]]] = {
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "json": ("application/feed+json; charset=utf-8", json_feed),
}


@router.api_route("/feeds/{address}", methods=["GET", "HEAD"])
def feed(address: str, request: Request, desk: AtDesk, flagged: str = "") -> Response:
    """Answer with the feed, or that it is as it was."""
    opening, _, form = address.rpartition(".")
    name, _, secret = opening.partition(".")
    profile = _whose(desk, name, secret)
    if profile is None or form not in _FORMS:
        return desk.refuse(request)
    media, write = _FORMS[form]
    wide = flagged not in {"", "0", "false", "no"}

    def make() -> Document:
        found = feed_for(
            desk.store,
            profile,
            fingerprint=desk.fingerprint(profile.name),
            flagged=wide,
            address=feed_address(desk.public_url, name, secret) if desk.public_url else "",
        )
        body = write(found)
        return Document(body=body, etag=f'"{_hash(body)}"', updated=found.updated)

    document = desk.recent.get((address, str(wide)), desk.clock(), make)
    headers = {
        "ETag": document.etag,
        "Last-Modified": format_datetime(document.updated.replace(microsecond=0), usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if _is_known(request, document):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(document.body, media_type=media, headers=headers)


def _whose(desk: Desk, name: str, secret: str) -> Profile | None:
    """Return the profile of this name if *secret* opens its feed; None otherwise."""
    known = desk.store.feed_secret(name)
    # Compared also where there is none, so that no name can be told from another by the time.
    right = hmac.compare_digest(known.encode(), secret.encode())
    return desk.profile(name) if right and known else None


def _is_known(request: Request, document: Document) -> bool:
    """Tell whether the caller has *document*; an ETag says more than a date (RFC 9110, 13.2.2)."""
    if tags := request.headers.get("if-none-match"):
        return document.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except (ValueError, OverflowError):  # no date, or none of the calendar
        return False
    return document.updated.replace(microsecond=0) <= _aware(since)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
