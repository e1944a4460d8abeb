"""A posting's text with the quotes in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxdigest.console.drawn.text import excerpt, laid_out, marked
from cxdigest.model import Evidence
from cxdigest.terms import asked_for


def evidence(quote, rule="a.rule", points=5, kind="service"):
    return Evidence(rule=rule, kind=kind, points=points, reason="So.", quote=quote, where="duties")


def shown(found):
    return [
        [(piece.text, [mark.rule for mark in piece.marks]) for piece in block.pieces]
        for block in found.blocks
    ]


def test_html_becomes_paragraphs_headings_and_items():
    html = "<h2>Duties</h2><p>You&nbsp;lead.</p><ul><li><b>Map</b> journeys</li><li>• Act</li></ul>"
    assert laid_out(html) == [
        ("heading", "Duties"), ("text", "You lead."), ("item", "Map journeys"), ("item", "Act"),
    ]  # fmt: skip
    assert laid_out("&lt;ul&gt;&lt;li&gt;One&lt;/li&gt;&lt;/ul&gt;") == [("item", "One")]
    assert laid_out("- one\n- two\n\nThree") == [
        ("item", "one"),
        ("item", "two"),
        ("text", "Three"),
    ]
    assert laid_out("\ue000\ue001 <li> </li>") == []


def test_a_quote_is_found_through_markup_entities_and_folded_space():
    html = "<p>You will <b>answer\n calls</b>&nbsp;&amp; e-mails.</p>"
    (line,) = shown(marked(html, [evidence("answer calls & e-mails")]))
    assert line == [("You will ", []), ("answer calls & e-mails", ["a.rule"]), (".", [])]


def test_a_quote_over_two_lines_is_marked_in_both():
    found = marked("<li>Answer calls</li><li>All day</li>", [evidence("Answer calls All day")])
    assert shown(found) == [[("Answer calls", ["a.rule"])], [("All day", ["a.rule"])]]


def test_where_quotes_overlap_the_strongest_comes_first():
    weak, strong = evidence("calls all day", "weak", 2), evidence("answer calls", "strong", 9)
    (line,) = shown(marked("answer calls all day", [weak, strong]))
    assert line == [("answer ", ["strong"]), ("calls", ["strong", "weak"]), (" all day", ["weak"])]


def test_a_quote_that_was_cut_is_found_by_what_is_left():
    (line,) = shown(
        marked("Handling the custo mers of today", [evidence("…andling the custo mers…")])
    )
    assert ("the custo mers", ["a.rule"]) in line or ("the custo", ["a.rule"]) in line


def test_a_quote_that_is_nowhere_is_told():
    nowhere = evidence("something else")
    found = marked("answer calls", [nowhere, evidence("")])
    assert nowhere in found.missing
    assert shown(found) == [[("answer calls", [])]]


def test_scripts_in_the_text_are_no_part_of_it():
    found = marked("<script>alert(1)</script><p>Lead</p><style>p{}</style>", [])
    assert shown(found) == [[("Lead", [])]]


def test_an_excerpt_is_around_what_was_asked_for():
    text = "word " * 100 + "the customer journeys of all " + "word " * 100
    pieces = excerpt(text, asked_for('"customer journeys"').wanted)
    assert [piece.text for piece in pieces if piece.marks] == ["customer journeys"]
    assert pieces[0].text.startswith("…")
    assert sum(len(piece.text) for piece in pieces) < 240
    assert excerpt(text, asked_for("absent").wanted) == ()
    assert excerpt("", asked_for("absent").wanted) == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=5))
def test_the_pieces_are_the_text(text: str, quotes: list[str]):
    found = marked(text, map(evidence, quotes))
    lines = ["".join(piece.text for piece in block.pieces) for block in found.blocks]
    assert lines == [line for _, line in laid_out(text)]
