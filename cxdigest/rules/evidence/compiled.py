"""A rule set made ready to judge: every pattern numbered once, and who uses it.

Pure; it can be pickled for other processes.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from cxdigest.model import Where
from cxdigest.rules.patterns.matcher import Matcher
from cxdigest.rules.patterns.pattern import Pattern
from cxdigest.rules.reading.rule import RuleSet, Section


class Rules:
    """The rules of all packs, and one matcher for them."""

    def __init__(self, rule_set: RuleSet, *, native: bool = True) -> None:
        self._set = rule_set
        self._native = native
        self.rules = tuple(rule for rule in rule_set.rules if rule.status == "active")
        self.settings = rule_set.settings
        self.caps = rule_set.caps
        self.fingerprint = rule_set.fingerprint
        self.group_of = {rule.id: rule.group for rule in self.rules}
        self._numbers: dict[Pattern, int] = {}
        self._patterns: list[Pattern] = []
        users: dict[int, list[int]] = defaultdict(list)
        for index, rule in enumerate(self.rules):
            for number in self._number(rule.match):
                users[number].append(index)
        self.unless = [tuple(self._number(rule.unless)) for rule in self.rules]
        self.claims = self._number(self.settings.claims)
        self.negation = self._number(self.settings.negation)
        self.headings = self._placing(self.settings.headings)
        self.cues = self._placing(self.settings.cues)
        self.users = [tuple(users.get(number, ())) for number in range(len(self._patterns))]
        self.matcher = Matcher(self._patterns, native=native)

    def __reduce__(self) -> tuple[Callable[..., Rules], tuple[RuleSet, bool]]:
        return _made, (self._set, self._native)

    @cached_property
    def weigher(self) -> Any:  # noqa: ANN401 - its module must not load before it is needed
        """What weighs many postings at once."""
        return importlib.import_module("cxdigest.rules.evidence.weighing").Weigher(self)

    @property
    def all_rules(self) -> RuleSet:
        """What the packs say, rules that are off included."""
        return self._set

    def without_native(self) -> Rules:
        """Return the same rules, whose matcher goes the plain way only."""
        return Rules(self._set, native=False)

    def _number(self, patterns: Iterable[Pattern]) -> list[int]:
        numbers = []
        for pattern in patterns:
            if pattern not in self._numbers:
                self._numbers[pattern] = len(self._patterns)
                self._patterns.append(pattern)
            numbers.append(self._numbers[pattern])
        return list(dict.fromkeys(numbers))

    def _placing(self, sections: Mapping[Section, Iterable[Pattern]]) -> dict[Where, list[int]]:
        return {section: self._number(patterns) for section, patterns in sections.items()}


def _made(rule_set: RuleSet, native: bool) -> Rules:  # noqa: FBT001 - pickle passes no keywords
    return Rules(rule_set, native=native)
