"""What happened since this instance began, counted so that a restart and retention lose nothing.

Polls and verdicts have numbers that grow: what is above a mark is counted once and added, with the
mark, in one row of ``instance``. So counting costs what is new, whatever is stored. Rows of the
last minutes wait, since a number is given before its row can be seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select, update

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import instance, polls, verdicts

_NAME = "tallies"
_SETTLED = timedelta(minutes=2)  #: longer than a transaction takes that stores polls or verdicts
_FIRST = 100_000  #: rows that are counted where nothing was yet; older ones are history
_MOST = 200_000  #: rows counted at once
_SUMS = ("alerts", "sightings", "unread")
_MOMENTS = {polls: polls.c.polled, verdicts: verdicts.c.judged}


class Tallies(Part):
    """The counters."""

    def tallies(self) -> Mapping[str, Mapping[str, int]]:
        """Return ``polls`` by outcome, what they ``polled``, and ``verdicts`` by kind."""
        with self._database.reading() as connection:
            known = _known(connection)[1]
        return {name: known.get(name, {}) for name in ("polls", "polled", "verdicts")}

    def tally(self, *, now: datetime) -> bool:
        """Count what came since the last time; tell whether there was anything."""
        require_utc("now", now)
        with self._database.reading() as connection:
            before, known = _known(connection)
            after = _counted(connection, known, now - _SETTLED)
        if after == known:
            return False
        row = {"name": _NAME, "value": json.dumps(after, sort_keys=True)}
        with self._database.writing() as connection:
            if before is None:
                new = insert_new(connection, instance).returning(instance.c.name)
                return connection.scalar(new, row) is not None
            mine = (instance.c.name == _NAME) & (instance.c.value == before)
            # None: another worker counted the same meanwhile.
            return connection.execute(update(instance).where(mine).values(row)).rowcount == 1


def _known(connection: Connection) -> tuple[str | None, dict[str, Any]]:
    stored = connection.scalar(select(instance.c.value).where(instance.c.name == _NAME))
    return stored, json.loads(stored) if stored else {}


def _counted(connection: Connection, known: dict[str, Any], settled: datetime) -> dict[str, Any]:
    marks = dict(known.get("marks", {}))
    counts = {name: Counter(known.get(name, {})) for name in ("polls", "polled", "verdicts")}
    for table in (polls, verdicts):
        begin = marks.get(table.name)
        begin = _begin(connection, table) if begin is None else begin
        end = _end(connection, table, begin, settled)
        if end > begin:
            for row in connection.execute(_rows(table, begin, end)):
                _add(counts, table, row)
        marks[table.name] = end
    return {"marks": marks, **{name: dict(found) for name, found in counts.items()}}


def _begin(connection: Connection, table: Table) -> int:
    newest: int = connection.scalar(select(func.max(table.c.id))) or 0
    return max(0, newest - _FIRST)


def _end(connection: Connection, table: Table, begin: int, settled: datetime) -> int:
    """Return the number up to which all rows can be seen by everybody."""
    newest = (
        select(table.c.id)
        .where(table.c.id > begin, _MOMENTS[table] <= settled)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    return min(connection.scalar(newest) or begin, begin + _MOST)


def _rows(table: Table, begin: int, end: int) -> Select[Any]:
    new = table.c.id.between(begin + 1, end)
    if table is polls:
        sums = (func.sum(polls.c[name]).label(name) for name in _SUMS)
        return (
            select(polls.c.outcome, func.count().label("number"), *sums)
            .where(new)
            .group_by(polls.c.outcome)
        )
    return (
        select(verdicts.c.kind, func.count().label("number")).where(new).group_by(verdicts.c.kind)
    )


def _add(counts: Mapping[str, Counter[str]], table: Table, row: Row[Any]) -> None:
    label = row[0]
    counts[table.name][label] += row.number
    if table is polls:
        for name in _SUMS:
            counts["polled"][name] += int(getattr(row, name))
