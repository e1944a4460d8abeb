"""Lever, by its Postings API: https://github.com/lever/postings-api.

``GET /v0/postings/{site}/{id}`` is one opening, ``/v0/postings/{site}?mode=json`` are all. An
employer of the European instance has a token that begins with ``eu:``.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import SplitResult

from cxdigest.jobposting import employment_of, iso_date, pay, workplace_of
from cxdigest.model import Page
from cxdigest.pages.boards.record import (
    Board,
    BoardRecord,
    Json,
    Listing,
    gathered,
    loaded,
    object_of,
    objects,
    opening,
    safe,
    text,
)
from cxdigest.pages.stated import link, places
from cxdigest.text import is_host, squash

NAME = "lever"
_EU = "eu:"
_PATH = re.compile(r"/(?:v0/postings/)?([^/]+)/([0-9a-fA-F-]{36})(?=/|$)")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    host = parts.hostname or ""
    found = _PATH.match(parts.path) if is_host(host, "lever.co") else None
    if found is None:
        return None
    region = _EU if is_host(host, "eu.lever.co") else ""
    return BoardRecord(board=NAME, token=region + found[1], id=found[2].lower())


def _site(token: str) -> str:
    region = "eu." if token.startswith(_EU) else ""
    return f"https://api.{region}lever.co/v0/postings/{safe(token.removeprefix(_EU))}"


def _record_url(record: BoardRecord) -> str:
    return f"{_site(record.token)}/{safe(record.id)}?mode=json"


def _listing_url(token: str) -> str:
    return f"{_site(token)}?mode=json"


def _page(job: Json) -> Page:
    about = object_of(job.get("categories"))
    several = about.get("allLocations")
    stated = [text(one) for one in several] if isinstance(several, list) else []
    salary = object_of(job.get("salaryRange"))
    return Page(
        reader=NAME,
        title=squash(text(job.get("text"))),
        location=places(map(squash, stated or [text(about.get("location"))])),
        workplace=workplace_of(job.get("workplaceType")),
        salary=pay(
            salary.get("min"),
            salary.get("max"),
            currency=salary.get("currency"),
            period=salary.get("interval"),
        ),
        description=_description(job),
        employment=employment_of(about.get("commitment")),
        posted=iso_date(job.get("createdAt")),
        apply_url=link(text(job.get("applyUrl"))),
    )


def _description(job: Json) -> str:
    """Put the parts together as the hosted page does: opening, headed lists, closing."""
    lists = (
        f"<h3>{text(one.get('text'))}</h3>\n<ul>{text(one.get('content'))}</ul>"
        for one in objects(job.get("lists"))
    )
    whole = text(job.get("description")) or text(job.get("descriptionPlain"))
    closing = text(job.get("additional")) or text(job.get("additionalPlain"))
    return "\n".join(filter(None, (whole, *lists, closing)))


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    return _page(object_of(loaded(body)))


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    return Listing(
        openings=gathered(
            opening(NAME, text(job.get("id")), _page(job), text(job.get("hostedUrl")))
            for job in objects(loaded(body))
        )
    )


BOARD = Board(
    name=NAME,
    record_of=_record_of,
    record_url=_record_url,
    read_record=_read_record,
    listing_url=_listing_url,
    read_listing=_read_listing,
)
