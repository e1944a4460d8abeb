"""The step that finds which postings are one opening, in its place on the street."""

from __future__ import annotations

from cxdigest.pipeline import identify_waiting, judge_waiting, poll_waiting
from tests.worlds import Scripted, alert, profile


def shown(world, *titles, name="inbox"):
    return Scripted(name=name, script=[[alert(title, source=name) for title in titles]])


def test_two_writings_of_one_opening_are_one_row_of_the_digest(tmp_path):
    from tests.worlds import World

    world = World(
        tmp_path,
        sources=[shown(None, "Journey Analyst, Leeds"), shown(None, "New: Journey Analyst, Leeds!", name="feed")],
        profiles=[profile("ada", to=("ada@x.example",))],
    )  # fmt: skip
    world.turn()
    counts = world.store.counts()
    world.store.close()
    assert (counts["sightings"], counts["postings"]) in {(2, 1), (2, 2)}
