"""Choose, group and order the postings of one profile's day.

Pure: the day and the moment are arguments. Every candidate stands in exactly one section; what is
in doubt, or was never judged, stands where the reader looks (implicit keep, as Sieve's). Wishes
only order a section; what the reader's own settings hide is counted by its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from cxdigest.language import _, ngettext
from cxdigest.model import Candidate, Digest, Hiding, Kind, Showing, SourceReport, Verdict

_Order = tuple[float | int | str, ...]

#: Other trades, nearest to what the reader looks for first; the order they are listed in.
_TRADES: tuple[Kind, ...] = (
    "success", "service", "support", "store", "other", "sales", "genuine", "unclear",
)  # fmt: skip
#: Kinds that always stand in the mail, one by one.
_WANTED: tuple[Kind, ...] = ("genuine", "unclear")
#: How polls end that need nobody's attention.
_QUIET = frozenset({"new", "empty"})
#: Words after which a reader has done with a posting.
_DONE_WITH = frozenset({"applied", "not-for-me", "not-genuine", "hide-employer"})
_LONGEST_GAP = 366  #: days


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
    before: Sequence[Candidate] = (),
    show: Mapping[Kind, Showing] | None = None,
) -> Digest:
    """Return the edition of *profile* for its local *day*, composed at *now* (UTC).

    *before* were shown in earlier digests and say what happened since; those come that the reader
    still looks for. *show* cannot make genuine or unclear ones a mere number. The order does not
    depend on the order of *candidates*.
    """
    open_ones = _by_section(one for one in candidates if not one.hidden)
    told = [one for one in before if _is_still_looked_for(one)]
    return Digest(
        profile=profile,
        heading=heading,
        day=day,
        made=now,
        zone=zone,
        replies=replies,
        genuine=_ordered(open_ones["genuine"], _surest_first, day),
        unclear=_ordered(open_ones["unclear"], _likeliest_first, day),
        flagged=_ordered(open_ones["flagged"], _nearest_to_genuine_first, day),
        others=_ordered(open_ones["others"], _by_trade, day),
        reports=tuple(reports),
        again=_as_before((one for one in told if not one.posting.closed), day),
        closed=_as_before((one for one in told if one.posting.closed), day),
        hidings=_hidings(candidates),
        hidden=tuple(sorted((one for one in candidates if one.hidden), key=_newest_first)),
        show={kind: _at_least_compact(kind, how) for kind, how in (show or {}).items()},
    )


def since_shown(
    candidate: Candidate, *, shown: date, again: date | None, day: date
) -> Candidate | None:
    """Return *candidate* with what happened since it was *shown*; None where that is nothing.

    *again* is the day on which it was posted again.
    """
    if candidate.posting.closed:
        return replace(candidate, since=_("Shown {ago}, closed since.", ago=_ago(shown, day)))
    if again is not None:
        told = _("Shown {ago}, posted again {again}.", ago=_ago(shown, day), again=_ago(again, day))
        return replace(candidate, since=told)
    return None


def is_news(digest: Digest) -> bool:
    """Tell whether *digest* says what its reader does not know yet.

    A posting that is shown, one that changed, what the reader's words changed, the edition of the
    week, and a source that needs attention. Not what is only counted, nor what settings hide.
    """
    postings = (*digest.genuine, *digest.unclear, *digest.flagged, *digest.others)
    return (
        any(digest.show.get(_kind(one)) != "count" for one in postings)
        or any((digest.again, digest.closed, digest.quarantined, digest.corrections))
        or (digest.weekly and digest.week is not None)
        or any(map(_needs_attention, digest.reports))
    )


def is_empty_handed(digest: Digest) -> bool:
    """Tell whether *digest* shows no posting because none of its sources could be read."""
    shown = digest.genuine or digest.unclear or digest.flagged or digest.others
    told = shown or digest.again or digest.closed
    return not told and bool(digest.reports) and all(report.message for report in digest.reports)


def missed_days(
    last: date, day: date, *, days: Collection[int], done: Collection[date]
) -> tuple[date, ...]:
    """Return the days between *last* and *day* that should have had a digest and are not *done*.

    *days* are the profile's own weekdays; at most a year back.
    """
    number = min((day - last).days, _LONGEST_GAP)
    between = (day - timedelta(days=ago) for ago in range(number - 1, 0, -1))
    return tuple(one for one in between if one.weekday() in days and one not in done)


def section_of(verdict: Verdict | None) -> str:
    """Name the section of the digest in which a posting with *verdict* stands."""
    if verdict is None or verdict.kind == "unclear":
        return "unclear"
    if verdict.kind == "genuine":
        return "genuine"
    return "flagged" if verdict.flagged else "others"


def _by_section(candidates: Iterable[Candidate]) -> Mapping[str, list[Candidate]]:
    sections: dict[str, list[Candidate]] = defaultdict(list)
    for found in candidates:
        sections[section_of(found.verdict)].append(found)
    return sections


def _ordered(
    candidates: Iterable[Candidate], order: Callable[[Candidate], _Order], day: date
) -> tuple[Candidate, ...]:
    """Return those of one section, what meets the wishes best first.

    What can no longer be applied for comes last, whatever it meets.
    """
    today = day.isoformat()
    return tuple(
        sorted(
            candidates,
            key=lambda found: (
                _is_over(found, today), -found.rank, *order(found), *_newest_first(found),
            ),
        )
    )  # fmt: skip


def _as_before(candidates: Iterable[Candidate], day: date) -> tuple[Candidate, ...]:
    """Return them as their sections would stand: genuine ones first."""
    found = _by_section(candidates)
    return (
        *_ordered(found["genuine"], _surest_first, day),
        *_ordered(found["unclear"], _likeliest_first, day),
    )


def _is_still_looked_for(candidate: Candidate) -> bool:
    looked_for = section_of(candidate.verdict) in _WANTED and bool(candidate.since)
    return looked_for and not candidate.hidden and candidate.said not in _DONE_WITH


def _hidings(candidates: Sequence[Candidate]) -> tuple[Hiding, ...]:
    counted = Counter(one.hidden for one in candidates if one.hidden)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Hiding(reason=reason, count=count) for reason, count in ordered)


def _at_least_compact(kind: Kind, how: Showing) -> Showing:
    return "compact" if kind in _WANTED and how == "count" else how


def _needs_attention(report: SourceReport) -> bool:
    return report.outcome not in _QUIET or bool(report.silent) or report.unread > 0


def _kind(candidate: Candidate) -> Kind:
    return candidate.verdict.kind if candidate.verdict else "unclear"


def _ago(then: date, day: date) -> str:
    days = (day - then).days
    if days > 1:
        return ngettext("{n} day ago", "{n} days ago", days)
    return _("yesterday") if days == 1 else _("today")


def _is_over(candidate: Candidate, today: str) -> bool:
    """Tell whether it is closed, or its last day came before *today*, an ISO date."""
    posting = candidate.posting
    return bool(posting.closed) or "" < posting.valid_through < today


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
    newest = max(moments).timestamp() if moments else 0.0
    return (-newest, posting.id)
