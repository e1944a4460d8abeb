"""Does a sentence mean what its words say? Negation before a match, exceptions anywhere in it.

"This is not a call-centre role" must not count as a call centre. The words are the packs'. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from cxdigest.rules.patterns.matcher import Span

REACH = 36  #: characters that may stand between a negating word and what it negates


def is_negated(span: Span, line_start: int, negations: Sequence[Span]) -> bool:
    """Tell whether one of *negations* stands shortly before *span* in its sentence."""
    at = span[0]
    return any(0 <= at - end <= REACH and line_start <= start for start, end in negations)


def is_excepted(line_start: int, line_end: int, exceptions: Sequence[Span]) -> bool:
    """Tell whether one of *exceptions* stands in the sentence."""
    return any(line_start <= start and end <= line_end for start, end in exceptions)
