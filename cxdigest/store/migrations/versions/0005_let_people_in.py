"""Keep who may see the console, who is signed in, and rules that were written there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cxdigest.store.columns import Moment, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_SHOWN_BEFORE = "ix_sightings_posting_id_source"
_SHOWN = "ix_sightings_posting_id_source_seen_format"
_CLAIMED = "ix_verdicts_rules_claims_posting_id_kind_tier"


def _user() -> sa.Column[str]:
    key = sa.ForeignKey("users.name", ondelete="CASCADE")
    return sa.Column("user", Words, key, nullable=False, index=True)


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("name", Words, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("coach", sa.Text, nullable=False, server_default=""),
        sa.Column("profile", sa.Text, nullable=False, server_default=""),
        sa.Column("password", sa.Text, nullable=False, server_default=""),
        sa.Column("made", Moment, nullable=False),
        sa.Column("changed", Moment, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text, primary_key=True),
        _user(),
        sa.Column("made", Moment, nullable=False),
        sa.Column("used", Moment, nullable=False),
        sa.Column("ends", Moment, nullable=False, index=True),
    )
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.Text, primary_key=True),
        _user(),
        sa.Column("label", Words, nullable=False),
        sa.Column("made", Moment, nullable=False),
        sa.Column("used", Moment),
    )
    op.create_table(
        "packs",
        sa.Column("profile", sa.Text, primary_key=True),
        sa.Column("text", Words, nullable=False),
        sa.Column("changed", Moment, nullable=False),
        sa.Column("changed_by", Words, nullable=False),
    )
    # What the page of numbers counts, by the indexes alone.
    op.create_index(_SHOWN, "sightings", ["posting_id", "source", "seen", "format"])
    op.drop_index(_SHOWN_BEFORE, "sightings")
    op.create_index(_CLAIMED, "verdicts", ["rules", "claims", "posting_id", "kind", "tier"])


def downgrade() -> None:
    op.drop_index(_CLAIMED, "verdicts")
    op.create_index(_SHOWN_BEFORE, "sightings", ["posting_id", "source"])
    op.drop_index(_SHOWN, "sightings")
    for table in ("packs", "access_tokens", "sessions", "users"):
        op.drop_table(table)
