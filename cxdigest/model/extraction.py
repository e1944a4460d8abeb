"""What was found in an alert, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from cxdigest.model.alert import Authenticity
from cxdigest.model.sighting import Sighting

AlertOutcome = Literal["read", "empty", "not-an-alert", "unreadable", "too-large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One thing that a reader did with one alert, for a person to follow. Never stored."""

    step: Literal["format", "read", "left"]  #: chose a format, read a block, left one aside
    what: str  #: the format's name, the strategy, or what the block is instead of a posting
    why: str = ""  #: one clause
    part: str = ""  #: ``text`` or ``HTML``
    lines: tuple[int, int] = (0, 0)  #: first and last, from 1, as the part is shown to a reader
    quote: str = ""  #: the block's first line
    title: str = ""  #: of the posting that it made


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was found in one alert."""

    format: str  #: name of the format, ``""`` where none applied
    outcome: AlertOutcome  #: ``read`` if there is at least one sighting
    sightings: tuple[Sighting, ...] = ()  #: in the alert's order, one a distinct opening
    reason: str = ""  #: one sentence for every outcome but ``read``
    announced: int | None = None  #: how many openings the alert says there are
    search_url: str = ""  #: where the whole search can be seen, without tokens
    sender: str = ""  #: host of who wrote it, as it says itself; whose yield is learned
    authenticity: Authenticity = "unknown"  #: whether that is so
    #: What the text part and the HTML part say differently, one sentence each.
    disagreements: tuple[str, ...] = ()
    #: How it was read; what was left aside only where that was asked for. Never stored.
    traces: tuple[Trace, ...] = field(default=(), compare=False, repr=False)
