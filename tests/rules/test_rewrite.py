"""Fitted numbers in a pack's text: only numbers change, wherever and however they are written."""

from __future__ import annotations

import difflib

import pytest
import yaml

from cxdigest.rules import load, shipped
from cxdigest.rules.fitting.rewrite import Numbers, overriding, rewritten
from cxdigest.rules.reading.pack import read_packs
from tests.rules.trades import pack, rule

TRADES = pack(
    rule("genuine.maps", "map", 4), rule("sales.sells", "sell", 5), rule("sales.excused", "sell", -2)
)  # fmt: skip


def numbers(points=None, settings=None, confidence=()):
    return Numbers(points=points or {}, settings=settings or {}, confidence=confidence)


def changed(before, after):
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_points_change_in_their_own_line_and_nothing_else_does():
    (text,) = rewritten([TRADES], numbers({"sales.sells": 12, "sales.excused": -3}))
    assert changed(TRADES, text) == [
        "-     points: 5", "+     points: 12", "-     points: -2", "+     points: -3",
    ]  # fmt: skip


def test_settings_change_where_they_stand_and_the_comment_beside_them_stays():
    (text,) = rewritten(
        [TRADES],
        numbers(
            settings={"threshold.full": 9, "genuine_margin.title.other": 11},
            confidence=((0, 40), (3, 70), (9, 95)),
        ),
    )
    said = "\n".join(changed(TRADES, text))
    assert "+   threshold: {title: 4, snippet: 4, full: 9}" in said
    assert "sales: 1, other: 11}" in said
    assert "+   confidence: {0: 40, 3: 70, 9: 95}" in said
    assert "  # Set by hand.\n  confidence: {0: 40" in text
    assert len(changed(TRADES, text)) == 6


def test_numbers_that_are_so_already_leave_the_text_as_it_is():
    same = numbers({"genuine.maps": 4}, {"margin.full": 1}, confidence=((0, 50), (5, 80)))
    assert rewritten([TRADES], same) == [TRADES]


def test_a_pack_in_flow_style_with_other_line_ends_is_edited_as_well():
    flow = (
        '{pack: flow, rules: [{points: 3, id: "sales.sells"},\r\n'
        "  {id: other.writes, # as written\r\n   points: +2, kind: other}]}\r\n"
    )
    (text,) = rewritten([flow], numbers({"sales.sells": 10, "other.writes": 7}))
    assert text == flow.replace("points: 3", "points: 10").replace("points: +2", "points: 7")


def test_a_table_in_block_style_is_replaced_up_to_its_last_row():
    block = (
        "settings:\n  confidence:\n    0: 50\n    5: 80\n  # what follows\n  margin: {full: 1}\n"
    )
    (text,) = rewritten([block], numbers(confidence=((0, 41),)))
    assert yaml.safe_load(text) == {"settings": {"confidence": {0: 41}, "margin": {"full": 1}}}
    assert "  # what follows\n" in text


def test_of_two_packs_that_say_the_same_the_last_is_changed():
    mine = "pack: mine\nrules:\n" + rule("sales.sells", "sell", 6) + "\n"
    first, second = rewritten([TRADES, mine], numbers({"sales.sells": 8, "genuine.maps": 5}))
    assert changed(TRADES, first) == ["-     points: 4", "+     points: 5"]
    assert changed(mine, second) == ["-     points: 6", "+     points: 8"]


def test_an_override_of_the_shipped_packs_gives_the_fitted_numbers():
    texts = [content.decode() for _, content in shipped()]
    before = load()
    wanted = {one.id: one.points + 1 for one in before.rules if one.points > 0}
    new = rewritten(
        texts, numbers(wanted, {"threshold.full": 9, "margin.title": 6}, confidence=((0, 33),))
    )
    override = overriding("fitted", texts, new)
    rules = load([("fitted.yaml", override.encode())])
    whole = read_packs([(str(n), text.encode()) for n, text in enumerate(new)])
    assert {one.id: one.points for one in rules.rules} == {
        one.id: one.points for one in whole.rules
    }
    assert {one.id: one.match for one in rules.rules} == {one.id: one.match for one in before.rules}
    assert rules.settings == whole.settings
    assert rules.settings.threshold["full"] == 9
    assert rules.settings.confidence == ((0, 33),)


def test_an_override_holds_only_what_changes():
    new = rewritten([TRADES], numbers({"sales.sells": 9}))
    override = yaml.safe_load(overriding("mine", [TRADES], new))
    assert [one["id"] for one in override["rules"]] == ["sales.sells"]
    assert "settings" not in override
    assert overriding("mine", [TRADES], [TRADES]) == ""


@pytest.mark.parametrize("index", range(len(shipped())))
def test_every_shipped_pack_can_be_rewritten_and_back(index):
    text = shipped()[index][1].decode()
    old = {one.id: one.points for one in load().rules}
    (new,) = rewritten([text], numbers({name: points + 1 or 1 for name, points in old.items()}))
    assert rewritten([new], numbers(old)) == [text]
