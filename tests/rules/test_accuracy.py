"""Figures, intervals, folds: counted by hand, and held against known values."""

from __future__ import annotations

import pytest

from cxdigest.model import Posting
from cxdigest.rules.accuracy import (
    Figure,
    confusion,
    folds,
    group_of,
    kappa,
    posting_at,
    rows,
    wilson,
)

PAIRS = [
    ("genuine", "genuine"),
    ("genuine", "unclear"),
    ("genuine", "service"),
    ("service", "service"),
    ("service", "store"),
    ("store", "genuine"),
    ("sales", "unclear"),
    ("other", "sales"),
    ("unclear", "other"),
]


def test_each_figure_counts_what_its_name_says():
    assert {row.name: (row.hits, row.n) for row in rows(PAIRS)} == {
        "genuine kept in sight": (2, 3),
        "genuine said genuine": (1, 3),
        "said genuine and is": (1, 2),
        "misleading titles flagged": (2, 3),
        "flagged and is service/support/store": (2, 3),
        "not customer experience set aside": (3, 5),
        "set aside and is not genuine": (4, 5),
        "exact kind, of those decided": (2, 6),
        "exact kind, of all": (2, 9),
        "said unclear": (2, 9),
    }


def test_an_interval_is_wilsons():
    low, high = wilson(19, 20)
    assert (low, high) == pytest.approx((0.7639, 0.9911), abs=1e-4)
    assert wilson(5, 5)[1] == 1.0
    assert wilson(0, 5)[0] == 0.0


def test_a_figure_of_nothing_has_neither_share_nor_interval():
    empty = Figure(name="none", hits=0, n=0)
    assert empty.share is None
    assert empty.interval() is None
    assert rows([])[0] == Figure(name="genuine kept in sight", hits=0, n=0)


def test_kappa_is_one_for_agreement_and_nought_for_chance():
    assert kappa([("service", "service"), ("store", "store")]) == 1
    assert kappa([(a, b) for a in ("service", "store") for b in ("service", "store")]) == 0
    assert kappa([("service", "service")]) == 1
    assert kappa([]) == 1


def test_the_confusion_table_holds_every_pair_and_only_those():
    table = confusion(PAIRS)
    assert table["genuine"]["service"] == 1
    assert table["sales"]["sales"] == 0
    assert sum(sum(row.values()) for row in table.values()) == len(PAIRS)


def test_an_employer_is_one_group_however_it_is_written():
    assert group_of("Acme & Söhne, Inc.", "1") == group_of("ACME SÖHNE INC", "2")
    assert group_of(" & ", "7") == "7"


def test_a_group_is_never_parted_and_the_folds_are_even():
    groups = ["a"] * 6 + ["b"] * 3 + [str(number) for number in range(31)]
    dealt = folds(groups, 4)
    assert len({fold for group, fold in zip(groups, dealt, strict=True) if group == "a"}) == 1
    assert sorted(dealt.count(fold) for fold in range(4)) == [10, 10, 10, 10]


def test_the_folds_do_not_depend_on_the_order_of_the_postings():
    groups = [str(number) for number in range(20)]
    there = dict(zip(groups, folds(groups, 5), strict=True))
    back = dict(zip(groups[::-1], folds(groups[::-1], 5), strict=True))
    assert there == back
    assert folds(groups, 5, seed=1) != folds(groups, 5)


def test_a_posting_is_cut_to_what_a_tier_knows():
    whole = Posting(id="1", title="Agent", description="d" * 500)
    assert posting_at(whole, "full") == whole
    assert posting_at(whole, "title") == Posting(id="1", title="Agent")
    assert posting_at(whole, "snippet") == Posting(id="1", title="Agent", snippet="d" * 160)
