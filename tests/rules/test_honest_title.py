"""The honest title: the level that the title names, and the kind; nothing that accuses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.model import FLAGGED_KINDS, KINDS, Posting
from cxdigest.rules import judge, load
from cxdigest.rules.verdicts.honest_title import honest_title

LONG = "The office is in the old town, near the river, and the team is small and kind. " * 6


@pytest.mark.parametrize(
    ("title", "service", "support", "store"),
    [
        ("Chief Experience Officer", "Chief Customer Service Officer", "Chief Technical Support Officer", "Head of Stores"),
        ("SVP, Customer Experience", "Senior Vice President, Customer Service", "Senior Vice President, Technical Support", "Senior Vice President, Stores"),
        ("VP of Customer Experience", "Vice President, Customer Service", "Vice President, Technical Support", "Vice President, Stores"),
        ("Global Head of CX", "Global Head of Customer Service", "Global Head of Technical Support", "Global Head of Stores"),
        ("Director, Customer Experience", "Director, Customer Service", "Director, Technical Support", "Director, Stores"),
        ("Sr. Director - Member Experience", "Senior Director, Member Service", "Senior Director, Technical Support", "Senior Director, Front Desk"),
        ("Associate Director, Client Experience", "Associate Director, Client Service", "Associate Director, Technical Support", "Associate Director, Stores"),
        ("Senior Manager, Customer Experience", "Senior Customer Service Manager", "Senior Technical Support Manager", "Senior Store Manager"),
        ("Customer Experience Manager II", "Customer Service Manager", "Technical Support Manager", "Store Manager"),
        ("Assistant Customer Experience Manager", "Assistant Customer Service Manager", "Assistant Technical Support Manager", "Assistant Store Manager"),
        ("CX Supervisor (Night)", "Customer Service Supervisor", "Technical Support Supervisor", "Store Supervisor"),
        ("Customer Experience Team Lead", "Customer Service Team Leader", "Technical Support Team Leader", "Store Team Leader"),
        ("Customer Experience Lead", "Customer Service Lead", "Technical Support Lead", "Store Lead"),
        ("Customer Experience Management Trainee", "Customer Service Trainee", "Technical Support Trainee", "Store Trainee"),
        ("Customer Experience Specialist", "Customer Service Specialist", "Technical Support Specialist", "Store Associate"),
        ("Junior Customer Experience Agent", "Junior Customer Service Agent", "Junior Technical Support Agent", "Junior Store Associate"),
        ("Customer Experience Engineer", "Customer Service Representative", "Technical Support Engineer", "Store Associate"),
        ("Customer Experience Analyst", "Customer Service Analyst", "Technical Support Analyst", "Store Associate"),
        ("Customer Experience Coordinator - Leeds", "Customer Service Coordinator", "Technical Support Coordinator", "Store Coordinator"),
        ("CX Intern", "Customer Service Intern", "Technical Support Intern", "Store Intern"),
        ("Customer Experience Executive", "Customer Service Representative", "Technical Support Specialist", "Store Associate"),
        ("Customer Experience", "Customer Service Representative", "Technical Support Specialist", "Store Associate"),
        ("Patient Experience Representative", "Patient Service Representative", "Technical Support Representative", "Front Desk Associate"),
        ("Passenger Experience Assistant", "Passenger Service Assistant", "Technical Support Assistant", "Passenger Service Assistant"),
        ("Customer Experience Officer", "Customer Service Officer", "Technical Support Officer", "Store Associate"),
    ],
)  # fmt: skip
def test_level_and_kind_make_the_honest_title(title, service, support, store):
    made = tuple(honest_title(title, kind) for kind in ("service", "support", "store"))
    assert made == (service, support, store)


@pytest.mark.parametrize(
    "word",
    [
        "Guru",
        "Hero",
        "Ambassador",
        "Champion",
        "Rockstar",
        "Rock Star",
        "Ninja",
        "Wizard",
        "Genius",
    ],
)
def test_decoration_becomes_the_plain_word_for_the_job(word):
    title = f"Customer Experience {word}"
    assert honest_title(title, "service") == "Customer Service Representative"
    assert honest_title(title, "support") == "Technical Support Specialist"
    assert honest_title(title, "store") == "Store Associate"
    assert honest_title(f"Chief Happiness Officer & {title}", "store") == "Store Associate"


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("greet guests at the front desk and answer the phone", "Front Desk Manager"),
        ("serve customers at the till and fill the shelves", "Store Manager"),
        ("help people at the counter of the branch", "Branch Manager"),
        ("welcome them in the lobby; check-in; close the till", "Front Desk Manager"),
        ("", "Store Manager"),
    ],
)
def test_the_words_that_decided_tell_the_shop_floor_from_the_front_desk(found, says):
    assert honest_title("Customer Experience Manager", "store", found) == says


@pytest.mark.parametrize("kind", sorted(set(KINDS) - FLAGGED_KINDS))
def test_no_other_kind_gets_one(kind):
    assert honest_title("VP of Customer Experience", kind) == ""


@given(st.text(max_size=400), st.sampled_from(sorted(FLAGGED_KINDS)), st.text(max_size=200))
def test_whatever_the_title_it_is_one_plain_line(title, kind, found):
    made = honest_title(title, kind, found)
    assert re.fullmatch(r"[A-Z][A-Za-z,]*( [A-Za-z,]+)+", made)
    assert "experience" not in made.lower()


def test_only_a_verdict_flagged_from_the_duties_suggests_one():
    rules = load()
    calls = "Answer inbound calls and emails from customers, handle complaints and refunds. "
    flagged = judge(Posting(id="1", title="Head of CX", description=calls + LONG), rules)
    assert (flagged.flagged, flagged.suggests) == (True, "Head of Customer Service")
    snippet = judge(Posting(id="1", title="Head of CX", snippet=calls), rules)
    assert snippet.suggests == ""
    honest = judge(Posting(id="1", title="Head of Service", description=calls + LONG), rules)
    assert (honest.kind, honest.flagged, honest.suggests) == ("service", False, "")


@pytest.mark.parametrize(
    "title", ["Ｃｕｓｔｏｍｅｒ Ｅｘｐｅｒｉｅｎｃｅ Ｍａｎａｇｅｒ", "𝐂𝐗 𝐌𝐚𝐧𝐚𝐠𝐞𝐫"]
)
def test_the_level_is_read_in_letters_of_other_shapes(title):
    assert honest_title(title, "service") == "Customer Service Manager"
