"""What the steps work with, and what they say they did. Holds no step and opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from jinja2 import Environment

from cxdigest.channels import Channel
from cxdigest.channels.heartbeat import Heartbeat
from cxdigest.extract.mails.authenticity import Receiver
from cxdigest.feedback import Actions
from cxdigest.model import (
    Coach,
    Delivery,
    DeliveryState,
    Digest,
    PageOutcome,
    PollOutcome,
    Profile,
)
from cxdigest.pipeline.beside import Job, at_once
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.rules import Pack, Rules
from cxdigest.sources import Source
from cxdigest.store import Store

Clock = Callable[[], datetime]
#: How long a claim holds: longer than a step takes, so that only a dead worker's is taken over.
LEASE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Share:
    """One of *of* equal parts of a step's work, for one of several processes."""

    number: int = 0  #: from 0
    of: int = 1

    def cut(self, count: int) -> slice:
        """Return which of *count* things are this part's: every thing is one part's alone."""
        return slice(count * self.number // self.of, count * (self.number + 1) // self.of)


WHOLE = Share()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDesk:
    """What pages are read with."""

    asker: Asker
    listings: Listings
    per_day: Mapping[str, int]  #: of each profile that wants pages read, how many a day at most
    #: Where employers (as ``openings.employer_key`` writes them) publish: board and token.
    boards: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Everything the steps work with; made by ``app``."""

    store: Store
    sources: Mapping[str, Source]
    every: Mapping[str, timedelta]  #: how often each source is polled
    channels: Mapping[str, Channel]
    profiles: tuple[Profile, ...]
    rules: Rules
    templates: Environment
    clock: Clock
    holder: str  #: who claims: unique to this process
    stopping: Callable[[], bool] = field(default=lambda: False)  #: ends a step between two pieces
    sleep: Callable[[float], None] = field(default=lambda _seconds: None)
    receivers: Mapping[str, Receiver] = field(
        default_factory=dict
    )  #: who takes in a source's mails
    keep_raw: timedelta = timedelta(days=30)  #: how long alerts are kept as they arrived
    keep_unreadable: timedelta = timedelta(days=90)  #: the same for those not read yet
    keep_postings: timedelta | None = None  #: since they were last seen; None: for ever
    keep_digests: timedelta | None = None  #: None: for ever
    threads: int = 8  #: sources polled side by side, so that one slow server delays no other
    pages: PageDesk | None = None  #: None: no page is read
    #: Gives the link that ends a delivery's mails for its recipient; ``""``: there is none.
    unsubscribe: Callable[[Delivery], str] | None = None
    actions: Actions | None = None  #: what a reader may say of a posting; None: nothing
    #: Mailboxes that take in the mails of many people, each with its own address; may be empty.
    intakes: Mapping[str, str] = field(default_factory=dict)
    coaches: tuple[Coach, ...] = ()
    #: Where a coach says a word on a digest; None: by the command line alone.
    review_links: ReviewLinks | None = None
    #: What a turn says of its digests leaves them out: of thousands they would fill the memory.
    brief: bool = False
    #: Since when this process works beside others, each at a step of its own: a digest waits a
    #: while for what they bring, and what it needs is judged when it is made.
    apart: datetime | None = None
    #: Who gets digests now, those of the store included; asked at the begin of each turn.
    enlisted: Callable[[], tuple[Profile, ...]] | None = None  #: None: ``profiles`` are all
    own_rules: Mapping[str, Rules] = field(default_factory=dict)  #: by the name of a profile
    #: The rules of everybody else as they are now; they change with ``enlisted``.
    judged_by: Callable[[], Rules] | None = None  #: None: ``rules`` stay
    #: What judges for the profile of a name beside the pack that the store has of it; "" all.
    packs_beside: Callable[[str], Sequence[Pack]] = field(default=lambda _: ())
    #: Templates by the name of a profile or a stream, where they are not ``templates``.
    branded: Mapping[str, Environment] = field(default_factory=dict)

    #: Makes the day's backup and returns where it is, or None where it was ended with this process;
    #: None: this store has none.
    backup: Callable[[], Path | None] | None = None
    heartbeat: Heartbeat | None = None  #: is told when the day's digests are out; None: nobody is
    beside: Callable[[str, Job], None] = at_once  #: does what the steps need not wait for

    def present(self) -> Street:
        """Return the street with the profiles and the rules as they are now."""
        now = replace(self, profiles=self.enlisted()) if self.enlisted else self
        return replace(now, rules=self.judged_by()) if self.judged_by else now

    def profile(self, name: str) -> Profile | None:
        """Return the profile of this name, a paused one too; None: there is none."""
        return next((one for one in self.profiles if one.name == name), None)

    def rules_for(self, profile: str) -> Rules:
        """Return the rules that judge for the profile of this name."""
        shared = self.judged_by() if self.judged_by else self.rules
        return self.own_rules.get(profile, shared)

    def fingerprint(self, profile: str) -> str:
        """Return the fingerprint of the rules that judge for the profile of this name."""
        return self.rules_for(profile).fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How one poll went."""

    source: str
    outcome: PollOutcome
    message: str = ""  #: what went wrong and the way out
    alerts: int = 0  #: alerts taken in
    sightings: int = 0  #: new sightings of postings
    unread: int = 0  #: alerts kept that could not be read
    full: int = 0  #: polls in a row, this the last, at which the source overflowed


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """How asking for one posting's page went."""

    posting: str  #: its id
    profile: str  #: whose budget it was
    outcome: PageOutcome
    detail: str  #: one plain sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """How one profile's digest went."""

    profile: str
    day: date
    digest: Digest | None  #: None: it existed already, it failed, or the street is brief
    message: str = ""  #: what went wrong
    until: datetime | None = None  #: it waits for its coach, at most so long
    quiet: bool = False  #: there was no news, and the profile wants no mail then


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How one delivery went."""

    profile: str
    channel: str
    recipient: str
    state: DeliveryState
    detail: str  #: the receipt, or what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn did."""

    polled: tuple[Polled, ...] = ()
    pages: tuple[PageRead, ...] = ()
    judged: int = 0
    composed: tuple[Composed, ...] = ()
    delivered: tuple[Delivered, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything needs a person's eye."""
        return (
            any(p.message for p in self.polled)
            or any(c.message for c in self.composed)
            or any(d.state != "sent" for d in self.delivered)
        )
