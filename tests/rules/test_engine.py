"""The ways to find patterns, held equal to each other and to a naive reading of the language."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxdigest.model import KINDS, Posting
from cxdigest.rules import Rules, judge, judge_many, load
from cxdigest.rules.patterns.matcher import Matcher
from cxdigest.rules.patterns.pattern import (
    Choice,
    Gap,
    Pattern,
    PatternError,
    WordLists,
    Words,
    parse,
)
from tests.rules.test_judge import INVENTED, posting

MANY = 60  # texts from which on a matcher goes the native way
STRANGE = [
    "Ünïcode — “answer” calls… ﬁeld\u00ad service, customers’ e‑mails\u200b and chats. " * 9,
    "answer calls \U0001f600 𝐚𝐧𝐬𝐰𝐞𝐫 𝐜𝐚𝐥𝐥𝐬 \U00010400\ud800 handle calls\x00 and chats " * 9,
    "客户体验 journey mapping, " * 40,
    "",
]


@cache
def both() -> tuple[Rules, Rules]:
    rules = load()
    plain = rules.without_native()
    assert rules.matcher.is_native
    assert not plain.matcher.is_native
    return rules, plain


def test_native_and_plain_matcher_give_identical_verdicts():
    native, plain = both()
    postings = [posting(record) for record in INVENTED]
    postings += [Posting(id="x", title="Café CX", description=text) for text in STRANGE * 4]
    assert len(postings) >= MANY
    assert list(judge_many(postings, native)) == [judge(each, plain) for each in postings]


def test_native_and_plain_matcher_give_identical_verdicts_on_real_postings(labels):
    native, plain = both()
    lines = (labels / "background.jsonl").read_bytes().splitlines()
    records = map(json.loads, lines if os.environ.get("CXDIGEST_EVERY") else lines[::9])
    postings = [
        Posting(id=str(r["id"]), title=r["title"], description=r["description"]) for r in records
    ]
    assert list(judge_many(postings, native)) == list(judge_many(postings, plain))


def test_native_and_plain_way_weigh_the_packs_own_examples_alike_in_any_mixture():
    native, plain = both()
    said = [example.text for rule in native.rules for example in rule.examples]
    said += ["Requirements:", "Responsibilities", "About us", "Benefits:", "This is not a role to"]
    chance = random.Random(7)
    postings = [
        Posting(
            id=str(number),
            title=chance.choice(["Customer Experience Manager", "Cook", *said]),
            company=chance.choice(["", "Call Center Ltd"]),
            snippet=chance.choice(["", *said]),
            description=chance.choice(["\n", ". ", ", ", " \U00010400\n"]).join(
                chance.choices(said, k=chance.randint(0, 60))
            ),
        )
        for number in range(5 * MANY)
    ]
    assert list(judge_many(postings, native)) == [judge(each, plain) for each in postings]


WORDS = ["a", "b", "c", "ab", "abc", "7"]
EXPRESSIONS = ["/a(b|bb)?/", "/[a-c]7?/", "/.b*/", "/7+/", "/a.{1,2}/"]
atoms = st.sampled_from([*WORDS, "a*", "ab*", "#", "..1", "..3", *EXPRESSIONS])
sources = st.recursive(
    atoms,
    lambda inner: st.builds(
        lambda alternatives, end: f"({'|'.join(map(' '.join, alternatives))}){end}",
        st.lists(st.lists(inner, min_size=1, max_size=3), min_size=1, max_size=3),
        st.sampled_from(["", "?"]),
    ),
    max_leaves=6,
)
patterns = st.lists(sources, min_size=1, max_size=4).map(" ".join)
texts = st.lists(
    st.sampled_from([*WORDS, "a's", "abb", "é", "\U00010428b", ",", "\n", "  "]), max_size=14
).map(" ".join)


def read(source: str) -> Pattern | None:
    try:
        return parse(source, WordLists({}))
    except PatternError:
        return None


def fits(words: Words, word: str) -> bool:
    return any(
        re.fullmatch(f"(?:{each[1:-1]})('s)?", word)
        if each.startswith("/")
        else (word.isdecimal() if each == "#" else word in (each, f"{each}'s"))
        or (each.endswith("*") and word.startswith(each[:-1]))
        for each in words.any_of
    )


def ends(nodes, line: list[str], at: int) -> Iterator[int]:
    """Yield where *nodes* can end that begin at the word *at*: the language, word for word."""
    if not nodes:
        yield at
        return
    first, rest = nodes[0], nodes[1:]
    if isinstance(first, Gap):
        for skipped in range(first.width + 1):
            if at + skipped <= len(line):
                yield from ends(rest, line, at + skipped)
    elif isinstance(first, Choice):
        for nodes_ in first.any_of:
            yield from ends((*nodes_, *rest), line, at)
        if first.optional:
            yield from ends(rest, line, at)
    elif at < len(line) and line[at] != "," and fits(first, line[at]):
        yield from ends(rest, line, at + 1)


def naive(pattern: Pattern, text: str) -> list[str]:
    found = []
    for line in text.replace(",", " , ").split("\n"):
        words, at = line.split(), 0
        while at < len(words):
            if nearest := min(ends(pattern.nodes, words, at), default=0):
                found.append(" ".join(words[at:nearest]))
            at = max(at + 1, nearest)
    return found


@settings(max_examples=300, deadline=None)
@given(patterns, st.lists(texts, min_size=1, max_size=5))
def test_each_way_finds_what_a_naive_reading_of_the_language_finds(source, written):
    pattern = read(source)
    if pattern is None:
        return
    matcher = Matcher([pattern])
    every = (written * MANY)[:MANY]
    for text, found in zip(every, matcher.spans_of_all(every), strict=True):
        assert found == matcher.spans(text)
        said = [
            " ".join(text[slice(*span)].replace(",", " , ").split()) for span in found.get(0, ())
        ]
        assert said == naive(pattern, text)


def test_a_vocabulary_of_any_size_is_learned():
    pattern = parse("w7* ..2 last", WordLists({}))
    texts = [" ".join(f"w{text}x{word}" for word in range(2100)) for text in range(99)]
    matcher = Matcher([pattern])
    for _ in range(2):
        found = list(matcher.spans_of_all([f"{text} last" for text in texts]))
        assert [number for number, spans in enumerate(found) if spans] == [7, *range(70, 80)]


@pytest.mark.parametrize("source", ["a* ..12 a* ..12 a* ..12 a* ..12 b", "(a ..12 a|a) ..12 b"])
def test_a_hostile_pattern_is_no_harder_for_many_texts(source):
    matcher = Matcher([parse(source, WordLists({}))])
    assert not any(matcher.spans_of_all(["a " * 300] * MANY))


HOSTILE = {
    "ten megabytes": "answer calls " * 800_000,
    "ten megabytes of HTML": "<p>answer calls</p> " * 500_000,
    "deep HTML": "<div>" * 10_000 + "answer calls" + "</div>" * 10_000,
    "unclosed tags": "<a" * 500_000,
    "unclosed comments": "<!--" * 50_000,
    "escaped tags": "&lt;p&gt;" * 50_000,
    "ampersands": "&" * 1_000_000,
    "punctuation": ".,;'" * 250_000,
    "stops and capitals": ".A" * 500_000,
    "loose apostrophes": "' '" * 300_000,
    "white space": " \n\xa0\n " * 200_000,
    "NULs": "\x00" * 100_000,
    "lone surrogates": "\ud800 answer calls " * 50_000,
    "another language": "客户体验" * 100_000,
    "letters that vanish": "\xad" * 500_000,
    "letters that become several": "\ufb03" * 500_000,
    "headings": "Responsibilities: " * 100_000,
    "denials": "not call center, " * 100_000,
    "nothing but the rules' words": "customer experience call center agents lead 40 " * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_description_gets_its_verdict_within_a_second(name):
    _, plain = both()
    hostile = Posting(id="1", title="Customer Experience Manager", description=HOSTILE[name])
    started = time.thread_time()
    assert judge(hostile, plain).kind in KINDS
    assert time.thread_time() - started < 1


def test_hostile_descriptions_together_get_the_same_verdicts_as_alone():
    native, plain = both()
    postings = [
        Posting(id=name, title="Customer Experience Manager", description=text)
        for name, text in HOSTILE.items()
    ]
    alone = [judge(each, plain) for each in postings]
    repeated = postings * (1 + MANY // len(postings))
    started = time.thread_time()
    assert list(judge_many(repeated, native)) == alone * (1 + MANY // len(postings))
    assert time.thread_time() - started < len(repeated)
