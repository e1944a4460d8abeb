from __future__ import annotations

import pytest

from cxdigest.model import Shortfall
from tests.store.world import DAY, HOUR, NOW, read, sighting, take_in

LEASE = HOUR / 4


def poll(
    store, name, *, outcome="new", message="", next_poll=NOW + HOUR, holder="w1", now=NOW, **more
):
    assert store.claim_source(name, now=now, lease=LEASE, holder=holder)
    store.record_poll(
        name, outcome=outcome, message=message, now=now, next_poll=next_poll, holder=holder, **more
    )


def test_a_new_source_is_due_at_once_and_registering_again_changes_nothing(store):
    store.register_sources(["inbox"], now=NOW)
    poll(store, "inbox")
    store.register_sources(["inbox", "feed"], now=NOW)
    assert store.due_sources(["inbox", "feed"], now=NOW) == ["feed"]


def test_only_named_sources_are_due_the_longest_overdue_first(store):
    store.register_sources(["late", "later", "gone from the configuration"], now=NOW)
    poll(store, "later", next_poll=NOW + HOUR)
    poll(store, "late", next_poll=NOW + 2 * HOUR)
    names = ["late", "later"]
    assert store.due_sources(names, now=NOW + 2 * HOUR) == ["later", "late"]
    assert store.due_sources(names, now=NOW + HOUR) == ["later"]
    assert store.due_sources(names, now=NOW) == []


def test_everything_leaves_out_only_what_a_server_asked_us_to_leave(store):
    store.register_sources(["fresh", "polled", "asked"], now=NOW)
    poll(store, "polled")
    poll(store, "asked", outcome="throttled", message="429")
    names = ["fresh", "polled", "asked"]
    assert store.due_sources(names, now=NOW, everything=True) == ["fresh", "polled"]
    later = NOW + HOUR
    assert set(store.due_sources(names, now=later, everything=True)) == set(names)


def test_a_claim_holds_until_its_lease_is_over(store):
    store.register_sources(["inbox"], now=NOW)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="w1")
    assert not store.claim_source("inbox", now=NOW, lease=LEASE, holder="w2")
    assert store.due_sources(["inbox"], now=NOW, everything=True) == []
    assert store.due_sources(["inbox"], now=NOW + LEASE) == ["inbox"]
    assert store.claim_source("inbox", now=NOW + LEASE, lease=LEASE, holder="w2")


def test_an_unknown_source_cannot_be_claimed(store):
    assert not store.claim_source("nowhere", now=NOW, lease=LEASE, holder="w1")


def test_a_source_that_another_has_polled_meanwhile_is_not_claimed_as_due(store):
    store.register_sources(["inbox"], now=NOW)
    poll(store, "inbox")
    assert not store.claim_source("inbox", now=NOW, lease=LEASE, holder="w2", due_only=True)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="w2")


def test_the_end_of_a_poll_releases_the_claim(store):
    store.register_sources(["inbox"], now=NOW)
    poll(store, "inbox", next_poll=NOW)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="w2")


def test_a_worker_that_lost_its_claim_does_not_release_the_other_workers(store):
    store.register_sources(["inbox"], now=NOW)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="slow")
    assert store.claim_source("inbox", now=NOW + LEASE, lease=LEASE, holder="quick")
    store.record_poll(
        "inbox", outcome="empty", message="", now=NOW + LEASE, next_poll=NOW, holder="slow"
    )
    assert not store.claim_source("inbox", now=NOW + LEASE, lease=LEASE, holder="third")


def test_failures_in_a_row_are_counted_and_forgotten_after_a_success(store):
    store.register_sources(["inbox"], now=NOW)
    assert store.failures("inbox") == 0
    for number in (1, 2):
        poll(store, "inbox", outcome="auth", message="The password was refused.")
        assert store.failures("inbox") == number
    poll(store, "inbox")
    assert store.failures("inbox") == 0


def test_the_cursor_is_empty_at_first_and_then_what_was_stored(store):
    store.register_sources(["inbox"], now=NOW)
    assert store.cursor("inbox") == {}
    cursor = {"uidvalidity": 2**40, "uid": 7, "etag": None, "known": ["ä", {"a": True}]}
    take_in(store, cursor=cursor)
    assert store.cursor("inbox") == cursor


