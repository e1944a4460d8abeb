"""Employers by name, for whoever runs the installation and switched it on: what their titles were.

A share of one employer accuses it, so it takes five openings whose duties were read, agencies and
boards are left out, and nothing of it goes into a file or to anybody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from cxdigest.console.numbers.counts import Counts, Row
from cxdigest.names.employers import employer_of
from cxdigest.render.words import clean
from cxdigest.store import Store

FEWEST = 5  #: openings at full tier
_MOST = 50  #: rows


def employers(store: Store, *, fingerprint: str, since: datetime) -> tuple[Row, ...]:
    """Return employers with five openings or more, those with most first, at most fifty.

    An employer is called as most of its openings write it.

    Raises:
        StoreError: the database failed.
    """
    counts: dict[tuple[str, ...], Counts] = defaultdict(Counts)
    written: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for one in store.openings_by_employer(fingerprint=fingerprint, since=since):
        employer = employer_of(one.company)
        if employer.words and not employer.agency:
            counts[employer.words].add(one.kind, "full", one.number)
            written[employer.words][clean(one.company, 80)] += one.number
    rows = [
        Row(name=written[words].most_common(1)[0][0], counts=found)
        for words, found in counts.items()
        if found.n >= FEWEST
    ]
    return tuple(sorted(rows, key=lambda row: (-row.counts.n, row.name))[:_MOST])
