"""A profile: one person who gets digests; the wishes, the coach, and who may see what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from cxdigest.model.sighting import Workplace
from cxdigest.model.verdict import Kind

#: How the postings of one kind are shown; ``count`` names their number alone.
Showing = Literal["full", "compact", "count"]
#: What a wish is about, as the configuration names it.
WishName = Literal[
    "titles", "avoid", "seniority", "places", "workplaces", "salary_from", "newest_days"
]
#: What a user of the console may see and change: everything, the clients of one coach, one profile.
Role = Literal["admin", "coach", "client"]
ROLES: tuple[Role, ...] = ("admin", "coach", "client")


class Recipient(NamedTuple):
    """Who gets a digest, over which channel."""

    channel: str  #: name of the channel in the configuration
    address: str  #: what it means is the channel's business
    role: Literal["to", "cc"] = "to"  #: ``cc``: sees that the digest is another's


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person would like to see. A wish ranks; it hides only where ``hide`` names it."""

    titles: tuple[str, ...] = ()  #: words that are wished for in a title, any of them
    avoid: tuple[str, ...] = ()  #: words that are not
    seniority: tuple[str, ...] = ()  #: ``entry``, ``mid``, ``senior``, ``lead``, ``executive``
    places: tuple[str, ...] = ()  #: towns, regions, countries; a remote role meets them too
    workplaces: tuple[Workplace, ...] = ()
    salary_from: int | None = None  #: a year, in the currency of the posting
    salary_unknown: bool = True  #: a posting that states no salary meets the wish
    newest_days: int | None = None  #: the age beyond which a posting is less wanted
    hide: frozenset[WishName] = frozenset()  #: wishes whose miss hides


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How a coach looks at a profile's digest before it is sent."""

    coach: str  #: key of the coach in the configuration
    until: timedelta  #: how long after the send time the digest waits
    otherwise: Literal["send", "hold"]  #: what happens then


@dataclass(frozen=True, slots=True, kw_only=True)
class Coach:
    """Who cares for the digests of several profiles."""

    name: str  #: its key in the configuration
    heading: str  #: the name that is shown
    recipients: tuple[Recipient, ...]
    send_at: time  #: local time of day of the mail over all clients
    zone: ZoneInfo
    days: frozenset[int]  #: weekdays of that mail, 0 is Monday
    templates: str = ""  #: path of a folder of templates for the clients that name none
    language: str = "en"  #: of its own mails


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One person who gets digests."""

    name: str  #: its key in the configuration or the store
    heading: str  #: the name that is shown
    #: Names of the sources whose sightings it may see; ``routed`` names for its share of an intake.
    sources: tuple[str, ...]
    recipients: tuple[Recipient, ...]  #: one delivery each
    send_at: time  #: local time of day from which the digest is due
    zone: ZoneInfo
    days: frozenset[int]  #: weekdays with a digest, 0 is Monday
    lookback: timedelta  #: sightings older than this are not digested
    replies: bool = True  #: it gets mails, and a mailbox that is polled may get its replies
    wishes: Wishes = field(default_factory=Wishes)
    hidden: tuple[str, ...] = ()  #: employers and agencies that it never wants to see
    show: Mapping[Kind, Showing] = field(default_factory=dict)  #: where other than usual
    send_empty: bool = True  #: a day without news sends a short mail
    weekly: int | None = None  #: the weekday whose digest is the weekly edition, 0 is Monday
    locale: str = "en"  #: of the dates that are shown, e.g. ``de`` or ``en_GB``
    language: str = "en"  #: of all that it gets, e.g. ``de``
    addresses: tuple[str, ...] = ()  #: mails of an intake mailbox for or from these are its own
    packs: tuple[str, ...] = ()  #: paths of packs of its own
    templates: str = ""  #: path of a folder of templates of its own
    coach: str = ""  #: key of its coach
    review: Review | None = None  #: None: its digest is sent as soon as it is made
    paused: bool = False
    stored: bool = False  #: in the store; otherwise the configuration declares it
