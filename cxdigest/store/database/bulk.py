"""Many rows at once, past the part of SQLAlchemy that looks at every value of every row.

A poll of twenty entries stores some thousand values; by this way that takes less than half of the
time (``make bench``). The statement and the conversion of each column are still SQLAlchemy's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

_Row = Mapping[str, Any]


def insert_new(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that leaves rows alone which are there already."""
    return _insert_new(table, connection.dialect)


def insert_all(connection: Connection, table: Table, rows: Sequence[_Row]) -> int:
    """Insert *rows*, each with a value for every column, but those that are there already.

    Returns how many were not there.
    """
    if not rows:
        return 0
    sql, parameters = _statement(table, connection.dialect)
    result = connection.exec_driver_sql(
        sql,
        [parameters(row) for row in rows],
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount


def among(dialect: Dialect, *columns: Column[Any]) -> ColumnElement[bool]:
    """Return the condition that each of *columns* is one of its values, which `lists` gives.

    A list is one parameter: a statement with one a value is made anew for each number of them.
    SQLite, which has no statistics, cannot see how many there are, and uses the index that has all
    of *columns*; it would else begin at that of whichever column has one value, and read all that
    this one ever had.
    """
    if dialect.name == "sqlite":
        every = [
            func.json_each(bindparam(column.name, type_=Text)).table_valued("value")
            for column in columns
        ]
        return and_(
            *(column.in_(select(one.c.value)) for column, one in zip(columns, every, strict=True))
        )
    return and_(*(column == any_(bindparam(column.name, type_=ARRAY(Text))) for column in columns))


def lists(connection: Connection, **values: Collection[str]) -> dict[str, Any]:
    """Return the parameters of a statement with `among`: the values by the name of the column."""
    write = json.dumps if connection.dialect.name == "sqlite" else list
    return {name: write(list(those)) for name, those in values.items()}


def _insert_new(table: Table, dialect: Dialect) -> sqlite.Insert | postgresql.Insert:
    if dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


@cache
def _statement(table: Table, dialect: Dialect) -> tuple[str, Callable[[_Row], Any]]:
    compiled = _insert_new(table, dialect).compile(dialect=dialect)
    names = compiled.positiontup or table.c.keys()
    writers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    changed = [(place, writer) for place, writer in enumerate(writers) if writer]

    def parameters(row: _Row) -> Any:  # noqa: ANN401 - what the driver takes
        values = [row[name] for name in names]
        for place, writer in changed:
            values[place] = writer(values[place])
        return tuple(values) if compiled.positiontup else dict(zip(names, values, strict=True))

    return str(compiled), parameters
