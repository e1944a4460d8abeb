"""Put a reader's own word in the place of the judge's, for that reader alone.

Pure. What the rules said is kept behind the reader's word as evidence, so that a digest can still
quote it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from cxdigest.language import marked
from cxdigest.model import FLAGGED_KINDS, Candidate, Evidence, FeedbackWord, Kind, Verdict

SAID_SO = "you.said-so"  #: the rule that a reader's word counts as
_REASONS: Mapping[FeedbackWord, str] = {
    "genuine": marked("You said that this is a customer experience role."),
    "not-genuine": marked("You said that this is no customer experience role."),
}
_POINTS = 100  #: more than any rule of a pack gives


def correct(
    candidates: Sequence[Candidate],
    said: Mapping[str, FeedbackWord],
    kinds: Mapping[str, FeedbackWord] | None = None,
) -> tuple[Candidate, ...]:
    """Return *candidates*, each with the word that its reader said of it and the verdict in it.

    *said* is a posting's id to the last word, *kinds* to what was last said of its kind, where that
    is another: who says "genuine" and then "applied" said both. The order stays.
    """
    if not said:
        return tuple(candidates)
    return tuple(_corrected(one, said, kinds or {}) for one in candidates)


def _corrected(
    candidate: Candidate, said: Mapping[str, FeedbackWord], kinds: Mapping[str, FeedbackWord]
) -> Candidate:
    posting_id = candidate.posting.id
    last = said.get(posting_id)
    if last is None:
        return candidate
    match kinds.get(posting_id, last):
        case "genuine" | "not-genuine" as word:
            return replace(candidate, said=last, verdict=_verdict(candidate, word))
        case _:
            return replace(candidate, said=last)


def _verdict(candidate: Candidate, word: Literal["genuine", "not-genuine"]) -> Verdict:
    judged = candidate.verdict or _unjudged(candidate)
    kind: Kind = "genuine" if word == "genuine" else _other_than_genuine(judged.kind)
    own = Evidence(
        rule=SAID_SO,
        kind=kind,
        points=_POINTS,
        reason=_REASONS[word],
        quote=candidate.posting.title[:200],
        where="title",
    )
    flagged = judged.claims and kind in FLAGGED_KINDS
    return replace(
        judged,
        kind=kind,
        confidence=1.0,
        flagged=flagged,
        points=_POINTS,
        evidence=(own, *judged.evidence),
        reason="",
        suggests=judged.suggests if flagged else "",
    )


def _other_than_genuine(kind: Kind) -> Kind:
    return "other" if kind in {"genuine", "unclear"} else kind


def _unjudged(candidate: Candidate) -> Verdict:
    """Return what stands for the verdict on a posting that no rule has seen yet."""
    return Verdict(
        posting_id=candidate.posting.id,
        kind="unclear",
        confidence=0.0,
        tier="title",
        claims=False,
        flagged=False,
        points=0,
        evidence=(),
        rules="",
    )
