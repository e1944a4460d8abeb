"""Two rows for every table there is, made from its columns: a new table is filled as well.

The first has a value in each column, with letters that files and protocols take for their own; the
second has nothing wherever that may be.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, Table, insert
from sqlalchemy.dialects.postgresql import TSVECTOR

from cxdigest.model import Evidence
from cxdigest.store.schema import metadata
from cxdigest.store.schema.columns import Moment, Proof

ODD = "Ünï \\ \\N \\. \t \r\n ' \" , ; {} 🎈 客户\u2028 end"
_EVIDENCE = (
    Evidence(rule="a.b", kind="genuine", points=4, reason="Says so.", quote=ODD, where="title",
             pack="genuine"),
)  # fmt: skip
_FULL = {
    Moment: datetime(2026, 10, 25, 1, 30, 15, 7, tzinfo=UTC),
    Date: date(2026, 2, 28),
    Boolean: True,
    Float: 0.1 + 0.2,
    LargeBinary: b"\0\xff\\x00 raw",
    JSON: {"read": 3, "tag": "ü", "odd": [ODD, None, 1.5, True]},
}
_BARE = {
    Moment: datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    Date: date(1, 1, 1),
    Boolean: False,
    Float: -1e-300,
    LargeBinary: b"",
    JSON: [],
}
#: What the database itself notes of new postings.
BY_ITSELF = "unsearched"


def rows_of_every_table() -> dict[Table, list[dict[str, Any]]]:
    """Return two rows for each table, in an order in which they can be stored."""
    return {
        table: [_row(table, place) for place in (1, 2)]
        for table in metadata.sorted_tables
        if table.name != BY_ITSELF
    }


def fill_every_table(store) -> None:
    """Store them."""
    with store._database.writing() as connection:
        for table, rows in rows_of_every_table().items():
            for row in rows:
                connection.execute(insert(table), row)


def _row(table: Table, place: int) -> dict[str, Any]:
    row = {}
    for column in table.c:
        if isinstance(column.type, TSVECTOR):
            continue
        if column.nullable and place == 2 and not column.foreign_keys:
            continue
        row[column.name] = _value(column, place)
    return row


def _value(column: Column[Any], place: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, place)
    if isinstance(column.type, Proof):
        return [asdict(one) for one in _EVIDENCE] if place == 1 else []
    for kind in (column.type, getattr(column.type, "impl", None)):
        for known, full in _FULL.items():
            if isinstance(kind, known):
                return full if place == 1 else _BARE[known]
    if isinstance(column.type, Integer):
        return place
    named = f"{column.table.name}.{column.name} {place}"
    return f"{named} {ODD}" if place == 1 else named
