"""Tables of digests: what stood in them, the files with them, and to whom they went."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from cxdigest.store.schema.columns import Moment, Packed, Words
from cxdigest.store.schema.frame import later, later_words, metadata, ours, words

#: Recipients who asked for no more mails, or whose address takes none.
pauses = Table(
    "pauses",
    metadata,
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("recipient", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    words("why"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("made", Moment, nullable=False),
    words("subject"),
    Column("text", Packed, nullable=False),
    Column("html", Packed, nullable=False),
    later("state", "ready"),
    Column("deadline", Moment, index=True),  # of the coach's review; NULL: none, or done
    later("otherwise"),  # what happens then: send or hold
    later_words("note"),  # what the coach wrote on top
    Column("dropped", JSON, nullable=False, server_default="[]"),  # postings the coach left out
    Column("content", Packed),  # the digest as data, while it may still change; NULL: it may not
    UniqueConstraint("profile", "day"),
    Index(None, "state"),  # the few that wait for a coach, asked for at each turn
    Index(None, "made", "id"),  # the oldest first, to let go of them
)

#: Files that go with a digest.
enclosures = Table(
    "enclosures",
    metadata,
    Column("digest_id", Text, ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    ours("name"),
    ours("media"),
    ours("cid"),
    Column("content", Packed, nullable=False),
    sqlite_with_rowid=False,
)

digest_items = Table(
    "digest_items",
    metadata,
    Column("digest_id", Text, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    ours("profile"),  # the digest's, again, so that one index answers "was it shown?"
    ours("section"),
    Column("position", Integer, nullable=False),
    # What the digest said of it, for the picture of the week; nothing where it was shown again.
    later("kind"),
    later("tier"),
    later("origin"),  # the format of the alert that showed it first
    Column("claims", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["digest_id"], ["digests.id"], ondelete="CASCADE"),
    Index(None, "profile", "posting_id"),
    Index(None, "posting_id"),
    # What a digest showed as genuine, among all that it set aside.
    Index(None, "digest_id", "section", "posting_id"),
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest_id", Text, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    words("channel"),
    words("recipient"),
    ours("message_id"),
    ours("state"),
    # When it may be claimed: the next try while waiting, the end of the lease while sending,
    # NULL when done. One column, so that a dead worker's delivery is found like any other.
    Column("due", Moment, index=True),
    Column("attempts", Integer, nullable=False),
    Column("holder", Text),
    words("detail"),
    Column("changed", Moment, nullable=False),
    later("role", "to"),
    later_words("bounced"),  # what a server said later that could not hand it over
    UniqueConstraint("digest_id", "channel", "recipient"),
    Index(None, "message_id"),  # which of them a reply or a bounce names
)
