"""Every test that asks for ``store`` or ``url`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxdigest.store import open_store
from cxdigest.store.schema import metadata
from tests.ready import put_store

#: Of the few rows that a test leaves, to delete each takes a third of what it takes to truncate all
#: tables. No key can be broken where none is left.
_EMPTY = "; ".join(
    [
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table}" for table in metadata.tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)


@pytest.fixture(scope="session")
def migrated(postgres):
    """A PostgreSQL database with all tables."""
    name = postgres.create()
    open_store(postgres.url(name)).close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """An empty database that has its tables already."""
    if request.param == "sqlite":
        return f"sqlite:///{put_store(tmp_path / 'store' / 'cxdigest.db')}"
    postgres = request.getfixturevalue("postgres")
    name = request.getfixturevalue("migrated")
    postgres.run(_EMPTY, name)
    return postgres.url(name)


@pytest.fixture
def fresh_postgres(postgres):
    """The URL of a PostgreSQL database without any table."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def store(url):
    opened = open_store(url, patience=timedelta(seconds=20))
    yield opened
    opened.close()
