from __future__ import annotations

from cxdigest.rules.trials.accuracy import Labelled
from cxdigest.rules.trials.statistics import statistics
from tests.rules.trades import posting, rule, rules_of

RULES = (
    rule("genuine.maps", "map", 4),
    rule("service.answers", "answer", 4),
    rule("service.replies", "reply", 4),
    rule("service.excused", "mapping", -3),
    rule("sales.unheard", "whistle", 4),
)
LABELLED = [
    Labelled(posting=posting(n, words), kind=kind, part=part)
    for n, (kind, words, part) in enumerate(
        [
            ("genuine", ["map"], "one"),
            ("genuine", ["mapping", "map"], "one"),
            ("service", ["answer", "reply"], "one"),
            ("service", ["answer", "mapping"], "two"),
            ("sales", ["answer", "map"], "two"),
            ("unclear", ["reply", "answer"], "two"),
        ]
    )
]


def figures():
    return {one.rule: one for one in statistics(LABELLED, rules_of(*RULES)).rules}


def test_hits_and_how_many_are_right_are_counted():
    counted = {name: (one.hits, one.right) for name, one in figures().items()}
    assert counted["genuine.maps"] == (3, 2)
    assert counted["service.answers"] == (4, 2)
    assert counted["service.replies"] == (2, 1)


def test_a_rule_that_excuses_is_right_where_its_kind_is_not_the_label():
    excused = figures()["service.excused"]
    assert (excused.hits, excused.right, excused.points) == (2, 1, -3)


def test_overlap_names_the_rule_of_its_kind_that_fires_most_often_with_it():
    found = figures()
    assert (found["service.answers"].beside, found["service.answers"].together) == (
        "service.replies", 2,
    )  # fmt: skip
    assert (found["service.replies"].beside, found["service.replies"].together) == (
        "service.answers", 2,
    )  # fmt: skip
    assert found["genuine.maps"].beside == "", "no other rule speaks for its kind"


def test_a_rule_that_never_fires_is_named():
    found = statistics(LABELLED, rules_of(*RULES))
    assert found.silent == ("sales.unheard",)


def test_the_verdicts_stand_beside_the_labels_at_every_tier():
    pairs = statistics(LABELLED, rules_of(*RULES)).pairs
    assert set(pairs) == {"title", "snippet", "full"}
    assert [label for label, _ in pairs["full"]] == [one.kind for one in LABELLED]
    assert pairs["full"][:3] == (
        ("genuine", "genuine"), ("genuine", "genuine"), ("service", "service"),
    )  # fmt: skip
    assert {said for _, said in pairs["title"]} == {"unclear"}, "the titles say nothing of the work"
