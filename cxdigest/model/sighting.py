"""A sighting: one posting as one alert showed it; and where a profile saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cxdigest.model.alert import Authenticity
from cxdigest.model.values import require_utc

Workplace = Literal["remote", "hybrid", "onsite", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One posting as one alert showed it. Empty strings where the alert does not say."""

    format: str  #: name of the format that read it, e.g. ``linkedin``
    title: str  #: as shown, white space folded; never empty
    company: str = ""  #: as shown
    location: str = ""  #: as shown, without the workplace
    workplace: Workplace = ""  #: only where the alert states it
    salary: str = ""  #: as shown
    url: str = ""  #: canonical, without trackers or tokens; the original where *opaque*
    opaque: bool = False  #: the link could not be unwrapped and must never be fetched
    native_id: str = ""  #: ``board:id`` where the link carries the board's own id
    snippet: str = ""  #: the alert's own words about the posting
    description: str = ""  #: the duties, as HTML or text, where the alert carries them whole
    section: str = "primary"  #: which part of the alert: ``primary``, ``other-alerts``, …
    posted: str = ""  #: ISO date, only where the alert states one
    is_posting: bool = True  #: False: a hit that is news, kept but never judged


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAt:
    """Where and when one profile's source showed a posting."""

    source: str  #: name of the source
    format: str  #: how the alert was written
    seen: datetime  #: when it was polled
    url: str  #: that sighting's link
    title: str = ""  #: as that sighting showed it
    company: str = ""  #: as that sighting showed it
    location: str = ""  #: as that sighting showed it
    native_id: str = ""  #: ``board:id``
    key: str = ""  #: the id that the sighting has by itself; the posting's, unless it was merged
    authenticity: Authenticity = "unknown"  #: of the alert that it stood in

    def __post_init__(self) -> None:
        require_utc("SeenAt.seen", self.seen)
