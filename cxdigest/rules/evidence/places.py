"""Find out what each place of many pages is, as ``Sections`` does for one.

A place is one of the row that holds all their texts; what it is, is a number: its index in WHERES.
Needs NumPy. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cxdigest.model import Where
from cxdigest.rules.evidence.compiled import Rules
from cxdigest.rules.evidence.sections import is_heading
from cxdigest.rules.patterns.arrays import Found
from cxdigest.rules.patterns.row import Ints
from cxdigest.rules.reading.rule import WHERES
from cxdigest.rules.texts.fold import Folded
from cxdigest.rules.texts.page import Page

CODES: Mapping[Where, int] = {where: code for code, where in enumerate(WHERES)}
TITLE, COMPANY = CODES["title"], CODES["company"]
_SNIPPET, _DUTIES, _SUMMARY = CODES["snippet"], CODES["duties"], CODES["summary"]
_BESIDE = [CODES["benefits"], CODES["about"]]  #: what a snippet may hold beside the work
_UNKNOWN = -1


class Places:
    """Tells where any place of a row of folded pages stands."""

    def __init__(
        self, pages: Sequence[Page], folded: Sequence[Folded], found: Found, rules: Rules
    ) -> None:
        self._row = row = found.row
        starts = (map(each.folded_place, page.starts)
                  for page, each in zip(pages, folded, strict=True))  # fmt: skip
        #: Where company, snippet and description of each page begin.
        self._starts = np.array([*map(tuple, starts)], np.int64) + row.origins[:, np.newaxis]
        #: The line of each span that was found.
        self.lines = row.breaks[found.words]
        self._cued = np.full(len(row.edges), _UNKNOWN)
        for where, numbers in reversed(rules.cues.items()):
            for number in reversed(numbers):  # the first of several that place a line has it
                self._cued[self.lines[found.of([number])]] = CODES[where]
        self._openings, self._opened = self._sections(self._headings(folded, found, rules))

    def of(self, places: Ints, lines: Ints, owners: Ints) -> Ints:
        """Return what stands at *places*, which are on *lines* and of the pages *owners*."""
        starts = self._starts[owners]
        cued = self._cued[lines]
        opened = self._opened[np.searchsorted(self._openings, places, "right") - 1]
        beside = np.where(np.isin(cued, _BESIDE), cued, _SNIPPET)
        company, snippet, description = (places < starts[:, part] for part in range(3))
        described = np.where(cued == _UNKNOWN, opened, cued)
        return np.select([company, snippet, description], [TITLE, COMPANY, beside], described)

    def in_title(self, spans: Ints, found: Found) -> Ints:
        """Return which of *spans* stand in a title."""
        first: Ints = spans[found.starts[spans] < self._starts[found.owners[spans], 0]]
        return first

    def _headings(self, folded: Sequence[Folded], found: Found, rules: Rules) -> dict[int, int]:
        """Return what is opened where; of several at one place the last."""
        opened: dict[int, int] = {}
        for where, numbers in rules.headings.items():
            spans = found.of(numbers)
            described = found.starts[spans] >= self._starts[found.owners[spans], 2]
            opened |= dict.fromkeys(self._opening(spans[described], folded, found), CODES[where])
        return opened

    def _opening(self, spans: Ints, folded: Sequence[Folded], found: Found) -> Iterator[int]:
        """Yield where those of *spans* begin that are headings."""
        lines, owners = self.lines[spans], found.owners[spans]
        begins = self._row.starts[found.words[spans] - 1] == self._row.edges[lines]
        origins = self._row.origins[owners]
        places = (found.starts[spans], found.ends[spans], *self._row.line(lines))
        inside = (each - origins for each in places)
        columns = (each.tolist() for each in (begins, owners, origins, *inside))
        for begin, owner, origin, start, end, *line in zip(*columns, strict=True):
            if is_heading(folded[owner], (start, end), (line[0], line[1]), begins=begin):
                yield origin + start

    def _sections(self, opened: Mapping[int, int]) -> tuple[Ints, Ints]:
        """Return where something begins, and what; at its origin a page begins itself."""
        origins = self._row.origins
        places = np.fromiter(opened, np.int64, len(opened))
        codes = np.fromiter(opened.values(), np.int64, len(opened))
        with_duties = np.zeros(len(origins), np.bool_)
        with_duties[np.searchsorted(origins, places[codes == _DUTIES], "right") - 1] = True
        places = np.concatenate([origins, places])
        codes = np.concatenate([np.where(with_duties, _SUMMARY, _DUTIES), codes])
        order = np.argsort(places, kind="stable")
        return places[order], codes[order]