def test_a_report_counts_what_came_in_since_and_gives_reasons_most_frequent_first(store):
    store.register_sources(["inbox", "feed"], now=NOW)
    take_in(store, read("before", outcome="empty", reason="Long ago."), now=NOW - DAY)
    take_in(
        store,
        read("a", sighting()),
        read("b", outcome="unreadable", reason="Not a mail."),
        read("c", outcome="empty", reason="No posting in it."),
        read("d", outcome="too-large", reason="No posting in it."),
        read("e", outcome="not-an-alert", reason="A newsletter."),
    )
    poll(store, "inbox", outcome="network", message="inbox: no answer; try later")
    inbox, feed = store.source_reports(["inbox", "feed"], since=NOW - HOUR, now=NOW)
    assert (inbox.source, inbox.outcome, inbox.polled) == ("inbox", "network", NOW)
    assert inbox.message == "inbox: no answer; try later"
    assert (inbox.alerts, inbox.unread) == (5, 3)
    assert inbox.unread_reasons == ("No posting in it.", "Not a mail.")
    assert (feed.alerts, feed.polled) == (0, None)
    assert "not been polled" in feed.message
    (whole,) = store.source_reports(["inbox"], since=None, now=NOW)
    assert (whole.alerts, whole.unread) == (6, 4)


def test_a_report_tells_what_alerts_announced_and_did_not_show(store):
    two = (sighting("A"), sighting("B"))
    search, other = "https://board.example/jobs?q=cx", "https://board.example/jobs?q=nps"
    more = {"sender": "board.example"}
    take_in(
        store,
        read("small", *two, announced=3, search_url=other, **more),
        read("large", *two, announced=30, search_url=search, **more),
        read("again", *two, announced=20, search_url=search, **more),
        read("whole", *two, announced=2, search_url="https://board.example/whole", **more),
        read("silent", *two, search_url="https://board.example/none", **more),
        read("unread", outcome="empty", announced=9),
    )
    poll(store, "inbox")
    (report,) = store.source_reports(["inbox"], since=None, now=NOW)
    assert report.shortfalls == (
        Shortfall(announced=30, shown=2, search_url=search, sender="board.example"),
        Shortfall(announced=3, shown=2, search_url=other, sender="board.example"),
    )
    (later,) = store.source_reports(["inbox"], since=NOW, now=NOW + HOUR)
    assert later.shortfalls == ()


def test_what_an_alert_shows_under_other_searches_makes_up_for_no_shortfall(store):
    others = [sighting(f"O{n}", section="other-alerts") for n in range(6)]
    take_in(store, read("a", sighting("A"), *others, announced=7))
    poll(store, "inbox")
    (report,) = store.source_reports(["inbox"], since=None, now=NOW)
    assert [(one.announced, one.shown) for one in report.shortfalls] == [(7, 1)]


def test_news_among_the_hits_is_no_shortfall(store):
    take_in(store, read("a", sighting("A"), sighting("News", is_posting=False), announced=2))
    poll(store, "inbox")
    (report,) = store.source_reports(["inbox"], since=None, now=NOW)
    assert report.shortfalls == ()


def test_a_report_counts_unproven_senders_and_parts_that_disagree(store):
    take_in(
        store,
        read("a", sighting("A"), authenticity="failed"),
        read("b", sighting("B"), authenticity="verified", disagreements=("The titles differ.",)),
        read("c", sighting("C")),
        read("d", sighting("D"), authenticity="trusted"),
    )
    poll(store, "inbox")
    (report,) = store.source_reports(["inbox"], since=None, now=NOW)
    assert (report.unverified, report.disagreed) == (1, 1)


def test_a_report_tells_that_a_feed_overflowed_since(store):
    store.register_sources(["feed"], now=NOW)
    poll(store, "feed", now=NOW - DAY, overflowed=True)
    poll(store, "feed", now=NOW)
    (report,) = store.source_reports(["feed"], since=NOW - DAY - HOUR, now=NOW)
    assert report.overflowed
    (report,) = store.source_reports(["feed"], since=NOW - DAY, now=NOW)
    assert not report.overflowed


def test_a_report_on_a_source_that_was_never_registered_says_so(store):
    (report,) = store.source_reports(["new"], since=None, now=NOW)
    assert "not been polled" in report.message


@pytest.mark.parametrize("outcome", ["new", "empty", "unreadable", "auth", "gone"])
def test_every_poll_stays_in_the_history(store, outcome):
    store.register_sources(["inbox"], now=NOW)
    poll(store, "inbox", outcome=outcome)
    poll(store, "inbox", outcome=outcome, now=NOW + HOUR)
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT source, outcome FROM polls").all()
    assert rows == [("inbox", outcome)] * 2


def test_a_source_that_was_polled_in_the_future_is_due_once_the_clock_is_right(store):
    store.register_sources(["inbox"], now=NOW)
    poll(store, "inbox", now=NOW + 3650 * DAY, next_poll=NOW + 3651 * DAY)
    assert store.due_sources(["inbox"], now=NOW) == ["inbox"]
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="w2", due_only=True)
