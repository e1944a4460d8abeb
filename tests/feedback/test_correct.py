"""A reader's word in the place of the judge's: at once, and for that reader's postings alone."""

from __future__ import annotations

import pytest

from cxdigest.feedback import SAID_SO, correct
from tests.feedback.world import candidate

ID = f"{1:016x}"


def corrected(word, kind, **more):
    return correct([candidate(1, kind, **more)], {ID: word})[0]


@pytest.mark.parametrize("kind", ["service", "genuine", "unclear", "sales", None])
def test_what_the_reader_calls_genuine_is_genuine_whatever_the_judge_said(kind):
    found = corrected("genuine", kind)
    assert found.said == "genuine"
    assert (found.verdict.kind, found.verdict.confidence) == ("genuine", 1.0)
    assert not found.verdict.flagged
    assert found.verdict.posting_id == ID
    first = found.verdict.evidence[0]
    assert (first.rule, first.kind) == (SAID_SO, "genuine")
    assert first.reason == "You said that this is a customer experience role."
    assert first.quote == found.posting.title


@pytest.mark.parametrize(
    ("kind", "then", "flagged"),
    [
        ("service", "service", True),
        ("sales", "sales", False),
        ("genuine", "other", False),
        ("unclear", "other", False),
        (None, "other", False),
    ],
)
def test_what_the_reader_calls_not_genuine_is_what_the_judge_saw_or_another_trade(
    kind, then, flagged
):
    found = corrected("not-genuine", kind)
    assert (found.verdict.kind, found.verdict.flagged) == (then, flagged)
    assert found.verdict.evidence[0].kind == then
    assert found.said == "not-genuine"


def test_a_title_that_claims_nothing_is_not_flagged_by_a_readers_word():
    assert not corrected("not-genuine", "service", claims=False).verdict.flagged


def test_what_the_rules_quoted_stays_behind_the_readers_word():
    quotes = [one.quote for one in corrected("genuine", "service").verdict.evidence]
    assert quotes == ["Customer Experience Associate", "answers calls"]


def test_a_suggested_title_goes_where_the_reader_says_that_the_role_is_genuine():
    said = candidate(1, "service", suggests="Call centre agent")
    assert correct([said], {ID: "genuine"})[0].verdict.suggests == ""
    assert correct([said], {ID: "not-genuine"})[0].verdict.suggests == "Call centre agent"


@pytest.mark.parametrize("word", ["applied", "not-for-me", "hide-employer"])
def test_other_words_change_no_verdict(word):
    found = corrected(word, "service")
    assert found.said == word
    assert found.verdict == candidate(1, "service").verdict


def test_who_applied_to_what_he_called_genuine_keeps_both_words():
    found = correct([candidate(1)], {ID: "applied"}, {ID: "genuine"})[0]
    assert (found.said, found.verdict.kind) == ("applied", "genuine")


def test_nothing_said_changes_nothing_and_the_order_stays():
    all_of_them = [candidate(3), candidate(1), candidate(2, None)]
    assert correct(all_of_them, {}) == tuple(all_of_them)
    said = correct(all_of_them, {f"{2:016x}": "genuine"})
    assert [one.posting.id for one in said] == [one.posting.id for one in all_of_them]
    assert said[:2] == tuple(all_of_them[:2])
