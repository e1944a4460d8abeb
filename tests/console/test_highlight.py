"""What is marked in a text: the quoted words where they stand, and nothing lost of the rest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxdigest.console.highlight import Piece, marked
from cxdigest.model import Evidence


def evidence(quote: str, rule: str = "service.handles-calls") -> Evidence:
    return Evidence(
        rule=rule, kind="service", points=4, reason="It is so.", quote=quote, where="duties"
    )


def test_a_quote_is_marked_where_it_stands():
    calls = evidence("handle inbound calls")
    assert marked("You handle inbound calls all day.", [calls]) == (
        Piece(text="You "),
        Piece(text="handle inbound calls", evidence=(calls,)),
        Piece(text=" all day."),
    )


def test_white_space_may_differ_from_the_quote():
    calls = evidence("handle inbound calls")
    assert marked("handle\n  inbound calls", [calls])[0].evidence == (calls,)


def test_overlapping_quotes_share_what_they_share():
    first, second = evidence("a b c", "x.one"), evidence("c d", "x.two")
    found = [(one.text, len(one.evidence)) for one in marked("a b c d", [first, second])]
    assert found == [("a b ", 1), ("c", 2), (" d", 1)]


def test_a_quote_that_is_not_there_marks_nothing():
    assert marked("Nothing of it.", [evidence("calls"), evidence("")]) == (
        Piece(text="Nothing of it."),
    )


def test_an_empty_text_has_no_pieces():
    assert marked("", [evidence("calls")]) == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=5))
def test_the_pieces_are_the_text(text: str, quotes: list[str]):
    assert "".join(one.text for one in marked(text, map(evidence, quotes))) == text
