"""How polls went, what they brought by day, and asking for one at once."""

from __future__ import annotations

from datetime import timedelta

from tests.store.world import DAY, HOUR, NOW, read, sighting, take_in

LEASE = timedelta(minutes=15)


def polled(store, name="inbox", *, at=NOW, outcome="new", message="", **more):
    store.register_sources([name], now=at)
    assert store.claim_source(name, now=at, lease=LEASE, holder="host:1:a")
    store.record_poll(
        name,
        outcome=outcome,
        message=message,
        now=at,
        next_poll=at + HOUR,
        holder="host:1:a",
        **more,
    )


def test_the_last_polls_come_first_and_are_those_of_one_source(store):
    for number in range(5):
        polled(store, at=NOW + number * HOUR * 2, alerts=number, sightings=number, unread=1)
    polled(store, "feed", outcome="network", message="feed: not reached")
    found = store.polls_of("inbox", most=3)
    assert [one.alerts for one in found] == [4, 3, 2]
    assert (found[0].outcome, found[0].unread, found[0].message) == ("new", 1, "")
    assert [one.message for one in store.polls_of("feed", most=3)] == ["feed: not reached"]
    assert store.polls_of("nobody", most=3) == []


def test_yields_are_counted_by_utc_day_without_mails_to_us(store):
    late = NOW.replace(hour=23, minute=30)
    take_in(store, read("a", sighting("A"), sighting("B")), now=late)
    take_in(store, read("b", outcome="unreadable"), read("c", sighting("C")), now=late + HOUR)
    reply = read("d", outcome="not-an-alert", format="reply")
    take_in(store, reply, now=late + HOUR)
    take_in(store, read("e", sighting("E")), now=late - 40 * DAY)
    found = store.daily_yields(["inbox", "feed"], since=NOW - 30 * DAY)
    assert found["feed"] == []
    days = [(one.day, one.alerts, one.postings, one.unread) for one in found["inbox"]]
    assert days == [(late.date(), 1, 2, 0), ((late + HOUR).date(), 2, 1, 1)]


def test_a_source_that_is_asked_for_is_due_for_any_worker(store):
    polled(store)
    assert store.due_sources(["inbox"], now=NOW) == []
    assert store.poll_soon("inbox", now=NOW)
    assert store.due_sources(["inbox"], now=NOW) == ["inbox"]


def test_a_source_in_hand_or_left_alone_or_unknown_is_not_asked_for(store):
    assert not store.poll_soon("inbox", now=NOW)
    polled(store, outcome="throttled", message="inbox: asked too often")
    assert not store.poll_soon("inbox", now=NOW)
    assert store.poll_soon("inbox", now=NOW + HOUR)  # it is due then anyway
    polled(store, "feed")
    assert store.claim_source("feed", now=NOW, lease=LEASE, holder="other")
    assert not store.poll_soon("feed", now=NOW)
    assert store.poll_soon("feed", now=NOW + LEASE)


def test_the_standing_of_some_sources_is_that_of_all_without_the_others(store):
    polled(store, alerts=2)
    polled(store, "feed")
    take_in(store, read("a", sighting()), now=NOW)
    all_of_them = {one.source: one for one in store.standings(now=NOW)}
    assert store.standings(now=NOW, among=["inbox"]) == [all_of_them["inbox"]]
    assert store.standings(now=NOW, among=[]) == []
