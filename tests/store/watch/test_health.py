from __future__ import annotations

from tests.store.world import (
    DAY,
    HOUR,
    NOW,
    compose,
    judge,
    posting_id,
    read,
    sighting,
    take_in,
    verdict,
)


def test_the_last_wake_is_the_latest_of_all_workers(store):
    assert store.last_wake() is None
    store.wake(now=NOW, holder="w1")
    store.wake(now=NOW + HOUR, holder="w2")
    store.wake(now=NOW + HOUR / 2, holder="w1")
    assert store.last_wake() == NOW + HOUR


def test_workers_that_are_long_gone_are_forgotten(store):
    store.wake(now=NOW - 60 * DAY, holder="gone")
    store.wake(now=NOW, holder="here")
    with store._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT holder FROM workers").scalars().all() == ["here"]


def test_overdue_names_the_source_and_when_it_was_due(store):
    store.register_sources(["inbox", "left the configuration"], now=NOW)
    assert store.overdue(now=NOW + HOUR, grace=HOUR) == []
    later = NOW + 2 * HOUR
    assert len(store.overdue(now=later, grace=HOUR)) == 2
    (sentence,) = store.overdue(now=later, grace=HOUR, sources_in_use=["inbox"])
    assert sentence == "Source inbox was due at 2026-11-21 07:30 UTC and has not been polled."


def test_overdue_names_the_delivery_and_what_went_wrong(store):
    compose(store, "ada@x.example")
    (sentence,) = store.overdue(now=NOW + 2 * HOUR, grace=HOUR)
    assert "ada for 2026-11-21 to ada@x.example over smtp" in sentence
    delivery = store.claim_delivery(now=NOW, lease=HOUR, holder="w1")
    assert store.overdue(now=NOW + HOUR, grace=HOUR) == []
    store.finish_delivery(
        delivery.id, state="waiting", detail="421 busy", now=NOW, next_try=NOW, holder="w1"
    )
    (sentence,) = store.overdue(now=NOW + 2 * HOUR, grace=HOUR)
    assert sentence.endswith("has not been sent: 421 busy")


def test_counts_are_of_the_latest_verdicts(store):
    take_in(store, read("a", *(sighting(t) for t in ("A", "B", "C")), sighting(is_posting=False)))
    a, b = posting_id(sighting("A")), posting_id(sighting("B"))
    judge(store, verdict(a), verdict(b, kind="store"))
    judge(store, verdict(b, kind="service", rules="rules-2"))
    compose(store, "ada@x.example")
    counts = store.counts()
    expected = {
        "alerts": 1, "sightings": 4, "postings": 3, "digests": 1, "unjudged": 1,
        "kind.genuine": 1, "kind.service": 1, "kind.store": 0, "delivery.waiting": 1,
    }  # fmt: skip
    assert {key: counts[key] for key in expected} == expected
