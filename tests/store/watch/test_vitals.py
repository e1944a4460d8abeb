"""The pulse of an instance, and counters that neither a restart nor retention can set back."""

from __future__ import annotations

from datetime import timedelta

from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    TODAY,
    compose,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)

LATER = NOW + HOUR


def poll(store, *, outcome="new", at=NOW, **more):
    store.register_sources(["inbox"], now=NOW)
    store.claim_source("inbox", now=at, lease=HOUR, holder="w")
    store.record_poll(
        "inbox", outcome=outcome, message="", now=at, next_poll=at + HOUR, holder="w", **more
    )


def test_polls_and_verdicts_are_counted_once_however_often_one_looks(store):
    poll(store, alerts=2, sightings=3, unread=1)
    poll(store, outcome="auth")
    take_in(store, read("a", sighting("A"), sighting("B")))
    judge(
        store, verdict(posting_id(sighting("A"))), verdict(posting_id(sighting("B")), kind="store")
    )
    assert store.tallies() == {"polls": {}, "polled": {}, "verdicts": {}}
    assert [store.tally(now=LATER) for _ in range(3)] == [True, False, False]
    assert store.tallies() == {
        "polls": {"new": 1, "auth": 1},
        "polled": {"alerts": 2, "sightings": 3, "unread": 1},
        "verdicts": {"genuine": 1, "store": 1},
    }
    poll(store, sightings=4, at=LATER)
    assert store.tally(now=LATER + HOUR)
    assert store.tallies()["polls"] == {"new": 2, "auth": 1}
    assert store.tallies()["polled"]["sightings"] == 7


def test_what_may_not_be_seen_by_everybody_yet_is_counted_later(store):
    poll(store)
    store.tally(now=NOW + timedelta(minutes=1))
    assert store.tallies()["polls"] == {}
    store.tally(now=NOW + timedelta(minutes=2))
    assert store.tallies()["polls"] == {"new": 1}


def test_what_is_removed_stays_counted(store):
    poll(store)
    store.tally(now=LATER)
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM polls")
    assert not store.tally(now=LATER + DAY)
    assert store.tallies()["polls"] == {"new": 1}


def test_a_note_is_changed_by_whoever_saw_the_last_one(store):
    assert store.note("backup") is None
    assert store.put_note("backup", "one", instead=None)
    assert not store.put_note("backup", "two", instead=None)
    assert not store.put_note("backup", "two", instead="zero")
    assert store.put_note("backup", "two", instead="one")
    assert store.note("backup") == "two"


def test_editions_deliveries_and_queues_are_found_by_what_is_asked(store):
    take_in(store, read("a", sighting("A"), sighting("B")))
    judge(store, verdict(posting_id(sighting("A"))))
    compose(store, "ada@x.example", "coach@x.example")
    assert store.editions(["ada", "ben"], {TODAY}) == {("ada", TODAY)}
    assert store.editions(["ada"], {TODAY - DAY}) == set()
    assert store.editions([], {TODAY}) == set()
    assert [(one.profile, one.state) for one in store.handed_over(["ada"], {TODAY})] == [
        ("ada", "waiting")
    ] * 2
    number, late, oldest = store.waiting_deliveries(late=NOW + HOUR)
    assert (number, late, oldest) == (2, 2, NOW)
    assert store.waiting_deliveries(late=NOW)[1] == 0
    assert store.queues()["judge"] == 1
    assert store.sizes()["postings"] == 2
    assert store.sizes()["deliveries"] == 2
    assert store.size() > 10_000


def test_how_sources_stand_is_told_with_their_next_poll(store):
    poll(store, outcome="auth")
    (one,) = store.polling()
    assert (one.name, one.next_poll, one.outcome) == ("inbox", NOW + HOUR, "auth")


def test_the_last_wake_may_be_one_workers(store):
    store.wake(now=NOW, holder="w1")
    store.wake(now=LATER, holder="w2")
    assert store.last_wake("w1") == NOW
    assert store.last_wake("w3") is None
