"""Ashby, by its public Job Postings API: https://developers.ashbyhq.com/docs/public-job-posting-api.

``GET /posting-api/job-board/{name}?includeCompensation=true`` are all openings, with their duties;
there is no address for one alone. The documented example carries no id; answers do, and otherwise
the end of ``jobUrl`` is it. The documentation shows ``compensation`` beside ``jobs`` and answers
have it in each: it is read in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import SplitResult, unquote

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
    pick,
    safe,
    text,
)
from cxdigest.pages.stated import link, places
from cxdigest.text import is_host, squash

NAME = "ashby"
_ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PATH = re.compile(rf"/([^/]+)/({_ID})(?=/|$)")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    found = _PATH.match(parts.path) if is_host(parts.hostname or "", "ashbyhq.com") else None
    return found and BoardRecord(board=NAME, token=unquote(found[1]), id=found[2].lower())


def _listing_url(token: str) -> str:
    return f"https://api.ashbyhq.com/posting-api/job-board/{safe(token)}?includeCompensation=true"


def _jobs(body: bytes) -> Iterator[Json]:
    for job in objects(object_of(loaded(body)).get("jobs")):
        if job.get("isListed") is not False:
            found = re.search(_ID, text(job.get("jobUrl")))
            yield {**job, "id": text(job.get("id")) or (found[0] if found else "")}


def _page(job: Json) -> Page:
    others = (text(one.get("location")) for one in objects(job.get("secondaryLocations")))
    stated = (squash(text(job.get("location"))), *map(squash, others))
    remote = workplace_of(job.get("workplaceType"), *stated)
    return Page(
        reader=NAME,
        title=squash(text(job.get("title"))),
        location=places(stated),
        workplace=remote or ("remote" if job.get("isRemote") is True else ""),
        salary=_pay(object_of(job.get("compensation"))),
        description=text(job.get("descriptionHtml")) or text(job.get("descriptionPlain")),
        employment=employment_of(job.get("employmentType")),
        posted=iso_date(job.get("publishedAt")),
        apply_url=link(text(job.get("applyUrl"))),
    )


def _pay(compensation: Json) -> str:
    """Return the first tier's salary from its parts, else the line that Ashby makes of it."""
    tiers = objects(compensation.get("compensationTiers"))
    for part in (one for tier in tiers for one in objects(tier.get("components"))):
        if text(part.get("compensationType")) == "Salary":
            low, high, unit = (part.get(key) for key in ("minValue", "maxValue", "interval"))
            if stated := pay(low, high, currency=part.get("currencyCode"), period=unit):
                return stated
    return squash(text(compensation.get("scrapeableCompensationSalarySummary")))


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    return _page(pick(_jobs(body), record.id, "id"))


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    return Listing(
        openings=gathered(
            opening(NAME, text(job.get("id")), _page(job), text(job.get("jobUrl")))
            for job in _jobs(body)
        )
    )


BOARD = Board(
    name=NAME,
    record_of=_record_of,
    record_url=lambda record: _listing_url(record.token),
    read_record=_read_record,
    listing_url=_listing_url,
    read_listing=_read_listing,
)
