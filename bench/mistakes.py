"""Mistakes told without the employers' words: which posting, what was said, which rules spoke."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from bench.figures import table
from bench.labelled import is_held_out
from cxdigest.model import Verdict
from cxdigest.rules.trials.accuracy import IN_SIGHT, Labelled

WORST = 5
RULES = 4  #: how many rules of a verdict are named
SHORT = 12  #: characters of an id that tell postings apart
_LEVEL = re.compile(
    r"\b(?:chief|president|vp|svp|avp|head|director|manager|lead|leader|supervisor|senior|junior"
    r"|principal|staff|officer|executive|consultant|specialist|associate|analyst|coordinator"
    r"|representative|agent|advis[eo]r|engineer|developer|designer|researcher|scientist|technician"
    r"|assistant|ambassador|host|intern|partner|strategist|planner|trainer|administrator)\b",
    re.IGNORECASE,
)


def worst(postings: Sequence[Labelled], verdicts: Sequence[Verdict]) -> str:
    """Return the mistakes that were surest, hidden genuine roles before all others."""
    wrong = [
        (one, verdict)
        for one, verdict in zip(postings, verdicts, strict=True)
        if verdict.kind not in (one.kind, "unclear") and not is_held_out(one)
    ]
    wrong.sort(key=lambda item: (not _hides(*item), -item[1].confidence, item[0].posting.id))
    body = [
        [
            f"`{one.posting.id[:SHORT]}` ({one.part})",
            _level(one.posting.title),
            one.kind,
            verdict.kind,
            f"{100 * verdict.confidence:.0f} %",
            _rules(verdict),
        ]
        for one, verdict in wrong[:WORST]
    ]
    return table(["posting", "level in the title", "label", "said", "sure", "rules"], body)


def _hides(one: Labelled, verdict: Verdict) -> bool:
    return one.kind == "genuine" and verdict.kind not in IN_SIGHT


def _level(title: str) -> str:
    return " ".join(word.casefold() for word in _LEVEL.findall(title)) or "none"


def _rules(verdict: Verdict) -> str:
    return ", ".join(f"`{item.rule}` {item.points:+d}" for item in verdict.evidence[:RULES])


def in_the_way(postings: Sequence[Labelled], verdicts: Sequence[Verdict]) -> str:
    """Return every kind of disagreement with the postings it stands on."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one, verdict in zip(postings, verdicts, strict=True):
        if verdict.kind != one.kind and not is_held_out(one):
            groups[one.kind, verdict.kind, verdict.reason].append(one.posting.id[:SHORT])
    order = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    body = [
        [label, f"{said}: {reason}" if reason else said, str(len(ids)),
         ", ".join(f"`{name}`" for name in ids)]
        for (label, said, reason), ids in order
    ]  # fmt: skip
    return table(["label", "said", "n", "postings"], body)
