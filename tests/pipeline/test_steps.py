"""The steps one by one, woken by name, do what a turn does."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest

from cxdigest.pipeline.digests.patience import PATIENCE
from cxdigest.pipeline.steps import SHARES, STEPS, WakeUp, do
from cxdigest.pipeline.street import Share
from tests.worlds import DAY, MINUTE, Scripted, World, alert, profile

LOOK = WakeUp("look")
JOBS = [alert(f"Head of Customer Experience {letter}") for letter in "ABCDEFGH"]


def drain(street, *first: WakeUp) -> list[WakeUp]:
    """Play the queue, one wake-up at a time; returns what was done."""
    waiting, done = deque(first or (LOOK,)), []
    while waiting:
        wake_up = waiting.popleft()
        done.append(wake_up)
        assert len(done) < 500, "steps wake each other for ever"
        waiting += [one for one in do(street, wake_up) if one not in waiting]
    return done


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, profiles=[profile(), profile("ben", to=("ben@x.example",))])
    world.sources = [Scripted(script=[JOBS])]
    yield world
    world.store.close()


@pytest.fixture
def street(world):
    return replace(world.street, apart=world.street.clock() - DAY)


def test_one_look_brings_the_same_mails_as_a_turn(world, street, tmp_path):
    drain(street)
    drain(street)
    other = World(tmp_path / "other", profiles=world.profiles)
    other.sources = [Scripted(script=[JOBS])]
    other.turn()
    sent, expected = (
        sorted((mail["to"], mail["text"]) for mail in one.mail.mails) for one in (world, other)
    )
    other.store.close()
    assert sent == expected
    assert len(sent) == 2


def test_further_looks_do_nothing_twice(world, street):
    for _ in range(4):
        drain(street)
    assert len(world.mail.mails) == 2
    assert world.sources[0].asked == 1


def test_a_wake_up_for_an_unknown_source_is_let_pass(street):
    assert do(street, WakeUp("poll", "of-another-configuration")) == ()


def test_every_step_can_be_woken_when_nothing_waits(street):
    for name in STEPS:
        drain(street, WakeUp(name, "inbox" if name == "poll" else "0"))


def test_a_digest_waits_until_its_sources_are_polled(world, street):
    do(street, LOOK)
    for number in range(SHARES):
        do(street, WakeUp("compose", str(number)))
    assert world.mail.mails == []
    drain(street)
    drain(street)
    assert all("Head of Customer Experience A" in mail["text"] for mail in world.mail.mails)


def test_a_digest_does_not_wait_for_ever(world, street):
    do(street, LOOK)
    world.now += PATIENCE + MINUTE
    street = replace(street, clock=world.street.clock)
    composed = [do(street, WakeUp("compose", str(number))) for number in range(SHARES)]
    assert any(composed)
    drain(street, WakeUp("deliver", "0"))
    assert len(world.mail.mails) == 2


def test_after_a_night_in_which_none_ran_the_sources_come_first(world, street):
    drain(street)
    drain(street)
    world.now += DAY
    world.sources[0].script = [[alert("Customer Experience Director")]]
    begun = replace(street, clock=world.street.clock, apart=world.now)
    composed = [do(begun, WakeUp("compose", str(number))) for number in range(SHARES)]
    assert not any(composed)
    drain(begun)
    drain(begun)
    assert [("Director" in mail["text"]) for mail in world.mail.mails[2:]] == [True, True]


def test_what_nobody_has_judged_yet_is_judged_for_the_digest(world, street):
    do(street, LOOK)
    do(street, WakeUp("poll", "inbox"))
    for number in range(SHARES):
        do(street, WakeUp("compose", str(number)))
    drain(street, WakeUp("deliver", "0"))
    text = world.mail.mails[0]["text"]
    assert all(job.entry.title in text for job in JOBS)
    assert world.store.unjudged(world.rules.fingerprint, limit=9) == []


@pytest.mark.parametrize("of", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 5000])
def test_every_thing_is_in_one_share_alone(count, of):
    things = list(range(count))
    shared = [one for number in range(of) for one in things[Share(number, of).cut(count)]]
    assert shared == things


def test_every_posting_is_in_one_share_alone(world, street):
    do(street, LOOK)
    do(street, WakeUp("poll", "inbox"))
    store, rules = world.store, world.rules.fingerprint
    every = sorted(posting.id for posting, _ in store.unjudged(rules, limit=99))
    for of in (1, 2, 3, 8):
        shared = [
            posting.id
            for number in range(of)
            for posting, _ in store.unjudged(rules, limit=99, share=(number, of))
        ]
        assert sorted(shared) == every
    assert len(every) == len(JOBS)
