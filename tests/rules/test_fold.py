"""Folding: what patterns see, and the way back to the original words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.rules.texts.fold import fold


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("Answer Calls", "answer calls"),
        ("end-to-end — journey", "end to end   journey"),
        ("customers’ and the customer’s", "customers  and the customer's"),
        ("one. Two", "one\n two"),
        ("of calls.Handle mail", "of calls\nhandle mail"),
        ("Node.js", "node js"),
        ("calls, chats", "calls, chats"),
        ("1,300 seats", "1 300 seats"),
        ("• calls\u00a0• chats", "\n calls \n chats"),
    ],
)
def test_punctuation_case_and_bullets_are_folded(original, folded):
    assert fold(original).text == folded
    assert fold(original).places is None


def test_a_character_that_becomes_two_is_quoted_as_it_was_written():
    folded = fold("o\ufb03ce and cafe\u0301 cus\u00adtomers")
    assert folded.text == "office and cafe customers"
    start = folded.text.index("customers")
    assert folded.quote(start, start + len("customers")) == "cus\u00adtomers"
    assert folded.quote(0, 6) == "o\ufb03ce"


@pytest.mark.parametrize("odd", ["", "’", "\ufb03", "č", "…", "\xad"])
def test_a_strange_character_elsewhere_changes_nothing(odd):
    plain = "Calls, chats. Then 1,300 “seats”.” To members.Handle all"
    assert fold(f"{plain}\n{odd}").text.startswith(fold(plain).text)


@given(st.text())
def test_any_text_folds_and_every_place_leads_back(text):
    folded = fold(text)
    for place in range(len(folded.text)):
        assert len(folded.quote(place, place + 1)) == 1
    folded.text.encode("utf-8")


@given(st.text(alphabet=st.characters(codec=None, categories=["Cs", "Lu", "Po"])))
def test_lone_surrogates_fold_to_something_that_can_be_encoded(text):
    fold(text).text.encode("utf-8")
