"""Every test that asks for ``store`` or ``url`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxdigest.store import open_store


@pytest.fixture(scope="session")
def migrated(postgres):
    """A PostgreSQL database with all tables, to copy from."""
    name = postgres.create()
    open_store(postgres.url(name)).close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """A fresh database; PostgreSQL's has its tables already, because copying them is faster."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store/cxdigest.db"
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create(request.getfixturevalue("migrated"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def store(url):
    opened = open_store(url, patience=timedelta(seconds=20))
    yield opened
    opened.close()
