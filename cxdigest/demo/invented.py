"""The invented openings and alerts, as their two files hold them; reads these and no others."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cxdigest import yamlfile

SINCE = -1  #: stands for a day: after the latest digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One invented opening; what an alert does not say is empty."""

    key: str  #: names it in both files
    title: str
    company: str
    place: str  #: as a board shows it
    pay: str
    words: str  #: of the duties, as an alert shows them

    @property
    def number(self) -> int:
        """Nine digits that no other opening has; a board's address of it ends in them."""
        return 900_000_000 + zlib.crc32(self.key.encode()) % 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One alert that is to come."""

    day: int  #: days before that of the latest digest; ``SINCE``: after that digest
    time: str  #: of its arrival, ``HH:MM`` in UTC; empty with ``SINCE``
    source: str
    board: str  #: who writes it, as ``boards.BOARDS`` names them
    search: str  #: what the saved search is called
    shows: tuple[Opening, ...]


@cache
def openings() -> dict[str, Opening]:
    """Return all openings by their keys."""
    return {
        key: Opening(key=key, title=title, company=company, place=place, pay=pay, words=words)
        for key, (title, company, place, pay, words) in _read("openings.yaml").items()
    }


@cache
def planned() -> Sequence[Planned]:
    """Return all alerts, in the order of their file."""
    known = openings()
    return tuple(
        Planned(
            day=SINCE if day == "since" else day,
            time=time,
            source=source,
            board=board,
            search=search,
            shows=tuple(known[key] for key in shows),
        )
        for day, time, source, board, search, shows in _read("alerts.yaml")
    )


def _read(name: str) -> Any:  # noqa: ANN401 - whatever the file says
    content = Path(__file__).with_name(name).read_bytes()
    document = yamlfile.load(content, name)
    assert not document.problems, document.problems
    return document.data
