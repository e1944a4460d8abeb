"""Monster's alert mails: an empty text part, and HTML whose every link is opaque.

A card::

    Customer Experience Lead            (linked)
    Foxglove Trust - Boise - ID         five elements: employer, dash, town, dash, state
    QUICK APPLY                         (linked elsewhere)

Town and state may be empty while their dashes stay. No link carries an id: the card is found by the
line with the dashes, below a line that is a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.titled import Told, pay, sighting, text_rows
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.layout import Layout, Line, read_layout
from cxdigest.extract.lines.totals import announced, whole_search
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction

NAME = "monster"
_OURS = re.compile(r"https?://(?:[\w-]+\.)*monster\.(?:com?\.)?[a-z]{2,3}/", re.IGNORECASE)
_DASHES = {"-", "\u2013", "\u2014"}
_PLACED = re.compile(
    r"^(?:(?P<company>.*\S)\s+)?[-\u2013]\s*(?P<town>.*?)\s*[-\u2013](?:\s+(?P<state>\S.*))?$"
)
_BELOW = 4  # lines under the employer that may state pay, before the button


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* has Monster's links."""
    return any("monster." in part and _OURS.search(part) for part in (mail.html, mail.text))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*."""
    layout = read_layout(mail.html)
    found = Reading(part="HTML", strategy="employer, town, state", rows=distinct([*_rows(layout)]))
    text = text_rows("" if found.rows else mail.text, NAME, _key)
    return extraction(
        NAME,
        join(Reading(part="text", strategy="lines around a link", rows=text), found),
        announced=announced(mail, [line.text for line in layout.lines]),
        search_url=whole_search(layout, mail.text),
    )


FORMAT = MailFormat(
    name=NAME,
    recognises=recognises,
    read=read,
    domains=("monster.com",),
    marks="its links go through Monster",
)


def _key(url: str) -> str:
    return url if _OURS.match(url) else ""


def _rows(layout: Layout) -> Iterator[Row]:
    for at, line in enumerate(layout.lines):
        above = layout.lines[at - 1] if at else None
        if above is None or not _OURS.match(above.link):
            continue
        parts = _parts(line)
        if parts is None or line.link:
            continue
        below = layout.lines[at + 1 : at + 1 + _BELOW]
        stop = next((n for n, one in enumerate(below) if one.link), len(below))
        told = Told(
            title=above.text,
            company=parts[0],
            place=", ".join(filter(None, parts[1:])),
            salary=pay(below[:stop]),
            others=[one.text for one in below[:stop]],
        )
        yield Row(
            key=clean(above.link).url,
            sighting=sighting(NAME, above.link, told),
            start=at,
            end=at + 1 + stop,
            quote=above.text,
            apart=True,
        )


def _parts(line: Line) -> tuple[str, str, str] | None:
    """``employer - town - state`` -> the three; town and state may be empty."""
    dashes = [n for n, part in enumerate(line.parts) if part in _DASHES]
    if len(dashes) > 1:
        first, second = dashes[-2:]
        pieces = line.parts[:first], line.parts[first + 1 : second], line.parts[second + 1 :]
        company, town, state = (" ".join(piece).strip() for piece in pieces)
        return company, town, state
    found = _PLACED.match(line.text)  # a mail program joined the elements
    return (found["company"] or "", found["town"], found["state"] or "") if found else None
