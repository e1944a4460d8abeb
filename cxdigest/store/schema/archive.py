"""Tables of the search: what can be found, and what has to be taken in anew."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from cxdigest.store.schema.frame import Serial, metadata

#: Postings in the order in which they came, and their words to be found by: here in PostgreSQL, in
#: SQLite in ``searched_words``, a table of its full-text search by the same numbers.
searched = Table(
    "searched",
    metadata,
    Column("number", Serial, primary_key=True),
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
    Column("number", Serial, primary_key=True),
    Column(
        "posting_id",
        Text,
        ForeignKey("postings.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
)
