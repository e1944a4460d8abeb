"""What a board is, and what its records have in common: JSON read with care, and dates judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import SplitResult, quote

from cxdigest.errors import PageError
from cxdigest.jobposting import MAX_MARKUP
from cxdigest.links import clean
from cxdigest.model import Page, Workplace
from cxdigest.text import squash

Json = dict[str, Any]
MAX_OPENINGS = 5_000  #: the largest employers show 2,000


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRecord:
    """One opening's public record."""

    board: str  #: ``greenhouse``
    token: str  #: the employer's name there; ``""`` where the link does not say it
    id: str  #: the board's own id of the opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening as an employer's listing shows it. Empty strings where it does not say."""

    native_id: str  #: ``board:id``
    title: str  #: never empty
    company: str = ""  #: as shown; few listings name the employer
    location: str = ""  #: as shown, without the workplace
    workplace: Workplace = ""  #: only where it is stated
    url: str = ""  #: canonical
    posted: str = ""  #: ISO date
    page: Page | None = None  #: what its record would say, where the listing has it already

    def record(self, token: str) -> BoardRecord:
        """Return where it is told whole, on the board of the employer called *token*."""
        board, _, number = self.native_id.partition(":")
        return BoardRecord(board=board, token=token, id=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Some or all openings of one employer."""

    openings: tuple[Opening, ...]
    next_url: str = ""  #: where the listing goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How one board publishes openings."""

    name: str
    record_of: Callable[[SplitResult], BoardRecord | None]
    record_url: Callable[[BoardRecord], str]
    read_record: Callable[[BoardRecord, bytes, date], Page]
    listing_url: Callable[[str], str]
    read_listing: Callable[[bytes, str, date], Listing]


def safe(token: str) -> str:
    """Return *token* as it stands in a path."""
    return quote(token, safe="")


def loaded(body: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Return the JSON in *body*.

    Raises:
        PageError: it is none.
    """
    try:
        return json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        raise PageError("The board's record is not JSON.", outcome="unreadable") from error


def object_of(value: object) -> Json:
    """Return *value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Json]:
    """Yield the objects of the list *value*."""
    if isinstance(value, list):
        yield from (one for one in value[:MAX_OPENINGS] if isinstance(one, dict))


def text(value: object) -> str:
    """Return *value* if it is text, or a number as text, else ``""``."""
    if isinstance(value, str):
        return value[:MAX_MARKUP].strip()
    return str(value)[:40] if isinstance(value, int) and not isinstance(value, bool) else ""


def named_place(town: object, region: object, country: object) -> str:
    """Return ``Leeds, England, United Kingdom`` of what is stated, each once."""
    stated = (squash(text(one)) for one in (town, region, country))
    return ", ".join(dict.fromkeys(filter(None, stated)))


def not_shown() -> PageError:
    """Return the error of an opening that an employer's listing lacks: it shows what is open."""
    return PageError("The employer's board does not show the opening any more.", outcome="closed")


def opening(board: str, native: str, page: Page, url: str, *, whole: bool = True) -> Opening | None:
    """Return *page* as a line of a listing; without *whole*, the listing has no duties."""
    if not page.title:
        return None
    link = clean(url)
    return Opening(
        native_id=f"{board}:{native}" if native else link.native_id,
        title=page.title,
        company=page.company,
        location=page.location,
        workplace=page.workplace,
        url="" if link.opaque else link.url,
        posted=page.posted,
        page=page if whole else None,
    )


def gathered(found: Iterable[Opening | None]) -> tuple[Opening, ...]:
    """Return *found* without what had no title."""
    return tuple(one for one in found if one)


def pick(entries: Iterable[Json], wanted: str, *names: str) -> Json:
    """Return the entry of a listing one of whose *names* is *wanted*.

    Raises:
        PageError: there is none, see `not_shown`.
    """
    for entry in entries:
        if any(text(entry.get(name)).casefold() == wanted.casefold() for name in names):
            return entry
    raise not_shown()
