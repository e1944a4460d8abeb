"""What a person would like to see -> how well a posting meets it, and what it misses.

A wish that is met counts one, a missed one takes one away, and what the posting does not say
counts nothing. Only a clear miss of a wish that the person marked hides. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from cxdigest.jobposting.salary import yearly
from cxdigest.language import _, marked, ngettext
from cxdigest.model import Candidate, Posting, Wishes, WishName
from cxdigest.names.employers import employer_of
from cxdigest.wishes.levels import level_words, levels_of
from cxdigest.wishes.places import place_fits, workplace_of
from cxdigest.wishes.titles import found_in, is_cut

#: Why a posting is hidden, by the wish that it misses.
HIDDEN: dict[WishName, str] = {
    "titles": marked("without any of your title words"),
    "avoid": marked("with a title word that you avoid"),
    "seniority": marked("of another level than yours"),
    "places": marked("in other places than yours"),
    "workplaces": marked("of another kind of workplace"),
    "salary_from": marked("below your salary"),
    "newest_days": marked("older than you want"),
}
HIDDEN_EMPLOYER = marked("of employers that you hide")
_WORKPLACES = {
    "remote": marked("remote"),
    "hybrid": marked("hybrid"),
    "onsite": marked("on site"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """How one wish fares."""

    wish: WishName
    missed: str = ""  #: what is missed, in a few plain words; empty: it is met


def weigh(
    candidate: Candidate, profile_wishes: Wishes, hidden: Collection[str], *, today: date
) -> Candidate:
    """Return *candidate* with rank, missed wishes, and why it is hidden.

    *hidden* are employers and agencies that the person never wants to see, compared without case,
    accents and legal forms; *today* is the person's local day.
    """
    weighed = list(_weigh(candidate, profile_wishes, today))
    missed = [one for one in weighed if one.missed]
    why = HIDDEN_EMPLOYER if _is_hidden(candidate, hidden) else ""
    why = why or next((HIDDEN[one.wish] for one in missed if one.wish in profile_wishes.hide), "")
    if not weighed and not why:
        return candidate
    return replace(
        candidate,
        rank=len(weighed) - 2 * len(missed),
        missed=tuple(one.missed for one in missed),
        hidden=why,
    )


def _folded(name: str) -> str:
    return "".join(employer_of(name).words)


@lru_cache(maxsize=16)
def _all_folded(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_folded, names)) - {""}


def _is_hidden(candidate: Candidate, hidden: Collection[str]) -> bool:
    """Tell whether an employer is hidden, or an agency that alone shows the posting."""
    if not hidden:
        return False
    unwanted = _all_folded(frozenset(hidden))
    shown = {candidate.posting.company, *(one.company for one in candidate.seen)} - {""}
    found = {name for name in shown if _folded(name) in unwanted}
    # Who hides an agency still wants what the employer itself shows.
    return bool(found) and (found == shown or not all(employer_of(name).agency for name in found))


def _weigh(candidate: Candidate, wishes: Wishes, today: date) -> Iterator[_Weighed]:
    """Yield the wishes of which something is known."""
    posting = candidate.posting
    yield from _titles(posting, wishes)
    yield from _seniority(posting, wishes)
    yield from _places(posting, wishes)
    yield from _workplaces(posting, wishes)
    yield from _salary(posting, wishes)
    yield from _age(posting, wishes, today)


def _titles(posting: Posting, wishes: Wishes) -> Iterator[_Weighed]:
    if wishes.titles:
        if found_in(posting.title, wishes.titles):
            yield _Weighed(wish="titles")
        elif not is_cut(posting.title):
            yield _Weighed(wish="titles", missed=_("none of your title words"))
    if unwanted := found_in(posting.title, wishes.avoid):
        yield _Weighed(wish="avoid", missed=_("“{word}” in the title", word=unwanted))


def _seniority(posting: Posting, wishes: Wishes) -> Iterator[_Weighed]:
    if wishes.seniority and (levels := levels_of(posting.title)):
        met = not levels.isdisjoint(wishes.seniority)
        yield _Weighed(wish="seniority", missed="" if met else level_words(levels))


def _places(posting: Posting, wishes: Wishes) -> Iterator[_Weighed]:
    if wishes.places and (fits := place_fits(posting, wishes.places)) is not None:
        yield _Weighed(
            wish="places", missed="" if fits else _("in {place}", place=posting.location)
        )


def _workplaces(posting: Posting, wishes: Wishes) -> Iterator[_Weighed]:
    if not wishes.workplaces:
        return
    stated, hinted = workplace_of(posting)
    if stated in wishes.workplaces or hinted & set(wishes.workplaces):
        yield _Weighed(wish="workplaces")
    elif stated:
        yield _Weighed(wish="workplaces", missed=_(_WORKPLACES[stated]))


def _salary(posting: Posting, wishes: Wishes) -> Iterator[_Weighed]:
    if wishes.salary_from is None:
        return
    paid = yearly(posting.salary)
    if paid is None:
        if not wishes.salary_unknown:
            yield _Weighed(wish="salary_from", missed=_("no salary stated"))
    elif paid.most is not None and paid.most < wishes.salary_from:
        yield _Weighed(wish="salary_from", missed=_("pays {salary}", salary=posting.salary))
    elif (paid.most or paid.least or 0) >= wishes.salary_from:
        yield _Weighed(wish="salary_from")


def _age(posting: Posting, wishes: Wishes, today: date) -> Iterator[_Weighed]:
    day = _day_of(posting)
    if wishes.newest_days is None or day is None:
        return
    old = (today - day).days
    missed = ngettext("{n} day old", "{n} days old", old) if old > wishes.newest_days else ""
    yield _Weighed(wish="newest_days", missed=missed)


def _day_of(posting: Posting) -> date | None:
    try:
        return date.fromisoformat(posting.posted)
    except ValueError:  # mostly nothing is stated
        return posting.first_seen.date() if posting.first_seen else None
