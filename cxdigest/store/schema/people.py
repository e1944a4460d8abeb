"""Tables of people: who gets digests, what they said, who may see the console, own packs."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, Text

from cxdigest.store.schema.columns import Moment, Words
from cxdigest.store.schema.frame import Serial, later, metadata, ours, words

profiles = Table(
    "profiles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("registered", Moment, nullable=False),
    # What it says, as it would stand in the configuration; NULL where the configuration says it.
    Column("definition", JSON),
    Column("changed", Moment),  # when the definition was
    Column("paused", Moment),  # since when; NULL: it is not
    later("feed_secret"),  # the part of its feed's address that nobody can guess
    later("wishes"),  # fingerprint of the settings that hid what is hidden
)

#: What readers said of postings. A word that was undone stays, for the record.
feedback = Table(
    "feedback",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("profile", Text, ForeignKey("profiles.name", ondelete="CASCADE"), nullable=False),
    Column("posting_id", Text, ForeignKey("postings.id", ondelete="CASCADE"), nullable=False),
    ours("key"),  # the id of the posting that it was said of; posting_id, unless that was merged
    ours("word"),
    ours("way"),
    words("sender"),  # who said it, where that is known
    words("employer"),  # of the posting then
    Column("made", Moment, nullable=False),
    Column("undone", Moment),
    Column("told", Moment),  # when a digest said what it changed
    Column("verdict", JSON, nullable=False),  # what the judge said then
    Index(None, "profile", "posting_id"),
    Index(None, "posting_id"),
)

#: Who may see the console.
users = Table(
    "users",
    metadata,
    Column("name", Words, primary_key=True),
    ours("role"),
    later("coach"),  # whose clients a coach sees, as the configuration names the coach
    later("profile"),  # whose digest a client sees
    later("password"),  # as argon2 keeps it; "" where a proxy alone says who it is
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
    words("label"),  # what its user calls it
    Column("made", Moment, nullable=False),
    Column("used", Moment),  # when it was last
)

#: Packs of rules that were written in the console; they follow those of the configuration.
packs = Table(
    "packs",
    metadata,
    Column("profile", Text, primary_key=True),  # whose; "" everybody's
    Column("version", Integer, nullable=False),  # one more with each change
    words("text"),  # YAML, as a file would hold it; "" where it was taken away
    words("before"),  # what it was before the last change, to have that back
    Column("changed", Moment, nullable=False),
    words("changed_by"),
)
