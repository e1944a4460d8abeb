"""Move an instance from one database into another, row by row, and compare what arrived.

The source is locked for as long as it is read, so that nothing is written behind the move's back,
and says at its end where it went: a worker that was forgotten there stops at its next wake. Memory
does not grow with what is stored. Knows nothing of processes: who is still alive is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Table, func, inspect, select, text

from cxdigest.errors import StoreError
from cxdigest.language import _
from cxdigest.model import require_utc
from cxdigest.store.copies.checksums import Count, Tally, stored_rows, tally
from cxdigest.store.copies.landing import (
    finish,
    landing,
    never_too_long,
    require_empty,
    rest,
    write_rows,
)
from cxdigest.store.database.connection import Database, connect, shown
from cxdigest.store.database.migrate import revision
from cxdigest.store.database.moved import mark_moved, moved_to, unmark
from cxdigest.store.schema import REVISION, metadata, searched, unsearched, workers

#: A worker that woke within this time may be asleep between two turns.
AWAKE = timedelta(minutes=10)
Part = Literal["copy", "index", "compare", "words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a move has come."""

    part: Part
    done: int  #: rows, or indexes, or postings whose words are taken in
    total: int
    what: str = ""  #: the table in hand


@dataclass(slots=True, kw_only=True)
class Move:
    """What a move does and did."""

    source: str  #: what a person calls it; without the password
    target: str
    url: str  #: what ``store.url`` says from now on; without the password
    #: By the name of the table what left and what arrived; in the order in which they were moved.
    tables: dict[str, tuple[Tally, Tally]] = field(default_factory=dict)


def begin_move(source: str, target: str, *, patience: timedelta = timedelta(seconds=30)) -> Move:
    """Look whether the store at *source* may be moved to *target*; both are paths or URLs.

    Raises:
        StoreError: there is no store of this version, or something is at *target* already.
    """
    known = _source(source, patience)
    try:
        with known.reading() as connection:
            _require_store(connection, known.place)
    finally:
        known.engine.dispose()
    to = require_empty(target, patience=patience)
    if known.is_sqlite and Path(known.place).resolve() == Path(to).resolve():
        raise StoreError(_("{to} cannot be moved to itself; name another place", to=to))
    return Move(source=known.place, target=to, url=shown(target))


def carry_out(
    move: Move,
    source: str,
    target: str,
    *,
    now: datetime,
    ended: Callable[[str], bool],
    force: bool = False,
    patience: timedelta = timedelta(seconds=30),
) -> Iterator[Step]:
    """Move, and yield how far that has come; `move.tables` says at the end what arrived.

    *ended* tells of a worker's holder whether its process is gone for certain. Without *force* a
    store whose worker may be running, or that was moved before, is refused. Where it ends before
    its end nothing is at *target*.

    Raises:
        StoreError: one of the databases failed, or what arrived is not what left.
    """
    require_utc("now", now)
    with _locked(source, patience) as (known, out):
        _require_store(out, move.source)
        if not force:
            _require_still(out, move.source, now, ended)
        unmark(out)
        with landing(target, patience=patience) as into:
            resting = rest(into)
            left: dict[str, Tally] = {}
            yield from _copy(known, out, into, left)
            for done, _step in enumerate(finish(into, resting), start=1):
                yield Step(part="index", done=done, total=len(resting))
            yield from _compare(into, left, move)
            into.execute(_ALL_UNSEARCHED)
        mark_moved(out, f"{move.target} at {now:%Y-%m-%d %H:%M} UTC")


def _source(url: str, patience: timedelta) -> Database:
    database = connect(url, patience=patience, make=False)
    if database.is_sqlite and not Path(database.place).exists():
        database.engine.dispose()
        raise StoreError(
            _("there is no store at {place}; see that its path is right", place=database.place)
        )
    return database


@contextmanager
def _locked(url: str, patience: timedelta) -> Iterator[tuple[Database, Connection]]:
    """Give a database and a connection to it, to which nobody else writes meanwhile."""
    database = _source(url, patience)
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                never_too_long(connection)
                names = ", ".join(f'"{name}"' for name in metadata.tables)
                if inspect(connection).has_table("alembic_version"):
                    connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
            yield database, connection
    finally:
        database.engine.dispose()


def _require_store(connection: Connection, place: str) -> None:
    found = revision(connection)
    if found is None:
        raise StoreError(
            _("{place} holds no store of cxdigest; see that its name is right", place=place)
        )
    if found != REVISION:
        raise StoreError(
            _(
                "{place} has tables of version {found}, and this program moves version "
                "{revision}: migrate it first, with any command that opens it (cxdigest "
                "health), or move it with the cxdigest that wrote it",
                place=place,
                found=found,
                revision=REVISION,
            )
        )


def _require_still(
    connection: Connection, place: str, now: datetime, ended: Callable[[str], bool]
) -> None:
    if (elsewhere := moved_to(connection)) is not None:
        raise StoreError(
            _(
                "{place} was moved to {elsewhere}; move from there, or write --force to "
                "go on with what stands here: digests that the other sent since are sent "
                "again then",
                place=place,
                elsewhere=elsewhere,
            )
        )
    query = select(workers.c.holder, workers.c.woke).where(workers.c.woke > now - AWAKE)
    awake = [row for row in connection.execute(query).all() if not ended(row.holder)]
    if awake:
        last = max(awake, key=lambda row: row.woke)
        raise StoreError(
            _(
                "a worker may be running on {place}: {holder} woke at {woke} UTC; stop "
                "it and try again after {awake} UTC, or write --force where you know "
                "that it is stopped",
                place=place,
                holder=last.holder,
                woke=f"{last.woke:%H:%M:%S}",
                awake=f"{last.woke + AWAKE:%H:%M}",
            )
        )


def _copy(
    known: Database, out: Connection, into: Connection, left: dict[str, Tally]
) -> Iterator[Step]:
    tables = metadata.sorted_tables
    with known.translating():
        counts = [out.scalar(select(func.count()).select_from(one)) or 0 for one in tables]
    done, total = 0, sum(counts)
    for table in tables:
        count = Count(table)
        for rows in _read(known, out, table):
            count.add(rows)
            write_rows(into, table, rows)
            done += len(rows)
            yield Step(part="copy", done=done, total=total, what=table.name)
        left[table.name] = count.tally()


def _read(known: Database, out: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of *table*; what fails is the source's failure, not the target's."""
    with known.translating():
        yield from stored_rows(out, table)


def _compare(into: Connection, left: Mapping[str, Tally], move: Move) -> Iterator[Step]:
    done, total = 0, sum(one.rows for one in left.values())
    for table in metadata.sorted_tables:
        yield Step(part="compare", done=done, total=total, what=table.name)
        move.tables[table.name] = left[table.name], tally(into, table)
        done += left[table.name].rows
    strange = [name for name, (here, there) in move.tables.items() if here != there]
    if strange:
        raise StoreError(
            _(
                "what arrived at {target} is not what left {source} ({strange}), so "
                "nothing was kept there; see that its disk is healthy and begin again",
                target=move.target,
                source=move.source,
                strange=", ".join(strange),
            )
        )


#: What each database finds by its words is its own: all are taken in anew, under the same numbers,
#: the newest first.
_ALL_UNSEARCHED = unsearched.insert().from_select(
    ["posting_id"],
    select(searched.c.posting_id)
    .where(searched.c.posting_id.not_in(select(unsearched.c.posting_id)))
    .order_by(searched.c.number.desc()),
)
