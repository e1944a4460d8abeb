"""Find out what each place of a description is: duties, summary, requirements, benefits, about.

A heading opens a section until the next; in text scraped without line breaks a heading is known by
its capital and what follows it. A cue ("years of experience") places its own sentence wherever that
stands. Where nothing says so, a text is about the work. The words are the packs'. Pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from cxdigest.model import Where
from cxdigest.rules.patterns.matcher import Span
from cxdigest.rules.texts.fold import Folded
from cxdigest.rules.texts.page import Page

_LONG_WORD = 4  #: letters; shorter ones ("and", "the") keep their small letter in headings
_LONGEST_HEADING = 60  #: characters of a line that is nothing but a heading


class Sections:
    """Tells where any place of a folded page stands."""

    def __init__(
        self,
        page: Page,
        folded: Folded,
        headings: Iterable[tuple[Where, Sequence[Span]]],
        cues: Iterable[tuple[Where, Sequence[Span]]],
    ) -> None:
        self._folded = folded
        self._text = folded.text
        self._starts = tuple(map(folded.folded_place, page.starts))
        opened = {
            span[0]: where
            for where, spans in headings
            for span in spans
            if span[0] >= self._starts[2] and self._is_heading(span)
        }
        self._openings = sorted(opened)
        self._opened = [opened[place] for place in self._openings]
        before: Where = "summary" if "duties" in self._opened else "duties"
        self._opened.insert(0, before)
        cued = [(start, where) for where, spans in cues for start, _ in spans]
        self._lines = {self.line_start(start): where for start, where in reversed(cued)}

    def line_start(self, place: int) -> int:
        """Return where the sentence at the folded *place* begins."""
        return self._text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """Return where the sentence at the folded *place* ends."""
        end = self._text.find("\n", place)
        return end if end >= 0 else len(self._text)

    def line(self, span: Span) -> Span:
        """Return the sentence that *span* stands in."""
        return self.line_start(span[0]), self.line_end(span[1])

    def where(self, place: int, line: int) -> Where:
        """Return what stands at the folded *place* of the sentence that begins at *line*."""
        company, snippet, description = self._starts
        if place < company:
            return "title"
        if place < snippet:
            return "company"
        cued = self._lines.get(line)
        if place < description:
            return cued if cued in ("benefits", "about") else "snippet"
        return cued or self._opened[bisect_right(self._openings, place)]

    def _is_heading(self, span: Span) -> bool:
        line = self.line(span)
        begins = span[0] == line[0] or self._text[line[0] : span[0]].isspace()
        return is_heading(self._folded, span, line, begins=begins)


def is_heading(folded: Folded, span: Span, line: Span, *, begins: bool) -> bool:
    """Tell whether the words at *span* open a section; *begins*: they begin the sentence *line*."""
    start, end = span
    if not begins and not folded.quote(start, start + 1).isupper():
        return False
    original = folded.quote(start, min(line[1], end + 3))
    after = original[end - start :]
    if after.startswith(":") or _is_title(original[: end - start], after):
        return True
    length = line[1] - line[0]
    return begins and length <= _LONGEST_HEADING and end - start >= length // 3


def _is_title(heading: str, after: str) -> bool:
    """Tell whether words in capitals are followed by a new sentence ("Requirements You have")."""
    words = [word for word in heading.split() if len(word) >= _LONG_WORD]
    return bool(words) and all(word[0].isupper() for word in words) and after.lstrip()[:1].isupper()


def placed(
    found: Mapping[int, Sequence[Span]], numbers: Mapping[Where, Sequence[int]]
) -> list[tuple[Where, Sequence[Span]]]:
    """Pick the spans of the patterns that place text, in the order of *numbers*."""
    return [
        (where, found[number])
        for where, mine in numbers.items()
        for number in mine
        if number in found
    ]
