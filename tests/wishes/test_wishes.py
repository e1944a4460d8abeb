"""What a person would like to see, held against postings: it ranks, and hides only what it must."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.jobposting.salary import Yearly, yearly
from cxdigest.model import Candidate, Posting, SeenAt, Wishes
from cxdigest.wishes import weigh
from cxdigest.wishes.levels import levels_of
from cxdigest.wishes.places import place_fits
from cxdigest.wishes.titles import found_in

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)
MOMENT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def table(name: str):
    return yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))


def candidate(title="Head of Customer Experience", *, seen=(), **more) -> Candidate:
    posting = Posting(id="p", title=title, first_seen=MOMENT, **more)
    shown = tuple(
        SeenAt(source="s", format="indeed", seen=MOMENT, url="", company=company)
        for company in seen
    )
    return Candidate(posting=posting, verdict=None, seen=shown)


def weighed(wishes: Wishes, *hidden: str, **posting) -> Candidate:
    return weigh(candidate(**posting), wishes, hidden, today=TODAY)


@pytest.mark.parametrize(("title", "levels"), table("levels").items())
def test_a_title_says_its_levels(title, levels):
    assert sorted(levels_of(title)) == levels


@pytest.mark.parametrize(("text", "pay"), table("salaries").items())
def test_a_salary_is_turned_into_a_years(text, pay):
    assert yearly(text) == (None if pay == "unknown" else Yearly(least=pay[0], most=pay[1]))


@pytest.mark.parametrize(("location", "wished", "fits"), table("places"))
def test_a_place_fits_does_not_or_is_not_known_to(location, wished, fits):
    assert place_fits(Posting(id="p", title="x", location=location), [wished]) is fits


@pytest.mark.parametrize(
    ("title", "word", "found"),
    [
        ("Customer Journeys Manager", "customer journey", True),
        ("Strategist, Loyalty", "strategies", False),
        ("CX Strategies Lead", "strategy", True),
        ("CUSTOMER EXPÉRIENCE Lead", "customer experience", True),
        ("Internal Communications", "intern", False),
        ("Call-Center Agent", "call center", True),
        ("Center for Calls", "call center", False),
        ("客户体验经理", "客户体验", True),
    ],
)
def test_title_words_are_whole_words_whatever_their_case_accents_and_plural(title, word, found):
    assert bool(found_in(title, [word])) is found


def test_what_is_met_comes_before_what_is_unknown_and_that_before_what_is_missed():
    wishes = Wishes(places=("Berlin",), salary_from=60_000)
    met = weighed(wishes, location="Berlin, Germany", salary="€70,000 a year")
    unknown = weighed(wishes)
    missed = weighed(wishes, location="Munich, Germany", salary="€40,000 a year")
    assert (met.rank, unknown.rank, missed.rank) == (2, 0, -2)
    assert missed.missed == ("in Munich, Germany", "pays €40,000 a year")
    assert [one.hidden for one in (met, unknown, missed)] == ["", "", ""]


EVERYTHING = Wishes(
    titles=("journey",),
    seniority=("senior",),
    places=("Berlin",),
    workplaces=("remote",),
    salary_from=60_000,
    newest_days=7,
    hide=frozenset({"seniority", "places", "workplaces", "salary_from", "newest_days"}),
)


def test_what_a_posting_does_not_say_hides_nothing():
    silent = weighed(EVERYTHING, title="Customer Experience Designer")
    assert silent.hidden == ""
    assert silent.missed == ("none of your title words",)


@pytest.mark.parametrize(
    ("posting", "why"),
    [
        ({"title": "Junior Journey Analyst"}, "of another level than yours"),
        ({"title": "Journey Analyst", "location": "Munich, Germany"}, "in other places than yours"),
        ({"title": "Journey Analyst", "workplace": "onsite"}, "of another kind of workplace"),
        ({"title": "Journey Analyst", "salary": "$20 an hour"}, "below your salary"),
        ({"title": "Journey Analyst", "posted": "2026-11-01"}, "older than you want"),
    ],
)
def test_a_clear_miss_of_a_wish_that_hides_hides_and_says_why(posting, why):
    assert weighed(EVERYTHING, **posting).hidden == why


def test_a_miss_of_a_wish_that_does_not_hide_only_ranks():
    assert weighed(EVERYTHING, title="Senior Analyst").hidden == ""


def test_words_to_avoid_hide_where_that_is_wished():
    wishes = Wishes(avoid=("call center",), hide=frozenset({"avoid"}))
    found = weighed(wishes, title="Call Centers Experience Manager")
    assert (found.hidden, found.missed) == (
        "with a title word that you avoid",
        ("“call center” in the title",),
    )
    assert weighed(wishes).rank == 0


def test_a_title_that_was_cut_may_still_hold_the_wished_word():
    wishes = Wishes(titles=("journey",), hide=frozenset({"titles"}))
    assert weighed(wishes, title="Senior Manager, Customer…").hidden == ""
    assert weighed(wishes, title="Senior Manager, Customer").hidden


def test_no_salary_misses_only_where_the_person_says_so():
    hiding = frozenset({"salary_from"})
    assert not weighed(Wishes(salary_from=1, hide=hiding)).hidden
    assert weighed(Wishes(salary_from=1, salary_unknown=False, hide=hiding)).hidden


def test_the_upper_end_of_a_salary_decides_and_an_open_one_is_no_miss():
    wishes = Wishes(salary_from=60_000)
    assert weighed(wishes, salary="$50,000 - $60,000 a year").rank == 1
    assert weighed(wishes, salary="From $50,000 a year").rank == 0
    assert weighed(wishes, salary="Up to $50,000 a year").rank == -1


def test_a_remote_word_in_a_title_meets_a_wish_and_misses_none():
    assert weighed(Wishes(workplaces=("remote",)), title="CX Lead (Remote)").rank == 1
    assert weighed(Wishes(workplaces=("onsite",)), title="Remote Sensing Lead").rank == 0


@pytest.mark.parametrize("name", ["ACME Limited", "acme", "Acmé, Ltd.", "Acme (formerly Bolt)"])
def test_a_hidden_employer_is_hidden_in_every_spelling(name):
    assert weighed(Wishes(), "Acme Ltd", company=name).hidden == "of employers that you hide"


@pytest.mark.parametrize("name", ["Acme Foods Ltd", "Ace", ""])
def test_an_employer_of_another_name_is_not_hidden(name):
    assert weighed(Wishes(), "Acme Ltd", company=name).hidden == ""


def test_a_hidden_agency_hides_what_it_alone_shows():
    agency = "Brightpath Recruitment"
    assert weighed(Wishes(), agency, company=agency, seen=[agency]).hidden
    assert not weighed(Wishes(), agency, company=agency, seen=[agency, "Tarn & Vale"]).hidden
    assert weighed(Wishes(), "Tarn & Vale", company=agency, seen=[agency, "Tarn & Vale"]).hidden


def test_nothing_is_no_employer():
    assert weighed(Wishes(), "", company="").hidden == ""


def test_a_candidate_without_wishes_is_left_as_it_is():
    one = candidate()
    assert weigh(one, Wishes(), (), today=TODAY) is one


WORDS = st.text(max_size=60)


@given(
    title=st.text(min_size=1, max_size=80),
    location=WORDS,
    salary=WORDS,
    company=WORDS,
    posted=WORDS,
    wished=st.lists(st.text(max_size=20), max_size=3),
)
def test_no_text_breaks_the_weighing_and_no_wish_hides_unless_it_is_named(
    *, title, location, salary, company, posted, wished
):
    wishes = Wishes(
        titles=tuple(wished),
        avoid=tuple(wished),
        seniority=("senior",),
        places=tuple(wished),
        workplaces=("remote",),
        salary_from=50_000,
        newest_days=3,
    )
    posting = {"location": location, "salary": salary, "company": company, "posted": posted}
    found = weighed(wishes, title=title, **posting)
    assert found.hidden == ""
    assert len(found.missed) <= 7


def test_thousands_of_wishes_are_prepared_once_and_not_for_each_posting():
    many = tuple(f"wished {number}" for number in range(5000))
    wishes = Wishes(titles=many, avoid=tuple(f"not {one}" for one in many))
    hidden = frozenset(f"Employer {number} Ltd" for number in range(10_000))
    begun = time.process_time()
    for number in range(100):
        weigh(candidate(f"CX Lead {number}"), wishes, hidden, today=date(2026, 11, 21))
    assert time.process_time() - begun < 5
