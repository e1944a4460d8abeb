"""Counts of postings by kind and tier, and the words for a share of them.

Pure. A share always comes with its number and its interval of 95 %, Wilson's, and below ten
postings there is none: three of seven would read as if it were known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cxdigest.console.drawn.dates import decimal
from cxdigest.language import _, figure, marked
from cxdigest.model import KINDS, Kind, Tier
from cxdigest.rules.trials.accuracy import Figure
from cxdigest.tiers import SEEN

FEWEST = 10  #: postings below which no share is stated
#: From below: what is meant, what may be, what is not.
STACKED: tuple[Kind, ...] = (
    "genuine", "unclear", "service", "support", "store", "success", "sales", "other",
)  # fmt: skip
TIERS: tuple[Tier, ...] = tuple(SEEN)
_FROM: Mapping[Tier, str] = {
    "full": marked("{n} from the duties"),
    "snippet": marked("{n} from the alert's snippet"),
    "title": marked("{n} from the title alone"),
}


@dataclass(slots=True)
class Counts:
    """Postings whose title claims customer experience, by what they are."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    tiers: Counter[Tier] = field(default_factory=Counter)  #: what their verdicts could see

    def add(self, kind: Kind, tier: Tier, number: int = 1) -> None:
        """Count *number* more."""
        self.kinds[kind] += number
        self.tiers[tier] += number

    @property
    def n(self) -> int:
        """All of them."""
        return self.kinds.total()

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Kind and number, in the order in which they are stacked."""
        return [(kind, self.kinds[kind]) for kind in STACKED]

    def of(self, kind: Kind) -> Figure:
        """Return how many are of *kind*, of all."""
        return Figure(name=kind, hits=self.kinds[kind], n=self.n)

    @property
    def in_order(self) -> list[Kind]:
        """The kinds that there are: genuine first, unclear last, the most frequent between."""
        found = [kind for kind in KINDS if self.kinds[kind]]
        ends = {"genuine": -1, "unclear": 1}
        return sorted(found, key=lambda kind: (ends.get(kind, 0), -self.kinds[kind]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: what it is about, and its counts."""

    name: str
    counts: Counts


def share_words(one: Figure, fewest: int = FEWEST) -> str:
    """Say a share with its interval, ``13.8 % (10.8 to 17.5)``; that there are too few for one.

    Templates say how many are enough where it is less than usual.
    """
    interval = one.interval()
    if interval is None:
        return _("none to count")
    if one.n < fewest:
        return _("too few for a share")
    low, high = interval
    return _(
        "{share} % ({low} to {high})",
        share=percent(one.hits / one.n),
        low=percent(low),
        high=percent(high),
    )


def percent(share: float) -> str:
    """Write 0.138 as ``13.8``."""
    return decimal(100 * share)


def tier_words(counts: Counts) -> str:
    """Say what verdicts could see: ``3 from the duties, 2 from the title alone``."""
    told = [_(_FROM[tier], n=figure(counts.tiers[tier])) for tier in SEEN if counts.tiers[tier]]
    return ", ".join(told)


def rows_of(found: Iterable[tuple[str, Counts]]) -> tuple[Row, ...]:
    """Return a line each, the one with most genuine postings first."""
    rows = [Row(name=name, counts=counts) for name, counts in found]
    return tuple(
        sorted(rows, key=lambda row: (-row.counts.kinds["genuine"], -row.counts.n, row.name))
    )
