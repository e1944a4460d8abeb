"""Which postings other rules may judge otherwise: a no is never wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxdigest.model import Posting
from cxdigest.rules import load
from cxdigest.rules.texts.fold import fold
from cxdigest.rules.trials.changes import changes, changes_from
from cxdigest.rules.trials.touched import _ODD, touching
from cxdigest.rules.verdicts.judge import judge, read
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
    left = [one for one in postings if may(one) is None]
    assert [one for one in changes(left, before, after) if one] == []
    assert any(changes(postings, before, after))


def test_most_postings_need_no_second_look(postings):
    may = touching(load(), pack(["xyzzy"], "A xyzzy"))
    assert not any(map(may, postings))


def test_a_cap_a_list_and_a_rule_that_is_gone_count_as_changes():
    old = rules_of(rule("genuine.maps", "map", 5), rule("sales.sells", "sell", 5))
    gone = touching(old, rules_of(rule("genuine.maps", "map", 5)))
    assert [gone(posting(n, [word])) is not None for n, word in enumerate(("map", "sell"))] == [
        False,
        True,
    ]
    capped = touching(old, rules_of(rule("genuine.maps", "map", 5), rule("sales.sells", "sell", 5), cap=3))  # fmt: skip
    assert capped(posting(1, ["map"]))
    same = touching(old, old)
    assert not same(posting(1, ["map"]))


@pytest.mark.parametrize(
    "text",
    [
        "re<b>fund</b>", "re&shy;fund", "&#114;efund", "re\u00adfund", "re\u200bfund", "\uff52efund",
        "re\u0301fund", "\u24c7efund", "REFUND", "<p>mills</p><script>x</script>re<i></i>fund",
        "&lt;p&gt;re&lt;b&gt;fund&lt;/b&gt;", "no\u2019refund", "takeRefund it",
    ],
)  # fmt: skip
def test_a_word_is_seen_however_it_is_written(text):
    may = touching(load(), pack(["refund*"], "A refund"))
    one = Posting(id="1", title="Clerk", description=text)
    there = any(word.startswith("refund") for word in read(one)[2].text.split())
    assert (may(one) is not None) == there
    assert may(Posting(id="1", title="Clerk", description="mills")) is None


def test_what_is_passed_unfolded_folds_to_no_letter_of_ours_and_joins_none():
    for char in map(chr, range(0x80, 0x10000)):
        if _ODD.match(char) or char.isspace():
            continue
        folded = fold(f"a{char}a").text
        between = folded[1:-1]
        assert len(folded) >= 3, hex(ord(char))
        assert not any(one.isascii() and one.isalnum() for one in between), hex(ord(char))


def test_an_apostrophe_of_another_form_hides_no_word():
    may = touching(load(), pack(["driver's"], "A driver's mate"))
    for mark in "'\u2019\u02bc`":
        assert may(Posting(id="1", title=f"Driver{mark}s mate")) is not None


def test_anchors_alone_are_no_reason_to_judge_again():
    may = touching(load(), pack(["customers ..2 xyzzy"], "Customers of xyzzy"))
    assert may(Posting(id="1", title="Customers", description="One xyzzy.")) is None
    assert may(Posting(id="1", title="Customers of xyzzy")) is not None


def test_what_is_known_is_not_judged_again_and_the_rest_is(postings):
    before, after = load(), pack(["customers"], "Two customers")
    wanted = [one for one in changes(postings, before, after) if one]
    readings = [read(one) for one in postings]
    known = {one.id: judge(one, before) for one in postings[::2]}
    assert list(changes_from(known, readings, before, after)) == wanted
    assert list(changes_from(known, readings[::2], after, after)) == [
        one for one in wanted if one.posting.id in known
    ]
