"""SmartRecruiters, by its Posting API: https://developers.smartrecruiters.com/docs/posting-api.

``GET /v1/companies/{company}/postings/{id}`` is one opening; ``/postings?limit=100&offset=0`` is a
page of all, without their duties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import SplitResult

from cxdigest.jobposting import employment_of, iso_date
from cxdigest.model import Page, Workplace
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
from cxdigest.text import squash

NAME = "smartrecruiters"
_API = "https://api.smartrecruiters.com/v1/companies"
_HOSTS = frozenset({"jobs.smartrecruiters.com", "careers.smartrecruiters.com"})
_PATH = re.compile(r"/([^/]+)/(\d{9,})(?=-|/|$)")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_API_PATH = re.compile(rf"/v1/companies/([^/]+)/postings/(\d+|{_UUID})")
_PAGE = 100  #: openings of one answer, the most it gives
_SECTIONS = ("jobDescription", "qualifications", "additionalInformation", "companyDescription")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    if parts.hostname in _HOSTS:
        found = _PATH.match(parts.path)
    else:
        found = _API_PATH.match(parts.path) if parts.hostname == "api.smartrecruiters.com" else None
    return found and BoardRecord(board=NAME, token=found[1], id=found[2])


def _record_url(record: BoardRecord) -> str:
    return f"{_API}/{safe(record.token)}/postings/{safe(record.id)}"


def _listing_url(token: str, offset: int = 0) -> str:
    return f"{_API}/{safe(token)}/postings?limit={_PAGE}&offset={offset}"


def _page(job: Json) -> Page:
    spot = object_of(job.get("location"))
    whole = text(spot.get("fullLocation"))
    named = [text(spot.get(key)) for key in ("city", "region", "country")]
    country = named[2].upper() if len(named[2]) == 2 else named[2]  # noqa: PLR2004 - gb
    place = whole or ", ".join(filter(None, (*named[:2], "" if all(named[:2]) else country)))
    return Page(
        reader=NAME,
        title=squash(text(job.get("name"))),
        company=squash(text(object_of(job.get("company")).get("name"))),
        location=places([squash(place)]),
        workplace=_workplace(spot),
        description="\n".join(_sections(job)),
        employment=employment_of(object_of(job.get("typeOfEmployment")).get("label")),
        posted=iso_date(job.get("releasedDate")),
        apply_url=link(text(job.get("applyUrl")) or text(job.get("postingUrl"))),
        closed="The board says that it is no longer active." if job.get("active") is False else "",
    )


def _workplace(spot: Json) -> Workplace:
    if spot.get("hybrid") is True:
        return "hybrid"
    return "remote" if spot.get("remote") is True else ""


def _sections(job: Json) -> Iterator[str]:
    """Yield the parts of the advertisement, the duties first."""
    sections = object_of(object_of(job.get("jobAd")).get("sections"))
    for name in _SECTIONS:
        section = object_of(sections.get(name))
        heading, words = squash(text(section.get("title"))), text(section.get("text"))
        if words:
            yield f"<h3>{heading}</h3>\n{words}" if heading else words


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    return _page(object_of(loaded(body)))


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    answer = object_of(loaded(body))
    jobs = [*objects(answer.get("content"))]
    after, total = _number(answer.get("offset")) + len(jobs), _number(answer.get("totalFound"))
    return Listing(
        openings=gathered(
            opening(NAME, key, _page(job), _hosted(job, token, key), whole=False)
            for job in jobs
            if (key := text(job.get("id")))
        ),
        next_url=_listing_url(token, after) if jobs and after < total else "",
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _hosted(job: Json, token: str, key: str) -> str:
    company = text(object_of(job.get("company")).get("identifier")) or token
    return f"https://jobs.smartrecruiters.com/{safe(company)}/{safe(key)}"


BOARD = Board(
    name=NAME,
    record_of=_record_of,
    record_url=_record_url,
    read_record=_read_record,
    listing_url=_listing_url,
    read_listing=_read_listing,
)
