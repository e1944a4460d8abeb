"""A database that an earlier version wrote: it is taken over whole, and nothing is sent again."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import insert, inspect, select

from cxdigest.identity import posting_of, tier_of
from cxdigest.store import Wanted, open_store
from cxdigest.store.database.connection import connect
from cxdigest.store.database.upgrade import alembic_config
from cxdigest.store.schema import alerts, digest_items, merges, metadata, posting_keys, sightings
from cxdigest.terms import asked_for
from tests.store.openings.test_merging import COPY, ELSEWHERE, OWN, ROLE, ids, rows, whole
from tests.store.world import DAY, NOW, TODAY, read, sighting, take_in
from tests.worlds import Shelf, World

NEWS = replace(sighting("Ten years of customer experience"), is_posting=False)
DUTIES = "Own the customer journey from the first call to the renewal. " * 8
OLD = "0002"


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path):
    """A database of the version before openings were known, with what a year of it leaves."""
    if request.param == "sqlite":
        url = str(tmp_path / "old.sqlite")
    else:
        url = request.getfixturevalue("fresh_postgres")
    database = connect(url, patience=timedelta(seconds=20))
    with database.writing() as connection:
        _go(connection, command.upgrade)
        for name, table_rows in _rows().items():
            connection.execute(insert(metadata.tables[name]), table_rows)
    database.engine.dispose()
    return url


def _go(connection, way, to=OLD):
    config = alembic_config()
    config.attributes["connection"] = connection
    way(config, to)


def _rows():
    """ROLE was shown and sent; COPY of it, and one in another city, came after."""
    moment = NOW
    shown = [[ROLE, NEWS], [COPY, ELSEWHERE]]
    return {
        "sources": [
            {"name": "inbox", "cursor": {"read": 2}, "next_poll": moment, "polled": moment,
             "outcome": "new", "message": "", "failures": 0}
        ],
        "polls": [{"source": "inbox", "polled": moment, "outcome": "new", "message": "", "holder": "w"}],
        "alerts": [
            {"id": number, "source": "inbox", "key": f"a{number}", "digest": f"{number}" * 64,
             "media": "mail", "too_large": 0, "outcome": "read", "reason": "", "format": "indeed",
             "search_url": "", "stored": moment}
            for number in (1, 2)
        ],
        "postings": [_posting(one) for one in (ROLE, COPY, ELSEWHERE)],
        "sightings": [
            {"alert_id": number, "position": place, "source": "inbox", "seen": moment,
             "posting_id": posting_of(one, now=NOW).id if one.is_posting else None,
             **{name: value for name, value in asdict(one).items() if name != "description"}}
            for number, each in enumerate(shown, start=1)
            for place, one in enumerate(each)
        ],
        "profiles": [{"name": "ada", "registered": moment}],
        "digests": [
            {"id": "d1", "profile": "ada", "day": TODAY, "made": moment, "subject": "1 role",
             "text": b"", "html": b""}
        ],
        "digest_items": [
            {"digest_id": "d1", "posting_id": ids(one)[0], "profile": "ada", "section": "genuine",
             "position": place}
            for place, one in enumerate((ROLE, ELSEWHERE))
        ],
        "deliveries": [
            {"id": "v1", "digest_id": "d1", "channel": "mail", "recipient": "ada@x.example",
             "message_id": "<1@x.example>", "state": "sent", "attempts": 1, "detail": "",
             "changed": moment}
        ],
    }  # fmt: skip


def _posting(one):
    posting = replace(posting_of(one, now=NOW), description=DUTIES if one is ROLE else "")
    new = ("employment", "valid_through", "apply_url", "closed", "duties_from", "unproven")
    values = {name: value for name, value in asdict(posting).items() if name not in new}
    return values | {"tier": tier_of(posting), "judged": ""}


def test_what_an_earlier_version_stored_is_taken_over_whole(old):
    store = open_store(old)
    role, copy, elsewhere = ids(ROLE, COPY, ELSEWHERE)
    found = rows(store, sightings)
    assert sorted(row["key"] for row in found) == sorted(["", role, copy, elsewhere])
    assert all(row["key"] == (row["posting_id"] or "") for row in found)
    assert {row["authenticity"] for row in found} == {"unknown"}
    assert sorted(row["shown"] for row in rows(store, alerts)) == [1, 2], "news is not counted"
    assert store.posting(role).duties_from == "alert"
    assert store.posting(copy).duties_from == ""
    assert store.cursor("inbox") == {"read": 2}
    store.close()


def test_what_was_sent_is_not_sent_again_and_copies_are_found(old, tmp_path):
    world = World(tmp_path, sources=[Shelf([])])
    world.store.close()
    world.store = store = open_store(old)
    role, copy, elsewhere = ids(ROLE, COPY, ELSEWHERE)
    world.turn(after=DAY)
    assert store.known_as(copy) == role
    assert rows(store, merges)[0]["reason"]
    assert {row["posting_id"] for row in rows(store, posting_keys)} == {role, elsewhere}
    (mail,) = world.mail.mails
    assert "No new postings" in mail["text"]
    whole(store)
    take_in(store, read("b", OWN, now=NOW + DAY), now=NOW + DAY)
    world.turn(after=DAY)
    assert store.known_as(ids(OWN)[0]) == role
    assert "No new postings" in world.mail.mails[-1]["text"]
    store.close()


def test_the_way_back_keeps_what_the_earlier_version_knows(old):
    store = open_store(old)
    before = len(rows(store, sightings))
    store.identify(limit=100, now=NOW)
    with store._database.writing() as connection:
        _go(connection, command.downgrade)
        assert "key" not in {
            column["name"] for column in inspect(connection).get_columns("sightings")
        }
        assert not inspect(connection).has_table("merges")
        assert len(connection.scalars(select(sightings.c.title)).all()) == before
        assert set(connection.scalars(select(digest_items.c.posting_id))) == set(
            ids(ROLE, ELSEWHERE)
        )
    store.close()
    again = open_store(old)
    assert again.counts()["sightings"] == before
    again.close()


def test_what_was_stored_before_is_found_by_its_words(old):
    store = open_store(old)
    stored = store.counts()["postings"]
    assert store.take_in_words(limit=1000) == stored > 0
    asked = Wanted(words=asked_for(ROLE.title))
    (found,) = {
        one.posting.title
        for one in store.find("ada", _every_source(store), asked, fingerprint="").candidates
    }
    assert found == ROLE.title
    store.close()


def _every_source(store) -> list[str]:
    with store._database.reading() as connection:
        return list(connection.scalars(select(sightings.c.source).distinct()))
