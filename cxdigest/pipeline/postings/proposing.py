"""Try the rules that a reader's words ask for on the very postings that they are made of.

With as few points as will do; and on those that the reader spoke otherwise of, which they must
leave as they are. Nothing is applied or stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxdigest.feedback import FeedbackRow, Proposal, propose, written
from cxdigest.model import Posting
from cxdigest.rules import Pack, Rules, judge, load
from cxdigest.rules.trials.examples import check_examples
from cxdigest.store import Store

NAME = "proposed.yaml"
_POINTS = (4, 8, 12)  #: tried one after the other; no shipped rule gives more


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the rules say of postings, by id, with a pack that gives so many points."""

    points: int
    right: Mapping[str, bool]  #: whether that is what their reader says


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """Rules that stood the trial; there may be none."""

    proposals: tuple[Proposal, ...]
    now: Trial  #: without them
    trial: Trial  #: with them

    @property
    def pack(self) -> str:
        """The rules as a pack."""
        return written(self.proposals, points=self.trial.points)


def proposed(store: Store, profile: str, rules: Rules, beside: Sequence[Pack]) -> Proposed:
    """Return what the words of *profile* ask for beyond *rules*, which are made of *beside*.

    Raises:
        StoreError: the store cannot be read.
    """
    rows = [row for row in store.feedback_rows(profile) if row.holds]
    found = (store.posting(posting_id) for posting_id in {row.posting_id for row in rows})
    postings = {one.id: one for one in found if one}
    texts = {one.id: f"{one.snippet}\n{one.description}" for one in postings.values()}
    now = _trial(rules, rows, postings, points=0)
    # What the rules say by now needs no rule.
    asked = [
        one
        for one in propose(rows, texts)
        if not all(now.right.get(posting_id, True) for posting_id in one.posting_ids)
    ]
    kept, best = _tried(asked, now, rows, postings, beside)
    return Proposed(proposals=tuple(kept), now=now, trial=best)


def proposed_pack(store: Store, profile: str, beside: Sequence[Pack]) -> str | None:
    """Return the pack that the words of *profile* ask for, None where they ask for none.

    Raises:
        PackError: one of *beside* cannot be used.
        StoreError: the store cannot be read.
    """
    found = proposed(store, profile, load(beside), beside)
    return found.pack if found.proposals else None


def _tried(
    proposals: Sequence[Proposal],
    now: Trial,
    rows: Sequence[FeedbackRow],
    postings: Mapping[str, Posting],
    beside: Sequence[Pack],
) -> tuple[list[Proposal], Trial]:
    """Return the proposals that stand the trial, and the trial with the fewest points that do.

    One whose own examples do not hold is left out, and all are where they would turn round what
    their reader said of another posting.
    """
    best = now
    kept = list(proposals)
    for points in _POINTS if kept else ():
        rules = load([*beside, (NAME, written(kept, points=points).encode())])
        if wrong := {one.key for one in check_examples(rules) if one.where == NAME}:
            kept = [one for one in kept if one.id not in wrong]
            return _tried(kept, now, rows, postings, beside)
        trial = _trial(rules, rows, postings, points=points)
        if any(now.right[one] and not trial.right[one] for one in now.right):
            break
        if sum(trial.right.values()) > sum(best.right.values()):
            best = trial
        if all(trial.right[one] for each in kept for one in each.posting_ids):
            break
    return (kept, best) if best.points else ([], best)


def _trial(
    rules: Rules, rows: Sequence[FeedbackRow], postings: Mapping[str, Posting], *, points: int
) -> Trial:
    right = {}
    for row in rows:
        if row.word in {"genuine", "not-genuine"} and row.posting_id in postings:
            kind = judge(postings[row.posting_id], rules).kind
            right[row.posting_id] = (kind == "genuine") == (row.word == "genuine")
    return Trial(points=points, right=right)
