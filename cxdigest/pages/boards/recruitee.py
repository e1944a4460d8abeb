"""Recruitee, by its Careers Site API: https://docs.recruitee.com (also career.recruitee.com/docs).

``GET https://{company}.recruitee.com/api/offers/`` are all openings with their duties. An
employer's own careers host answers in the same way, but no link shows that it is Recruitee's, so
only hosts below recruitee.com are known. Links name an opening by its slug, answers by both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import SplitResult

from cxdigest.jobposting import employment_of, iso_date, pay, workplace_of
from cxdigest.model import Page, Workplace
from cxdigest.pages.boards.record import (
    Board,
    BoardRecord,
    Json,
    Listing,
    gathered,
    loaded,
    named_place,
    object_of,
    objects,
    opening,
    pick,
    safe,
    text,
)
from cxdigest.pages.stated import link, past, places
from cxdigest.text import squash

NAME = "recruitee"
_HOST = re.compile(r"(?!(?:www|api|docs|career|help)\.)([a-z0-9-]+)\.recruitee\.com")
_PATH = re.compile(r"(?:/l/[a-z-]+)?/(?:o|api/offers)/([\w-]+)")
_SHIFT = re.compile(r"full-?time|part-?time", re.IGNORECASE)


def _record_of(parts: SplitResult) -> BoardRecord | None:
    host, found = _HOST.fullmatch(parts.hostname or ""), _PATH.match(parts.path)
    return BoardRecord(board=NAME, token=host[1], id=found[1]) if host and found else None


def _site(token: str) -> str:
    return f"https://{safe(token).lower()}.recruitee.com"


def _listing_url(token: str) -> str:
    return f"{_site(token)}/api/offers/"


def _page(offer: Json, today: date) -> Page:
    salary = object_of(offer.get("salary"))
    until = iso_date(offer.get("close_at"))
    return Page(
        reader=NAME,
        title=squash(text(offer.get("title"))),
        company=squash(text(offer.get("company_name"))),
        location=places(_places(offer)),
        workplace=_workplace(offer),
        salary=pay(
            salary.get("min"),
            salary.get("max"),
            currency=salary.get("currency"),
            period=salary.get("period"),
        ),
        description="\n".join(
            filter(None, (text(offer.get("description")), text(offer.get("requirements"))))
        ),
        employment=_employment(text(offer.get("employment_type_code"))),
        posted=iso_date(offer.get("published_at")) or iso_date(offer.get("created_at")),
        valid_through=until,
        apply_url=link(text(offer.get("careers_apply_url"))),
        closed=past(until, today),
    )


def _employment(code: str) -> str:
    """Read ``fulltime_permanent``: the hours and whether it ends, in one word."""
    shift = _SHIFT.match(code)
    rest = code[shift.end() :].strip("_") if shift else code
    return employment_of([one for one in (shift[0] if shift else "", rest) if one])


def _places(offer: Json) -> Iterator[str]:
    for one in [*objects(offer.get("locations"))] or [offer]:
        region = text(one.get("state")) or text(one.get("state_name"))
        yield named_place(one.get("city"), region, one.get("country")) or squash(
            text(one.get("location")) or text(one.get("name"))
        )


def _workplace(offer: Json) -> Workplace:
    if offer.get("hybrid") is True:
        return "hybrid"
    if offer.get("remote") is True:
        return "remote"
    return "onsite" if offer.get("on_site") is True else workplace_of(offer.get("location"))


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:
    offers = objects(object_of(loaded(body)).get("offers"))
    return _page(pick(offers, record.id, "slug", "id"), today)


def _read_listing(body: bytes, token: str, today: date) -> Listing:
    return Listing(
        openings=gathered(
            opening(NAME, text(offer.get("id")), _page(offer, today), _hosted(offer, token))
            for offer in objects(object_of(loaded(body)).get("offers"))
            if text(offer.get("status")) in {"", "published"}
        )
    )


def _hosted(offer: Json, token: str) -> str:
    return text(offer.get("careers_url")) or f"{_site(token)}/o/{text(offer.get('slug'))}"


BOARD = Board(
    name=NAME,
    record_of=_record_of,
    record_url=lambda record: _listing_url(record.token),
    read_record=_read_record,
    listing_url=_listing_url,
    read_listing=_read_listing,
)
