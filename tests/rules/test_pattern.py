"""The pattern language, found by the matcher in folded text."""

from __future__ import annotations

import time

import pytest

from cxdigest.rules.fold import fold
from cxdigest.rules.matcher import Matcher
from cxdigest.rules.pattern import PatternError, WordLists, parse

LISTS = WordLists({"calls": ["calls", "phone (enquiries|inquiries)"]})


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
