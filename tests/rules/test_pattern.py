"""The pattern language, found by the matcher in folded text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.rules.patterns.expression import Expression, ExpressionError
from cxdigest.rules.patterns.matcher import Matcher
from cxdigest.rules.patterns.pattern import PatternError, WordLists, parse
from cxdigest.rules.texts.fold import fold

LISTS = WordLists({
    "calls": ["calls", "phone (enquiries|inquiries)"],
    "half": [f"word{n} of many" for n in range(500)],
    "all": ["<half>", "all <half>"],
})  # fmt: skip


def found(source: str, text: str) -> list[str]:
    folded = fold(f"\n{text}\n")
    spans = Matcher([parse(source, LISTS)]).spans(folded.text)
    return [folded.quote(*span) for span in spans.get(0, ())]


@pytest.mark.parametrize(
    ("source", "text", "quotes"),
    [
        ("answer* ..2 calls", "Answering all inbound calls", ["Answering all inbound calls"]),
        ("answer* ..1 calls", "Answering all inbound calls", []),
        ("answer calls", "We answer. Calls come later", []),  # the sentence ends
        ("product support", "product, support and sales", []),  # a comma parts a phrase
        ("product ..1 support", "product, support and sales", ["product, support"]),
        ("call", "recall the call’s end", ["call’s"]),
        ("(a|b c) d", "b c d a d", ["b c d", "a d"]),
        ("own (the)? journey", "own journey, own the journey", ["own journey", "own the journey"]),
        ("handle (calls)?", "handle calls", ["handle"]),  # the shortest that says it
        ("lead # agents", "Lead 40 agents", ["Lead 40 agents"]),
        ("take <calls>", "take phone inquiries", ["take phone inquiries"]),
        ("e mail", "E-Mail", ["E-Mail"]),
        ("/(re)?book(ing|s)?/ ..3 visits", "Rebooking of all visits", ["Rebooking of all visits"]),
        ("/book(ing)?/", "booked, bookings, book-ends", ["book"]),  # the whole word or nothing
        ("/Book/", "the book\u2019s end", ["book\u2019s"]),  # a possessive, as of any word
        ("call (/[0-9]{1,3}[a-c]/|desk)", "call 7b, call desk, call 7", ["call 7b", "call desk"]),
        ("take /.+/ calls", "take , calls; take 24h calls", ["take 24h calls"]),
        ("/o'?clock/", "nine o'clock, ten oclock", ["o'clock", "oclock"]),
        ("/caf[é-ü]s?/", "Cafés and cafes", ["Cafés"]),
    ],
)
def test_pattern_finds_the_words_and_no_others(source, text, quotes):
    assert found(source, text) == quotes


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "empty"),
        ("a|b", "bar outside"),
        ("(a", "without a closing"),
        ("a)", "without an opening"),
        ("..3 a", "gap at an end"),
        ("a ..3", "gap at an end"),
        ("a ..40 b", "gap of 40"),
        ("(a)?", "must be there"),
        ("(a+)+$", "not a word"),
        ("foo-bar", "not a word"),
        (r"(?=x)", "not a word"),
        ("<nothing>", "no word list"),
        ("((((((a))))))", "deep"),
        ("a ..99999 b", "gap of 99999 words"),
        ("/book", "not an expression"),
        ("/a b/", "not an expression"),
        ("/book/ings", "not an expression"),
        ("//", "not an expression"),
        ("/[a-z]+ing/", "nothing firm but an expression"),
        ("(/.ook/|call) ..2 (the)?", "nothing firm|gap at an end"),
        (" ".join("ab" for _ in range(51)), "more than 50 words in a row"),
        ("(" + "|".join("ab" for _ in range(2_001)) + ") cd", "write several patterns"),
        ("(" + "|".join(f"w{n}" for n in range(2_000)) + ") ab", "more than 2,000 words"),
        ("call (" + "|".join(f"/w{n}/" for n in range(20)) + ")", "more than 2,000 words"),
        ("<all>", "more than 2,000 words"),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_the_reason(source, says):
    with pytest.raises(PatternError, match=says):
        parse(source, LISTS)


def test_a_hostile_pattern_stays_linear_on_a_hostile_text():
    pattern = parse("a* ..12 a* ..12 a* ..12 a* ..12 b", LISTS)
    started = time.thread_time()
    assert Matcher([pattern]).spans("\n" + "a " * 3_000 + "\n") == {}
    assert time.thread_time() - started < 10  # exponential work would take for ever


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (r"\bcalls?\b", "a backslash"),
        (r"(a|b)\1", "a backslash"),
        ("^call", "an anchor"),
        ("call$", "an anchor"),
        ("(?=call)c.*", "begins with \\(\\?"),
        ("(?<!c)all", "begins with \\(\\?"),
        ("(a+)+", "quantifier on a group that holds one"),
        ("(ab?|c){2}", "quantifier on a group that holds one"),
        ("ca+?ll", "two quantifiers"),
        ("c?a*(l|l)?", "without letters"),
        ("ca(l|)", "an empty choice"),
        ("c()", "an empty choice"),
        ("?call", "nothing before \\?"),
        ("cal{2,21}", "two numbers up to 20"),
        ("cal{2,}", "two numbers up to 20"),
        ("cal{3,2}", "two numbers up to 20"),
        ("[^c]all", "more than letters"),
        ("[z-a]ll", "more than letters"),
        ("[call", "more than letters"),
        ("(call", "without a closing"),
        ("call)", "without an opening"),
        ("c_ll", "'_' means nothing"),
        ("(abcdefghijklmnopqrst){20}", "more than 300 letters"),
        ("(" * 300 + "a" + ")" * 300, "more than 200 characters"),
    ],
)
def test_an_expression_outside_the_safe_subset_is_refused_with_the_reason(source, says):
    with pytest.raises(PatternError, match=says) as caught:
        parse(f"call /{source}/", LISTS)
    assert "; " in str(caught.value), "it says what to write instead"


LETTERS = st.sampled_from("aab'7é")
PIECES = st.recursive(
    st.sampled_from(["a", "b", "'", "7", "é", ".", "[ab]", "[a-c7]", "[b']"]),
    lambda inner: st.builds(
        lambda ways, sign: f"({'|'.join(map(''.join, ways))}){sign}",
        st.lists(st.lists(inner, min_size=1, max_size=3), min_size=1, max_size=3),
        st.sampled_from(["", "?", "*", "+", "{2}", "{0,2}", "{1,3}"]),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(
    st.lists(PIECES, min_size=1, max_size=4).map("".join),
    st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=9),
)
def test_an_expression_fits_what_it_fits_for_everybody(source, words):
    try:
        read = Expression(source)
    except ExpressionError:
        return
    for word in words:
        assert read.fits(word) == bool(re.fullmatch(source, word)), word


@pytest.mark.parametrize("source", ["(a|a)" * 30 + "b", "a*" * 60 + "b", ".{20}" * 4 + ".*.*b"])
def test_an_expression_that_others_try_for_ever_is_answered_at_once(source):
    started = time.thread_time()
    assert not Expression(source).fits("a" * 40)
    assert time.thread_time() - started < 1


def test_a_word_beyond_reason_fits_no_expression():
    assert Expression("a+").fits("a" * 40)
    assert not Expression("a+").fits("a" * 41)
