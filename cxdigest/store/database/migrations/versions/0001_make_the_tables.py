"""Make the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cxdigest.store.schema.columns import Moment, Packed, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sources()
    _postings()
    _alerts()
    _sightings()
    _digests()
    _deliveries()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("next_poll", Moment(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("polled", Moment(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("message", Words(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sources"),
    )
    op.create_table(
        "polls",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("polled", Moment(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("message", Words(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"], ["sources.name"], name="fk_polls_source", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
    )
    op.create_index("ix_polls_source_polled", "polls", ["source", "polled"])
    op.create_table(
        "workers",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("woke", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_workers"),
    )


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("company", Words(), nullable=False),
        sa.Column("location", Words(), nullable=False),
        sa.Column("workplace", sa.Text(), nullable=False),
        sa.Column("salary", Words(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("opaque", sa.Boolean(), nullable=False),
        sa.Column("native_id", Words(), nullable=False),
        sa.Column("snippet", Words(), nullable=False),
        sa.Column("description", Words(), nullable=False),
        sa.Column("posted", sa.Text(), nullable=False),
        sa.Column("first_seen", Moment(), nullable=True),
        sa.Column("last_seen", Moment(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_postings"),
    )
    op.create_index("ix_postings_judged", "postings", ["judged"])
    op.create_table(
        "verdicts",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("posting_id", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("claims", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("judged", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name="fk_verdicts_posting_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint(
            "posting_id", "rules", "tier", name="uq_verdicts_posting_id_rules_tier"
        ),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("received", Moment(), nullable=True),
        sa.Column("too_large", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=True),
        sa.Column("search_url", Words(), nullable=False),
        sa.Column("stored", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"], ["sources.name"], name="fk_alerts_source", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("source", "digest", name="uq_alerts_source_digest"),
        sa.UniqueConstraint("source", "key", name="uq_alerts_source_key"),
    )
    op.create_index("ix_alerts_source_stored", "alerts", ["source", "stored"])
    op.create_table(
        "raw_alerts",
        sa.Column("alert_id", _SERIAL, autoincrement=False, nullable=False),
        sa.Column("raw", Packed(), nullable=False),
        sa.Column("stored", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_raw_alerts_alert_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", name="pk_raw_alerts"),
    )
    op.create_index("ix_raw_alerts_stored", "raw_alerts", ["stored"])


def _sightings() -> None:
    op.create_table(
        "sightings",
        sa.Column("alert_id", _SERIAL, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("seen", Moment(), nullable=False),
        sa.Column("posting_id", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("company", Words(), nullable=False),
        sa.Column("location", Words(), nullable=False),
        sa.Column("workplace", sa.Text(), nullable=False),
        sa.Column("salary", Words(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("opaque", sa.Boolean(), nullable=False),
        sa.Column("native_id", Words(), nullable=False),
        sa.Column("snippet", Words(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("posted", sa.Text(), nullable=False),
        sa.Column("is_posting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_sightings_alert_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name="fk_sightings_posting_id"),
        sa.PrimaryKeyConstraint("alert_id", "position", name="pk_sightings"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sightings_posting_id_source", "sightings", ["posting_id", "source"])
    op.create_index(
        "ix_sightings_source_seen_posting_id", "sightings", ["source", "seen", "posting_id"]
    )


def _digests() -> None:
    op.create_table(
        "profiles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registered", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_profiles"),
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made", Moment(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("text", Packed(), nullable=False),
        sa.Column("html", Packed(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile"], ["profiles.name"], name="fk_digests_profile", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("profile", "day", name="uq_digests_profile_day"),
    )
    op.create_table(
        "digest_items",
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("posting_id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name="fk_digest_items_digest_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name="fk_digest_items_posting_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest_id", "posting_id", name="pk_digest_items"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_digest_items_posting_id", "digest_items", ["posting_id"])
    op.create_index("ix_digest_items_profile_posting_id", "digest_items", ["profile", "posting_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("channel", Words(), nullable=False),
        sa.Column("recipient", Words(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("detail", Words(), nullable=False),
        sa.Column("changed", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name="fk_deliveries_digest_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "digest_id", "channel", "recipient", name="uq_deliveries_digest_id_channel_recipient"
        ),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["due"])


def downgrade() -> None:
    for table in (
        "deliveries",
        "digest_items",
        "digests",
        "profiles",
        "sightings",
        "raw_alerts",
        "alerts",
        "verdicts",
        "postings",
        "workers",
        "polls",
        "sources",
    ):
        op.drop_table(table)
