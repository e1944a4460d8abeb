"""What readers' words changed, each in a sentence for the next digest.

Pure. A posting that was set aside and that its reader calls genuine stands there with its link: it
was in a digest once, and this is where it is found again.
"""

from __future__ import annotations

from collections.abc import Iterable

from cxdigest.feedback.said import FeedbackRow
from cxdigest.model import KIND_WORDS, Correction

_NOW_GENUINE = "For you it counts as customer experience now, wherever it is seen again"
_NOW_OTHER = "For you it counts as another trade now, wherever it is seen again"


def told(rows: Iterable[FeedbackRow]) -> tuple[Correction, ...]:
    """Return what the digest says of *rows*, in their order."""
    return tuple(
        Correction(
            word=row.word,
            title=row.title,
            company=row.employer,
            changed=_changed(row),
            url="" if row.word in {"hide-employer", "not-for-me"} else row.url,
        )
        for row in rows
    )


def _changed(row: FeedbackRow) -> str:
    match row.word:
        case "genuine":
            return _genuine(row)
        case "not-genuine":
            return _not_genuine(row)
        case "hide-employer":
            return _hidden(row.employer)
        case "applied":
            return "It is kept as one that you applied for."
        case "not-for-me":
            return "It is not shown to you again."


def _genuine(row: FeedbackRow) -> str:
    kind = row.verdict.kind if row.verdict else "unclear"
    if kind == "genuine":
        return "The rules had said the same: it counts as customer experience."
    before = (
        "the rules could not tell" if kind == "unclear" else f"the rules say {KIND_WORDS[kind]}"
    )
    return f"{_NOW_GENUINE}; {before}."


def _not_genuine(row: FeedbackRow) -> str:
    kind = row.verdict.kind if row.verdict else "unclear"
    if kind in {"genuine", "unclear"}:
        before = "could not tell" if kind == "unclear" else f"say {KIND_WORDS[kind]}"
        return f"{_NOW_OTHER}; the rules {before}."
    return f"The rules had said the same: it counts as {KIND_WORDS[kind]}."


def _hidden(employer: str) -> str:
    if not employer.strip():
        return "It names no employer, so none is hidden."
    return f"Postings of {employer} are left out from now on; each digest says how many."
