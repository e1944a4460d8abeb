"""The tables. Every statement of the other modules names them; migrations make them.

``raw_alerts`` stands apart because only it holds people's tokens: ``raw`` alone touches it.
Moments are UTC; names of sources, profiles and channels are those of the configuration.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from cxdigest.store.schema.columns import Moment, Packed, Proof, Words

REVISION = "0005"  #: of these tables: the newest of the migrations
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: A number that grows by itself; SQLite does that for INTEGER alone.
_Serial = BigInteger().with_variant(Integer(), "sqlite")


def _words(name: str) -> Column[str]:
    """Text that strangers wrote."""
    return Column(name, Words, nullable=False)


def _later_words(name: str) -> Column[str]:
    """Text that strangers wrote, in a column that older rows got empty."""
    return Column(name, Words, nullable=False, server_default="")


def _later(name: str, default: str = "") -> Column[str]:
    """Text of our own, in a column that older rows got as *default*."""
    return Column(name, Text, nullable=False, server_default=default)


def _count(name: str) -> Column[int]:
    """A number, 0 in older rows."""
    return Column(name, Integer, nullable=False, server_default="0")


def _ours(name: str) -> Column[str]:
    """Text that cxdigest or its configuration wrote, which needs no care and costs none."""
    return Column(name, Text, nullable=False)


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
    _words("message"),  # of the last poll
    Column("failures", Integer, nullable=False),  # polls in a row that had a message
)

polls = Table(
    "polls",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("source", Text, ForeignKey("sources.name", ondelete="CASCADE"), nullable=False),
    Column("polled", Moment, nullable=False),
    _ours("outcome"),
    _words("message"),
    _ours("holder"),
    _count("alerts"),  # taken in
    _count("sightings"),  # new ones
    _count("unread"),
    Column("overflowed", Boolean, nullable=False, server_default=false()),
    Index(None, "source", "polled"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("source", Text, ForeignKey("sources.name", ondelete="CASCADE"), nullable=False),
    _words("key"),
    _ours("digest"),
    _ours("media"),
    Column("received", Moment),
    Column("too_large", BigInteger, nullable=False),
    _ours("outcome"),
    _words("reason"),
    _ours("format"),
    Column("announced", Integer),
    _words("search_url"),
    Column("stored", Moment, nullable=False),
    _later_words("sender"),
    _later("authenticity", "unknown"),
    Column("disagreements", JSON, nullable=False, server_default="[]"),
    _count("shown"),  # sightings of postings in it
    _later("profile"),  # whose it is, in an intake mailbox; "" nobody's yet, or everybody's
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
        _Serial,
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

postings = Table(
    "postings",
    metadata,
    Column("id", Text, primary_key=True),
    _words("title"),
    _words("company"),
    _words("location"),
    _ours("workplace"),
    _words("salary"),
    _words("url"),
    Column("opaque", Boolean, nullable=False),
    _words("native_id"),
    _words("snippet"),
    _words("description"),
    _ours("posted"),
    Column("first_seen", Moment),
    Column("last_seen", Moment),
    _ours("tier"),
    _later_words("employment"),
    _later("valid_through"),
    _later_words("apply_url"),
    _later_words("closed"),
    _later("duties_from"),
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
    Column("alert_id", _Serial, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),  # in the alert, from 0
    # The alert's, again, so that one index finds a profile's news; ``model.routed`` where it came
    # by an intake mailbox and is one profile's.
    _ours("source"),
    Column("seen", Moment, nullable=False),
    Column("posting_id", Text, ForeignKey("postings.id")),  # NULL: news, not a posting
    _ours("format"),
    _words("title"),
    _words("company"),
    _words("location"),
    _ours("workplace"),
    _words("salary"),
    _words("url"),
    Column("opaque", Boolean, nullable=False),
    _words("native_id"),
    _words("snippet"),
    _ours("section"),
    _ours("posted"),
    Column("is_posting", Boolean, nullable=False),
    _later("key"),  # the id it has by itself; posting_id, unless that was merged into another
    _later("authenticity", "unknown"),  # the alert's, again, for those who read sightings alone
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
    Column("id", _Serial, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    _ours("rules"),
    _ours("tier"),
    _ours("kind"),
    Column("confidence", Float, nullable=False),
    Column("claims", Boolean, nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("points", Integer, nullable=False),
    Column("evidence", Proof, nullable=False),
    _words("reason"),
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
    _words("reason"),  # one sentence for the reader
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
    _words("url"),  # what was asked last
    _ours("outcome"),
    _words("detail"),
    _words("etag"),
    _words("modified"),
    Column("asked", Moment, nullable=False),
    # When it may be asked again, or the end of the lease of whoever asks; NULL: never.
    Column("due", Moment, index=True),
    Column("attempts", Integer, nullable=False),
    _later_words("told_by"),  # the profile whose reader pasted the duties
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
    _words("reason"),
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

profiles = Table(
    "profiles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("registered", Moment, nullable=False),
    # What it says, as it would stand in the configuration; NULL where the configuration says it.
    Column("definition", JSON),
    Column("changed", Moment),  # when the definition was
    Column("paused", Moment),  # since when; NULL: it is not
    _later("feed_secret"),  # the part of its feed's address that nobody can guess
    _later("wishes"),  # fingerprint of the settings that hid what is hidden
)

#: Recipients who asked for no more mails, or whose address takes none.
pauses = Table(
    "pauses",
    metadata,
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), primary_key=True),
    Column("channel", Words, primary_key=True),
    Column("recipient", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    _words("why"),
)

#: What this instance made once and keeps, e.g. the key that signs links.
instance = Table(
    "instance",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

#: Times in which no process was awake, for longer than one would be between two turns.
absences = Table(
    "absences",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("begun", Moment, nullable=False),
    Column("ended", Moment, nullable=False, index=True),
    _later("profile"),  # which was paused meanwhile; "" nobody was there for any
)

digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Column("made", Moment, nullable=False),
    _words("subject"),
    Column("text", Packed, nullable=False),
    Column("html", Packed, nullable=False),
    _later("state", "ready"),
    Column("deadline", Moment, index=True),  # of the coach's review; NULL: none, or done
    _later("otherwise"),  # what happens then: send or hold
    _later_words("note"),  # what the coach wrote on top
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
    _ours("name"),
    _ours("media"),
    _ours("cid"),
    Column("content", Packed, nullable=False),
    sqlite_with_rowid=False,
)

#: What readers said of postings. A word that was undone stays, for the record.
feedback = Table(
    "feedback",
    metadata,
    Column("id", _Serial, primary_key=True),
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), nullable=False),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    _ours("key"),  # the id of the posting that it was said of; posting_id, unless that was merged
    _ours("word"),
    _ours("way"),
    _words("sender"),  # who said it, where that is known
    _words("employer"),  # of the posting then
    Column("made", Moment, nullable=False),
    Column("undone", Moment),
    Column("told", Moment),  # when a digest said what it changed
    Column("verdict", JSON, nullable=False),  # what the judge said then
    Index(None, "profile", "posting_id"),
    Index(None, "posting_id"),
)

#: Postings that could not be written into a profile's digest, so that the rest could be sent.
quarantine = Table(
    "quarantine",
    metadata,
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    _words("reason"),
    Column("made", Moment, nullable=False),
    Index(None, "posting_id"),
    sqlite_with_rowid=False,
)

digest_items = Table(
    "digest_items",
    metadata,
    Column("digest_id", Text, primary_key=True),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), primary_key=True),
    _ours("profile"),  # the digest's, again, so that one index answers "was it shown?"
    _ours("section"),
    Column("position", Integer, nullable=False),
    # What the digest said of it, for the picture of the week; nothing where it was shown again.
    _later("kind"),
    _later("tier"),
    _later("origin"),  # the format of the alert that showed it first
    Column("claims", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["digest_id"], ["digests.id"], ondelete="CASCADE"),
    Index(None, "profile", "posting_id"),
    Index(None, "posting_id"),
    # What a digest showed as genuine, among all that it set aside.
    Index(None, "digest_id", "section", "posting_id"),
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

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest_id", Text, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    _words("channel"),
    _words("recipient"),
    _ours("message_id"),
    _ours("state"),
    # When it may be claimed: the next try while waiting, the end of the lease while sending,
    # NULL when done. One column, so that a dead worker's delivery is found like any other.
    Column("due", Moment, index=True),
    Column("attempts", Integer, nullable=False),
    Column("holder", Text),
    _words("detail"),
    Column("changed", Moment, nullable=False),
    _later("role", "to"),
    _later_words("bounced"),  # what a server said later that could not hand it over
    UniqueConstraint("digest_id", "channel", "recipient"),
    Index(None, "message_id"),  # which of them a reply or a bounce names
)

#: Who may see the console.
users = Table(
    "users",
    metadata,
    Column("name", Words, primary_key=True),
    _ours("role"),
    _later("coach"),  # whose clients a coach sees, as the configuration names the coach
    _later("profile"),  # whose digest a client sees
    _later("password"),  # as argon2 keeps it; "" where a proxy alone says who it is
    Column("made", Moment, nullable=False),
    Column("changed", Moment, nullable=False),  # password or role: older sessions end
)

#: Who is signed in. The browser holds what the digest is of.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user", Words, ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("made", Moment, nullable=False),
    Column("used", Moment, nullable=False),
    Column("ends", Moment, nullable=False, index=True),
)

#: By what programs show whose they are.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user", Words, ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    _words("label"),  # what its user calls it
    Column("made", Moment, nullable=False),
    Column("used", Moment),  # when it was last
)

#: Packs of rules that were written in the console; they follow those of the configuration.
packs = Table(
    "packs",
    metadata,
    Column("profile", Text, primary_key=True),  # whose; "" everybody's
    Column("version", Integer, nullable=False),  # one more with each change
    _words("text"),  # YAML, as a file would hold it; "" where it was taken away
    _words("before"),  # what it was before the last change, to have that back
    Column("changed", Moment, nullable=False),
    _words("changed_by"),
)

#: Postings in the order in which they came, and their words to be found by: here in PostgreSQL, in
#: SQLite in ``searched_words``, a table of its full-text search by the same numbers.
searched = Table(
    "searched",
    metadata,
    Column("number", _Serial, primary_key=True),
    Column(
        "posting_id",
        Text,
        ForeignKey("postings.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("found", TSVECTOR().with_variant(Text(), "sqlite")),
    Index("ix_searched_found", "found", postgresql_using="gin").ddl_if(dialect="postgresql"),
)

#: Postings whose words changed since they were last taken in; triggers of the database note them,
#: so that no writer can forget to. A migration that makes ``postings`` anew makes them anew too.
unsearched = Table(
    "unsearched",
    metadata,
    Column("number", _Serial, primary_key=True),
    Column(
        "posting_id",
        Text,
        ForeignKey("postings.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
)

workers = Table(
    "workers",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("woke", Moment, nullable=False),
)
