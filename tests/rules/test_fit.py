"""Fitting, on worlds in which it is known what the points should be."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cxdigest.model import KINDS, Posting
from cxdigest.rules import judge, load
from cxdigest.rules.fitting.decision import _in_the_order_of, confidence, decided, standing
from cxdigest.rules.fitting.firing import SCORED, Sums, firing
from cxdigest.rules.fitting.fit import Fit, apply, fit, held_out
from cxdigest.rules.reading.rule import TIERS
from cxdigest.rules.trials.accuracy import Labelled, posting_at, rows
from tests.rules.trades import rule, rules_of, world

INVENTED = Path(__file__).with_name("invented.jsonl")
#: The first word of each kind tells it well, the last one says nothing.
SHARES = {
    "genuine": {"map": 0.9, "answer": 0.1, "sell": 0.1, "meet": 0.5},
    "service": {"map": 0.1, "answer": 0.9, "sell": 0.1, "meet": 0.5},
    "sales": {"map": 0.1, "answer": 0.1, "sell": 0.9, "meet": 0.5},
}
#: What tells little counts most: a pack that somebody got wrong.
WRONG = (
    rule("genuine.maps", "map", 1),
    rule("service.answers", "answer", 1),
    rule("sales.sells", "sell", 1),
    rule("service.meets", "meet", 9),
)


@pytest.fixture(scope="module")
def wrong():
    return rules_of(*WRONG)


def said(labelled, rules):
    return [(one.kind, judge(one.posting, rules).kind) for one in labelled]


def share(pairs, name):
    return next(row for row in rows(pairs) if row.name == name).share


def test_a_wrong_pack_becomes_better_on_employers_it_was_not_fitted_to(wrong):
    labelled = world(SHARES)
    before = share(said(labelled, wrong), "exact kind, of all")
    after = [
        pair for out, fitted in held_out(labelled, wrong, count=3) for pair in said(out, fitted)
    ]
    assert len(after) == len(labelled)
    assert before < 0.5
    assert share(after, "exact kind, of all") > 0.7


def test_points_are_whole_keep_their_sign_and_move_the_right_way(wrong):
    fitted = fit(world(SHARES), wrong)
    assert all(isinstance(points, int) and 1 <= points <= 12 for points in fitted.points.values())
    assert fitted.points["genuine.maps"] > 1
    assert fitted.points["service.meets"] < 9
    assert fitted.loss_after < fitted.loss_before


def test_a_rule_that_says_the_opposite_keeps_its_sign():
    rules = rules_of(
        rule("genuine.maps", "map", 4), rule("genuine.sells", "sell", 6),
        rule("sales.sells", "sell", 4), rule("sales.excused", "sell", -3),
    )  # fmt: skip
    fitted = fit(world({"genuine": {"map": 0.9}, "sales": {"sell": 0.9}}), rules, pull=2)
    assert 1 <= fitted.points["genuine.sells"] < 6
    assert -12 <= fitted.points["sales.excused"] <= -1


def test_a_higher_price_hides_fewer_genuine_roles():
    """A word stands in a third of the genuine and in all the service roles, and little else."""
    shares = {
        "genuine": {"map": 0.6, "answer": 0.35},
        "service": {"answer": 1.0, "map": 0.2},
        "sales": {"sell": 0.9},
    }
    rules = rules_of(
        rule("genuine.maps", "map", 4), rule("service.answers", "answer", 5),
        rule("sales.sells", "sell", 5),
    )  # fmt: skip
    labelled = world(shares, each=36)

    def hidden(price):
        pairs = [
            pair
            for out, fitted in held_out(labelled, rules, price=price, pull=5, count=3)
            for pair in said(out, fitted)
        ]
        kept = next(row for row in rows(pairs) if row.name == "genuine kept in sight")
        return kept.n - kept.hits

    cheap, dear = hidden(1), hidden(100)
    assert cheap > 0
    assert dear < cheap


def test_a_rule_seen_too_seldom_stays_and_one_never_seen_is_named(wrong):
    shares = {kind: {**words, "sing": 0.03} for kind, words in SHARES.items()}
    rules = rules_of(*WRONG, rule("other.sings", "sing", 7), rule("other.unheard", "whistle", 3))
    labelled = world(shares, each=20)
    singing = {one.group for one in labelled if "sing" in one.posting.description}
    assert 0 < len(singing) < 5
    fitted = fit(labelled, rules)
    assert fitted.rare == ("other.sings",)
    assert fitted.silent == ("other.unheard",)
    assert (fitted.points["other.sings"], fitted.points["other.unheard"]) == (7, 3)


def test_the_same_labels_give_the_same_fit(wrong):
    labelled = world(SHARES, each=16)
    assert fit(labelled, wrong) == fit(labelled, wrong)


def test_what_is_labelled_unclear_teaches_nothing(wrong):
    labelled = world(SHARES, each=16)
    doubtful = [
        Labelled(posting=Posting(id=f"u{n}", title="Lead", company=f"U {n}"), kind="unclear")
        for n in range(20)
    ]
    assert fit(labelled + doubtful, wrong) == fit(labelled, wrong)


def test_a_strong_pull_leaves_the_points_alone(wrong):
    fitted = fit(world(SHARES), wrong, pull=1e6, numbers=False)
    assert fitted.points == {one.id: one.points for one in wrong.rules}
    assert fitted.decision is None


def test_too_few_employers_are_refused(wrong):
    with pytest.raises(ValueError, match="3 employers cannot be parted into 5 folds"):
        fit(world(SHARES, each=2), wrong)


def test_applied_numbers_are_the_fitted_ones_and_change_the_fingerprint(wrong):
    fitted = fit(world(SHARES), wrong)
    rules = apply(wrong, fitted)
    assert {one.id: one.points for one in rules.rules} == fitted.points
    assert rules.settings.threshold == fitted.decision.threshold
    assert rules.settings.genuine_margin == fitted.decision.genuine_margin
    assert rules.settings.confidence == fitted.decision.confidence
    assert rules.fingerprint != wrong.fingerprint
    assert apply(wrong, fitted).fingerprint == rules.fingerprint


def test_less_text_is_not_asked_for_a_smaller_margin(wrong):
    margin = fit(world(SHARES), wrong).decision.margin
    assert margin["title"] >= margin["snippet"] >= margin["full"] >= 1


def test_a_kind_that_a_hand_asked_more_of_is_still_asked_more():
    hand = {"service": 6, "support": 6, "store": 6, "success": 6, "sales": 6, "other": 10}
    fitted = {"service": 5, "support": 7, "store": 6, "success": 6, "sales": 6, "other": 4}
    assert _in_the_order_of(hand, fitted) == {**fitted, "other": 8}
    assert _in_the_order_of(dict.fromkeys(hand, 6), fitted) == fitted


@pytest.mark.parametrize("tier", TIERS)
def test_the_sums_are_the_engines_to_the_last_point(tier):
    """On the shipped packs, with their caps, weights, supporting groups and numbers."""
    rules = load()
    records = [json.loads(line) for line in INVENTED.read_text("utf-8").splitlines()]
    postings = [
        posting_at(Posting(id=one["id"], title=title, description=one.get("description", "")), tier)
        for one in records
        for title in (one["title"], "Lead")  # of which the second claims nothing
    ]
    fired = firing(postings, rules)
    points = np.array([one.points for one in rules.rules])
    stand = standing(Sums(rules).exact(points, fired))
    for index, verdict in enumerate(judge(one, rules) for one in postings):
        assert stand.points[index] == verdict.points
        assert fired.claims[index] == verdict.claims
        clear = decided(stand, verdict.tier, rules.settings)[index]
        kind = SCORED[stand.leader[index]] if clear else "unclear"
        if "which no pack reads" not in verdict.reason:  # whatever its points
            assert kind == verdict.kind


def test_the_gradient_is_the_slope(wrong):
    rules = rules_of(
        *WRONG,
        # A group that only supports, and one whose cap is reached.
        rule("genuine.helps", "meet", 3).replace("group: genuine.helps", "group: genuine.help"),
        rule("sales.meets", "meet", 12),
        cap=8,
    )
    labelled = world(SHARES, each=8)
    plain = [Posting(id=f"p{n}", title="Lead", description=one.posting.description)
             for n, one in enumerate(labelled)]  # fmt: skip
    fired = firing([one.posting for one in labelled] + plain, rules)
    sums = Sums(rules)
    points = np.array([float(one.points) for one in rules.rules]) + 0.3
    by_score = np.random.default_rng(3).normal(size=(len(fired.claims), len(SCORED)))
    scores, back = sums.smooth(points, fired)
    slope = back(by_score)
    for index in range(len(points)):
        moved = points.copy()
        moved[index] += 1e-6
        there = (sums.smooth(moved, fired)[0] - scores) * by_score
        assert slope[index] == pytest.approx(there.sum() / 1e-6, abs=1e-3)


def test_confidence_ascends_and_says_what_was_right():
    ahead = [1] * 50 + [5] * 50 + [9] * 100
    right = [True] * 25 + [False] * 25 + [True] * 40 + [False] * 10 + [True] * 95 + [False] * 5
    assert confidence(ahead, right) == ((0, 50), (5, 78), (9, 94))


def test_confidence_joins_what_would_descend_and_never_promises_everything():
    ahead = [1] * 50 + [5] * 50
    right = [True] * 40 + [False] * 10 + [True] * 20 + [False] * 30
    assert confidence(ahead, right) == ((0, 50), (1, 59))
    assert confidence([3] * 20, [True] * 20) == ((0, 50), (3, 95))
    assert confidence([], []) == ()


def test_fit_is_a_record_of_plain_values(wrong):
    fitted = fit(world(SHARES), wrong, pull=5)
    assert isinstance(fitted, Fit)
    assert fitted.postings == 120
    assert fitted.pull == 5
    assert set(fitted.decision.genuine_margin["full"]) == set(KINDS[1:-1])
    whole = json.dumps([fitted.points, fitted.decision.threshold, fitted.loss_after])
    assert json.loads(whole)
