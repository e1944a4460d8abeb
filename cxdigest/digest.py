"""Choose, group and order the postings of one profile's day.

Pure: the day and the moment are arguments. Every candidate stands in exactly one section; what is
in doubt, or was never judged, stands where the reader looks (implicit keep, as Sieve's).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from cxdigest.model import Candidate, Digest, Kind, SourceReport, Verdict

_Order = tuple[float | int | str, ...]

#: Other trades, nearest to what the reader looks for first; the order they are listed in.
_TRADES: tuple[Kind, ...] = (
    "success", "service", "support", "store", "other", "sales", "genuine", "unclear",
)  # fmt: skip


def choose(
    candidates: Sequence[Candidate],
    reports: Sequence[SourceReport],
    *,
    profile: str,
    heading: str,
    day: date,
    now: datetime,
    zone: str,
    replies: bool = True,
) -> Digest:
    """Return the edition of *profile* for its local *day*, composed at *now* (UTC).

    The order does not depend on the order of *candidates*.
    """
    return Digest(
        profile=profile,
        heading=heading,
        day=day,
        made=now,
        zone=zone,
        replies=replies,
        genuine=_section(candidates, "genuine", _surest_first, day),
        unclear=_section(candidates, "unclear", _likeliest_first, day),
        flagged=_section(candidates, "flagged", _nearest_to_genuine_first, day),
        others=_section(candidates, "others", _by_trade, day),
        reports=tuple(reports),
    )


def is_empty_handed(digest: Digest) -> bool:
    """Tell whether *digest* shows no posting because none of its sources could be read."""
    shown = digest.genuine or digest.unclear or digest.flagged or digest.others
    return not shown and bool(digest.reports) and all(report.message for report in digest.reports)


def section_of(verdict: Verdict | None) -> str:
    """Name the section of the digest in which a posting with *verdict* stands."""
    if verdict is None or verdict.kind == "unclear":
        return "unclear"
    if verdict.kind == "genuine":
        return "genuine"
    return "flagged" if verdict.flagged else "others"


def _section(
    candidates: Sequence[Candidate], name: str, order: Callable[[Candidate], _Order], day: date
) -> tuple[Candidate, ...]:
    """Return those of the section *name*; what can no longer be applied for comes last."""
    mine = (found for found in candidates if section_of(found.verdict) == name)
    return tuple(
        sorted(
            mine,
            key=lambda found: (_is_over(found, day), *order(found), *_newest_first(found)),
        )
    )


def _is_over(candidate: Candidate, day: date) -> bool:
    posting = candidate.posting
    return bool(posting.closed) or "" < posting.valid_through < day.isoformat()


def _surest_first(candidate: Candidate) -> _Order:
    verdict = _judged(candidate)
    return (-verdict.confidence, -verdict.points)


def _likeliest_first(candidate: Candidate) -> _Order:
    """What speaks most for customer experience, then titles that claim it, the unjudged last."""
    verdict = candidate.verdict
    if verdict is None:
        return (1, 0, 0)
    speaking = sum(found.points for found in verdict.evidence if found.kind == "genuine")
    return (0, -speaking, not verdict.claims)


def _nearest_to_genuine_first(candidate: Candidate) -> _Order:
    verdict = _judged(candidate)
    return (verdict.confidence, verdict.points)


def _by_trade(candidate: Candidate) -> _Order:
    verdict = _judged(candidate)
    return (_TRADES.index(verdict.kind), -verdict.confidence, -verdict.points)


def _judged(candidate: Candidate) -> Verdict:
    assert candidate.verdict is not None, "only judged postings leave the section unclear"
    return candidate.verdict


def _newest_first(candidate: Candidate) -> _Order:
    posting = candidate.posting
    moments = [posting.first_seen] if posting.first_seen else [at.seen for at in candidate.seen]
    newest = max((moment.timestamp() for moment in moments), default=0.0)
    return (-newest, posting.id)
