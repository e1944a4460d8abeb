"""Cards of an HTML part whose only link is a button, "View job" in each, whoever wrote the mail.

The title is not linked: it is the line of the cards that names a trade in most of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cxdigest.extract.cards.repeats import (
    MAX_CARD,
    Found,
    keyed_by,
    line_signs,
    link_signs,
    title_signs,
    unrepeated,
)
from cxdigest.extract.lines.layout import Card, Layout, cards
from cxdigest.extract.lines.signs import OPENING, leads_elsewhere
from cxdigest.links import clean


def above_buttons(layout: Layout) -> list[Found]:
    """Return the postings of cards whose only link is a button that says the same in each."""
    buttons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for anchor in layout.anchors:
        words = " ".join(line.linked for line in layout.inside(anchor.box))
        if (not words or OPENING.match(words)) and not leads_elsewhere(anchor.href):
            buttons[words.casefold(), anchor.look].append(clean(anchor.href).url)
    urls = max(buttons.values(), key=lambda urls: len(set(urls)), default=[])
    listed = cards(layout, keyed_by(urls))
    rows = [[line.text for line in card.lines if not line.link][:MAX_CARD] for card in listed]
    at = _title_column(rows)
    if at is None:
        return []
    found = [_of_column(card, lines, at) for card, lines in zip(listed, rows, strict=True)]
    return unrepeated([one for one in found if one])


def _title_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which of the first lines of most *rows* names a trade, None where none does."""
    columns = range(max(map(len, rows), default=0))
    named = [sum(title_signs(row[at]) > 1 for row in rows if len(row) > at) for at in columns]
    best = max(named, default=0)
    return named.index(best) if best * 3 > len(rows) * 2 else None


def _of_column(card: Card, lines: Sequence[str], at: int) -> Found | None:
    if len(lines) <= at or not title_signs(lines[at]):
        return None
    link = clean(card.hrefs[0])
    around = (*lines[:at], *lines[at + 1 :])
    signs = title_signs(lines[at]) + link_signs(link) + line_signs(around)
    return Found(
        title=lines[at],
        link=link,
        before=tuple(lines[:at]),
        after=tuple(lines[at + 1 :]),
        signs=signs,
        start=card.start + 1,
        end=card.start + len(card.lines),
    )
