"""The step that judges: whatever happens to one posting, every posting is shown."""

from __future__ import annotations

from logging import INFO

import pytest

from cxdigest.pipeline import compose_waiting, judge_waiting, poll_waiting
from tests.worlds import DAY, Scripted, alert, rules_that_break_on, shipped_rules


@pytest.fixture
def poisoned(world):
    """Three postings, and rules that break on the second."""
    titles = ("CX Lead", "Poison CX Head", "CX Chief")
    world.sources = [Scripted(script=[[alert(title) for title in titles]])]
    world.rules = rules_that_break_on("poison")
    return world


def verdict_on(world, title):
    with world.store._database.reading() as connection:
        query = "SELECT id FROM postings WHERE title = ?"
        return world.store.verdict(connection.exec_driver_sql(query, (title,)).scalar())


def test_a_posting_on_which_the_judge_breaks_is_shown_as_unclear_and_the_others_are_judged(
    poisoned, caplog
):
    done = poisoned.turn()

    assert done.judged == 3
    assert len(poisoned.shown()) == 3
    (composed,) = done.composed
    assert "Poison CX Head" in {found.posting.title for found in composed.digest.unclear}
    assert (
        verdict_on(poisoned, "Poison CX Head").reason == "The judge failed with ZeroDivisionError."
    )
    others = {verdict_on(poisoned, title).reason for title in ("CX Lead", "CX Chief")}
    assert not any(reason.startswith("The judge failed") for reason in others)
    poisoned.turn(after=DAY)
    assert [record.levelname for record in caplog.records if record.levelno > INFO] == ["ERROR"], (
        "logged once, not daily"
    )


def test_other_rules_judge_again_what_the_judge_broke_on(poisoned):
    poisoned.turn()
    mended = shipped_rules()
    poisoned.rules = rules_that_break_on("poison")
    poisoned.rules.fingerprint = "other rules"
    assert judge_waiting(poisoned.street) == 3
    poisoned.rules = mended
    assert judge_waiting(poisoned.street) == 0, "these rules have spoken"


def test_a_posting_is_judged_once(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    assert world.turn().judged == 1
    assert world.turn(after=DAY).judged == 0


def test_a_snippet_that_is_only_markup_does_not_keep_the_judge_busy_for_ever(world):
    world.sources = [Scripted(script=[[alert("CX Lead", snippet="&lt;br&gt;")]])]
    world.turn()
    assert world.store.unjudged(world.rules.fingerprint, limit=9) == []


def test_a_posting_that_nobody_has_judged_stands_under_worth_a_look(world):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    street = world.street
    world.store.register_sources(["inbox"], now=world.now)
    poll_waiting(street)
    (composed,) = compose_waiting(street)
    (candidate,) = composed.digest.unclear
    assert candidate.verdict is None
    assert candidate.posting.title == "CX Lead"
