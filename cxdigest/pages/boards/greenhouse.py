"""Greenhouse, by its Job Board API: https://developers.greenhouse.io/job-board.html.

``GET /v1/boards/{token}/jobs/{id}`` is one opening, ``/jobs?content=true`` are all. ``content`` is
HTML with its tags as entities; ``pay_input_ranges`` come with ``pay_transparency=true``.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import SplitResult

from cxdigest.jobposting import iso_date, pay, workplace_of
from cxdigest.links.query import value_of
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
from cxdigest.text import is_host, squash, unescaped

NAME = "greenhouse"
_API = "https://boards-api.greenhouse.io/v1/boards"
#: By which an employer's own page shows its board.
_EMBED = re.compile(
    rb"greenhouse\.io/embed/job_(?:board|app)(?:/js)?\?(?:[^\"'\s<>]{0,200}?[?&;])?for=([\w.-]{1,100})"
)
_PATH = re.compile(r"/(?:v1/boards/)?(?!embed/)([\w.-]+)/jobs/(\d+)")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    host = parts.hostname or ""
    if is_host(host, "greenhouse.io"):
        if found := _PATH.match(parts.path):
            return BoardRecord(board=NAME, token=found[1], id=found[2])
        token, key = value_of(parts.query, "for"), value_of(parts.query, "token", "gh_jid")
        return BoardRecord(board=NAME, token=token, id=key) if key.isdigit() else None
    key = value_of(parts.query, "gh_jid")
    return BoardRecord(board=NAME, token="", id=key) if key.isdigit() else None


def token_in(body: bytes) -> str:
    """Return the employer's name of the board that the page *body* embeds, ``""`` if none."""
    found = _EMBED.search(body)
    return found[1].decode("ascii") if found else ""


def _record_url(record: BoardRecord) -> str:
    return f"{_API}/{safe(record.token)}/jobs/{safe(record.id)}?pay_transparency=true"


def _listing_url(token: str) -> str:
    return f"{_API}/{safe(token)}/jobs?content=true&pay_transparency=true"


def _page(job: Json) -> Page:
    place = squash(text(object_of(job.get("location")).get("name")))
    ranges = next(objects(job.get("pay_input_ranges")), {})
    return Page(
        reader=NAME,
        title=squash(text(job.get("title"))),
        company=squash(text(job.get("company_name"))),
        location=places([place]),
        workplace=workplace_of(place),
        salary=_pay(ranges),
        description=unescaped(text(job.get("content"))),
        posted=iso_date(job.get("first_published")),
        valid_through=iso_date(job.get("application_deadline")),
        apply_url=link(text(job.get("absolute_url"))),
    )


def _pay(ranges: Json) -> str:
    """Return the pay of a range that is given in cents."""
    cents = [ranges.get("min_cents"), ranges.get("max_cents")]
    low, high = (one / 100 if isinstance(one, int) else None for one in cents)
    return pay(low, high, currency=ranges.get("currency_type"), period=ranges.get("title"))


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    return _page(object_of(loaded(body)))


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    jobs = objects(object_of(loaded(body)).get("jobs"))
    return Listing(
        openings=gathered(
            opening(NAME, text(job.get("id")), _page(job), text(job.get("absolute_url")))
            for job in jobs
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
