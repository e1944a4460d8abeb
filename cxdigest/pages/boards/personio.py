"""Personio, by the XML feed of its career sites, as https://developer.personio.de tells of it.

``GET https://{company}.jobs.personio.de/xml`` are all positions with their duties; there is no
address for one alone. The same company answers below personio.com. A feed has no DTD: one that has
is refused, so that no entity is ever read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import SplitResult
from xml.etree import ElementTree as ET

from cxdigest.errors import PageError
from cxdigest.jobposting import employment_of, iso_date, workplace_of
from cxdigest.model import Page
from cxdigest.pages.boards.record import (
    MAX_OPENINGS,
    Board,
    BoardRecord,
    Listing,
    gathered,
    not_shown,
    opening,
    safe,
)
from cxdigest.pages.stated import places
from cxdigest.text import squash

NAME = "personio"
_HOST = re.compile(r"([a-z0-9-]+)\.jobs\.personio\.(?:de|com)")
_PATH = re.compile(r"/job/(\d+)")


def _record_of(parts: SplitResult) -> BoardRecord | None:
    host, found = _HOST.fullmatch(parts.hostname or ""), _PATH.match(parts.path)
    return BoardRecord(board=NAME, token=host[1], id=found[1]) if host and found else None


def _site(token: str) -> str:
    return f"https://{safe(token).lower()}.jobs.personio.de"


def _listing_url(token: str) -> str:
    return f"{_site(token)}/xml"


def _positions(body: bytes) -> Iterator[ET.Element]:
    words = body.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    if re.search("<!(?:DOCTYPE|ENTITY)", words, re.IGNORECASE):
        raise PageError("The board's feed defines entities; it is not read.", outcome="unreadable")
    try:
        root = ET.fromstring(words)  # noqa: S314 - without a DTD there is nothing to expand
    except (ET.ParseError, ValueError) as error:
        raise PageError("The board's feed is not XML.", outcome="unreadable") from error
    yield from root.findall("position")[:MAX_OPENINGS]


def _of(position: ET.Element, name: str) -> str:
    return squash(position.findtext(name) or "")


def _page(position: ET.Element) -> Page:
    others = (squash(one.text or "") for one in position.iterfind("additionalOffices/office"))
    offices = (_of(position, "office"), *others)
    return Page(
        reader=NAME,
        title=_of(position, "name"),
        company=_of(position, "subcompany"),
        location=places(offices),
        workplace=workplace_of(*offices),
        description="\n".join(_parts(position)),
        employment=employment_of([_of(position, "schedule"), _of(position, "employmentType")]),
        posted=iso_date(_of(position, "createdAt")),
    )


def _parts(position: ET.Element) -> Iterator[str]:
    for part in position.iterfind("jobDescriptions/jobDescription"):
        heading, words = _of(part, "name"), (part.findtext("value") or "").strip()
        if words:
            yield f"<h3>{heading}</h3>\n{words}" if heading else words


def _read_record(record: BoardRecord, body: bytes, today: date) -> Page:  # noqa: ARG001 - of all boards
    for position in _positions(body):
        if _of(position, "id") == record.id:
            return _page(position)
    raise not_shown()


def _read_listing(body: bytes, token: str, today: date) -> Listing:  # noqa: ARG001 - of all boards
    return Listing(
        openings=gathered(
            opening(NAME, key, _page(position), f"{_site(token)}/job/{key}")
            for position in _positions(body)
            if (key := _of(position, "id")).isdigit()
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
