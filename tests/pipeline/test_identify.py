"""The step that finds which postings are one opening, in its place on the street."""

from __future__ import annotations

import pytest

from cxdigest.pipeline import identify_waiting
from tests.store.openings.test_merging import COPY, ELSEWHERE, OWN, ROLE, ids, whole
from tests.store.world import read, take_in
from tests.worlds import DAY, NOW, Scripted, World, alert, profile

WRITTEN = ("Journey Analyst", "🔥 NEW: Journey Analyst (m/f/d)")


@pytest.fixture
def town(tmp_path):
    """Two boards that show one opening in their own words; ada reads both, bea the second."""
    boards = [
        Scripted(name=name, script=[[alert(title, source=name)]])
        for name, title in zip(("board", "other"), WRITTEN, strict=True)
    ]
    made = World(
        tmp_path,
        sources=boards,
        profiles=[
            profile("ada", sources=("board", "other"), to=("ada@x.example",)),
            profile("bea", sources=("other",), to=("bea@x.example",)),
        ],
    )
    yield made
    made.store.close()


def test_two_records_of_one_site_stay_two_and_both_are_shown(town):
    town.turn()
    assert town.store.counts()["postings"] == 2


def test_everything_that_waits_is_looked_at_once(world):
    take_in(world.store, read("a", ROLE, COPY, OWN, ELSEWHERE))
    assert identify_waiting(world.street) == 2
    assert identify_waiting(world.street) == 0
    assert world.store.counts()["postings"] == 2
    whole(world.store)


def test_a_street_that_stops_leaves_the_rest_waiting(world):
    take_in(world.store, read("a", ROLE, COPY))
    world.stopping = lambda: True
    assert identify_waiting(world.street) == 0
    world.stopping = lambda: False
    assert identify_waiting(world.street) == 1


def test_a_copy_that_comes_later_is_no_news(world):
    take_in(world.store, read("a", ROLE, now=NOW), now=NOW)
    world.turn()
    take_in(world.store, read("b", COPY, now=NOW + DAY), now=NOW + DAY)
    world.turn(after=DAY)
    first, second = (mail["text"] for mail in world.mail.mails)
    assert ROLE.title in first
    assert "Head of C" not in second
    assert world.store.known_as(ids(COPY)[0]) == ids(ROLE)[0]
