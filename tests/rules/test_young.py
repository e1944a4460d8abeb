"""A young pack sorts and sets nothing aside: the German one, and any that a user calls young."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cxdigest.digest import section_of
from cxdigest.errors import PackError
from cxdigest.model import KINDS, Posting
from cxdigest.rules import Rules, judge, judge_many, load, shipped
from cxdigest.rules.reading.pack import read_packs
from tests.rules.postings import SETS, posting, read

_LOOKS_LIKE = {
    "service": "customer service", "support": "technical support", "store": "in-person front line",
    "success": "customer success", "sales": "selling", "other": "another trade",
}  # fmt: skip
_LINES = Path(__file__).with_name("german.jsonl").read_text("utf-8").splitlines()
GERMAN = [json.loads(line) for line in _LINES]
every_posting = pytest.mark.parametrize("record", GERMAN, ids=[one["id"] for one in GERMAN])


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def _posting(record: dict[str, str], **changed: str) -> Posting:
    said = {name: record[name] for name in ("id", "title", "company", "description")}
    return Posting(**{"snippet": "", **said, **changed})


@every_posting
def test_a_german_posting_is_sorted_as_a_careful_reader_would(record, rules):
    verdict = judge(_posting(record), rules)
    if record["kind"] == "genuine":
        assert verdict.kind == "genuine", verdict
    else:
        assert _LOOKS_LIKE[record["kind"]] in verdict.reason, verdict


@every_posting
def test_no_german_posting_is_set_aside_whatever_is_known_of_it(record, rules):
    whole = _posting(record)
    teaser = _posting(record, description="", snippet=record["description"][:160])
    title = _posting(record, description="")
    for shown in (whole, teaser, title):
        assert section_of(judge(shown, rules)) in ("genuine", "unclear")


def test_every_kind_is_among_them():
    assert {one["kind"] for one in GERMAN} == {*KINDS} - {"unclear"}


def test_many_at_once_are_judged_as_one_by_one(rules):
    postings = [_posting(one) for one in GERMAN] * 5
    assert [*judge_many(postings, rules)] == [judge(one, rules) for one in postings]


def _english() -> list[Posting]:
    """What the English packs fire on, and invented English postings."""
    examples = {
        text
        for rule in load().all_rules.rules
        if rule.pack != "german"
        for text in (one.text for one in rule.examples)
    }
    said = [
        Posting(id=f"e{n}", title=text, company="", snippet=text, description="")
        for n, text in enumerate(sorted(examples))
    ]
    return said + [
        posting(one) for name in SETS for one in read(name) if one["id"] != "invented-132"
    ]


def test_no_german_rule_speaks_of_english_words(rules):
    heard = {
        (item.rule, item.quote)
        for verdict in judge_many(_english(), rules)
        for item in verdict.evidence
        if item.pack == "german"
    }
    assert not heard


def test_an_english_posting_is_set_aside_as_before(rules):
    text = (
        "You will answer inbound calls and e-mails from our customers and resolve their complaints. "
        "You will take orders and process refunds. Experience in a contact centre is required. "
        "Shifts between 8 am and 8 pm, and a headset is provided. You answer up to 70 calls a day."
    )
    record = {"id": "en", "title": "Customer Experience Agent", "company": "Elderflower Bank",
              "description": text * 2}  # fmt: skip
    verdict = judge(_posting(record), rules)
    assert (verdict.kind, verdict.flagged) == ("service", True)


def test_english_duties_of_a_german_employer_are_judged_by_the_measured_rules(rules):
    text = "Answer the calls of our customers and resolve complaints in the contact centre. "
    record = {"id": "mixed", "title": "Kundenberater (m/w/d)", "company": "Ulm AG",
              "description": "Deine Aufgaben:\n" + text * 6}  # fmt: skip
    verdict = judge(_posting(record), rules)
    assert verdict.kind == "service", verdict


def test_the_german_pack_calls_itself_young():
    packs = read_packs(shipped())
    assert packs.young == {"german"}
    assert (packs.languages, packs.measured) == ({"en", "de"}, {"en"})


def test_a_pack_of_ones_own_may_be_young_until_it_is_trusted(rules):
    old = b"""
pack: mine
groups: {mine.kites: 30}
rules:
  - id: mine.kites
    kind: other
    group: mine.kites
    where: [title]
    points: 30
    match: [kite repair]
    reason: Kites are another trade.
    examples: {hit: ["Kite repair"], miss: ["Kites"]}
"""
    young = old.replace(b"pack: mine\n", b"pack: mine\nyoung: true\n")
    posting = Posting(
        id="k", title="Kite repair and upkeep", company="", snippet="", description=""
    )
    assert judge(posting, load([("mine.yaml", old)])).kind == "other"
    verdict = judge(posting, load([("mine.yaml", young)]))
    assert (verdict.kind, verdict.flagged) == ("unclear", False)
    assert "another trade" in verdict.reason
    assert [item.rule for item in verdict.evidence] == ["mine.kites"]


def test_what_a_pack_says_also_stands_beside_the_settings():
    pack = b"pack: mine\nlanguage: en\nalso:\n  claims: [kite delight]\nrules: []\n"
    posting = Posting(id="k", title="Head of Kite Delight", company="", snippet="", description="")
    other = Posting(
        id="c", title="Customer Experience Lead", company="", snippet="", description=""
    )
    mine = load([("mine.yaml", pack)])
    assert judge(posting, mine).claims
    assert judge(other, mine).claims
    assert not judge(posting, load()).claims


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("young: perhaps", "this must be true or false"),
        ("young: [true]", "this must be true or false"),
        ("also: {threshold: {full: 1}}", "no such key"),
        ("also: {claims: ['(']}", "claims"),
    ],
)
def test_a_mistake_in_them_is_named(said, told):
    with pytest.raises(PackError, match=told.replace("(", r"\(")):
        load([("mine.yaml", f"pack: mine\n{said}\nrules: []\n".encode())])
