from __future__ import annotations

import ast
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

import cxdigest
from cxdigest.errors import StoreError
from tests.ready import ready_store
from tests.store.world import DAY, HOUR, NOW, posting_id, read, sighting, take_in


def totals(store):
    counts = store.counts()
    return counts["alerts"], counts["sightings"], counts["postings"]


def test_a_batch_stores_alerts_sightings_and_postings_and_counts_new_ones(store):
    one, two = sighting("Head of CX"), sighting("CX Analyst")
    assert take_in(store, read("a", one, two), read("b")) == 2
    assert totals(store) == (2, 2, 2)
    stored = store.posting(posting_id(one))
    assert (stored.title, stored.first_seen, stored.last_seen) == ("Head of CX", NOW, NOW)


def test_storing_a_batch_again_changes_nothing(store):
    reads = (read("a", sighting()), read("b", sighting("Other")))
    take_in(store, *reads)
    before = store.posting(posting_id(sighting()))
    again = tuple(
        replace(r, postings=read(r.alert.key, *r.extraction.sightings, now=NOW + DAY).postings)
        for r in reads
    )
    assert take_in(store, *again, now=NOW + DAY) == 0
    assert totals(store) == (2, 2, 2)
    assert store.posting(before.id) == before


def test_the_same_content_under_another_key_is_skipped_even_within_one_batch(store):
    first, second, third = (read(key, sighting(), raw=b"same") for key in ("1:1", "2:9", "2:10"))
    assert take_in(store, first, second) == 1
    assert take_in(store, third) == 0
    assert totals(store) == (1, 1, 1)


def test_the_same_key_twice_in_one_batch_is_stored_once(store):
    assert take_in(store, read("a", sighting(), raw=b"1"), read("a", sighting("B"), raw=b"2")) == 1
    assert store.raw_alert("inbox", "a") == b"1"


def test_another_source_may_deliver_the_same_alert(store):
    take_in(store, read("a", sighting()))
    assert (
        take_in(store, read("a", sighting(), source="feed", raw=b"raw inbox a"), source="feed") == 1
    )
    assert totals(store) == (2, 2, 1)


def test_known_is_told_by_key_or_digest_and_by_source(store):
    one = read("a", sighting())
    take_in(store, one)
    assert store.is_known("inbox", "a")
    assert store.is_known("inbox", one.alert.digest)
    assert not store.is_known("inbox", "b")
    assert not store.is_known("feed", "a")
    keys = [f"1:{uid}" for uid in range(12_000)]
    assert store.known_alerts("inbox", [*keys, "a", one.alert.digest]) == {"a", one.alert.digest}
    assert store.known_alerts("inbox", []) == set()


def test_news_is_kept_and_neither_counted_nor_a_posting(store):
    news = sighting("CX trends of the year", is_posting=False)
    assert take_in(store, read("a", news, sighting())) == 1
    assert totals(store) == (1, 2, 1)
    assert [p.title for p, _ in store.unjudged("rules-1", limit=9)] == [
        "Head of Customer Experience"
    ]


def test_an_alert_without_postings_is_kept_with_its_reason(store):
    take_in(store, read("a", outcome="unreadable", reason="Not a mail.", format=""))
    assert store.is_known("inbox", "a")
    assert store.raw_alert("inbox", "a") == b"raw inbox a"


def test_a_source_that_is_not_registered_is_a_mistake_and_stores_nothing(store):
    with pytest.raises(ValueError, match="nowhere is not registered"):
        store.record_batch("nowhere", [read("a", sighting())], {}, now=NOW)
    assert totals(store) == (0, 0, 0)


def test_an_alert_whose_postings_do_not_match_its_sightings_is_a_mistake(store):
    bad = replace(read("a", sighting()), postings=())
    with pytest.raises(ValueError, match="alert a"):
        take_in(store, bad)


def test_an_empty_batch_moves_the_cursor(store):
    assert take_in(store, cursor={"uid": 3}) == 0
    assert store.cursor("inbox") == {"uid": 3}


