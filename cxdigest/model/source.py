"""A source: its position, how its polls end, how it fared; a profile's share of a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cxdigest.model.values import Json

PollOutcome = Literal["new", "empty", "unreadable", "auth", "network", "throttled", "gone"]
Cursor = Mapping[str, Json]  #: a source's own position; opaque to everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """An alert that announced more openings than it showed: a loss before cxdigest."""

    announced: int  #: how many it said there are
    shown: int  #: how many it showed
    search_url: str = ""  #: where the whole search can be seen, without tokens
    sender: str = ""  #: host of who wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """How one source fared since the profile's last digest."""

    source: str
    outcome: PollOutcome  #: of the last poll
    message: str = ""  #: what went wrong and the way out; empty when nothing did
    polled: datetime | None = None  #: when it was last polled
    alerts: int = 0  #: alerts taken in since the last digest
    unread: int = 0  #: of those, not readable (outcome unreadable, empty or too-large)
    unread_reasons: tuple[str, ...] = ()  #: distinct reasons, most frequent first
    shortfalls: tuple[Shortfall, ...] = ()  #: the largest loss first
    unverified: int = 0  #: alerts whose sender did not prove who it is
    disagreed: int = 0  #: alerts whose text and HTML said different things
    overflowed: bool = False  #: a feed was full of new entries: some were probably lost
    silent: str = ""  #: one sentence where it, or a sender in it, used to yield and now does not


def routed(source: str, profile: str) -> str:
    """Return the name under which *profile* sees its share of the intake mailbox *source*.

    No other profile's list of sources holds it, so one client's sightings reach no other.
    """
    return f"{source}/{profile}"


def unrouted(name: str) -> tuple[str, str]:
    """Return the source that is polled under *name*, and whose share of it that is, if anyone's."""
    source, _, profile = name.partition("/")
    return source, profile
