"""The invented sets pin the verdict on every posting, and show where the judge is not yet right."""

from __future__ import annotations

from collections import Counter

import pytest

from cxdigest.model import FLAGGED_KINDS, KINDS
from cxdigest.rules import Rules, judge, load
from cxdigest.rules.trials.accuracy import IN_SIGHT
from tests.rules.postings import SETS, expected, label, posting, read, said

RECORDS = {record["id"]: record for name in SETS for record in read(name)}
every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
RENEW = "if the change is meant, run python -m tests.rules.postings"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


@every_record
def test_invented_posting_gets_its_verdict(record, rules):
    assert said(judge(posting(record), rules)) == expected(record), RENEW


@every_record
def test_known_miss_differs_from_its_label(record):
    assert record.get("said") != label(record)


def test_no_genuine_posting_is_set_aside():
    genuine = [record for record in RECORDS.values() if record["kind"] == "genuine"]
    assert [r["id"] for r in genuine if expected(r)["kind"] not in IN_SIGHT] == []


def test_most_postings_are_judged_as_labelled():
    misses = [record for record in RECORDS.values() if "said" in record]
    assert len(misses) <= 0.15 * len(RECORDS)


def test_set_is_large_and_has_every_kind_at_every_tier(rules):
    assert len(read("invented")) >= 100
    kinds = Counter(record["kind"] for record in RECORDS.values())
    assert all(kinds[kind] >= 5 for kind in KINDS)
    tiers = Counter(judge(posting(record), rules).tier for record in RECORDS.values())
    assert min(tiers["title"], tiers["snippet"], tiers["full"]) >= 5


def test_only_service_support_and_store_are_ever_flagged():
    flagged = {record["kind"] for record in RECORDS.values() if record["flagged"]}
    assert flagged == FLAGGED_KINDS
    assert all(not r["flagged"] or r["kind"] in FLAGGED_KINDS for r in RECORDS.values())


def test_no_posting_stands_there_twice():
    assert len(RECORDS) == sum(len(read(name)) for name in SETS)
    texts = Counter(r["title"] + r["snippet"] + r["description"] for r in RECORDS.values())
    assert max(texts.values()) == 1