def test_text_that_no_database_takes_does_not_block_the_batch(store):
    poison = sighting(
        "Head\0 of \ud800CX", company="\0", snippet="a\udfffb", url="https://x.example/\0"
    )
    key = "k\0\ud83d" + "y" * 9000
    bad = read(key, poison, reason="\0bad\ud800", announced=10**30)
    assert take_in(store, bad, cursor={"\0": "\ud800"}) == 1
    assert store.cursor("inbox") == {"\0": "\ud800"}
    stored = store.posting(posting_id(poison))
    assert stored.title == "Head\N{REPLACEMENT CHARACTER} of ?CX"
    assert store.is_known("inbox", key)
    assert store.known_alerts("inbox", [key, "k"]) == {key}
    assert store.raw_alert("inbox", key) is not None
    assert take_in(store, read(key, poison, reason="other")) == 0


def test_long_keys_that_begin_alike_stay_apart(store):
    long = "https://news.example/" + "x" * 5000
    take_in(store, read(long + "1", sighting("A")), read(long + "2", sighting("B")))
    assert totals(store) == (2, 2, 2)
    assert not store.is_known("inbox", long + "3")


def test_raw_alerts_come_back_byte_for_byte_and_are_kept_compressed(store):
    raw = bytes(range(256)) * 50
    take_in(store, read("a", raw=raw))
    assert store.raw_alert("inbox", "a") == raw
    assert store.raw_alert("inbox", "b") is None
    with store._database.reading() as connection:
        (kept,) = connection.exec_driver_sql("SELECT raw FROM raw_alerts").scalars()
    assert zlib.decompress(kept) == raw
    assert len(kept) < len(raw)


def test_raw_alerts_can_be_removed_by_age_and_what_was_read_stays(store):
    take_in(store, read("old", sighting()), now=NOW - 30 * DAY)
    take_in(store, read("older"), now=NOW - 40 * DAY)
    take_in(store, read("new", sighting("B")), now=NOW)
    assert store.prune_raw_alerts(before=NOW - HOUR, limit=1) == 1
    assert store.prune_raw_alerts(before=NOW - HOUR) == 1
    assert store.prune_raw_alerts(before=NOW - HOUR) == 0
    assert store.raw_alert("inbox", "old") is None
    assert store.raw_alert("inbox", "new") == b"raw inbox new"
    assert totals(store) == (3, 2, 2)
    assert store.is_known("inbox", "old")


@pytest.mark.parametrize("outcome", ["unreadable", "empty", "too-large"])
def test_raw_alerts_that_nobody_could_read_yet_are_kept_longer(store, outcome):
    take_in(store, read("read", sighting()), now=NOW - 31 * DAY)
    take_in(store, read("unread", outcome=outcome), now=NOW - 89 * DAY)
    take_in(store, read("too old", outcome=outcome, raw=b"other"), now=NOW - 91 * DAY)
    ages = {"before": NOW - 30 * DAY, "unread_before": NOW - 90 * DAY}
    assert store.prune_raw_alerts(**ages) == 2
    assert store.raw_alert("inbox", "read") is None
    assert store.raw_alert("inbox", "too old") is None
    assert store.raw_alert("inbox", "unread") == b"raw inbox unread"


def test_what_is_removed_is_gone_from_the_files_of_sqlite_too(tmp_path):
    store = ready_store(tmp_path / "cxdigest.sqlite")
    token = b"token-" + bytes(range(97, 123)) * 3
    take_in(store, read("a", raw=zlib.compress(token)))
    with store._database.reading() as connection:
        (kept,) = connection.exec_driver_sql("SELECT raw FROM raw_alerts").scalars()
    path = Path(store._database.place)
    store.prune_raw_alerts(before=NOW + DAY)
    with store._database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    files = list(path.parent.glob(path.name + "*"))
    assert path in files
    for file in files:
        assert kept not in file.read_bytes(), file
    store.close()


def test_only_one_module_touches_raw_alerts():
    package = Path(cxdigest.__file__).parent
    users = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and node.id == "raw_alerts")
        or (isinstance(node, ast.alias) and node.name == "raw_alerts")
    }
    assert users == {
        "store/schema/__init__.py",
        "store/schema/arrivals.py",
        "store/arrivals/raw.py",
    }


def test_a_cursor_that_the_alerts_cannot_be_stored_with_is_not_stored_either(store):
    take_in(store, read("a", sighting()), cursor={"uid": 1})
    _rename(store, "sightings", "elsewhere")
    try:
        with pytest.raises(StoreError):
            take_in(store, read("b", sighting()), cursor={"uid": 2})
    finally:
        _rename(store, "elsewhere", "sightings")
    assert store.cursor("inbox") == {"uid": 1}
    assert not store.is_known("inbox", "b")


def _rename(store, old, new):
    with store._database.writing() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
