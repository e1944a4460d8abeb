"""Clocks that run ahead, run behind, and are set right: nothing waits for a day that is not to come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cxdigest.pipeline import take_in
from cxdigest.pipeline.street import LEASE
from tests import started
from tests.worlds import DAY, HOUR, MINUTE, NOW, Scripted, Shelf, World, alert, later

#: How far a clock was off: a day's change, a battery that is empty, a year mistyped.
OFF = (HOUR * 3, DAY, 400 * DAY)


@pytest.fixture
def shelf(tmp_path):
    """A world with one source of one posting."""
    world = World(tmp_path, sources=[Shelf([alert("CX Lead")])])
    yield world
    world.store.close()


@pytest.mark.parametrize("ahead", OFF, ids=str)
def test_what_a_dead_worker_claimed_by_a_clock_that_ran_ahead_is_taken_over(shelf, ahead):
    store, wrong = shelf.store, NOW + ahead
    store.register_sources(["inbox"], now=NOW)
    assert store.claim_source("inbox", now=wrong, lease=LEASE, holder="dead")
    assert store.claim_host("a.example", now=wrong, until=wrong + LEASE, holder="dead")
    shelf.turn(after=4 * HOUR)
    shelf.turn(after=DAY)
    assert shelf.shown() == {"CX Lead"}
    assert store.claim_host("a.example", now=shelf.now, until=shelf.now + LEASE, holder="heir")


@pytest.mark.parametrize("ahead", OFF, ids=str)
def test_a_mail_that_a_dead_worker_had_in_hand_leaves_within_two_days(shelf, ahead):
    shelf.mail.script = [later()]
    shelf.turn()
    shelf.now = NOW + ahead
    assert shelf.store.claim_delivery(now=shelf.now, lease=LEASE, holder="dead")
    shelf.now = NOW
    for _ in range(3):
        shelf.turn(after=DAY)
    assert {one.state for one in shelf.store.deliveries()} == {"sent"}
    assert shelf.shown() == {"CX Lead"}


@pytest.mark.parametrize("ahead", OFF, ids=str)
def test_a_try_that_was_put_off_by_a_clock_that_ran_ahead_is_made(shelf, ahead):
    shelf.now, shelf.mail.script = NOW + ahead, [later()]
    shelf.turn()
    assert shelf.recipients == []
    shelf.now = NOW
    shelf.turn(after=MINUTE)
    shelf.turn(after=DAY)
    assert shelf.recipients
    assert shelf.shown() == {"CX Lead"}


@pytest.mark.parametrize("ahead", OFF, ids=str)
def test_a_source_that_was_polled_ahead_is_polled_again(shelf, ahead):
    source = Scripted()
    shelf.sources, shelf.now = [source], NOW + ahead
    shelf.turn()
    shelf.now = NOW
    source.script = [[alert("CX Lead")]]
    shelf.turn(after=2 * HOUR)
    shelf.turn(after=2 * HOUR)
    shelf.turn(after=DAY)
    assert shelf.shown() == {"CX Lead"}


@pytest.mark.parametrize("off", [*OFF, -3 * HOUR, -DAY], ids=str)
def test_what_was_taken_in_by_a_wrong_clock_stands_in_a_digest_of_a_right_one(shelf, off):
    shelf.now = NOW + off
    take_in(shelf.street, everything=True)
    shelf.now = NOW
    shelf.turn(after=DAY)
    assert shelf.shown() == {"CX Lead"}


def test_what_was_taken_in_by_a_clock_further_behind_than_digests_look_back_is_kept(shelf):
    shelf.now = NOW - 400 * DAY
    take_in(shelf.street, everything=True)
    shelf.now = NOW
    shelf.turn(after=DAY)
    assert shelf.titles == {"CX Lead"}


def test_a_worker_wakes_on_although_its_clock_was_set_back_by_a_day():
    done = started.run("tests.faults.clock_set_back", timeout=60)
    assert done.returncode == 0, done.stderr
    assert "the clock was set back; what is due is looked at now" in done.stderr


def test_clocks_that_are_off_by_less_than_a_lease_take_nothing_from_each_other(shelf):
    store = shelf.store
    store.register_sources(["inbox"], now=NOW)
    assert store.claim_source("inbox", now=NOW, lease=LEASE, holder="w1")
    behind = NOW - timedelta(minutes=50)
    assert not store.claim_source("inbox", now=behind, lease=LEASE, holder="w2")
    assert store.claim_host("a.example", now=NOW, until=NOW + LEASE, holder="w1")
    assert not store.claim_host("a.example", now=behind, until=behind + LEASE, holder="w2")
