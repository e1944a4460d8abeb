"""What SQLAlchemy makes of a statement, kept for all stores of a process and not for each.

A test opens a store of its own, and an engine begins with none of its statements compiled: that took
a third of what turns cost in tests. Two engines compile alike if their dialects are of one class, one
style of parameters and one version of the server, so those are taken for equal here. Processes that
fork many workers share before they fork (``tests/warm.py``).
"""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

#: Three times what an engine keeps: so many the tests of a process ask in turn.
_KEPT: LRUCache = LRUCache(1500)
_new = Engine.__init__


def _alike(dialect: DefaultDialect) -> tuple[Hashable, ...]:
    return type(dialect), dialect.paramstyle, getattr(dialect, "server_version_info", None)


def _init(engine: Engine, *arguments, **more) -> None:
    _new(engine, *arguments, **more)
    engine._compiled_cache = _KEPT


def share() -> None:
    """From here on each new engine of this process and of those that it forks shares them."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = lambda one, other: _alike(one) == _alike(other)
        dialect.__hash__ = lambda one: hash(type(one))
    Engine.__init__ = _init
