"""What every table holds as numbers: alike for the same rows in either database, and for no others."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from cxdigest.store import open_store
from cxdigest.store.copies.checksums import tallies
from cxdigest.store.schema import alerts, metadata, postings, sources, verdicts
from tests.ready import put_store
from tests.store.every_row import fill_every_table


def told(store):
    with store._database.reading() as connection:
        return tallies(connection)


def filled(store):
    fill_every_table(store)
    return store


def test_the_same_rows_have_the_same_checksum_in_both_databases(tmp_path, postgres, migrated):
    postgres.run(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY", migrated)
    ours = filled(open_store(str(put_store(tmp_path / "a.sqlite"))))
    theirs = filled(open_store(postgres.url(migrated)))
    here, there = told(ours), told(theirs)
    ours.close(), theirs.close()
    assert here == there
    assert set(here) == set(metadata.tables)
    assert all(one.rows == 2 for one in here.values())


@pytest.mark.parametrize(
    "change",
    [
        update(postings).values(opaque=False),
        update(postings).values(last_seen=None),
        update(postings).values(snippet="other words"),
        update(verdicts).values(confidence=0.7500000001),
        update(sources).values(cursor={"read": 4}),
        update(alerts).values(disagreements=[]),
        delete(verdicts),
    ],
    ids=str,
)
def test_any_other_value_is_another_checksum(store, change):
    filled(store)
    before = told(store)
    with store._database.writing() as connection:
        connection.execute(change)
    after = told(store)
    assert {name for name in before if before[name] != after[name]} >= {change.table.name}


def test_how_json_is_written_and_the_order_of_rows_are_no_difference(store):
    filled(store)
    both = """UPDATE sources SET "cursor" = '%s'"""
    told_so = []
    for written in ('{"read": 3, "tag": "ü"}', r'{ "tag":"\u00fc",  "read": 3}'):
        with store._database.writing() as connection:
            connection.exec_driver_sql(both % written)
        told_so.append(told(store)["sources"])
    assert told_so[0] == told_so[1]
