"""How often readers and the judge say the same: the judge's accuracy as this installation sees it.

Pure. Readers speak of what a digest showed them and most of what they mind, so their words are no
fair sample; they are shown beside the published figures and never mixed with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cxdigest.model import KINDS, Kind
from cxdigest.rules.trials.accuracy import IN_SIGHT, Figure
from cxdigest.store.archive.numbers import Said

#: What is asked of readers' words too, as docs/accuracy.md names it.
GENUINE = "said genuine and is"
ASIDE = "set aside and is not genuine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confused:
    """What readers said of postings that the judge had as one kind."""

    kind: Kind
    genuine: int
    not_genuine: int

    @property
    def n(self) -> int:
        """All that were spoken of."""
        return self.genuine + self.not_genuine


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Readers' words on kinds, against what the judge said then."""

    rows: tuple[Confused, ...]  #: of kinds that were spoken of
    unjudged: int  #: words on postings that nobody had judged then
    present: int  #: words on verdicts of the rules that judge now

    @property
    def n(self) -> int:
        """Words that can be set against a verdict."""
        return sum(one.n for one in self.rows)

    @property
    def figures(self) -> tuple[Figure, Figure]:
        """How often they agree: where the judge said genuine, and where it set aside."""
        genuine = [one for one in self.rows if one.kind == "genuine"]
        aside = [one for one in self.rows if one.kind not in IN_SIGHT]
        return (
            Figure(
                name=GENUINE,
                hits=sum(one.genuine for one in genuine),
                n=sum(one.n for one in genuine),
            ),
            Figure(
                name=ASIDE,
                hits=sum(one.not_genuine for one in aside),
                n=sum(one.n for one in aside),
            ),
        )


def readers_of(words: Iterable[Said], fingerprint: str) -> Readers:
    """Return what *words* say; *fingerprint* is of the rules that judge now."""
    counted: Counter[tuple[Kind, str]] = Counter()
    unjudged = present = 0
    for one in words:
        if one.kind is None:
            unjudged += 1
            continue
        counted[one.kind, one.word] += 1
        present += one.rules == fingerprint
    rows = (
        Confused(
            kind=kind,
            genuine=counted[kind, "genuine"],
            not_genuine=counted[kind, "not-genuine"],
        )
        for kind in KINDS
    )
    return Readers(rows=tuple(one for one in rows if one.n), unjudged=unjudged, present=present)
