"""``cxdigest feedback propose``: words that repeat, as a pack of rules to be looked at.

Nothing is applied. The pack is tried on the very postings that it is made of, with as few points as
will do, and on those that its reader spoke otherwise of, which it must leave as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cxdigest import app
from cxdigest.cli.feedback import chosen_profile
from cxdigest.cli.feedback_export import write_new
from cxdigest.cli.packs import load_rules, read_packs
from cxdigest.config import load
from cxdigest.feedback import FeedbackRow, Proposal, propose, written
from cxdigest.model import Posting
from cxdigest.render.words import count
from cxdigest.rules import Rules, judge
from cxdigest.rules import load as load_packs
from cxdigest.rules.examples import check_examples
from cxdigest.store import Store
from cxdigest.text import printable

_POINTS = (4, 8, 12)  #: tried one after the other; no shipped rule gives more
_NAME = "proposed.yaml"
_NONE = (
    "No rule is proposed. One needs three corrections of one direction, on postings of two"
    " employers or more whose titles or quoted duties share words, and no other word against it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """What the rules say of postings, by id, with a pack that gives so many points."""

    points: int
    right: Mapping[str, bool]  #: whether that is what their reader says


def run(config: Path, *, profile: str, out: Path | None) -> int:
    """Print the pack, or write it to *out*, and say on standard error what it would change.

    Raises:
        ConfigError: the configuration cannot be used.
        PackError: a configured pack cannot be used.
        WrongUseError: nobody is called *profile*, several could be meant, or *out* exists.
    """
    settings = load(config)
    with app.open_stored(settings) as store:
        whose = chosen_profile(settings, store, profile)
        rows = [row for row in store.feedback_rows(whose) if row.holds]
        postings = _postings(store, rows)
    texts = {one.id: f"{one.snippet}\n{one.description}" for one in postings.values()}
    beside = settings.rules.packs
    now = _trial(load_rules(beside), rows, postings, points=0)
    # What the rules say by now needs no rule.
    proposals = [
        one
        for one in propose(rows, texts)
        if not all(now.right.get(posting_id, True) for posting_id in one.posting_ids)
    ]
    proposals, trial = _tried(proposals, now, rows, postings, read_packs(beside))
    if not proposals:
        print(_NONE, file=sys.stderr)
        return 0
    pack = written(proposals, points=trial.points)
    if out is None:
        print(pack, end="")
    else:
        write_new(out, pack.encode())
    for line in _said(proposals, now, trial, whose, out or Path(_NAME)):
        print(printable(line), file=sys.stderr)
    return 0


def _postings(store: Store, rows: Sequence[FeedbackRow]) -> dict[str, Posting]:
    found = (store.posting(posting_id) for posting_id in {row.posting_id for row in rows})
    return {one.id: one for one in found if one}


def _tried(
    proposals: Sequence[Proposal],
    now: _Trial,
    rows: Sequence[FeedbackRow],
    postings: Mapping[str, Posting],
    beside: Sequence[tuple[str, bytes]],
) -> tuple[list[Proposal], _Trial]:
    """Return the proposals that stand the trial, and the trial with the fewest points that do.

    One whose own examples do not hold is left out, and all are where they would turn round what
    their reader said of another posting.
    """
    best = now
    kept = list(proposals)
    for points in _POINTS if kept else ():
        rules = load_packs([*beside, (_NAME, written(kept, points=points).encode())])
        if wrong := {one.key for one in check_examples(rules) if one.where == _NAME}:
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
) -> _Trial:
    right = {}
    for row in rows:
        if row.word in {"genuine", "not-genuine"} and row.posting_id in postings:
            kind = judge(postings[row.posting_id], rules).kind
            right[row.posting_id] = (kind == "genuine") == (row.word == "genuine")
    return _Trial(points=points, right=right)


def _said(
    proposals: Sequence[Proposal], now: _Trial, trial: _Trial, whose: str, file: Path
) -> Iterator[str]:
    yield f"{count(len(proposals), 'rule', 'rules')} proposed; nothing is changed yet."
    for one in proposals:
        before = sum(now.right[each] for each in one.posting_ids)
        after = sum(trial.right[each] for each in one.posting_ids)
        yield f"  {one.id}: {one.reason}"
        yield (
            f"    Of these {len(one.posting_ids)}, the rules are right about {before} now and"
            f" about {after} with it."
        )
    yield f"See what it would change among all stored postings: cxdigest rules diff {file}"
    yield f"To use it for {whose}, name the file under packs in that profile; for all, under rules."
