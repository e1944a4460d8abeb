"""Keep who may see the console, rules written there, words to find, and ids of what was let go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from cxdigest.store.schema.columns import Moment, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_SHOWN_BEFORE = "ix_sightings_posting_id_source"
_SHOWN = "ix_sightings_posting_id_source_seen_format"
_NEWS = "ix_sightings_news"
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
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("text", Words, nullable=False),
        sa.Column("before", Words, nullable=False),
        sa.Column("changed", Moment, nullable=False),
        sa.Column("changed_by", Words, nullable=False),
    )
    # What the page of numbers counts, by the indexes alone.
    op.create_index(_SHOWN, "sightings", ["posting_id", "source", "seen", "format"])
    op.drop_index(_SHOWN_BEFORE, "sightings")
    op.create_index(_CLAIMED, "verdicts", ["rules", "claims", "posting_id", "kind", "tier"])
    _make_searchable()
    _let_grow_old()


def _let_grow_old() -> None:
    op.create_table(
        "remembered",
        sa.Column(
            "profile",
            sa.Text,
            sa.ForeignKey("profiles.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("posting_id", sa.Text, primary_key=True),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_remembered_posting_id", "remembered", ["posting_id"])
    op.create_index("ix_digests_made_id", "digests", ["made", "id"])
    news = sa.text("posting_id IS NULL")
    columns = ["posting_id", "seen"]
    op.create_index(_NEWS, "sightings", columns, sqlite_where=news, postgresql_where=news)


def _posting() -> sa.Column[str]:
    key = sa.ForeignKey("postings.id", ondelete="CASCADE")
    return sa.Column("posting_id", sa.Text, key, nullable=False, unique=True)


def _serial() -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("number", number, primary_key=True)


def _make_searchable() -> None:
    found = TSVECTOR().with_variant(sa.Text(), "sqlite")
    op.create_table("searched", _serial(), _posting(), sa.Column("found", found))
    op.create_table("unsearched", _serial(), _posting())
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(statement)
    # What is stored already is taken in by the next turn, the oldest first.
    op.execute(
        "INSERT INTO unsearched (posting_id) SELECT id FROM postings ORDER BY first_seen, id"
    )


#: What is found by its words is judged by these; a change of any other column costs nothing.
_TEXTS = ("title", "company", "location", "snippet", "description")
_NAMES = ", ".join(_TEXTS)
_SQLITE = (
    # The words are kept once more, as they are compared: without them none could be taken out.
    (
        "CREATE VIRTUAL TABLE searched_words USING fts5("
        "head, employer, body, tokenize='unicode61 remove_diacritics 0')"
    ),
    (
        "CREATE TRIGGER searched_gone AFTER DELETE ON searched BEGIN "
        "DELETE FROM searched_words WHERE rowid = old.number; END"
    ),
    (
        "CREATE TRIGGER postings_came AFTER INSERT ON postings BEGIN "
        "INSERT OR IGNORE INTO unsearched (posting_id) VALUES (new.id); END"
    ),
    f"CREATE TRIGGER postings_changed AFTER UPDATE OF {_NAMES} ON postings WHEN "  # noqa: S608 - our own names
    + " OR ".join(f"new.{name} IS NOT old.{name}" for name in _TEXTS)
    + " BEGIN DELETE FROM searched_words WHERE rowid = "
    "(SELECT number FROM searched WHERE posting_id = new.id); "
    "INSERT OR IGNORE INTO unsearched (posting_id) VALUES (new.id); END",
)
_POSTGRESQL = (
    "CREATE INDEX ix_searched_found ON searched USING gin (found)",
    (
        "CREATE FUNCTION posting_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO unsearched (posting_id) VALUES (new.id) ON CONFLICT DO NOTHING; "
        "RETURN NULL; END $$"
    ),
    (
        "CREATE FUNCTION posting_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "UPDATE searched SET found = NULL WHERE posting_id = new.id; "
        "INSERT INTO unsearched (posting_id) VALUES (new.id) ON CONFLICT DO NOTHING; "
        "RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER postings_came AFTER INSERT ON postings "
        "FOR EACH ROW EXECUTE FUNCTION posting_came()"
    ),
    f"CREATE TRIGGER postings_changed AFTER UPDATE OF {_NAMES} ON postings FOR EACH ROW WHEN ("
    + " OR ".join(f"new.{name} IS DISTINCT FROM old.{name}" for name in _TEXTS)
    + ") EXECUTE FUNCTION posting_changed()",
)


def _forget_words() -> None:
    op.execute("DROP TRIGGER postings_came" + _on("postings"))
    op.execute("DROP TRIGGER postings_changed" + _on("postings"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER searched_gone")
        op.execute("DROP TABLE searched_words")
    else:
        op.execute("DROP FUNCTION posting_came()")
        op.execute("DROP FUNCTION posting_changed()")
    for table in ("unsearched", "searched"):
        op.drop_table(table)


def _on(table: str) -> str:
    return "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"


def downgrade() -> None:
    op.drop_index(_NEWS, "sightings")
    op.drop_index("ix_digests_made_id", "digests")
    op.drop_table("remembered")
    _forget_words()
    op.drop_index(_CLAIMED, "verdicts")
    op.create_index(_SHOWN_BEFORE, "sightings", ["posting_id", "source"])
    op.drop_index(_SHOWN, "sightings")
    for table in ("packs", "access_tokens", "sessions", "users"):
        op.drop_table(table)
