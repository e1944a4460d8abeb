"""Packs: read strictly, refused whole, with every problem and what to write instead."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from cxdigest.errors import PackError
from cxdigest.model import Posting
from cxdigest.rules import judge, load, shipped
from cxdigest.rules.trials.examples import check_examples

GOOD = """\
pack: mine
groups: {mine.words: 9}
rules:
  - id: mine.pineapple
    kind: store
    group: mine.words
    where: [title, snippet, duties]
    points: 9
    match: ["pineapple"]
    reason: Pineapples are sold in shops.
    examples: {hit: ["a pineapple"], miss: ["an apple"]}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PackError) as caught:
        load([("mine.yaml", text.encode())])
    return [str(problem) for problem in caught.value.problems]


def test_shipped_packs_load_and_every_example_holds():
    assert check_examples(load()) == []


def test_every_shipped_rule_has_a_reason_and_both_sides_of_examples():
    for rule in load().rules:
        assert rule.reason.endswith("."), rule.id
        assert {example.hit for example in rule.examples} == {True, False}, rule.id


def test_a_user_pack_adds_a_rule():
    rules = load([("mine.yaml", GOOD.encode())])
    verdict = judge(Posting(id="1", title="Pineapple Experience Associate"), rules)
    assert verdict.kind == "store"
    assert verdict.evidence[0].rule == "mine.pineapple"


def test_a_user_pack_overrides_by_id_and_changes_the_fingerprint():
    theirs = GOOD.replace("mine.pineapple", "store.title").replace("pineapple", "cherry")
    rules = load([("mine.yaml", theirs.encode())])
    (rule,) = [rule for rule in rules.rules if rule.id == "store.title"]
    assert rule.pack == "mine"
    verdict = judge(Posting(id="1", title="Cherry Experience Associate"), rules)
    assert {item.rule: item.pack for item in verdict.evidence}["store.title"] == "mine"
    assert rules.fingerprint != load().fingerprint
    assert load().fingerprint == load().fingerprint


def test_a_pack_that_takes_the_name_of_another_is_told_apart_by_its_file():
    rules = load([("mine.yaml", GOOD.replace("pack: mine", "pack: store").encode())])
    assert rules.all_rules.own == {"store (mine.yaml)"}
    verdict = judge(Posting(id="1", title="Pineapple Experience Associate"), rules)
    assert verdict.evidence[0].pack == "store (mine.yaml)"


def test_all_problems_are_listed_with_line_and_what_to_write():
    bad = GOOD.replace("kind: store", "knd: store").replace("points: 9", "points: nine")
    bad = bad.replace("Pineapples are sold in shops.", "no stop").replace('["an apple"]', "[no]")
    listed = problems(bad + GOOD.partition("rules:\n")[2].replace("pineapple", "plum"))
    assert any('mine.yaml:5: rules[1].knd: no such key; did you mean "kind"?' in p for p in listed)
    assert not any("kind is missing" in p for p in listed), "it is there, misspelt"
    assert any(
        "mine.yaml:8: mine.pineapple.points: this must be a whole number" in p for p in listed
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: store", "kind: shop", "no such kind: 'shop'; write kind: one of genuine"),
        ("points: 9", "points: 0", "0 points count for nothing"),
        ("points: 9", "points: 1.5", "must be a whole number"),
        ("    points: 9\n", "", "points is missing; write points: and a whole number"),
        ("    reason: Pineapples are sold in shops.\n", "", "reason is missing"),
        ("shops.", "shops", "end it with a stop"),
        (', miss: ["an apple"]', "", "no miss example"),
        ('match: ["pineapple"]', 'match: ["(pine+)+"]', "'pine+' is not a word"),
        ('match: ["pineapple"]', "match: [no]", 'write "no" in quotes'),
        ("where: [title, snippet, duties]", "where: [heading]", "no such place: 'heading'"),
        ("group: mine.words", "group: theirs", "the group 'theirs' has no cap"),
        (
            "    kind: store\n",
            "    kind: store\n    kind: sales\n",
            "stands twice, first in line 5",
        ),
        ("points: 9", "points: 9\n    status: maybe", "no such status"),
        ("points: 9", "points: 9\n    times: 99", "write 1 to 9"),
        ("mine.pineapple", "Pineapple!", "not a rule id"),
        ("pack: mine\n", "", "the pack has no name"),
        (
            "rules:",
            "rules: [",
            "mine.yaml:4: a value is missing here; write it",
        ),
        ('["a pineapple"]', "[&x a, *x]", "an alias"),
    ],
)
def test_each_mistake_names_itself_and_the_way_out(old, new, says):
    assert old in GOOD
    assert any(says in problem for problem in problems(GOOD.replace(old, new, 1)))


def test_the_offending_line_itself_is_given():
    with pytest.raises(PackError) as caught:
        load([("mine.yaml", GOOD.replace("kind: store", "kind: shop").encode())])
    assert caught.value.problems[0].text == "kind: shop"


def test_an_id_that_stands_twice_in_one_pack_is_refused():
    twice = GOOD + GOOD.partition("rules:\n")[2]
    assert any("this id is taken" in problem for problem in problems(twice))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a", b"{" * 5000, b"a: &a [*a]"])
def test_a_file_that_is_no_pack_is_a_problem_not_a_crash(content):
    with pytest.raises(PackError):
        load([("x.yaml", content)])


def test_rules_can_be_pickled_and_judge_the_same():
    rules = load()
    again = pickle.loads(pickle.dumps(rules))
    posting = Posting(id="1", title="CX", description="Answer calls and emails. " * 40)
    assert judge(posting, again) == judge(posting, rules)


def test_every_kind_has_a_shipped_pack():
    names = {name.removesuffix(".yaml") for name, _ in shipped()}
    assert {"genuine", "service", "support", "store", "success", "sales", "other"} <= names


def test_the_pack_in_the_documentation_is_a_good_pack():
    guide = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
    pack = guide.partition("```yaml\n")[2].partition("```")[0]
    rules = load([("guide.yaml", pack.encode())])
    assert "mine.fundraising" in {rule.id for rule in rules.rules}
    assert check_examples(rules) == []
