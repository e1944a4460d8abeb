"""Which postings other rules may judge otherwise: a no is never wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxdigest.model import Posting
from cxdigest.rules import load
from cxdigest.rules.changes import changes
from cxdigest.rules.touched import touching
from tests.rules.trades import posting, rule, rules_of

PACK = """pack: mine
about: Tried.
language: en
{more}
groups: {{mine: 30}}
rules:
  - id: {id}
    kind: {kind}
    group: mine
    points: 30
    match: {match}
    reason: It is tried.
    examples: {{hit: [{hit}], miss: [Mend the mill]}}
"""


def pack(match, hit, *, kind="sales", name="mine.tried", more=""):
    text = PACK.format(match=json.dumps(match), hit=hit, kind=kind, id=name, more=more)
    return load([("mine", text.encode())])


@pytest.fixture(scope="module")
def postings() -> list[Posting]:
    rows = map(
        json.loads, Path(__file__).with_name("invented.jsonl").read_text("utf-8").splitlines()[::3]
    )
    return [
        Posting(
            id=str(number),
            title=row["title"],
            company=row.get("company", ""),
            description=row.get("description", ""),
        )
        for number, row in enumerate(rows)
    ]


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(lambda: pack(["customers"], "Two customers"), id="a word"),
        pytest.param(lambda: pack(["custom*"], "Two customers"), id="a beginning"),
        pytest.param(lambda: pack(["(journeys|calls|customer) ..3 (and|of|team)"], "Calls of the team"), id="a choice"),
        pytest.param(lambda: pack(["#"], "Ten 10"), id="a number"),
        pytest.param(lambda: pack(["/(re)?fund(s|ed)?/"], "A refund"), id="an expression"),
        pytest.param(
            lambda: pack(["refund"], "A refund", name="service.answers-contacts", kind="service"),
            id="another rule of that name",
        ),
        pytest.param(lambda: pack(["xyzzy"], "A xyzzy", more="settings: {week: 0}"), id="a setting"),
    ],
)  # fmt: skip
def test_what_may_not_change_does_not(postings, new):
    before, after = load(), new()
    may = touching(before, after)
    left = [one for one in postings if not may(one)]
    assert [one for one in changes(left, before, after) if one] == []
    assert any(changes(postings, before, after))


def test_most_postings_need_no_second_look(postings):
    may = touching(load(), pack(["xyzzy"], "A xyzzy"))
    assert not any(map(may, postings))


def test_a_cap_a_list_and_a_rule_that_is_gone_count_as_changes():
    old = rules_of(rule("genuine.maps", "map", 5), rule("sales.sells", "sell", 5))
    gone = touching(old, rules_of(rule("genuine.maps", "map", 5)))
    assert [gone(posting(n, [word])) for n, word in enumerate(("map", "sell"))] == [False, True]
    capped = touching(old, rules_of(rule("genuine.maps", "map", 5), rule("sales.sells", "sell", 5), cap=3))  # fmt: skip
    assert capped(posting(1, ["map"]))
    same = touching(old, old)
    assert not same(posting(1, ["map"]))
