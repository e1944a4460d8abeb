"""Run every rule's own examples: each hit must fire, each miss must not. Pure."""

from __future__ import annotations

from cxdigest.errors import Problem
from cxdigest.language import _
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.evidence.context import is_excepted, is_negated
from cxdigest.rules.reading.rule import Rule
from cxdigest.rules.texts.fold import fold


def check_examples(rules: Rules) -> list[Problem]:
    """Return a problem for every example that does not hold, in the packs' order."""
    problems = []
    for index, rule in enumerate(rules.rules):
        for example in rule.examples:
            if fires(index, example.text, rules) == example.hit:
                continue
            what = _("does not fire on its hit") if example.hit else _("fires on its miss")
            problems.append(
                Problem(
                    where=rule.file,
                    line=example.line,
                    key=rule.id,
                    what=what,
                    instead=_("mend the rule or the example"),
                    text=example.text,
                )
            )
    return problems


def fires(index: int, text: str, rules: Rules) -> bool:
    """Tell whether the rule at *index* fires on *text*, taken as one of the places it looks at."""
    rule: Rule = rules.rules[index]
    folded = fold(f"\n{text}\n")
    found = rules.matcher.spans(folded.text)
    negations = [span for number in rules.negation for span in found.get(number, ())]
    exceptions = [span for number in rules.unless[index] for span in found.get(number, ())]
    for number in found:
        if index not in rules.users[number]:
            continue
        for span in found[number]:
            line = folded.text.rfind("\n", 0, span[0]) + 1
            end = folded.text.find("\n", span[1])
            if not is_negated(span, line, negations) and not is_excepted(line, end, exceptions):
                return bool(rule.match)
    return False
