"""The step that lets go of alerts as they arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cxdigest.pipeline.retention import let_go
from tests.worlds import DAY, Cursed, Scripted, alert


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
