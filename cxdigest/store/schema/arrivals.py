"""Tables of what arrives: sources, their polls, alerts and their bytes.

``raw_alerts`` stands apart because only it holds people's tokens: ``arrivals.raw`` alone touches
it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from cxdigest.store.schema.columns import Moment, Packed
from cxdigest.store.schema.frame import Serial, count, later, later_words, metadata, ours, words

sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    Column("cursor", JSON, nullable=False),
    Column("next_poll", Moment, nullable=False),
    Column("holder", Text),  # who claims it now
    Column("lease_until", Moment),  # until when; NULL where nobody does
    Column("polled", Moment),  # when it was last polled; NULL before the first time
    Column("outcome", Text),  # of the last poll
    words("message"),  # of the last poll
    Column("failures", Integer, nullable=False),  # polls in a row that had a message
)

polls = Table(
    "polls",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", Text, ForeignKey("sources.name", ondelete="CASCADE"), nullable=False),
    Column("polled", Moment, nullable=False),
    ours("outcome"),
    words("message"),
    ours("holder"),
    count("alerts"),  # taken in
    count("sightings"),  # new ones
    count("unread"),
    Column("overflowed", Boolean, nullable=False, server_default=false()),
    Index(None, "source", "polled"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", Text, ForeignKey("sources.name", ondelete="CASCADE"), nullable=False),
    words("key"),
    ours("digest"),
    ours("media"),
    Column("received", Moment),
    Column("too_large", BigInteger, nullable=False),
    ours("outcome"),
    words("reason"),
    ours("format"),
    Column("announced", Integer),
    words("search_url"),
    Column("stored", Moment, nullable=False),
    later_words("sender"),
    later("authenticity", "unknown"),
    Column("disagreements", JSON, nullable=False, server_default="[]"),
    count("shown"),  # sightings of postings in it
    later("profile"),  # whose it is, in an intake mailbox; "" nobody's yet, or everybody's
    # Addresses that it was for or came through, to find whose it is when profiles change.
    Column("addressed", JSON, nullable=False, server_default="[]"),
    UniqueConstraint("source", "key"),
    UniqueConstraint("source", "digest"),
    Index(None, "source", "stored"),
    Index(None, "source", "profile", "stored"),  # a person's share of an intake mailbox
)

raw_alerts = Table(
    "raw_alerts",
    metadata,
    Column(
        "alert_id",
        Serial,
        ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("raw", Packed, nullable=False),
    Column("stored", Moment, nullable=False, index=True),
)

#: How far the readings again have come that are not at their end; mostly there is none.
rereads = Table(
    "rereads",
    metadata,
    Column("scope", Text, primary_key=True),  # which alerts, by which version
    Column("begun", Moment, nullable=False),
    Column("position", BigInteger),  # the alert that was read last; NULL before the first
    Column("counts", JSON, nullable=False),
)
