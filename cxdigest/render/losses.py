"""What the mail says of openings that never reached it, and of alerts that are in doubt.

Pure. ``Loss`` is part of the interface to people's own templates (``view``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.model import Digest, Shortfall, SourceReport
from cxdigest.render import words

#: Searches named one by one: the largest losses, one line each.
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Openings that there are and that no alert showed."""

    told: str  #: whole sentences
    url: str  #: where the whole search can be seen; may be empty


def losses_of(digest: Digest) -> tuple[Loss, ...]:
    """Return what was lost before the alerts came, feeds that overflowed first."""
    full = [one.source for one in digest.reports if one.overflowed]
    return (*map(_overflow, full[:_NAMED]), *_shortfalls(digest))


def advice_for(losses: tuple[Loss, ...]) -> str:
    """Return what to do about *losses*, in one sentence."""
    return "Narrower searches, of one title or place each, lose less." if losses else ""


def doubts_of(digest: Digest) -> tuple[str, ...]:
    """Return what is in doubt about the alerts that were read, one sentence each."""
    return tuple(_doubts(digest))


def _overflow(source: str) -> Loss:
    return Loss(
        told=f"The feed {words.clean(source, 80)} was full of new entries, so older ones were "
        "probably pushed out unseen. It is polled sooner now.",
        url="",
    )


def _shortfalls(digest: Digest) -> Iterator[Loss]:
    found = [(one, report) for report in digest.reports for one in report.shortfalls]
    found.sort(key=lambda pair: pair[0].shown - pair[0].announced)
    for one, report in found[:_NAMED]:
        yield Loss(told=_told(one, report), url=words.safe_url(one.search_url))
    if (rest := len(found) - _NAMED) > 0:
        left = words.count(rest, "further alert")
        yield Loss(told=f"{left} showed fewer than announced.", url="")


def _told(one: Shortfall, report: SourceReport) -> str:
    who = words.sender_words(one.sender) or f"An alert in {words.clean(report.source, 80)}"
    openings = words.count(one.announced, "opening")
    return f"{who} announced {openings} and showed {one.shown:,}."


def _doubts(digest: Digest) -> Iterator[str]:
    if unproven := sum(report.unverified for report in digest.reports):
        those = "came from a sender who is" if unproven == 1 else "came from senders who are"
        yield (
            f"{words.upfirst(words.count(unproven, 'alert'))} {those} not verified; the postings "
            "that nobody else showed are marked, and their pages were not opened."
        )
    if disagreed := sum(report.disagreed for report in digest.reports):
        yield (
            f"In {words.count(disagreed, 'alert')} the two parts of the mail say different "
            "things; both were read."
        )
