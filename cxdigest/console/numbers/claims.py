"""What titles that claim customer experience turned out to be: the records of the page of numbers.

Counts postings by the day on which the sources in question first showed them. Says of one person's
or one installation's alerts, never of the market; every count can state its tiers and what is
unclear. Knows no employer: ``employers`` does, for whoever runs it alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from cxdigest.console.numbers.counts import Counts, Row, rows_of
from cxdigest.console.numbers.periods import Span, first_days, midnights
from cxdigest.console.numbers.readers import Readers, readers_of
from cxdigest.language import _
from cxdigest.model import Kind, Profile, Tier, unrouted
from cxdigest.pipeline import Street
from cxdigest.render.words import format_words
from cxdigest.store import Store
from cxdigest.store.archive.numbers import Claimed
from cxdigest.wishes.levels import LEVELS, level_words, levels_of

_DIGITS = re.compile(r"[0-9]+")  #: name no level, and make many titles of one
_UTC = ZoneInfo("UTC")
_Name = TypeVar("_Name", bound=Hashable)
_SHOWN = 6  #: periods that are always shown, so that one is no wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose numbers, and how far back: all that an answer depends on beside the time."""

    sources: frozenset[str] | None  #: names as in ``Profile.sources``; None: all there are
    people: frozenset[str] | None  #: profiles whose readers' words count; None: everybody's
    fingerprint: str  #: of the rules that judge
    zone: ZoneInfo  #: on whose clocks a week begins
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One week or month."""

    begins: date
    ends: date  #: its last day, included
    known: bool  #: False: no poll succeeded in it
    whole: bool  #: False: it is not over
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What the page shows."""

    asked: Asked
    made: datetime
    total: Counts
    periods: tuple[Period, ...]  #: oldest first
    levels: tuple[Row, ...]  #: by what the title says of seniority, the lowest first
    sources: tuple[Row, ...]  #: by the source that showed it first
    formats: tuple[Row, ...]  #: by the board or service whose alert did
    readers: Readers
    unjudged: int  #: shown in that time and not judged by these rules yet: not counted


def asked_by(street: Street, profile: Profile, span: Span) -> Asked:
    """Ask for the numbers of one profile, as its own rules judge."""
    return Asked(
        sources=frozenset(profile.sources),
        people=frozenset({profile.name}),
        fingerprint=street.fingerprint(profile.name),
        zone=profile.zone,
        span=span,
    )


def asked_together(
    street: Street, profiles: Iterable[Profile], span: Span, *, zone: ZoneInfo | None = None
) -> Asked:
    """Ask for the numbers of several profiles together, as the shared rules judge.

    Without a *zone* it is theirs if they have one alone, else UTC.
    """
    own = tuple(profiles)
    return Asked(
        sources=frozenset(source for one in own for source in one.sources),
        people=frozenset(one.name for one in own),
        fingerprint=street.rules.fingerprint,
        zone=zone or _zone(own),
        span=span,
    )


def asked_of_all(street: Street, span: Span) -> Asked:
    """Ask for the numbers of all sources there are, as the shared rules judge."""
    return Asked(
        sources=None,
        people=None,
        fingerprint=street.rules.fingerprint,
        zone=_zone(street.profiles),
        span=span,
    )


def _zone(profiles: Sequence[Profile]) -> ZoneInfo:
    zones = {one.zone for one in profiles}
    return zones.pop() if len(zones) == 1 else _UTC


def count(store: Store, asked: Asked, *, now: datetime) -> Numbers:
    """Count. A flat number of queries.

    Raises:
        StoreError: the database failed.
    """
    days = first_days(asked.span, now, asked.zone)
    edges = midnights(days, asked.zone)
    few = asked.sources is not None and store.have_few(asked.sources)
    # What one alert shows is often alike: it is looked at once.
    found = Counter(
        store.claimed(asked.sources, fingerprint=asked.fingerprint, since=edges[0], few=few)
    )
    return Numbers(
        asked=asked,
        made=now,
        total=_by(found, [""] * len(found)).get("", Counts()),
        periods=_periods(found, days, edges, store.polled_between(asked.sources, edges)),
        levels=_levels(found),
        sources=rows_of(_by(found, [unrouted(one.source)[0] for one in found]).items()),
        formats=rows_of(_by(found, [format_words(one.format) for one in found]).items()),
        readers=readers_of(store.words_on_kinds(asked.people), asked.fingerprint),
        unjudged=store.unjudged_since(asked.sources, fingerprint=asked.fingerprint, since=edges[0]),
    )


def _periods(
    found: Mapping[Claimed, int],
    days: Sequence[date],
    edges: Sequence[datetime],
    polled: list[bool],
) -> tuple[Period, ...]:
    last = len(polled) - 1
    # A clock that was ahead once is no reason to lose what it stamped.
    by_place = _by(found, [min(bisect_right(edges, one.first) - 1, last) for one in found])
    counts = [by_place.get(place, Counts()) for place in range(len(polled))]
    periods = [
        Period(
            begins=begins,
            ends=following - timedelta(days=1),
            known=known or counted.n > 0,
            whole=place < last,
            counts=counted,
        )
        for place, (begins, following, known, counted) in enumerate(
            zip(days, days[1:], polled, counts, strict=False)
        )
    ]
    # What was before the first poll is no gap.
    begun = next((place for place, one in enumerate(periods) if one.known), len(periods))
    return tuple(periods[min(begun, max(0, len(periods) - _SHOWN)) :])


def _by(found: Mapping[Claimed, int], names: Sequence[_Name]) -> dict[_Name, Counts]:
    """Return the counts of each of *names*, one for each of *found*."""
    alike: Counter[tuple[_Name, Kind, Tier]] = Counter()
    for name, (one, number) in zip(names, found.items(), strict=True):
        alike[name, one.kind, one.tier] += number
    counts: dict[_Name, Counts] = defaultdict(Counts)
    for (name, kind, tier), number in alike.items():
        counts[name].add(kind, tier, number)
    return counts


def _levels(found: Mapping[Claimed, int]) -> tuple[Row, ...]:
    titles = {one.title: _DIGITS.sub("", one.title) for one in found}
    counts = _by(found, [levels_of(titles[one.title]) for one in found])
    ordered = sorted(counts, key=lambda levels: sorted(map(LEVELS.index, levels)) or [len(LEVELS)])
    return tuple(
        Row(
            name=level_words(levels) if levels else _("the title does not say"),
            counts=counts[levels],
        )
        for levels in ordered
    )
