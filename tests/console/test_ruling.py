"""The rule editor: faults where they stand, an honest word on what changes, nobody overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cxdigest.console.rules import ruling
from cxdigest.console.rules.ruling import Fault
from cxdigest.errors import WrongUseError
from cxdigest.rules.trials.changes import changes
from tests.web.console.instance import Console, opened, put_instance

PACK = """pack: mine
about: Tried.
language: en
groups: {mine: 30}
rules:
  - id: mine.journey
    kind: service
    group: mine
    points: 30
    match: ["journey*", insight]
    reason: A journey is nothing but calls.
    examples: {hit: [Own the journey], miss: [Own the phone]}
"""


@pytest.fixture
def made(tmp_path):
    with opened(put_instance(tmp_path / "instance")) as console:
        yield console


def draft(made: Console, text: str | None, whose: str = ""):
    return ruling.draft(made.street.present(), whose, text)


def test_an_empty_pack_has_no_faults_and_changes_nothing(made):
    one = draft(made, None)
    assert (one.text, one.version, one.faults, one.is_changed) == ("", 0, (), False)
    assert one.rules is not None
    assert one.rules.fingerprint == one.now.fingerprint


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ("servise", "service", Fault(
            line=7, column=11, key="mine.journey.kind", what="no such kind: 'servise'",
            instead='did you mean "service"?', text="    kind: servise")),
        ("points: many", "points: 30", Fault(
            line=9, column=5, key="mine.journey.points", what="this must be a whole number",
            instead="write for example 3 or -2", text="    points: many")),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_its_column_and_the_way_out(made, wrong, right, fault):
    one = draft(made, PACK.replace(right, wrong).replace("\n", "\r\n"))
    assert one.faults == (fault,)
    assert one.rules is None
    assert one.best is one.now
    shown = ruling.as_lines(one)
    assert shown[fault.line] == (fault.text, (fault,))
    assert list(shown) == [fault.line - 1, fault.line, fault.line + 1]


def test_an_example_that_does_not_hold_and_yaml_that_is_none_are_faults(made):
    (fault,) = draft(made, PACK.replace("Own the phone", "Your journey")).faults
    assert (fault.line, fault.what) == (12, "fires on its miss")
    (fault,) = draft(made, "pack: [").faults
    assert fault.line
    (fault,) = draft(made, "x" * (ruling.LARGEST + 1)).faults
    assert "larger" in fault.what


def test_what_a_pack_does_to_another_is_said_without_its_folder(made):
    denying = PACK.replace("rules:", "also: {negation: [you]}\nrules:")
    faults = draft(made, denying).faults
    assert any(" in service.yaml:" in fault.what for fault in faults)
    assert not [fault.what for fault in faults if "/" in fault.what]


def test_what_would_change_is_what_does_change(made):
    one = draft(made, PACK)
    found = ruling.effect(made.street, one, None, whole=False)
    every = list(made.store.every_posting())
    real = [change for change in changes(every, one.now, one.rules) if change]
    assert (found.looked, found.asked, found.all_asked) == (len(every), len(every), True)
    assert found.changed == len(real) > 3
    assert sum(move.count for move in found.moves if move.crosses) == sum(c.crosses for c in real)
    assert found.moves[0].crosses
    # As it says, so it comes.
    ruling.save(made.street, one, seen=0, by="you", now=made.now)
    made.turn()
    rules = made.street.fingerprint("ada")
    assert rules == one.rules.fingerprint
    for change in real:
        verdict = made.store.verdict(change.posting.id, rules)
        assert (verdict.kind, verdict.flagged) == (change.new.kind, change.new.flagged)


def test_only_the_postings_of_a_profile_are_shown_for_its_rules(made):
    ben = made.street.present().profile("ben")
    one = draft(made, PACK, "ben")
    found = ruling.effect(made.street, one, ben, whole=False)
    own = set(made.store.latest_ids(ben.sources, most=1000))
    assert found.looked == len(own) < made.store.counts()["postings"]
    assert {c.posting.id for move in found.moves for c in move.examples} <= own


def test_counting_ends_in_time_and_says_so(made):
    moments = iter(made.now + timedelta(seconds=second) for second in range(0, 99, 3))
    street = replace(made.street.present(), clock=lambda: next(moments))
    found = ruling.effect(street, draft(made, PACK), None, whole=False, batch=10)
    assert (found.looked, found.in_time) == (10, False)
    assert found.asked == made.store.counts()["postings"]


def test_two_who_edit_do_not_overwrite_each_other(made):
    mine, yours = draft(made, PACK), draft(made, PACK.replace("30", "20"))
    ruling.save(made.street, mine, seen=mine.version, by="ada", now=made.now)
    with pytest.raises(WrongUseError, match="ada saved another version"):
        ruling.save(made.street, yours, seen=yours.version, by="ben", now=made.now)
    assert made.store.pack("").text == PACK


def test_what_it_was_can_be_had_back_and_again(made):
    with pytest.raises(WrongUseError, match="Nothing was saved"):
        ruling.take_back(made.street, "", seen=0, by="ada", now=made.now)
    ruling.save(made.street, draft(made, PACK), seen=0, by="ada", now=made.now)
    ruling.take_back(made.street, "", seen=1, by="ada", now=made.now)
    assert draft(made, None).text == ""
    ruling.take_back(made.street, "", seen=2, by="ada", now=made.now)
    assert draft(made, None).text == PACK


def test_a_pack_with_faults_is_not_saved_and_its_effect_not_guessed(made):
    one = draft(made, "pack: mine\nrules: 7\n")
    with pytest.raises(WrongUseError, match="mend"):
        ruling.save(made.street, one, seen=0, by="ada", now=made.now)
    with pytest.raises(WrongUseError, match="mended"):
        ruling.effect(made.street, one, None, whole=False)
    assert made.store.pack("") is None


def test_a_stored_pack_of_another_version_is_named_and_the_rest_judges(made):
    before = made.street.fingerprint("ada")
    made.store.save_pack("", "pack: of-tomorrow\nrooms: []\n", seen=0, by="ada", now=made.now)
    made.turn()
    assert made.street.present().rules.fingerprint == before
    one = draft(made, None)
    assert [fault.line for fault in one.faults] == [2]
    assert one.now.fingerprint == before


def test_every_rule_can_be_read_as_it_is_written(made):
    street = made.street.present()
    packs = ruling.packs_of(street.rules)
    assert packs
    for pack in packs:
        written = ruling.sources_of(street, "", pack)
        for rule in pack.rules:
            assert written[rule.id].startswith(f"- id: {rule.id}")
            assert written[rule.id].count("- id:") == 1
