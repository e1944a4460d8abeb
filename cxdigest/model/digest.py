"""A digest: one profile's edition for one local day, its postings, the picture of the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from cxdigest.model.feedback import Action, Correction, FeedbackWord
from cxdigest.model.posting import Posting
from cxdigest.model.profile import Showing
from cxdigest.model.sighting import SeenAt
from cxdigest.model.source import SourceReport
from cxdigest.model.values import require_utc
from cxdigest.model.verdict import Kind, Tier, Verdict

#: One that may go or went, one that waits for its coach, one that its coach keeps back, one that
#: was kept back until the next took its place, and a day without news of which its profile wants
#: no mail.
DigestState = Literal["ready", "review", "held", "lapsed", "empty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A posting that may stand in a digest, as one profile may see it."""

    posting: Posting
    verdict: Verdict | None  #: None: not judged, therefore shown as unclear
    seen: tuple[SeenAt, ...]  #: this profile's own sightings, oldest first
    said: FeedbackWord | None = None  #: this profile's word on it that holds
    rank: int = 0  #: how well it meets the profile's wishes; higher comes first
    missed: tuple[str, ...] = ()  #: wishes that it does not meet, each in a few plain words
    hidden: str = ""  #: why the profile's own settings hide it, in plain words; mostly empty
    actions: tuple[Action, ...] = ()  #: what its reader may say of it
    since: str = ""  #: what happened since it was shown: posted again, closed; one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """Postings that the profile's own settings kept out of a digest."""

    reason: str  #: in plain words
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What titles that claim customer experience turned out to be, over some days."""

    since: date
    until: date  #: the last day, included
    kinds: Mapping[Kind, int]  #: postings whose title claims it, by what they are
    tiers: Mapping[Tier, int]  #: what their verdicts could see


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The picture of the week, of one profile's own alerts."""

    share: Share
    trend: tuple[Share, ...] = ()  #: eight weeks, oldest first; only in the weekly edition
    #: Where genuine roles came from: format or source as shown, genuine ones, all that it showed.
    origins: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One profile's edition for one local day: chosen, grouped and ordered."""

    profile: str
    day: date  #: the profile's local day
    made: datetime  #: when it was composed
    genuine: tuple[Candidate, ...] = ()
    unclear: tuple[Candidate, ...] = ()
    flagged: tuple[Candidate, ...] = ()  #: claims customer experience, the duties say otherwise
    others: tuple[Candidate, ...] = ()  #: other kinds, and titles that claim nothing
    reports: tuple[SourceReport, ...] = ()  #: every source of the profile
    heading: str = ""  #: shown name of the profile
    zone: str = "UTC"  #: IANA name, for the times that are shown
    replies: bool = True  #: a reply to it may reach a mailbox that is polled
    again: tuple[Candidate, ...] = ()  #: shown before, posted again since
    closed: tuple[Candidate, ...] = ()  #: shown before, closed since
    hidings: tuple[Hiding, ...] = ()  #: what the profile's settings kept out, most first
    hidden: tuple[Candidate, ...] = ()  #: those postings; counted, never shown
    quarantined: tuple[Candidate, ...] = ()  #: those that could not be written out
    corrections: tuple[Correction, ...] = ()  #: the reader's words since the last digest
    missed: tuple[date, ...] = ()  #: days that should have had a digest and had none
    missed_why: str = ""  #: e.g. ``this computer was off``
    week: Week | None = None
    weekly: bool = False  #: this is the weekly edition
    locale: str = "en"  #: of the dates that are shown
    language: str = "en"  #: of its texts
    show: Mapping[Kind, Showing] = field(default_factory=dict)  #: where other than usual
    note: str = ""  #: what the coach wrote on top
    coach: str = ""  #: shown name of the coach

    def __post_init__(self) -> None:
        require_utc("Digest.made", self.made)
