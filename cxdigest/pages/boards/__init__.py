"""The public records of boards that publish them: where one stands, and what it says.

One file a board and one line here. A record is the best page there is: it has the duties without a
menu, comes from the employer, and is meant to be read by programs. Makes addresses and reads
answers; fetches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from cxdigest.errors import PageError
from cxdigest.links import parts_of
from cxdigest.model import Page
from cxdigest.pages.boards import (
    ashby,
    greenhouse,
    lever,
    personio,
    recruitee,
    smartrecruiters,
    workable,
)
from cxdigest.pages.boards.record import Board, BoardRecord, Listing, Opening

__all__ = [
    "BOARDS",
    "BoardRecord",
    "Listing",
    "Opening",
    "listing_url",
    "read_listing",
    "read_record",
    "record_in",
    "record_of",
    "record_url",
]

BOARDS: Mapping[str, Board] = {
    board.name: board
    for board in (
        greenhouse.BOARD,
        lever.BOARD,
        ashby.BOARD,
        workable.BOARD,
        smartrecruiters.BOARD,
        recruitee.BOARD,
        personio.BOARD,
    )
}


def record_of(url: str) -> BoardRecord | None:
    """Return whose record *url* (a canonical link) leads to, None where it is no such board's.

    Its ``token`` is ``""`` where the link has the board's id and not the employer's name there, as
    an employer's own page with ``gh_jid`` has: whoever knows the employer's token fills it in.
    """
    parts = parts_of(url)
    if parts is None:
        return None
    found = next(filter(None, (board.record_of(parts) for board in BOARDS.values())), None)
    # A path of dots leads elsewhere on the board than to an employer.
    return None if found and found.token and not found.token.strip(".") else found


def record_in(body: bytes, *, url: str) -> BoardRecord | None:
    """Return the record that the page *body* of *url* embeds, None where it embeds none.

    An employer's page that embeds Greenhouse's board has no duties of its own: its link has the
    opening's id (``gh_jid``) and its markup the employer's name there.
    """
    record = record_of(url)
    if record is None or record.token:  # what says it all by its link is no page that embeds
        return None
    token = greenhouse.token_in(body)
    return replace(record, token=token) if token else None


def record_url(record: BoardRecord) -> str:
    """Return where *record*, which must have a token, can be fetched.

    Some boards publish all openings of an employer in one document: then it is that one's address.
    """
    return BOARDS[record.board].record_url(record)


def read_record(record: BoardRecord, body: bytes, *, today: date) -> Page:
    """Return what *body*, fetched from ``record_url``, says of the opening.

    Raises:
        PageError: it cannot be read, shows none, or does not show it any more (``closed``).
    """
    page = BOARDS[record.board].read_record(record, body, today)
    if not page.title:
        raise PageError("The board's record shows no opening.", outcome="empty")
    return page


def listing_url(board: str, token: str) -> str:
    """Return where all openings of the employer called *token* on *board* can be fetched."""
    return BOARDS[board].listing_url(token)


def read_listing(board: str, body: bytes, token: str, *, today: date) -> Listing:
    """Return the openings in *body*, fetched from ``listing_url`` or a listing's ``next_url``.

    Raises:
        PageError: it cannot be read.
    """
    return BOARDS[board].read_listing(body, token, today)
