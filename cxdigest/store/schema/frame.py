"""What all tables are made of: one metadata, how keys are named, and the kinds of columns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Text

from cxdigest.store.schema.columns import Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: A number that grows by itself; SQLite does that for INTEGER alone.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def words(name: str) -> Column[str]:
    """Text that strangers wrote."""
    return Column(name, Words, nullable=False)


def later_words(name: str) -> Column[str]:
    """Text that strangers wrote, in a column that older rows got empty."""
    return Column(name, Words, nullable=False, server_default="")


def later(name: str, default: str = "") -> Column[str]:
    """Text of our own, in a column that older rows got as *default*."""
    return Column(name, Text, nullable=False, server_default=default)


def count(name: str) -> Column[int]:
    """A number, 0 in older rows."""
    return Column(name, Integer, nullable=False, server_default="0")


def ours(name: str) -> Column[str]:
    """Text that cxdigest or its configuration wrote, which needs no care and costs none."""
    return Column(name, Text, nullable=False)
