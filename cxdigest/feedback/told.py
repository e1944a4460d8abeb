"""What readers' words changed, each in a sentence for the next digest.

Pure. A posting that was set aside and that its reader calls genuine stands there with its link: it
was in a digest once, and this is where it is found again.
"""

from __future__ import annotations

from collections.abc import Iterable

from cxdigest.feedback.said import FeedbackRow
from cxdigest.language import _
from cxdigest.model import KIND_WORDS, Correction


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
            return _("It is kept as one that you applied for.")
        case "not-for-me":
            return _("It is not shown to you again.")


def _genuine(row: FeedbackRow) -> str:
    kind = row.verdict.kind if row.verdict else "unclear"
    if kind == "genuine":
        return _("The rules had said the same: it counts as customer experience.")
    if kind == "unclear":
        return _(
            "For you it counts as customer experience now, wherever it is seen again; the rules "
            "could not tell."
        )
    return _(
        "For you it counts as customer experience now, wherever it is seen again; the rules say "
        "{kind}.",
        kind=_(KIND_WORDS[kind]),
    )


def _not_genuine(row: FeedbackRow) -> str:
    kind = row.verdict.kind if row.verdict else "unclear"
    if kind == "unclear":
        return _(
            "For you it counts as another trade now, wherever it is seen again; the rules could "
            "not tell."
        )
    if kind == "genuine":
        return _(
            "For you it counts as another trade now, wherever it is seen again; the rules say "
            "{kind}.",
            kind=_(KIND_WORDS[kind]),
        )
    return _("The rules had said the same: it counts as {kind}.", kind=_(KIND_WORDS[kind]))


def _hidden(employer: str) -> str:
    if not employer.strip():
        return _("It names no employer, so none is hidden.")
    return _(
        "Postings of {employer} are left out from now on; each digest says how many.",
        employer=employer,
    )
