"""Keep who sent an alert, what merged postings share, what pages said and how polls yielded.

Sightings that are there have their posting's id as their own; postings that are there are looked
at again for others that are the same opening.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cxdigest.store.schema.columns import Moment, Packed, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTS = (("alerts", "shown"), ("polls", "alerts"), ("polls", "sightings"), ("polls", "unread"))
_TEXTS = (
    ("alerts", "sender", Words, ""),
    ("alerts", "authenticity", sa.Text, "unknown"),
    ("sightings", "key", sa.Text, ""),
    ("sightings", "authenticity", sa.Text, "unknown"),
    ("postings", "employment", Words, ""),
    ("postings", "valid_through", sa.Text, ""),
    ("postings", "apply_url", Words, ""),
    ("postings", "closed", Words, ""),
    ("postings", "duties_from", sa.Text, ""),
    ("postings", "keyed", sa.Text, ""),
)
_LATEST = "ix_postings_last_seen_tier_closed_id"
_TABLES = (
    "posting_keys", "merges", "partings", "pages", "hosts", "page_budgets", "employer_boards",
    "rereads",
)  # fmt: skip


def upgrade() -> None:
    for table, name in _COUNTS:
        op.add_column(table, sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    for table, name, type_, default in _TEXTS:
        column = sa.Column(name, type_(), nullable=False, server_default=default)
        op.add_column(table, column)
    disagreements = sa.Column("disagreements", sa.JSON, nullable=False, server_default="[]")
    op.add_column("alerts", disagreements)
    overflowed = sa.Column("overflowed", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("polls", overflowed)
    unproven = sa.Column("unproven", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("postings", unproven)
    op.create_index("ix_postings_keyed", "postings", ["keyed"])
    op.create_index(_LATEST, "postings", ["last_seen", "tier", "closed", "id"])
    op.execute("UPDATE sightings SET key = coalesce(posting_id, '')")
    op.execute(
        "UPDATE alerts SET shown = (SELECT count(*) FROM sightings"
        " WHERE sightings.alert_id = alerts.id AND sightings.posting_id IS NOT NULL)"
    )
    op.execute("UPDATE postings SET duties_from = 'alert' WHERE description <> ''")
    _openings()
    _pages()
    op.create_table(
        "rereads",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("begun", Moment(), nullable=False),
        sa.Column("position", sa.BigInteger),
        sa.Column("counts", sa.JSON, nullable=False),
    )


def _openings() -> None:
    op.create_table(
        "posting_keys",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("posting_id", sa.Text, _of("posting_keys"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_posting_keys_posting_id", "posting_keys", ["posting_id"])
    op.create_table(
        "merges",
        sa.Column("member", sa.Text, primary_key=True),
        sa.Column("posting_id", sa.Text, _of("merges"), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("kept", sa.JSON, nullable=False),
    )
    op.create_index("ix_merges_posting_id", "merges", ["posting_id"])
    op.create_table(
        "partings",
        sa.Column("first", sa.Text, primary_key=True),
        sa.Column("second", sa.Text, primary_key=True),
        sa.Column("made", Moment(), nullable=False),
    )
    op.create_index("ix_partings_second", "partings", ["second"])


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("posting_id", sa.Text, _of("pages"), primary_key=True),
        *(
            sa.Column(name, type_(), nullable=False)
            for name, type_ in (
                ("url", Words),
                ("outcome", sa.Text),
                ("detail", Words),
                ("etag", Words),
                ("modified", Words),
                ("asked", Moment),
            )
        ),
        sa.Column("due", Moment()),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("told_by", Words(), nullable=False, server_default=""),
        sa.Column("holder", sa.Text),
    )
    op.create_index("ix_pages_due", "pages", ["due"])
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("free", Moment()),
        sa.Column("holder", sa.Text),
        sa.Column("parked_until", Moment()),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("robots", Packed()),
        sa.Column("robots_until", Moment()),
    )
    op.create_table(
        "page_budgets",
        sa.Column("profile", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("spent", sa.Integer, nullable=False),
    )
    op.create_table(
        "employer_boards",
        sa.Column("employer", Words(), primary_key=True),
        sa.Column("board", sa.Text, primary_key=True),
        sa.Column("token", Words(), primary_key=True),
        sa.Column("learned", Moment(), nullable=False),
    )


def _of(table: str) -> sa.ForeignKey:
    name = f"fk_{table}_posting_id_postings"
    return sa.ForeignKey("postings.id", name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_postings_keyed", "postings")
    op.drop_index(_LATEST, "postings")
    op.drop_column("postings", "unproven")
    op.drop_column("polls", "overflowed")
    op.drop_column("alerts", "disagreements")
    for table, name, _, _ in _TEXTS:
        op.drop_column(table, name)
    for table, name in _COUNTS:
        op.drop_column(table, name)
