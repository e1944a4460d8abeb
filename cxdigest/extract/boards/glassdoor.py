"""Glassdoor's alert mails: HTML alone, each job a card that is one link, or a logo and a title.

A card, all of it linked to ``/partner/jobListing.htm?…jobListingId=1010000000001``::

    Foxglove Housing Trust 3.8 ★
    Customer Experience Lead
    Leeds
    £50K - £60K (Employer est.)
    Easy Apply
    21h

Class names are hashed and change, and three layouts have been seen: which of the first two lines is
the employer is told by the ratings, by the subject, which names the first job, and by the titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.repeats import title_signs
from cxdigest.extract.cards.titled import Told, is_fact, is_shaped, pay, rows, sighting
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.blocks import blocks
from cxdigest.extract.lines.facts import is_pay, is_rating
from cxdigest.extract.lines.layout import Card, Layout, Line, cards, read_layout
from cxdigest.extract.lines.signs import RECEIPT
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction

NAME = "glassdoor"
_JOB = re.compile(
    r"glassdoor\.[a-z.]{2,6}/(?:partner/jobListing|job-listing/|[^\s\"'<>]*JV_)"
    r"|jobListingId(?:=|%3D|&#x3D;)\d",
    re.IGNORECASE,
)
_RATED = re.compile(r"^(?P<company>.*\S)\s+\d(?:[.,]\d)?\s?[★⭐☆*]$")
_BADGE = re.compile(
    r"(?:easy apply|einfach bewerben|schnellbewerbung|candidature (?:facile|simplifiée)|"
    r"solicitud sencilla|new|urgent(?:ly hiring)?|top company|hot|actively hiring)",
    re.IGNORECASE,
)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* links to jobs on Glassdoor, whoever passed it on."""
    return any("glassdoor" in part and _JOB.search(part) for part in (mail.html, mail.text))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*; the employees' reviews that the same sender mails are none."""
    if RECEIPT.search(mail.subject):
        reason = "It is about an application of the reader."
        return Extraction(format=NAME, outcome="empty", reason=reason)
    layout = read_layout(mail.html)
    html = _html_rows(layout, mail.subject)
    text = () if html else _text_rows(mail.text)
    return extraction(
        NAME,
        join(
            Reading(
                part="text",
                strategy="lines around a link",
                rows=text,
            ),
            Reading(part="HTML", strategy="cards that are links", rows=html),
        ),
        announced=announced(mail, [line.text for line in layout.lines]),
        search_url=next((a.href for a in layout.anchors if "SRCH_" in a.href), "").partition("?")[
            0
        ],
    )


FORMAT = MailFormat(
    name=NAME,
    recognises=recognises,
    read=read,
    domains=("glassdoor.com",),
    marks="it links to Glassdoor's job listings",
)


def _key(href: str) -> str:
    native = clean(href).native_id
    return native if native.startswith("glassdoor:") else ""


def _html_rows(layout: Layout, subject: str) -> tuple[Row, ...]:
    listed = [_kept(card.lines) for card in cards(layout, _key)]
    titles_first = _titles_first([lines for lines in listed if len(lines) > 1], subject)

    def told(card: Card) -> Told | None:
        return _told(card.lines, titles_first=titles_first)

    return distinct(rows(layout, NAME, _key, told))


def _kept(lines: Sequence[Line]) -> list[str]:
    texts = [_spaced(line) for line in lines]
    return [text for text in texts if not (is_shaped(text) or _BADGE.fullmatch(text))]


def _spaced(line: Line) -> str:
    """Return the words of *line*; a rating stands off by its style, perhaps without a space."""
    return " ".join(line.parts) if line.text.endswith(("★", "⭐")) else line.text


def _titles_first(listed: Sequence[Sequence[str]], subject: str) -> bool:
    """Tell whether cards begin with the title, not with the employer."""
    votes = 0
    for lines in listed:
        first, second = (bool(_RATED.match(line)) for line in lines[:2])
        votes += 3 * (second - first)
    if votes == 0 and listed and listed[0][0].casefold() != listed[0][1].casefold():
        places = [subject.casefold().find(line.casefold()) for line in listed[0][:2]]
        votes = 3 * (places[0] < places[1]) if min(places) >= 0 else 0
        votes += sum(title_signs(lines[0]) - title_signs(lines[1]) for lines in listed)
    return votes > 0


def _told(lines: Sequence[Line], *, titles_first: bool) -> Told | None:
    kept = _kept(lines)
    rated = [n for n, text in enumerate(kept[:2]) if _RATED.match(text)]
    alone = next((n for n, line in enumerate(lines) if is_rating(line.text)), None)
    if alone and not rated:  # the rating has a line of its own, below the employer
        rated = [n for n, text in enumerate(kept[:2]) if text == lines[alone - 1].text]
    at = rated[0] if rated else int(titles_first)
    if len(kept) < 2:  # noqa: PLR2004 - an employer and a title
        return None
    company = _RATED.match(kept[at])
    return Told(
        title=kept[1 - at],
        company=company["company"] if company else kept[at],
        place=kept[2] if len(kept) > 2 else "",  # noqa: PLR2004 - employer, title, place
        salary=pay(lines),
        others=kept[3:],
    )


def _text_rows(text: str) -> tuple[Row, ...]:
    """Read the text part that some forwards have: the card's lines around its link."""
    out: list[Row] = []
    for block in blocks(text):
        run = [line for line in (block.runs[-1] if block.runs else ()) if is_fact(line)]
        key = _key(block.href)
        if key and len(run) > 2:  # noqa: PLR2004 - employer, title, place
            company = _RATED.match(run[0])
            first = run[:2] if title_signs(run[0]) > title_signs(run[1]) else run[1::-1]
            told = Told(
                title=first[0],
                company=company["company"] if company else first[1],
                place=run[2],
                salary=next(filter(is_pay, block.runs[-1]), ""),
            )
            out.append(
                Row(
                    key=key,
                    sighting=sighting(NAME, block.href, told),
                    start=block.start,
                    end=block.end,
                    quote=run[0],
                    apart=True,
                )
            )
    return distinct(out)
