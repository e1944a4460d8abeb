"""A page: what a posting's own page, or its board's public record, says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxdigest.model.sighting import Workplace

PageOutcome = Literal[
    "read", "unchanged", "empty", "closed", "unreadable", "auth", "robots", "network", "throttled",
    "gone",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a posting's own page or board record says. Empty strings where it does not."""

    reader: str  #: what read it: ``greenhouse``, ``json-ld``, ``microdata``, ``article``, …
    title: str = ""  #: as shown, white space folded
    company: str = ""  #: as shown
    location: str = ""  #: as shown, without the workplace
    workplace: Workplace = ""  #: only where it is stated
    salary: str = ""  #: as shown, or written from its parts: ``$60,000-$75,000 a year``
    description: str = ""  #: the duties, as HTML or text
    employment: str = ""  #: as stated: ``full-time``, ``contract``, …
    posted: str = ""  #: ISO date
    valid_through: str = ""  #: ISO date until which applications are taken
    apply_url: str = ""  #: where to apply at the employer's, canonical
    closed: str = ""  #: one sentence where the page says that it is closed or expired
