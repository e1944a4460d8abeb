"""Statistics of rules on labelled postings: how often each fires, how often it is right, with whom.

For whoever mends a pack: a rule that never fires, is often wrong, or only repeats another. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxdigest.model import Kind, Tier
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.reading.rule import TIERS
from cxdigest.rules.trials.accuracy import Labelled, Pair, posting_at
from cxdigest.rules.verdicts.judge import judge_many


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """How one rule fared."""

    rule: str
    kind: Kind  #: the kind it speaks for
    points: int
    hits: int  #: postings on which it brought points
    right: int  #: of those, labelled with its kind; for a rule that excuses, with another
    beside: str  #: the rule of its kind that most often fires with it; empty without one
    together: int  #: of its hits, those where *beside* fired too


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What the rules made of labelled postings."""

    rules: tuple[RuleFigures, ...]  #: of every active rule, in the packs' order
    pairs: Mapping[Tier, tuple[Pair, ...]]  #: label and verdict of each posting, in their order

    @property
    def silent(self) -> tuple[str, ...]:
        """The rules that never fired."""
        return tuple(one.rule for one in self.rules if not one.hits)


def statistics(labelled: Sequence[Labelled], rules: Rules) -> Statistics:
    """Judge *labelled* at every tier, and count the rules where the whole text is known."""
    verdicts = {
        tier: list(judge_many((posting_at(one.posting, tier) for one in labelled), rules))
        for tier in TIERS
    }
    labels = [one.kind for one in labelled]
    known = frozenset(rules.group_of)  # evidence of no rule has no points of its own to mend
    fired = [known.intersection(item.rule for item in one.evidence) for one in verdicts["full"]]
    return Statistics(
        rules=_figures(rules, fired, labels),
        pairs={
            tier: tuple(zip(labels, (one.kind for one in every), strict=True))
            for tier, every in verdicts.items()
        },
    )


def _figures(
    rules: Rules, fired: Sequence[frozenset[str]], labels: Sequence[Kind]
) -> tuple[RuleFigures, ...]:
    kind_of = {rule.id: rule.kind for rule in rules.rules}
    hits, right = Counter[str](), Counter[str]()
    together = {rule.id: Counter[str]() for rule in rules.rules}
    excusing = {rule.id for rule in rules.rules if rule.points < 0}
    for names, label in zip(fired, labels, strict=True):
        for name in names:
            hits[name] += 1
            right[name] += (kind_of[name] == label) != (name in excusing)
            together[name].update(
                other for other in names if other != name and kind_of[other] == kind_of[name]
            )
    return tuple(
        RuleFigures(
            rule=rule.id, kind=rule.kind, points=rule.points,
            hits=hits[rule.id], right=right[rule.id],
            beside=_most(together[rule.id])[0], together=_most(together[rule.id])[1],
        )
        for rule in rules.rules
    )  # fmt: skip


def _most(counted: Counter[str]) -> tuple[str, int]:
    """Return who was there most often and how often; the first by name of equals."""
    if not counted:
        return "", 0
    name = min(counted, key=lambda each: (-counted[each], each))
    return name, counted[name]
