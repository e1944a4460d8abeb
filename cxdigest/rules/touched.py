"""Which postings could other rules judge otherwise? Cheap to ask, and a no is never wrong.

A verdict changes only where a rule that differs can fire, and a pattern fires only in a text that
holds one of its anchors; so most postings need not be judged at all to know that they stay. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from cxdigest.model import Posting
from cxdigest.rules.compiled import Rules
from cxdigest.rules.fold import fold
from cxdigest.rules.page import lay_out
from cxdigest.rules.rule import Rule


def touching(old: Rules, new: Rules) -> Callable[[Posting], bool]:
    """Return what tells of a posting whether *old* and *new* could judge it differently."""
    words = _words(_differing(old, new))
    settings = (old.settings, old.all_rules.languages) != (new.settings, new.all_rules.languages)
    if settings or words is None:
        return lambda _: True
    sought = sorted(words)

    def may(posting: Posting) -> bool:
        text = fold(lay_out(posting).text).text
        return any(word in text for word in sought)

    return may


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
