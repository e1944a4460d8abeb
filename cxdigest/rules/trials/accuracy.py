"""Figures of accuracy: verdicts against labels, with their intervals; folds by employer.

Counts only; knows nothing of rules, files or tables. Two mistakes are told apart throughout: a
hidden genuine role, and a service job let through. Intervals are Wilson's, agreement is Cohen's.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cxdigest.model import FLAGGED_KINDS, KINDS, Kind, Posting, Tier

SNIPPET = 160  #: characters of a description that stand in for an alert's snippet
#: Kinds that hide nothing: whatever is said so stays in sight.
IN_SIGHT: frozenset[Kind] = frozenset({"genuine", "unclear"})
_Z = 1.96  #: for intervals of 95 %
Pair = tuple[Kind, Kind]  #: (label, what was said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A posting and what a careful reader says it is."""

    posting: Posting
    kind: Kind  #: the label
    part: str = ""  #: of the labelled set; empty where it has no parts

    @property
    def group(self) -> str:
        """The employer, which stands on one side of every split."""
        return group_of(self.posting.company, self.posting.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """*hits* of *n*, under a name."""

    name: str
    hits: int
    n: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where there is nothing to count."""
        return self.hits / self.n if self.n else None

    def interval(self) -> tuple[float, float] | None:
        """Return Wilson's interval of 95 %, from 0 to 1; None where there is nothing to count."""
        return wilson(self.hits, self.n) if self.n else None


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the interval of 95 % for *hits* of *n*, *n* above 0, from 0 to 1."""
    share, spread = hits / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / n / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def rows(pairs: Sequence[Pair]) -> list[Figure]:
    """Return the figures of *pairs*, in the order in which they are shown."""
    genuine = [said for label, said in pairs if label == "genuine"]
    said_genuine = [label for label, said in pairs if said == "genuine"]
    service = [said for label, said in pairs if label in FLAGGED_KINDS]
    said_service = [label for label, said in pairs if said in FLAGGED_KINDS]
    aside = [said for label, said in pairs if label not in IN_SIGHT]
    said_aside = [label for label, said in pairs if said not in IN_SIGHT]
    decided = [label == said for label, said in pairs if "unclear" not in (label, said)]
    return [
        _figure("genuine kept in sight", (said in IN_SIGHT for said in genuine)),
        _figure("genuine said genuine", (said == "genuine" for said in genuine)),
        _figure("said genuine and is", (label == "genuine" for label in said_genuine)),
        _figure("misleading titles flagged", (said in FLAGGED_KINDS for said in service)),
        _figure(
            "flagged and is service/support/store",
            (label in FLAGGED_KINDS for label in said_service),
        ),
        _figure("not customer experience set aside", (said not in IN_SIGHT for said in aside)),
        _figure("set aside and is not genuine", (label != "genuine" for label in said_aside)),
        _figure("exact kind, of those decided", decided),
        _figure("exact kind, of all", (label == said for label, said in pairs)),
        _figure("said unclear", (said == "unclear" for _, said in pairs)),
    ]


def _figure(name: str, right: Iterable[bool]) -> Figure:
    counted = list(right)
    return Figure(name=name, hits=sum(counted), n=len(counted))


def kappa(pairs: Sequence[Pair]) -> float:
    """Return Cohen's kappa over the eight kinds: 1 is perfect, 0 is chance; 1 for no pairs."""
    n = len(pairs)
    if not n:
        return 1.0
    left, right = Counter(label for label, _ in pairs), Counter(said for _, said in pairs)
    agree = sum(label == said for label, said in pairs) / n
    chance = sum(left[kind] * right[kind] for kind in left) / n / n
    return (agree - chance) / (1 - chance) if chance < 1 else 1.0


def confusion(pairs: Iterable[Pair]) -> dict[Kind, dict[Kind, int]]:
    """Return how often each kind, by label, was said to be each kind."""
    counted = Counter(pairs)
    return {label: {said: counted[label, said] for said in KINDS} for label in KINDS}


def posting_at(posting: Posting, tier: Tier) -> Posting:
    """Return what would be known of *posting* at *tier*: its title, a short text too, or all."""
    if tier == "title":
        return replace(posting, snippet="", description="")
    if tier == "snippet":
        snippet = posting.snippet or posting.description[:SNIPPET]
        return replace(posting, snippet=snippet, description="")
    return posting


def group_of(company: str, posting_id: str) -> str:
    """Return the employer as letters and digits without case; without an employer, the id."""
    return "".join(char for char in company.casefold() if char.isalnum()) or posting_id


def folds(groups: Sequence[str], count: int, *, seed: int = 0) -> list[int]:
    """Return the fold, from 0, of each posting, given each one's group; a group is never parted.

    The largest groups are dealt out first, each to the fold with the fewest postings; among equals
    a hash with *seed* decides, so that the order of the postings does not matter.
    """
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda group: (-sizes[group], _hash(group, seed)))
    filled = [0] * count
    fold_of = {}
    for group in order:
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    return [fold_of[group] for group in groups]


def _hash(group: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\0{group}".encode("utf-8", "replace")).hexdigest()
