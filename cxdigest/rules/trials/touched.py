"""Which postings could other rules judge otherwise? Cheap to ask, and a no is never wrong.

A verdict changes only where a rule that differs fires, and a pattern fires only in a sentence that
holds one of its anchors. So most postings need not even be laid out to know that they stay. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from cxdigest.model import Posting
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.patterns.matcher import Matcher
from cxdigest.rules.reading.rule import Rule
from cxdigest.rules.texts.page import plain
from cxdigest.rules.verdicts.judge import Read, read

#: What may leave letters behind when it is folded, or let those beside it meet: nearly all that is
#: not ASCII, beside the marks and accented letters that postings are full of.
_ODD = re.compile(
    "[^\x00-\x7f\xa0\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb\xbf-\xff\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac"
    "\u25aa\u25cf\u25e6\u2713]"
)


def touching(old: Rules, new: Rules) -> Callable[[Posting], Read | None]:
    """Return what gives a posting that *old* and *new* may judge differently, read to be judged.

    None for one of which both say the same.
    """
    differing = _differing(old, new)
    words = _words(differing)
    if _frame(old) != _frame(new) or words is None:
        return read
    holds, matcher = _holding(words), _matcher(differing)

    def may(posting: Posting) -> Read | None:
        if not holds(posting):
            return None
        found = read(posting)
        near = [line for line in found[2].text.split("\n") if any(map(line.__contains__, words))]
        return found if near and matcher.spans("\n".join(near)) else None

    return may


def _frame(rules: Rules) -> tuple[object, ...]:
    """Return all that a verdict rests on beside the rules themselves."""
    read = rules.all_rules
    return rules.settings, read.languages, read.measured, read.young


def _holding(words: Iterable[str]) -> Callable[[Posting], bool]:
    """Return what tells whether a posting may hold one of *words*, without folding it."""
    # An apostrophe has many forms; the longer part of a word on one of its sides has one.
    parts = {max(word.split("'"), key=len) for word in words}
    if not all(map(str.isascii, parts)):
        return lambda _: True
    sought = sorted(parts)

    def holds(posting: Posting) -> bool:
        for part in (posting.description, posting.title, posting.snippet, posting.company):
            text = plain(part)
            if not text.isascii() and _ODD.search(text):
                return True
            if any(map(text.lower().__contains__, sought)):
                return True
        return False

    return holds


def _matcher(rules: Iterable[Rule]) -> Matcher:
    return Matcher([*dict.fromkeys(one for rule in rules for one in rule.match)], native=False)


def _differing(old: Rules, new: Rules) -> list[Rule]:
    """Return the rules that count otherwise in one than in the other, as both say them."""
    before, after = ({one.id: one for one in each.rules} for each in (old, new))
    return [
        one
        for rule in {**before, **after}
        if _counts(before.get(rule), old) != _counts(after.get(rule), new)
        for one in (before.get(rule), after.get(rule))
        if one
    ]


def _counts(rule: Rule | None, rules: Rules) -> object:
    """Return all of *rule* that a verdict depends on."""
    if rule is None:
        return None
    cap = rules.caps[rule.group]
    return (
        rule.kind, rule.where, frozenset(rule.match), frozenset(rule.unless), rule.points,
        rule.times, rule.group, cap,
    )  # fmt: skip


def _words(rules: list[Rule]) -> set[str] | None:
    """Return words of which a text holds one where any of *rules* fires; None: any text may."""
    anchors = {
        word
        for rule in rules
        for pattern in rule.match
        for words in pattern.anchors
        for word in words.any_of
    }
    if any(word == "#" or word.startswith("/") for word in anchors):
        return None
    return {word.rstrip("*") for word in anchors}
