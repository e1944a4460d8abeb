"""The picture of a week: what titles that claim customer experience turned out to be.

Pure. Counts what one profile's digests said, so it speaks of one person's alerts and never of the
market, and every share can state its number, its tiers and what is unclear. No employer is
counted: a share of one employer would be an accusation made from a handful of alerts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from cxdigest.model import Candidate, Digest, Kind, Share, Tier, Week

DAYS = 7  #: of one picture
WEEKS = 8  #: of the trend
_ORIGINS = 8  #: formats named one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many postings whose title claims customer experience, alike in all of this."""

    day: date  #: of the digest that said so
    kind: Kind
    tier: Tier
    origin: str  #: the format of the alert that showed them first
    number: int


def since(day: date, *, weekly: bool) -> date:
    """Return the first day of which the picture on *day* speaks."""
    return day - timedelta(days=DAYS * (WEEKS if weekly else 1) - 1)


def week_of(past: Iterable[Counted], digest: Digest) -> Week | None:
    """Return the picture in *digest*, from it and what *past* digests said; None: nothing to see.

    The weekly edition looks back over eight weeks, any other over one.
    """
    known = [*past, *counted_in(digest)]
    share = _share(known, digest.day)
    if not digest.weekly:
        return Week(share=share) if share.kinds else None
    trend = tuple(
        _share(known, digest.day - timedelta(days=DAYS * back)) for back in reversed(range(WEEKS))
    )
    if not any(one.kinds for one in trend):
        return None
    return Week(share=share, trend=trend, origins=_origins(known))


def counted_in(digest: Digest) -> Iterator[Counted]:
    """Yield what *digest* itself says, hidden postings included: they came by the same alerts."""
    sections = (digest.genuine, digest.unclear, digest.flagged, digest.others, digest.hidden)
    alike = Counter(
        (verdict.kind, verdict.tier, origin_of(candidate))
        for candidate in chain.from_iterable(sections)
        if (verdict := candidate.verdict) and verdict.claims
    )
    for (kind, tier, origin), number in alike.items():
        yield Counted(day=digest.day, kind=kind, tier=tier, origin=origin, number=number)


def origin_of(candidate: Candidate) -> str:
    """Return the format of the alert that showed *candidate* first; empty where none is known."""
    return candidate.seen[0].format if candidate.seen else ""


def _share(known: Iterable[Counted], until: date) -> Share:
    first = until - timedelta(days=DAYS - 1)
    kinds: Counter[Kind] = Counter()
    tiers: Counter[Tier] = Counter()
    for one in known:
        if first <= one.day <= until:
            kinds[one.kind] += one.number
            tiers[one.tier] += one.number
    return Share(since=first, until=until, kinds=dict(kinds), tiers=dict(tiers))


def _origins(known: Iterable[Counted]) -> tuple[tuple[str, int, int], ...]:
    genuine: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for one in known:
        every[one.origin] += one.number
        genuine[one.origin] += one.number if one.kind == "genuine" else 0
    ordered = sorted(every, key=lambda origin: (-genuine[origin], -every[origin], origin))
    return tuple((origin, genuine[origin], every[origin]) for origin in ordered[:_ORIGINS])
