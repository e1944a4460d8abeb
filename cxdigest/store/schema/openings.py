"""Tables of job openings: sightings, postings and which are one, their pages, their verdicts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from cxdigest.store.schema.columns import Moment, Packed, Proof, Words
from cxdigest.store.schema.frame import Serial, later, later_words, metadata, ours, words

postings = Table(
    "postings",
    metadata,
    Column("id", Text, primary_key=True),
    words("title"),
    words("company"),
    words("location"),
    ours("workplace"),
    words("salary"),
    words("url"),
    Column("opaque", Boolean, nullable=False),
    words("native_id"),
    words("snippet"),
    words("description"),
    ours("posted"),
    Column("first_seen", Moment),
    Column("last_seen", Moment),
    ours("tier"),
    later_words("employment"),
    later("valid_through"),
    later_words("apply_url"),
    later_words("closed"),
    later("duties_from"),
    Column("unproven", Boolean, nullable=False, server_default=false()),
    # The version of identity that looked for its likes; "" where none did. Indexed as "judged" is.
    Column("keyed", Text, nullable=False, server_default="", index=True),
    # The fingerprint that judged the present tier last, "" where none did: with its index, "what
    # is not judged" stays a matter of milliseconds among a million postings that are.
    Column("judged", Text, nullable=False, index=True),
    # For those whose pages may be due: the latest first, by the index alone.
    Index(None, "last_seen", "tier", "closed", "id"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("alert_id", Serial, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),  # in the alert, from 0
    # The alert's, again, so that one index finds a profile's news; ``model.routed`` where it came
    # by an intake mailbox and is one profile's.
    ours("source"),
    Column("seen", Moment, nullable=False),
    Column("posting_id", Text, ForeignKey("postings.id")),  # NULL: news, not a posting
    ours("format"),
    words("title"),
    words("company"),
    words("location"),
    ours("workplace"),
    words("salary"),
    words("url"),
    Column("opaque", Boolean, nullable=False),
    words("native_id"),
    words("snippet"),
    ours("section"),
    ours("posted"),
    Column("is_posting", Boolean, nullable=False),
    later("key"),  # the id it has by itself; posting_id, unless that was merged into another
    later("authenticity", "unknown"),  # the alert's, again, for those who read sightings alone
    Index(None, "source", "seen", "posting_id"),
    # Where and when a profile's own sources showed a posting, by the index alone.
    Index(None, "posting_id", "source", "seen", "format"),
    # News, the oldest first, to let go of it. Without statistics SQLite looks for equal values
    # first, so what all these have in common stands in it.
    Index(
        "ix_sightings_news",
        "posting_id",
        "seen",
        sqlite_where=text("posting_id IS NULL"),
        postgresql_where=text("posting_id IS NULL"),
    ),
    sqlite_with_rowid=False,
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    ours("rules"),
    ours("tier"),
    ours("kind"),
    Column("confidence", Float, nullable=False),
    Column("claims", Boolean, nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("points", Integer, nullable=False),
    Column("evidence", Proof, nullable=False),
    words("reason"),
    Column("suggests", Words, nullable=False, server_default=""),
    Column("judged", Moment, nullable=False),
    UniqueConstraint("posting_id", "rules", "tier"),
    # What titles that claim turned out to be, by the index alone: evidence is long.
    Index(None, "rules", "claims", "posting_id", "kind", "tier"),
)

#: By what a posting may be found again; identity makes the keys.
posting_keys = Table(
    "posting_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "posting_id"),
    sqlite_with_rowid=False,
)

#: Ids that sightings have by themselves and that were found to be a posting of another id.
merges = Table(
    "merges",
    metadata,
    Column("member", Text, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    words("reason"),  # one sentence for the reader
    Column("made", Moment, nullable=False),
    # What the merge would otherwise have lost, to undo it: what was known, where it was shown.
    Column("kept", JSON, nullable=False),
    Index(None, "posting_id"),
)

#: Pairs that a reader parted, the smaller id first: never merged again.
partings = Table(
    "partings",
    metadata,
    Column("first", Text, primary_key=True),
    Column("second", Text, primary_key=True),
    Column("made", Moment, nullable=False),
    Index(None, "second"),
)

#: One row a posting whose page was asked for, or may be.
pages = Table(
    "pages",
    metadata,
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    words("url"),  # what was asked last
    ours("outcome"),
    words("detail"),
    words("etag"),
    words("modified"),
    Column("asked", Moment, nullable=False),
    # When it may be asked again, or the end of the lease of whoever asks; NULL: never.
    Column("due", Moment, index=True),
    Column("attempts", Integer, nullable=False),
    later_words("told_by"),  # the profile whose reader pasted the duties
    Column("holder", Text),  # who asks for it now
)

#: What hosts said about being asked, and who asks them now.
hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    # When it may be claimed: the end of the pause, or of the lease of whoever asks; NULL: now.
    Column("free", Moment),
    Column("holder", Text),
    Column("parked_until", Moment),
    words("reason"),
    Column("robots", Packed),  # the body of its robots.txt; NULL where none was read
    Column("robots_until", Moment),
)

#: Pages asked for on behalf of a profile on one of its local days.
page_budgets = Table(
    "page_budgets",
    metadata,
    Column("profile", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("spent", Integer, nullable=False),
)

#: Where employers publish their openings, learned from links that were seen.
employer_boards = Table(
    "employer_boards",
    metadata,
    Column("employer", Words, primary_key=True),  # folded
    Column("board", Text, primary_key=True),
    Column("token", Words, primary_key=True),
    Column("learned", Moment, nullable=False),
)

#: Postings that could not be written into a profile's digest, so that the rest could be sent.
quarantine = Table(
    "quarantine",
    metadata,
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    words("reason"),
    Column("made", Moment, nullable=False),
    Index(None, "posting_id"),
    sqlite_with_rowid=False,
)

#: Of postings and digests that were let go: who was shown which id, so that it is no news again.
remembered = Table(
    "remembered",
    metadata,
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), primary_key=True),
    Column("posting_id", Text, primary_key=True),  # nothing else is kept of it
    Column("hidden", Boolean, nullable=False),  # the profile's own settings hid it each time
    Index(None, "posting_id"),
    sqlite_with_rowid=False,
)
