"""Whether two postings are one opening: yes with a reason, no, or not sure.

Only a yes merges. A no between two keeps a third from tying them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from cxdigest.identity.sketch import Sketch, record_of
from cxdigest.identity.titles import begins, rest_after, same_job
from cxdigest.names.employers import names, relation
from cxdigest.names.places import nearness, place_of

#: A board that shows an opening again after so long posted it again; sooner, it has two.
REPOST_AFTER = timedelta(days=3)
#: After so long it is a new opening.
REPOST_WITHIN = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Why two postings are one opening."""

    reason: str  #: one sentence for the reader
    certain: bool = False  #: by the board's own id or the link, whatever else is alike


Verdict = Match | Literal["apart", "unsure"]


def same_opening(one: Sketch, other: Sketch) -> Match | None:
    """Return why *one* and *other* are one opening; None where they are not, or in doubt."""
    found = compare(one, other)
    return found if isinstance(found, Match) else None


def compare(one: Sketch, other: Sketch) -> Verdict:
    """Return a Match, ``apart`` where they are two openings, ``unsure`` in doubt."""
    if shared := one.ids & other.ids:
        return Match(certain=True, reason=f"Both are {min(shared)} on the board itself.")
    alike = same_job(one.title, other.title)
    if not alike and not begins(one.title, other.title):
        return _by_tail(one, other)
    if _requisitions_differ(one, other):
        return "apart"
    if alike and one.links & other.links:
        return Match(certain=True, reason="Both have the same link and title.")
    return _by_words(one, other, whole=alike)


def _requisitions_differ(one: Sketch, other: Sketch) -> bool:
    mine, its = one.title.requisitions, other.title.requisitions
    return bool(mine and its and mine.isdisjoint(its))


def _by_tail(one: Sketch, other: Sketch) -> Verdict:
    """Compare two of which one names its place at the end of the title alone."""
    for long, short in ((one, other), (other, one)):
        rest = rest_after(long.title, short.title)
        if (
            rest
            and not long.place.cities
            and nearness(place_of(rest), short.place) == "same"
            and relation(one.employer, other.employer) == "same"
        ):
            reason = f"The same title and employer, and {_quoted(long)} names the place itself."
            return _unless_two_records(one, other, Match(reason=reason))
    return "apart"


def _by_words(one: Sketch, other: Sketch, *, whole: bool) -> Verdict:
    """Compare two with the same title, or one that goes on where the other is cut."""
    who = relation(one.employer, other.employer)
    strangers = who in {"other", "unknown"} or one.employer.agency != other.employer.agency
    if strangers and not (_is_vague(one) or _is_vague(other)):
        return "apart"
    near = nearness(one.place, other.place)
    if near == "other":
        return "apart"
    if strangers:
        return _agency(one, other, whole=whole and near == "same")
    if near == "unsure" or _workplaces_differ(one, other):
        return "unsure"
    certain_enough = near == "same" or (whole and who == "same" and len(one.title.words) > 1)
    if not certain_enough or (who == "short" and not whole):
        return "unsure"
    return _unless_two_records(one, other, Match(reason=_reason(one, other)))


def _agency(one: Sketch, other: Sketch, *, whole: bool) -> Verdict:
    """Compare an agency's copy, or one without an employer, with what may be the original."""
    for copy, own in ((one, other), (other, one)):
        if _is_vague(copy) and not own.employer.agency and names(copy.text, own.employer):
            if not whole:
                return "unsure"
            who = copy.said.company or "A copy without an employer"
            reason = f"{who} shows the same title and place, and its text names {own.said.company}."
            return _unless_two_records(one, other, Match(reason=reason))
    return "unsure"


def _is_vague(one: Sketch) -> bool:
    """Tell whether it does not say who hires: an agency shows it, or nobody is named."""
    return one.employer.agency or not one.employer.words


def _workplaces_differ(one: Sketch, other: Sketch) -> bool:
    return {one.said.workplace, other.said.workplace} == {"remote", "onsite"}


def _unless_two_records(one: Sketch, other: Sketch, match: Match) -> Verdict:
    """Return *match*, unless one board keeps two records of them at the same time."""
    where, mark = record_of(one)
    place, its = record_of(other)
    if not where or where != place or mark == its:
        return match
    if not (one.first and one.last and other.first and other.last):
        return "apart"
    earlier, later = sorted((one, other), key=lambda each: each.first or each.last)  # type: ignore[arg-type,return-value]
    assert earlier.last
    assert later.first
    gap = later.first - earlier.last
    if gap < REPOST_AFTER:
        return "apart"
    if gap > REPOST_WITHIN or nearness(one.place, other.place) != "same":
        return "unsure"
    return Match(
        reason=f"Posted again: seen until {earlier.last:%Y-%m-%d}, and as a new record of the same"
        f" title, employer and place since {later.first:%Y-%m-%d}."
    )


def _reason(one: Sketch, other: Sketch) -> str:
    """Say what is the same, and how each side writes it where they differ."""
    told = []
    for name, word in (("title", "title"), ("company", "employer"), ("location", "place")):
        mine, its = getattr(one.said, name), getattr(other.said, name)
        if mine and its and mine != its:
            told.append(f"{word} as “{mine}” and “{its}”")
    same = "The same title, employer and place"
    if one.place.empty or other.place.empty:
        same = "The same title and employer, and no other place is named"
    if one.title.cut or other.title.cut:
        same = "The same employer and place, and one title is the beginning of the other"
    return f"{same} ({'; '.join(told)})." if told else f"{same}."


def _quoted(one: Sketch) -> str:
    return f"“{one.said.title}”"
