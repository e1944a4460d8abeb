"""What other rules would change: the postings whose verdict differs, and the rules behind it.

Pure; nothing is kept, so that a store of any size can pass through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee

from cxdigest.model import Kind, Posting, Verdict
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.trials.accuracy import IN_SIGHT
from cxdigest.rules.verdicts.judge import Read, judge_read, read


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule's points on one posting; 0 where it does not fire."""

    rule: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A posting of which other rules say something else."""

    posting: Posting
    old: Verdict
    new: Verdict
    rules: tuple[RuleChange, ...]  #: the weightiest first; empty where only settings differ

    @property
    def crosses(self) -> bool:
        """Tell whether it goes from customer experience to what is set aside, or back."""
        kinds = {self.old.kind, self.new.kind}
        return "genuine" in kinds and not kinds <= IN_SIGHT

    @property
    def rank(self) -> int:
        """How much it matters, 0 the most: crossing, in or out of sight, another kind, flagged."""
        if self.crosses:
            return 0
        if (self.old.kind in IN_SIGHT) != (self.new.kind in IN_SIGHT):
            return 1
        return 2 if self.old.kind != self.new.kind else 3


def changes(postings: Iterable[Posting], old: Rules, new: Rules) -> Iterator[Change | None]:
    """Yield for each of *postings* what changes, None where kind and flag stay."""
    readings = map(read, postings)
    every, first, second = tee(readings, 3)  # both judge some ahead, so little has to be kept
    both = judge_read(first, old), judge_read(second, new)
    for (posting, _, _), before, after in zip(every, *both, strict=True):
        yield None if _said(before) == _said(after) else _change(posting, before, after)


def changes_from(
    known: Mapping[str, Verdict], readings: Sequence[Read], old: Rules, new: Rules
) -> Iterator[Change]:
    """Yield what changes of *readings*, where *known* has what *old* said of some, by their id."""
    strange = [one for one in readings if one[0].id not in known]
    before = {**known, **{one.posting_id: one for one in judge_read(strange, old)}}
    for (posting, _, _), after in zip(readings, judge_read(readings, new), strict=True):
        if _said(before[posting.id]) != _said(after):
            yield _change(posting, before[posting.id], after)


def _said(verdict: Verdict) -> tuple[Kind, bool]:
    return verdict.kind, verdict.flagged


def _change(posting: Posting, before: Verdict, after: Verdict) -> Change:
    had = {item.rule: item.points for item in before.evidence}
    has = {item.rule: item.points for item in after.evidence}
    moved = [
        RuleChange(rule=rule, before=had.get(rule, 0), after=has.get(rule, 0))
        for rule in {**had, **has}
        if had.get(rule, 0) != has.get(rule, 0)
    ]
    moved.sort(key=lambda one: (-abs(one.after - one.before), one.rule))
    return Change(posting=posting, old=before, new=after, rules=tuple(moved))
