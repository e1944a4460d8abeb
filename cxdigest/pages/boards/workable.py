"""Workable, by the public account record that its job widget reads.

``GET https://apply.workable.com/api/v1/widget/accounts/{account}?details=true`` (to which
``www.workable.com/api/accounts/{account}`` leads) are all openings with their duties. Workable's
reference, https://workable.readme.io/reference, names the same fields for ``/accounts/{account}``;
the widget's own address is known from use alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import SplitResult

from cxdigest.jobposting import employment_of, iso_date, workplace_of
from cxdigest.model import Page
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
from cxdigest.pages.stated import link, places
from cxdigest.text import is_host, squash

NAME = "workable"
_PATH = re.compile(r"/([\w-]+)/j/([0-9A-Fa-f]{8,})(?=/|$)")
_PARTS = ("description", "requirements", "benefits")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    found = _PATH.match(parts.path) if is_host(parts.hostname or "", "workable.com") else None
    return found and BoardRecord(board=NAME, token=found[1], id=found[2].upper())


def _listing_url(token: str) -> str:
    return f"https://apply.workable.com/api/v1/widget/accounts/{safe(token)}?details=true"


def _places(job: Json) -> Iterator[str]:
    several = [one for one in objects(job.get("locations")) if not one.get("hidden")]
    for one in several or [job, object_of(job.get("location"))]:
        region = text(one.get("region")) or text(one.get("state"))
        yield named_place(one.get("city"), region, one.get("country"))


def _page(job: Json, company: str) -> Page:
    place = object_of(job.get("location"))
    remote = job.get("telecommuting") is True or place.get("telecommuting") is True
    stated = workplace_of(job.get("workplace_type"), place.get("workplace_type"))
    whole = text(job.get("full_description"))
    parts = [whole] if whole else [text(job.get(name)) for name in _PARTS]
    return Page(
        reader=NAME,
        title=squash(text(job.get("title"))),
        company=company,
        location=places(_places(job)),
        workplace=stated or ("remote" if remote else ""),
        description="\n".join(filter(None, parts)),
        employment=employment_of(job.get("employment_type")),
        posted=iso_date(job.get("published_on")) or iso_date(job.get("created_at")),
        apply_url=link(text(job.get("application_url"))),
    )


def _company(account: Json) -> str:
    return squash(text(account.get("name")))


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    account = object_of(loaded(body))
    job = pick(objects(account.get("jobs")), record.id, "shortcode")
    return _page(job, _company(account))


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    account = object_of(loaded(body))
    return Listing(
        openings=gathered(
            opening(NAME, code, _page(job, _company(account)), f"{_HOSTED}/{safe(token)}/j/{code}/")
            for job in objects(account.get("jobs"))
            if (code := text(job.get("shortcode")))
        )
    )


_HOSTED = "https://apply.workable.com"

BOARD = Board(
    name=NAME,
    record_of=_record_of,
    record_url=lambda record: _listing_url(record.token),
    read_record=_read_record,
    listing_url=_listing_url,
    read_listing=_read_listing,
)
