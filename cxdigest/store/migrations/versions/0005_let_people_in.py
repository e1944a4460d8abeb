"""Keep who may see the console, who is signed in, and rules that were written there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cxdigest.store.columns import Moment, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


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
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("before", Words, nullable=False),
        sa.Column("changed", Moment, nullable=False),
        sa.Column("changed_by", Words, nullable=False),
    )


def downgrade() -> None:
    for table in ("packs", "access_tokens", "sessions", "users"):
        op.drop_table(table)
