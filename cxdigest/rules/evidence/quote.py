"""Quote what made a rule fire: the original words, with the rest of their clause where it is short.

"own the voice of" says little to a person; "own the voice of the customer programme" does. Pure.
"""

from __future__ import annotations

from cxdigest.model import Where
from cxdigest.rules.patterns.matcher import Span
from cxdigest.rules.texts.fold import Folded

_LONGEST = 200
_LOOSE = " ,:;.*-\u2013\u2014\u2022\u2026"  #: what a clause may begin or end with
_SHORT = 90  #: characters up to which a quote is widened to its clause


def quote(folded: Folded, span: Span, line: Span, where: Where) -> str:
    """Return the words of *span*, a part of the sentence *line*, and what belongs to them.

    A title is shown in full anyway, so only its deciding words are quoted.
    """
    if where != "title":
        span = _clause(folded.text, span, line)
    words = folded.quote(*span).strip(_LOOSE).removeprefix("and ")
    if len(words) <= _LONGEST:
        return words
    return words[:_LONGEST].rpartition(" ")[0] or words[:_LONGEST]


def _clause(text: str, span: Span, line: Span) -> Span:
    """Widen *span* to its sentence, else to the commas around it, while the quote stays short."""
    start, end = span
    if line[1] - line[0] <= _SHORT:
        return line
    comma = text.find(",", end, line[1])
    after = comma if comma >= 0 else line[1]
    if after - start > _SHORT:
        after = max(end, text.rfind(" ", end, start + _SHORT))
    before = max(line[0], text.rfind(",", line[0], start) + 1)
    if after - before > _SHORT:
        before = start
    return before, after
