"""Keep people's settings, what they said of postings, reviews, and files that go with digests.

Digests that are there were sent as soon as they were made; alerts that are there are everybody's
who has their source.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from cxdigest.store.schema.columns import Moment, Packed, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXTS = (
    ("alerts", "profile", sa.Text, ""),
    ("profiles", "feed_secret", sa.Text, ""),
    ("profiles", "wishes", sa.Text, ""),
    ("digest_items", "kind", sa.Text, ""),
    ("digest_items", "tier", sa.Text, ""),
    ("digest_items", "origin", sa.Text, ""),
    ("digests", "state", sa.Text, "ready"),
    ("digests", "otherwise", sa.Text, ""),
    ("digests", "note", Words, ""),
    ("deliveries", "role", sa.Text, "to"),
    ("deliveries", "bounced", Words, ""),
)
_LISTS = (("alerts", "addressed"), ("digests", "dropped"))
_UNSET: tuple[tuple[str, str, type[sa.types.TypeEngine[Any]]], ...] = (
    ("profiles", "definition", sa.JSON),
    ("profiles", "changed", Moment),
    ("profiles", "paused", Moment),
    ("digests", "deadline", Moment),
    ("digests", "content", Packed),
)
_SHOWN = "ix_digest_items_digest_id_section_posting_id"
_TABLES = ("pauses", "instance", "absences", "enclosures", "feedback", "quarantine")


def upgrade() -> None:
    for table, name, type_, default in _TEXTS:
        column = sa.Column(name, type_(), nullable=False, server_default=default)
        op.add_column(table, column)
    for table, name in _LISTS:
        op.add_column(table, sa.Column(name, sa.JSON, nullable=False, server_default="[]"))
    for table, name, kind in _UNSET:
        op.add_column(table, sa.Column(name, kind()))
    claims = sa.Column("claims", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("digest_items", claims)
    op.create_index("ix_alerts_source_profile_stored", "alerts", ["source", "profile", "stored"])
    op.create_index("ix_digests_deadline", "digests", ["deadline"])
    op.create_index("ix_digests_state", "digests", ["state"])
    op.create_index("ix_deliveries_message_id", "deliveries", ["message_id"])
    op.create_index(_SHOWN, "digest_items", ["digest_id", "section", "posting_id"])
    _people()
    _words()


def _people() -> None:
    op.create_table(
        "pauses",
        sa.Column("profile", sa.Text, _profile("pauses"), primary_key=True),
        sa.Column("channel", Words(), primary_key=True),
        sa.Column("recipient", Words(), primary_key=True),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("why", Words(), nullable=False),
    )
    op.create_table(
        "instance",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "absences",
        sa.Column("id", _serial(), primary_key=True),
        sa.Column("begun", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=False),
        sa.Column("profile", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("ix_absences_ended", "absences", ["ended"])


def _words() -> None:
    digest = sa.ForeignKey("digests.id", name="fk_enclosures_digest_id_digests", ondelete="CASCADE")
    op.create_table(
        "enclosures",
        sa.Column("digest_id", sa.Text, digest, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media", sa.Text, nullable=False),
        sa.Column("cid", sa.Text, nullable=False),
        sa.Column("content", Packed(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback",
        sa.Column("id", _serial(), primary_key=True),
        sa.Column("profile", sa.Text, _profile("feedback"), nullable=False),
        sa.Column("posting_id", sa.Text, _posting("feedback"), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("sender", Words(), nullable=False),
        sa.Column("employer", Words(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("undone", Moment()),
        sa.Column("told", Moment()),
        sa.Column("verdict", sa.JSON, nullable=False),
    )
    op.create_index("ix_feedback_profile_posting_id", "feedback", ["profile", "posting_id"])
    op.create_index("ix_feedback_posting_id", "feedback", ["posting_id"])
    op.create_table(
        "quarantine",
        sa.Column("profile", sa.Text, _profile("quarantine"), primary_key=True),
        sa.Column("posting_id", sa.Text, _posting("quarantine"), primary_key=True),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quarantine_posting_id", "quarantine", ["posting_id"])


def _serial() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _profile(table: str) -> sa.ForeignKey:
    name = f"fk_{table}_profile_profiles"
    return sa.ForeignKey("profiles.name", name=name, ondelete="CASCADE")


def _posting(table: str) -> sa.ForeignKey:
    name = f"fk_{table}_posting_id_postings"
    return sa.ForeignKey("postings.id", name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_deliveries_message_id", "deliveries")
    op.drop_index("ix_digests_state", "digests")
    op.drop_index("ix_digests_deadline", "digests")
    op.drop_column("digest_items", "claims")
    op.drop_index("ix_alerts_source_profile_stored", "alerts")
    op.drop_index(_SHOWN, "digest_items")
    for table, name in [*(row[:2] for row in _UNSET), *_LISTS, *(row[:2] for row in _TEXTS)]:
        op.drop_column(table, name)
