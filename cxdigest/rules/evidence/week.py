"""What would fill the week? Count, for each kind, the sentences that speak of it most.

Rules add up words; a job is what most of its duties are. So each sentence goes to the kind its
words weigh most for, to none where two weigh alike, and a kind is given its share of the week's
points. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cxdigest.model import KIND_WORDS, Kind

WEEK = "week"  #: what the evidence of a share is called, before its kind
#: Sentences below which a share would say more than is known.
_FEWEST = 3
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Share:
    """One kind's share of the sentences that any rule fires in."""

    kind: Kind
    points: int  #: of the week's, halves up
    sentences: int  #: that speak of this kind most
    of: int  #: all that speak of any kind
    first: int  #: place of the first of its sentences

    @property
    def reason(self) -> str:
        """One sentence, shown to the reader as it stands."""
        speak = "speaks" if self.sentences == 1 else "speak"
        return (
            f"Of {self.of} sentences with telling words, {self.sentences} {speak} of"
            f" {KIND_WORDS[self.kind]} most."
        )


def shares(said: Iterable[tuple[int, Kind, int]], week: int) -> list[Share]:
    """Return the shares of *week* points that are worth a point, in the order of their places.

    *said* names, once for each rule that fires in a sentence, where that sentence begins, the kind
    the rule speaks for, and its weight there, above 0.
    """
    sentences: dict[int, Counter[Kind]] = defaultdict(Counter)
    for place, kind, weight in said:
        sentences[place][kind] += weight
    places: dict[Kind, list[int]] = defaultdict(list)
    for place in sorted(sentences):
        first, *rest = sentences[place].most_common(2)
        if not rest or first[1] > rest[0][1]:
            places[first[0]].append(place)
    found = (
        Share(kind, worth(week, len(mine), len(sentences)), len(mine), len(sentences), mine[0])
        for kind, mine in places.items()
    )
    return [share for share in found if share.points]


def worth(week: int, sentences: int, of: int) -> int:
    """Return the points of *sentences* out of all *of* them, halves up; one alone is no week."""
    if of < _LEAST:
        return 0
    of = max(of, _FEWEST)
    return (2 * week * sentences + of) // (2 * of)
