"""What every table holds, as a number of rows and a checksum that knows no database.

Values are compared in the form in which SQLite keeps them: moments as UTC text, true as 1, JSON as
text, bytes as they are stored. So the same rows have the same checksum in SQLite and PostgreSQL,
in whatever order they are read. Words to be found by are left out: each database has its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from cxdigest.store.schema import metadata
from cxdigest.store.schema.columns import AsStored, storable

#: Rows read at once: of the largest, postings with their duties, some megabytes.
BATCH = 500
_Row = tuple[Any, ...]
_WRAP = 1 << 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one table holds."""

    rows: int = 0
    checksum: str = "0" * 32  #: 32 hexadecimal digits; of no rows zero


class Count:
    """A tally in the making, of the rows of one table in any order."""

    def __init__(self, table: Table) -> None:
        self._json = [
            place for place, one in enumerate(carried(table)) if isinstance(_impl(one), JSON)
        ]
        self._rows = 0
        self._sum = 0

    def add(self, rows: Sequence[_Row]) -> None:
        """Count *rows*, each with the values of `carried` in the form of `stored_rows`."""
        total = self._sum
        for row in rows:
            said = ascii(self._in_order(row) if self._json else row).encode()
            total += int.from_bytes(hashlib.blake2b(said, digest_size=16).digest(), "big")
        # A sum does not depend on the order, and unlike XOR it notices a row that stands twice.
        self._sum = total % _WRAP
        self._rows += len(rows)

    def tally(self) -> Tally:
        """Return what was counted."""
        return Tally(rows=self._rows, checksum=f"{self._sum:032x}")

    def _in_order(self, row: _Row) -> _Row:
        values = list(row)
        for place in self._json:
            if values[place] is not None:
                values[place] = _one_way(values[place])
        return tuple(values)


def tallies(
    connection: Connection,
    tables: MetaData = metadata,
    told: Callable[[int], object] = lambda _rows: None,
) -> dict[str, Tally]:
    """Return the tally of each of *tables*, by its name. Reads all that is stored once.

    *told* is told now and then of how many rows that were so far.
    """
    found: dict[str, Tally] = {}
    for table in tables.sorted_tables:
        before = sum(one.rows for one in found.values())
        found[table.name] = tally(connection, table, partial(_after, before, told))
    return found


def _after(before: int, told: Callable[[int], object], rows: int) -> None:
    told(before + rows)


def tally(
    connection: Connection, table: Table, told: Callable[[int], object] = lambda _rows: None
) -> Tally:
    """Return the tally of *table*; the memory needed does not grow with it."""
    count, read = Count(table), 0
    for rows in stored_rows(connection, table):
        count.add(rows)
        read += len(rows)
        told(read)
    return count.tally()


def carried(table: Table) -> list[Column[Any]]:
    """Return the columns of *table* that mean the same in every database."""
    return [one for one in table.c if not isinstance(_impl(one), TSVECTOR)]


def stored_rows(connection: Connection, table: Table) -> Iterator[list[_Row]]:
    """Yield the rows of *table*, some hundred at once, as SQLite has them.

    Text is what every database takes: ``columns.storable``. In the order in which a SQLite table
    that is its own index is written fastest; the others as they lie.
    """
    query = _query(table, connection.dialect).execution_options(yield_per=BATCH)
    result = connection.execute(query)
    try:
        # PostgreSQL took nothing that would have to be replaced.
        as_read = map if connection.dialect.name == "sqlite" else _untouched
        for rows in result.partitions():
            yield [tuple(as_read(_clean, row)) for row in rows]
    finally:
        result.close()


def _query(table: Table, dialect: Dialect) -> Select[Any]:
    asked: Iterable[ColumnElement[Any]] = (
        type_coerce(one, AsStored) if dialect.name == "sqlite" else _like_sqlite(one)
        for one in carried(table)
    )
    query = select(*asked)
    if dialect.name == "sqlite" or table.dialect_options["sqlite"]["with_rowid"]:
        return query
    return query.order_by(*table.primary_key.columns)


def _like_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    """Return what makes PostgreSQL give a value as SQLite keeps it."""
    kind = column.type
    if isinstance(_impl(column), DateTime):
        utc = func.timezone("UTC", column)
        return func.to_char(utc, "YYYY-MM-DD HH24:MI:SS.US", type_=Text)
    if isinstance(kind, Date):
        return func.to_char(column, "YYYY-MM-DD", type_=Text)
    if isinstance(kind, Boolean):
        return cast(column, Integer)
    if isinstance(_impl(column), JSON):
        return cast(column, Text)
    return type_coerce(column, AsStored)


def _impl(column: Column[Any]) -> Any:  # noqa: ANN401 - a type, or the one that it wraps
    return getattr(column.type, "impl", column.type)


def _untouched(_clean: object, row: Iterable[Any]) -> Iterable[Any]:
    return row


def _clean(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return storable(value) if type(value) is str else value


@lru_cache(maxsize=64)
def _one_way(text: str) -> str:
    """Return JSON as it is always written, whoever wrote it."""
    return json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
