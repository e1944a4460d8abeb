"""The step that lets go of alerts as they arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cxdigest.pipeline.instance.retention import let_go
from tests.worlds import DAY, Cursed, Scripted, alert, profile


def test_a_turn_lets_go_of_what_is_too_old_and_shows_what_it_held_all_the_same(world):
    world.sources = [Scripted(script=[[alert("CX Lead"), alert("Broken", entry=Cursed())]])]
    world.turn()
    world.turn(after=29 * DAY)
    assert world.store.raw_alert("inbox", "CX Lead") is not None
    world.turn(after=2 * DAY)
    assert world.store.raw_alert("inbox", "CX Lead") is None
    assert world.store.raw_alert("inbox", "Broken") is not None, "a newer version may read it"
    world.turn(after=60 * DAY)
    assert world.store.raw_alert("inbox", "Broken") is None
    assert world.store.counts()["postings"] == 1


def test_the_times_are_those_of_the_configuration(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    world.now += 2 * DAY
    street = replace(world.street, keep_raw=timedelta(days=3))
    assert let_go(street) == 0
    assert let_go(replace(street, keep_raw=timedelta(days=1))) == 1


def aged(world, **more):
    world.more = {"keep_postings": timedelta(days=100), "keep_digests": timedelta(days=100)} | more


def test_without_an_age_postings_and_digests_are_kept_for_ever(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    for _ in range(3):
        world.turn(after=400 * DAY)
    assert world.store.counts()["postings"] == 1
    assert world.store.counts()["digests"] == 3


def test_what_is_old_goes_and_is_no_news_when_it_is_alerted_once_more(world):
    again = alert("CX Lead", source="other")
    inbox = Scripted(script=[[alert("CX Lead")]])
    other = Scripted(name="other")
    world.sources = [inbox, other]
    world.profiles = (profile(sources=("inbox", "other")),)
    aged(world)
    world.turn()
    assert world.shown() == {"CX Lead"}
    for _ in range(3):
        world.turn(after=60 * DAY)
    assert world.store.counts()["postings"] == 0
    assert world.store.counts()["digests"] == 2, "of the last hundred days"
    assert len(world.mail.mails) == 4
    other.script = [[again]]
    world.turn(after=DAY)
    assert world.store.counts()["postings"] == 1
    assert "CX Lead" not in world.mail.mails[-1]["text"]


def test_a_profile_that_looks_further_back_keeps_what_it_may_still_show(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.turn()
    world.now += 201 * DAY
    aged(world)
    far = profile("bob", lookback=timedelta(days=300))
    street = replace(world.street, profiles=(*world.profiles, far))
    assert let_go(street) == 1, "the raw alert alone"
    assert world.store.counts()["postings"] == 1
