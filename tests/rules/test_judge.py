"""Verdicts: the invented set, context, sections, tiers, claims, and texts of any kind."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxdigest.model import KINDS, Posting
from cxdigest.rules import Rules, judge, load
from tests.rules.postings import posting, read

INVENTED = read("invented")
FILLER = "The office is in the old town, near the river, and the team is small and kind. " * 6


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def duties(text: str, title: str = "Customer Experience Manager") -> Posting:
    return Posting(id="1", title=title, description=f"{text}\n{FILLER}")


def test_evidence_quotes_the_original_words(rules):
    for record in INVENTED:
        text = " ".join([record["title"], record["snippet"], record["description"]])
        text = " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())
        for item in judge(posting(record), rules).evidence:
            assert item.quote in text
            assert 0 < len(item.quote) <= 200


def test_what_is_denied_does_not_count(rules):
    said = {item.rule for item in judge(duties("You lead the call center team."), rules).evidence}
    denied = judge(duties("This is not a call center role."), rules).evidence
    assert "service.contact-center" in said
    assert "service.contact-center" not in {item.rule for item in denied}


def test_working_with_a_contact_centre_is_not_running_one(rules):
    text = "You will partner closely with the contact centre team on insight."
    assert "service.contact-center" not in {e.rule for e in judge(duties(text), rules).evidence}


def test_duties_count_more_than_requirements_and_about_hardly(rules):
    def points(text: str) -> int:
        verdict = judge(duties(text), rules)
        return sum(e.points for e in verdict.evidence if e.rule == "service.answers-contacts")

    in_duties = points("Responsibilities\nAnswer calls from members")
    in_requirements = points("Responsibilities\nBe kind\nRequirements\nAnswer calls from members")
    in_about = points("Responsibilities\nBe kind\nAbout us\nAnswer calls from members")
    assert in_duties > in_requirements > in_about


def test_sections_are_found_in_text_without_line_breaks(rules):
    flat = (
        "We sell tea. Responsibilities: Answer calls from members. Requirements: Respond to emails."
    )
    places = {
        e.where
        for e in judge(Posting(id="1", title="CX", description=flat + " " + FILLER), rules).evidence
        if e.rule == "service.answers-contacts"
    }
    assert places == {"duties"}


def test_html_is_read_by_its_blocks(rules):
    html = f"<div><p>Answer</p><p>calls</p></div><ul><li>Respond to <b>e&#8209;mails</b></li></ul>{FILLER}"
    quotes = [e.quote for e in judge(Posting(id="1", title="CX", description=html), rules).evidence]
    assert not any("calls" in quote for quote in quotes)
    assert any(quote.startswith("Respond to e") for quote in quotes)


@pytest.mark.parametrize(
    ("snippet", "description", "tier"),
    [
        ("", "", "title"),
        ("Answer calls", "", "snippet"),
        ("", "Too short", "snippet"),
        ("", FILLER, "full"),
    ],
)
def test_tier_says_what_could_be_seen(snippet, description, tier, rules):
    seen = Posting(id="1", title="CX Lead", snippet=snippet, description=description)
    assert judge(seen, rules).tier == tier


@pytest.mark.parametrize(
    "title",
    [
        "Director of Customer Experience",
        "Customer Experience Associate",
        "Head of CX",
        "Guest Experience Manager",
        "Passenger Experience Ambassador",
        "CX Strategy Lead",
    ],
)
def test_a_title_alone_decides_nothing(title, rules):
    verdict = judge(Posting(id="1", title=title, company="The Corner Shop & Call Centre"), rules)
    assert verdict.kind == "unclear"
    assert "title" in verdict.reason


@pytest.mark.parametrize(
    ("title", "claims"),
    [
        ("VP, Customer Experience", True),
        ("Client & Member Experience Lead", True),
        ("customer-experience guru", True),
        ("Head of CX", True),
        ("Patient Experience Representative", True),
        ("Customer eXperience Officer", True),
        ("Barista", False),
        ("User Experience Designer", False),
        ("Employee Experience Manager", False),
        ("Customer Support Specialist with Linux experience", False),
        ("Voice of the Customer Manager", False),
    ],
)
def test_which_titles_claim_customer_experience(title, claims, rules):
    assert judge(Posting(id="1", title=title), rules).claims is claims


def test_a_posting_that_claims_nothing_is_never_flagged(rules):
    (barista,) = [record for record in INVENTED if record["title"] == "Barista"]
    verdict = judge(posting(barista), rules)
    assert (verdict.kind, verdict.claims, verdict.flagged) == ("store", False, False)


def test_changing_things_with_every_department_is_not_customer_experience_by_itself(rules):
    text = "Lead cross-functional projects. Write the business case. Report to the CEO each month."
    assert judge(duties(text, title="Transformation Manager"), rules).kind != "genuine"
    assert judge(duties(text, title="Customer Experience Manager"), rules).kind == "genuine"


def test_another_trade_needs_more_than_a_service_job_to_be_set_aside(rules):
    needed = rules.settings.genuine_margin["full"]
    assert needed["other"] > max(points for kind, points in needed.items() if kind != "other")


def test_unclear_says_why_and_a_decision_does_not(rules):
    for record in INVENTED:
        verdict = judge(posting(record), rules)
        assert bool(verdict.reason) == (verdict.kind == "unclear")


def test_evidence_is_strongest_first_and_confidence_is_a_share(rules):
    for record in INVENTED:
        verdict = judge(posting(record), rules)
        points = [abs(item.points) for item in verdict.evidence]
        assert points == sorted(points, reverse=True)
        assert 0 <= verdict.confidence <= 1
        assert (verdict.confidence == 0) == (verdict.kind == "unclear")


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 10_000 + "answer calls",
        "<b>" * 100_000,
        "&lt;p&gt;" * 50_000,
        "<script>" * 20_000,
        "<!--" * 50_000,
        "." * 1_000_000,
        "answer calls " * 800_000,
        "a, " * 100_000,
        "\x00" * 100_000,
        "\ud800 answer calls " * 1000,
        "客户体验" * 10_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_texts_get_a_verdict(text, rules):
    verdict = judge(Posting(id="1", title="Customer Experience Manager", description=text), rules)
    assert verdict.kind in KINDS


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=st.text(min_size=1), text=st.text(max_size=600), snippet=st.text())
def test_no_text_ever_crashes_the_judge(title, text, snippet, rules):
    verdict = judge(Posting(id="1", title=title, snippet=snippet, description=text), rules)
    assert verdict.kind in KINDS
    json.dumps([item.quote for item in verdict.evidence])


@pytest.mark.usefixtures("labels")
def test_real_postings_keep_every_genuine_role_in_sight(labels, rules):
    """Nearly none of the labelled genuine roles may be set aside (the aim is 98 %)."""
    records = [json.loads(line) for line in (labels / "dev.jsonl").read_bytes().splitlines()]
    genuine = [record for record in records if record["kind"] == "genuine"]
    kept = sum(
        judge(Posting(id=r["id"], title=r["title"], description=r["description"]), rules).kind
        in ("genuine", "unclear")
        for r in genuine
    )
    assert kept >= 0.95 * len(genuine)
