"""A posting: one job opening, with what is known of it from all its sightings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cxdigest.model.sighting import Workplace
from cxdigest.model.values import require_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One job opening: what is known of it from all its sightings."""

    id: str  #: stable; made by ``identity.posting_id``
    title: str  #: never empty
    company: str = ""  #: employer, as first stated
    location: str = ""  #: as first stated
    workplace: Workplace = ""  #: as first stated
    salary: str = ""  #: as first stated
    url: str = ""  #: the best link, canonical
    opaque: bool = False  #: the link could not be unwrapped and must never be fetched
    native_id: str = ""  #: ``board:id``
    snippet: str = ""  #: the longest snippet of its sightings
    description: str = ""  #: the duties as text or HTML; empty below tier ``full``
    posted: str = ""  #: ISO date, the earliest stated
    employment: str = ""  #: as its page states it: ``full-time``, ``contract``, …
    valid_through: str = ""  #: ISO date until which applications are taken
    apply_url: str = ""  #: where to apply at the employer's, canonical
    closed: str = ""  #: one sentence where its page says that it is closed or expired
    #: Where *description* comes from: ``alert``, a page's reader, ``you``, or ``another`` reader.
    duties_from: str = ""
    unproven: bool = False  #: only alerts showed it that failed to prove who sent them
    first_seen: datetime | None = None  #: first sighting that is known
    last_seen: datetime | None = None  #: latest sighting that is known

    def __post_init__(self) -> None:
        require_utc("Posting.first_seen", self.first_seen)
        require_utc("Posting.last_seen", self.last_seen)
