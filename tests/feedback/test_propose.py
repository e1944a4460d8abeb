"""Rules that a reader's words ask for: few, with reasons, and none that other words speak against."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest import rules as rule_engine
from cxdigest.feedback import propose, written
from cxdigest.model import FEEDBACK_WORDS, KINDS
from cxdigest.rules.trials.examples import check_examples
from tests.feedback.world import evidence, row, verdict

EMPLOYERS = ("Lumen & Tide", "Tarn Vale", "Brook and Fell")
ASSOCIATE = "Customer Experience Insights Associate"


def said(word="genuine", title=ASSOCIATE, *, kind="service", first=1, count=3, **more):
    return [
        row(first + n, word, kind=kind, title=title, employer=EMPLOYERS[n % 3], **more)
        for n in range(count)
    ]


def holds(proposals, points=6):
    """The pack of *proposals* loads beside the shipped ones, and every example holds."""
    pack = written(proposals, points=points)
    loaded = rule_engine.load([("proposed.yaml", pack.encode())])
    return [one for one in check_examples(loaded) if one.where == "proposed.yaml"] == []


def test_three_roles_of_one_title_that_were_set_aside_and_are_genuine_ask_for_a_rule():
    (found,) = propose(said(), {})
    assert (found.kind, found.sign, found.where) == ("genuine", 1, "title")
    assert found.words == ("customer", "experience", "insights", "associate")
    assert found.posting_ids == tuple(f"{n:016x}" for n in (1, 2, 3))
    assert found.reason == (
        "You called 3 postings with “customer experience insights associate” in the title "
        "customer experience."
    )
    assert holds([found])


def test_roles_that_were_called_genuine_and_are_not_ask_for_fewer_points_and_hide_nothing():
    (found,) = propose(said("not-genuine", "CX Barista", kind="genuine"), {})
    assert (found.kind, found.sign, found.words) == ("genuine", -1, ("cx", "barista"))
    assert holds([found])


def test_roles_that_could_not_be_told_and_are_not_genuine_ask_for_what_most_spoke_for():
    unsure = [
        row(
            n,
            "not-genuine",
            title="Guest Experience Barista",
            employer=EMPLOYERS[n % 3],
            verdict=verdict(n, "unclear", evidence=(evidence("serve coffee", kind="store"),)),
        )
        for n in (1, 2, 3)
    ]
    (found,) = propose(unsure, {})
    assert (found.kind, found.sign, found.words) == ("store", 1, ("guest", "experience", "barista"))


def test_words_that_could_not_be_told_at_all_ask_for_nothing():
    assert propose(said("not-genuine", kind=None), {}) == ()
    assert (
        propose(
            said("not-genuine", kind="unclear", verdict=verdict(kind="unclear", evidence=())), {}
        )
        == ()
    )


@pytest.mark.parametrize(
    "rows",
    [
        said(count=2),
        said(kind="genuine"),  # the rules say so too
        said("not-genuine", kind="service"),
        said("applied"),
        said("hide-employer"),
        said(title="Head of Customer Experience"),  # what claims says nothing of the work
        said(title="Lumen Tarn Brook"),  # the employers' own names
        said(holds=False),
    ],
)  # fmt: skip
def test_nothing_is_proposed_without_three_corrections_that_share_telling_words(rows):
    # Three shared quotes would make a rule of their own.
    assert [one for one in propose(rows, {}) if one.where == "title"] == []


def test_one_employers_wording_is_no_rule():
    rows = [row(n, "genuine", title=ASSOCIATE, employer="Lumen & Tide") for n in (1, 2, 3, 4)]
    assert propose(rows, {}) == ()


def test_a_proposal_that_another_word_speaks_against_is_not_made():
    against = [row(9, "not-genuine", title=f"Junior {ASSOCIATE}", employer="Tarn Vale")]
    assert propose([*said(), *against], {}) == ()  # nor one of the words that it quotes too
    undone = [row(9, "not-genuine", title=f"Junior {ASSOCIATE}", holds=False)]
    assert len(propose([*said(), *undone], {})) == 1


def test_who_applied_speaks_against_a_rule_that_leads_away():
    rows = said("not-genuine", "Journey Barista", kind="genuine")
    assert propose([*rows, row(9, "applied", title="Journey Barista", kind="genuine")], {}) == ()


def quoting(word, kind, *quotes):
    return [
        row(
            n,
            word,
            kind=kind,
            title=title,
            employer=EMPLOYERS[n % 3],
            verdict=verdict(n, kind, evidence=(evidence(quote, kind=kind),)),
        )
        for n, (title, quote) in enumerate(
            zip(("Lead, CX", "CX", "Head of CX"), quotes, strict=True), 1
        )
    ]


QUOTES = ("Take calls from passengers", "take calls from passengers daily", "who take calls from passengers")  # fmt: skip


def test_quoted_words_that_led_the_judge_astray_are_worth_less():
    (found,) = propose(quoting("genuine", "service", *QUOTES), {})
    assert (found.kind, found.sign, found.where) == ("service", -1, "duties")
    assert found.words == ("take", "calls", "from", "passengers")
    assert found.hits == QUOTES
    assert holds([found])


def test_quoted_words_that_stand_in_what_is_rightly_set_aside_keep_their_points():
    rows = [*quoting("genuine", "service", *QUOTES), row(9, "not-genuine")]
    # Its own quote is another, so that its text alone can speak against the rule.
    assert propose(rows, {f"{9:016x}": "You take calls from passengers all day."}) == ()
    assert len(propose(rows, {f"{9:016x}": "You take calls. From passengers, mostly."})) == 1


def test_titles_of_what_the_reader_spoke_otherwise_of_are_examples_that_must_not_fire():
    rows = [*said(), row(9, "not-genuine", title="CX Barista", kind="service")]
    (found,) = propose(rows, {})
    assert found.misses == ("CX Barista",)
    assert holds([found])


def test_the_words_of_two_readers_make_no_rule_together():
    with pytest.raises(ValueError, match="one profile"):
        propose([row(1), row(2, profile="ben")], {})


def test_two_rules_have_two_ids_and_hold_together():
    rows = [
        *said(),
        *said("genuine", "Voice of the Customer Weaver", first=4),
        *said("not-genuine", "CX Barista", kind="genuine", first=7),
    ]
    found = propose(rows, {})
    assert len({one.id for one in found}) == len(found) == 3
    assert holds(found)


titles = st.sampled_from(
    [
        "Responsable expérience client – réseau",
        'CX "Insights" Associate: #1 {x} [y] *z* & more',
        "🔥 Insights Associate 🔥",
        "Kunden's Erlebnis-Manager, Köln",
        "Insights Associate\u2028\x07",
        "顧客 体験 担当",
        "Not a call centre role",
        "(Insights Associate)",
        "Insights   Associate…",
        "Don't Insights Associate",
        "true no null Associate",
    ]
) | st.text(max_size=60)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(titles, st.sampled_from(FEEDBACK_WORDS), st.sampled_from(KINDS)), max_size=4)
)
def test_whatever_titles_say_a_pack_of_proposals_can_be_read(given_):
    rows = [
        row(3 * n + m, word, kind=kind, title=title, employer=EMPLOYERS[m])
        for n, (title, word, kind) in enumerate(given_)
        for m in range(3)
    ]
    found = propose(rows, {})
    if found:
        rule_engine.load([("proposed.yaml", written(found, points=6).encode())])
