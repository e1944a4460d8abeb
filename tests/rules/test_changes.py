from __future__ import annotations

from cxdigest.rules.trials.changes import RuleChange, changes
from tests.rules.trades import posting, rule, rules_of

OLD = (
    rule("genuine.maps", "map", 5), rule("service.answers", "answer", 5), rule("sales.sells", "sell", 5)
)  # fmt: skip


def found(postings, *new, old=OLD):
    return list(changes(postings, rules_of(*old), rules_of(*new)))


def test_what_stays_is_none_and_what_changes_says_which_rules_did_it():
    kept, moved = found(
        [posting(1, ["map"]), posting(2, ["answer"])],
        *OLD, rule("genuine.reads", "answer", 9),
    )  # fmt: skip
    assert kept is None
    assert (moved.old.kind, moved.new.kind) == ("service", "genuine")
    assert (moved.old.flagged, moved.new.flagged) == (True, False)
    assert moved.rules == (RuleChange(rule="genuine.reads", before=0, after=9),)
    assert moved.crosses


def test_the_weightiest_rule_comes_first_and_one_that_is_gone_has_no_points():
    (moved,) = found(
        [posting(1, ["answer", "sell"])],
        rule("service.answers", "answer", 6), rule("sales.sells", "sell", 1),
        old=(rule("service.answers", "answer", 4), rule("sales.sells", "sell", 9),
             rule("sales.sells-more", "sell", 3)),
    )  # fmt: skip
    assert [(one.rule, one.before, one.after) for one in moved.rules] == [
        ("sales.sells", 9, 1), ("sales.sells-more", 3, 0), ("service.answers", 4, 6),
    ]  # fmt: skip


def test_a_change_is_ranked_by_what_it_does_to_the_reader():
    crossing, hidden, between = found(
        [posting(1, ["map"]), posting(2, ["read"]), posting(3, ["sell"])],
        *OLD, rule("service.maps", "map", 11), rule("service.reads", "read", 9),
        rule("service.sells", "sell", 9),
    )  # fmt: skip
    assert [one.rank for one in (crossing, hidden, between)] == [0, 1, 2]
    assert (hidden.old.kind, hidden.new.kind) == ("unclear", "service")
    assert [one.crosses for one in (crossing, hidden, between)] == [True, False, False]


def test_other_numbers_of_the_decision_change_verdicts_without_a_rule():
    strict = rules_of(*OLD)
    low = rules_of(*OLD, cap=3)
    (moved,) = changes([posting(1, ["map"])], strict, low)
    assert (moved.new.kind, moved.rules) == ("unclear", ())
