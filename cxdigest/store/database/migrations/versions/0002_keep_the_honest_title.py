"""Keep the title that a flagged verdict suggests; verdicts that are there suggest none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cxdigest.store.schema.columns import Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdicts", sa.Column("suggests", Words(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("verdicts", "suggests")
