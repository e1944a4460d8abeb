"""A delivery: one digest to one recipient over one channel, as it leaves the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cxdigest.model.values import require_utc

DeliveryState = Literal["waiting", "sending", "sent", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a digest: a picture in it, or what it has no room for."""

    name: str  #: of the file
    media: str  #: e.g. ``image/png``
    content: bytes
    cid: str = ""  #: by which the HTML part shows it; empty: attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A digest as it leaves the house; frozen in the store before it is sent."""

    subject: str  #: one clean line
    text: str  #: the text part
    html: str  #: the HTML part, styles inlined
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest to one recipient over one channel."""

    id: str  #: stable; the Message-ID is derived from it
    digest_id: str
    profile: str
    day: date  #: local day of the digest
    channel: str  #: name of the channel in the configuration
    recipient: str  #: an address; what it means is the channel's business
    message_id: str  #: with angle brackets
    made: datetime  #: when the digest was composed; the Date of the mail
    attempts: int  #: how often it was claimed, this time included
    rendered: Rendered  #: the frozen payload
    role: Literal["to", "cc"] = "to"  #: ``cc``: a copy of another's digest
    to: tuple[str, ...] = ()  #: for a copy, whose digest it is: addresses on the same channel
    #: The link that ends these mails for this recipient; empty: the channel's own way.
    unsubscribe: str = ""

    def __post_init__(self) -> None:
        require_utc("Delivery.made", self.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel says of a delivery that succeeded."""

    detail: str  #: the server's answer, or where the file lies
