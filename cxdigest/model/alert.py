"""An alert, raw as a source delivered it, and what is known of who sent it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from cxdigest.model.values import require_utc

Media = Literal["mail", "feed"]
#: What is known of who sent an alert: ``trusted`` is the configuration's word for its source.
Authenticity = Literal["verified", "failed", "unknown", "trusted"]
#: How it is known that a mail has to do with an address, the surest first: the server that took
#: it in wrote it, a forwarder did, it stands in From, it stands in To or Cc.
AddressWay = Literal["delivered", "forwarded", "sent", "written"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed as the feed parser read it."""

    key: str  #: the entry's id, else its link, else a hash of its content
    raw: bytes  #: a complete small feed document that holds this entry alone
    feed_title: str  #: the title of the feed it stood in
    feed_id: str  #: the id of the feed, or its self link
    title: str  #: as delivered, markup and entities included
    link: str  #: as delivered, wrappers included
    summary: str  #: as delivered, markup included
    author: str  #: as delivered
    published: datetime | None  #: when the feed says it appeared
    fields: tuple[tuple[str, str], ...] = ()  #: further elements of job feeds, e.g. ``company``


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing a source delivered, kept as raw bytes."""

    source: str  #: name of the source in the configuration
    key: str  #: unique within the source: entry id, ``uidvalidity:uid``, path and offset
    media: Media  #: how *raw* is to be read
    raw: bytes  #: untouched; the headers alone where *too_large*
    digest: str  #: SHA-256 of the content, or of what makes a mail the same, in hex; a second key
    received: datetime | None = None  #: when it reached the mailbox or was published
    too_large: int = 0  #: the size in bytes where it was over the limit, else 0
    #: What the feed parser read, so that a fetched feed is parsed once. Never stored.
    entry: FeedEntry | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_utc("Alert.received", self.received)
