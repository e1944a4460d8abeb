from __future__ import annotations

from datetime import timedelta

from tests.store.world import DAY, HOUR, NOW, read, sighting, take_in

LEASE = HOUR / 4


def poll(store, name="inbox", *, now, message="", **counts):
    store.register_sources([name], now=now)
    assert store.claim_source(name, now=now, lease=LEASE, holder="host:1:a")
    store.record_poll(
        name, outcome="network" if message else "new", message=message, now=now,
        next_poll=now + HOUR, holder="host:1:a", **counts,
    )  # fmt: skip


def daily(store, days, *, until, sender="linkedin.com", name="inbox", **more):
    """An alert a day, the last on the day *until*."""
    for number in range(days):
        now = until - (days - 1 - number) * DAY
        shown = sighting(f"CX Lead {sender} {number}")
        one = read(f"{sender} {number}", shown, source=name, sender=sender, **more)
        take_in(store, one, now=now, source=name)
        poll(store, name, now=now)


def test_a_source_that_stops_is_reported_once_it_is_significant(store):
    stopped = NOW - 9 * DAY
    daily(store, 35, until=stopped)
    for number in range(1, 10):
        assert store.silences(["inbox"], now=stopped + number * DAY) == {}, "not polled, not silent"
    for number in range(1, 10):
        poll(store, now=stopped + number * DAY)
    assert store.silences(["inbox"], now=stopped + 7 * DAY) == {}
    (told,) = store.silences(["inbox"], now=NOW)["inbox"]
    assert told.startswith("linkedin.com in inbox brought 1 alert a day with 1 posting each")
    (report,) = store.source_reports(["inbox"], since=NOW - DAY, now=NOW)
    assert report.silent == told


def test_one_silent_sender_among_several_is_named(store):
    daily(store, 40, until=NOW, sender="indeed.com")
    daily(store, 30, until=NOW - 10 * DAY)
    for number in range(4):
        one = read(f"changed {number}", sender="linkedin.com", reason="No posting in it.")
        take_in(store, one, now=NOW - (3 - number) * DAY)
    (told,) = store.silences(["inbox"], now=NOW)["inbox"]
    assert told.startswith("linkedin.com in inbox")
    assert "the last 4 alerts showed none" in told


def test_a_failing_source_is_not_called_silent_for_that(store):
    daily(store, 35, until=NOW - 20 * DAY)
    for number in range(20):
        poll(store, now=NOW - number * DAY, message="no answer; try later")
    assert store.silences(["inbox"], now=NOW) == {}


def test_news_alone_is_neither_yield_nor_failure(store):
    daily(store, 35, until=NOW - 5 * DAY, sender="google.com")
    news = sighting("Trends", is_posting=False)
    for number in range(5):
        now = NOW - number * DAY
        take_in(store, read(f"news {number}", news, sender="google.com"), now=now)
        poll(store, now=now)
    assert store.silences(["inbox"], now=NOW) == {}


def test_the_standing_of_a_source_tells_its_last_poll_its_week_and_what_is_usual(store):
    daily(store, 10, until=NOW)
    take_in(store, read("bad", outcome="unreadable", reason="Not a mail."), now=NOW)
    poll(store, now=NOW, alerts=2, sightings=1, unread=1, overflowed=True)
    store.register_sources(["feed"], now=NOW)
    feed, inbox = store.standings(now=NOW)
    assert (feed.source, feed.polled, feed.outcome, feed.usual) == ("feed", None, None, None)
    assert (inbox.alerts, inbox.sightings, inbox.unread, inbox.overflowed) == (2, 1, 1, True)
    assert (inbox.week_alerts, inbox.week_postings, inbox.week_unread) == (8, 7, 1)
    assert str(inbox.usual) == "1 alert a day with 1 posting each"
    assert (inbox.polled, inbox.next_poll, inbox.claim) == (NOW, NOW + HOUR, None)
    assert store.source_names() == ["feed", "inbox"]


def test_a_claim_is_told_until_its_lease_is_over(store):
    store.register_sources(["inbox", "feed"], now=NOW)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="host:1:a")
    (claim,) = store.claims(["inbox", "feed"], now=NOW)
    assert (claim.source, claim.holder, claim.until) == ("inbox", "host:1:a", NOW + LEASE)
    assert store.claims(["feed"], now=NOW) == []
    assert store.claims(["inbox"], now=NOW + LEASE) == []
    one = {found.source: found for found in store.standings(now=NOW)}["inbox"]
    assert one.claim == claim


def test_days_are_utc_days_whatever_zone_the_server_has(store):
    late = NOW.replace(hour=23, minute=30)
    take_in(store, read("a", sighting(), sender="x.example"), now=late)
    early = late + timedelta(hours=1)
    take_in(store, read("b", sighting("B"), sender="x.example"), now=early)
    with store._database.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'America/New_York'")
        from cxdigest.store.arrivals.yields import _history

        found = _history(connection, ["inbox"], early)["inbox"]["x.example"]
    assert [one.day for one in found] == [late.date(), early.date()]
