"""The step that takes in alerts: nothing is lost, and nothing spreads."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import pairwise
from logging import INFO

import pytest

from cxdigest.errors import SourceError
from tests.worlds import DAY, HOUR, MINUTE, NOW, Cursed, Scripted, Shelf, alert, profile


def down(**more) -> SourceError:
    more.setdefault("outcome", "network")
    return SourceError("mail.example does not answer; try later", **more)


def by_name(polls):
    return {polled.source: polled for polled in polls}


def test_an_alert_on_which_a_format_breaks_is_kept_and_the_next_is_read(world, caplog):
    broken = alert("Broken", entry=Cursed())
    world.sources = [Scripted(script=[[broken, alert("Head of Customer Experience")]])]

    (polled,) = world.turn().polled

    assert (polled.outcome, polled.alerts, polled.sightings, polled.unread) == ("new", 2, 1, 1)
    assert polled.message == ""
    assert world.store.raw_alert("inbox", "Broken") == broken.raw
    assert world.shown() == {"Head of Customer Experience"}
    footer = " ".join(world.mail.mails[0]["text"].split())
    assert "1 alert could not be read" in footer
    assert "The reader failed with ZeroDivisionError; please report it." in footer
    assert [record.levelname for record in caplog.records if record.levelno > INFO] == ["ERROR"], (
        "logged once"
    )


def test_only_unreadable_alerts_are_no_silent_zero(world):
    world.sources = [Scripted(script=[[alert("Broken", entry=Cursed())]])]
    (polled,) = world.turn().polled
    assert polled.outcome == "unreadable"


@pytest.mark.parametrize(
    ("fault", "outcome"), [(down(), "network"), (ZeroDivisionError("bug"), "unreadable")]
)
def test_a_source_that_fails_touches_no_other(world, fault, outcome):
    world.sources = [Scripted("inbox", [fault]), Scripted("feed", [[alert("CX Lead")]])]
    world.profiles = [profile(sources=("inbox", "feed"))]

    polls = by_name(world.turn().polled)

    assert (polls["inbox"].outcome, polls["feed"].outcome) == (outcome, "new")
    assert polls["inbox"].message
    assert world.shown() == {"CX Lead"}
    assert polls["inbox"].message in " ".join(world.mail.mails[0]["text"].split())


def test_what_came_before_a_source_failed_stays_and_is_not_read_twice(world):
    source = Scripted(script=[[alert("CX Lead"), down()], [alert("CX Lead"), alert("CX Head")]])
    world.sources = [source]
    (first,) = world.turn().polled
    assert (first.outcome, first.sightings) == ("network", 1)
    assert world.store.cursor("inbox") == {"read": 1}
    (second,) = world.turn(after=DAY).polled
    assert (second.outcome, second.alerts, second.sightings) == ("new", 1, 1)
    assert world.shown() == {"CX Lead", "CX Head"}


def test_what_arrived_in_place_of_alerts_is_kept(world):
    page = b"<!doctype html><title>Sign in</title>"
    world.sources = [Scripted(script=[down(outcome="unreadable", body=page)] * 2)]
    world.turn()
    world.turn(after=DAY)
    assert world.store.counts()["alerts"] == 1, "the same page again is known"
    key = f"unreadable:{hashlib.sha256(page).hexdigest()[:16]}"
    assert world.store.raw_alert("inbox", key) == page


def test_a_source_is_left_alone_until_it_is_due(world):
    source = Scripted()
    world.sources = [source]
    for _ in range(3):
        world.turn()
    assert source.asked == 1
    world.turn(after=HOUR * 1.1)
    assert source.asked == 2


def test_a_failing_source_is_asked_ever_more_rarely_and_recovers(world):
    source = Scripted(script=[down()] * 4)
    world.sources = [source]
    polled = []
    while len(polled) < 7:
        if world.turn(after=5 * MINUTE).polled:
            polled.append(world.now)
    waits = [round((after - before) / HOUR) for before, after in pairwise(polled)]
    # Every hour; after failures 2, 4 and at most 6 hours; from the first success on every hour.
    assert waits == [2, 4, 6, 6, 1, 1]
    assert world.store.failures("inbox") == 0


def test_a_throttled_source_is_left_alone_even_by_a_full_turn(world):
    wish = timedelta(hours=3)
    source = Scripted(script=[down(outcome="throttled", retry_after=wish)])
    world.sources = [source]
    (polled,) = world.turn(everything=True).polled
    assert polled.outcome == "throttled"
    assert world.turn(everything=True, after=2 * HOUR).polled == ()
    assert source.asked == 1
    assert len(world.turn(everything=True, after=HOUR * 1.2).polled) == 1


def test_a_full_turn_polls_what_is_not_due_and_tries_a_failed_source_again(world):
    world.sources = [Scripted(script=[down(), [alert("CX Lead")]])]
    world.turn(everything=True)
    (polled,) = world.turn(everything=True, after=MINUTE).polled
    assert polled.outcome == "new"


def test_a_wish_of_the_server_lengthens_the_wait(world):
    source = Scripted(script=[[alert("CX Lead")]], wish=timedelta(hours=5))
    world.sources = [source]
    world.turn()
    world.turn(after=4 * HOUR)
    assert source.asked == 1
    world.turn(after=HOUR * 1.2)
    assert source.asked == 2


def test_another_workers_source_is_not_polled_until_its_lease_is_over(world):
    source = Scripted(script=[[alert("CX Lead")]])
    world.sources = [source]
    world.store.register_sources(["inbox"], now=NOW)
    assert world.store.claim_source("inbox", now=NOW, lease=15 * MINUTE, holder="dead")
    assert world.turn(everything=True).polled == ()
    assert world.turn(after=14 * MINUTE).polled == ()
    (polled,) = world.turn(after=MINUTE).polled
    assert polled.outcome == "new"


def test_a_worker_that_is_told_to_stop_stores_the_batch_in_hand_and_goes_on_from_there(world):
    world.sources = [Shelf([alert("CX Lead"), alert("CX Head"), alert("CX Chief")])]
    world.stopping = lambda: world.store.counts()["alerts"] > 0
    (polled,) = world.turn().polled
    assert (polled.outcome, polled.alerts) == ("new", 1)
    assert world.store.cursor("inbox") == {"read": 1}
    assert world.mail.mails == []
    world.stopping = lambda: False
    world.turn(after=2 * HOUR)
    assert world.shown() == {"CX Lead", "CX Head", "CX Chief"}


def test_a_worker_that_is_told_to_stop_begins_nothing(world):
    source = Scripted(script=[[alert("CX Lead")]])
    world.sources = [source]
    world.stopping = lambda: True
    done = world.turn(everything=True)
    assert (done.polled, done.judged, done.composed, done.delivered) == ((), 0, (), ())
    assert source.asked == 0


def test_a_source_that_overflows_is_polled_sooner_and_the_digest_says_so(world):
    source = Scripted(script=[[alert("CX Lead")], [alert("CX Head")]], full=1)
    world.sources = [source]
    world.turn()
    text = " ".join(world.mail.mails[0]["text"].split())
    assert "inbox was full of new entries" in text
    world.turn(after=29 * MINUTE)
    assert source.asked == 1
    source.full = 0
    world.turn(after=5 * MINUTE)
    assert source.asked == 2
    world.turn(after=34 * MINUTE)
    assert source.asked == 2, "every hour again"
