"""What the mail says of openings that never reached it, and of alerts that are in doubt.

Pure. ``Loss`` is part of the interface to people's own templates (``view``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cxdigest.language import _, figure, ngettext
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
    return _("Narrower searches, of one title or place each, lose less.") if losses else ""


def doubts_of(digest: Digest) -> tuple[str, ...]:
    """Return what is in doubt about the alerts that were read, one sentence each."""
    return tuple(_doubts(digest))


def _overflow(source: str) -> Loss:
    return Loss(
        told=_(
            "The feed {source} was full of new entries, so older ones were probably pushed out "
            "unseen. It is polled sooner now.",
            source=words.clean(source, 80),
        ),
        url="",
    )


def _shortfalls(digest: Digest) -> Iterator[Loss]:
    found = [(one, report) for report in digest.reports for one in report.shortfalls]
    found.sort(key=lambda pair: pair[0].shown - pair[0].announced)
    for one, report in found[:_NAMED]:
        yield Loss(told=_told(one, report), url=words.safe_url(one.search_url))
    if (rest := len(found) - _NAMED) > 0:
        left = ngettext(
            "{n} further alert showed fewer than announced.",
            "{n} further alerts showed fewer than announced.",
            rest,
        )
        yield Loss(told=left, url="")


def _told(one: Shortfall, report: SourceReport) -> str:
    who = words.sender_words(one.sender)
    who = who or _("An alert in {source}", source=words.clean(report.source, 80))
    return ngettext(
        "{who} announced {n} opening and showed {shown}.",
        "{who} announced {n} openings and showed {shown}.",
        one.announced,
        who=who,
        shown=figure(one.shown),
    )


def _doubts(digest: Digest) -> Iterator[str]:
    if unproven := sum(report.unverified for report in digest.reports):
        yield ngettext(
            "{n} alert came from a sender who is not verified; the postings that nobody else "
            "showed are marked, and their pages were not opened.",
            "{n} alerts came from senders who are not verified; the postings that nobody else "
            "showed are marked, and their pages were not opened.",
            unproven,
        )
    if disagreed := sum(report.disagreed for report in digest.reports):
        yield ngettext(
            "In {n} alert the two parts of the mail say different things; both were read.",
            "In {n} alerts the two parts of the mail say different things; both were read.",
            disagreed,
        )
