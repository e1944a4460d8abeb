"""Cut a text where evidence stands in it, so that a page can mark the words.

A quote was taken from the text without markup and with single spaces, so white space may differ
here; a quote that the text does not hold is simply not marked. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from cxdigest.model import Evidence

_Span = tuple[int, int, Evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text, and all evidence whose words it belongs to."""

    text: str  #: never empty; all pieces together are the text
    evidence: tuple[Evidence, ...] = ()  #: as it was given; empty: plain text


def marked(text: str, evidence: Iterable[Evidence]) -> tuple[Piece, ...]:
    """Return *text* in pieces, each with the *evidence* whose quote stands there.

    Every quote is marked where it stands first. *evidence* is to be of this part of the posting.
    """
    spans = list(_spans(text, evidence))
    edges = sorted({0, len(text), *(edge for start, end, _ in spans for edge in (start, end))})
    return tuple(
        Piece(
            text=text[start:end],
            evidence=tuple(one for first, last, one in spans if first <= start and end <= last),
        )
        for start, end in pairwise(edges)
    )


def _spans(text: str, evidence: Iterable[Evidence]) -> Iterator[_Span]:
    for one in evidence:
        words = [re.escape(word) for word in one.quote.split()]
        if words and (found := re.search(r"\s+".join(words), text)):
            yield *found.span(), one
