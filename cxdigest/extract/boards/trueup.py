"""TrueUp's weekly mails: HTML alone, links straight to employers or through one opaque tracker.

A card::

    Customer Experience Lead        linked to the job
    Foxglove Trust                  linked to TrueUp's page of the employer
    Homes for key workers           what the employer does
    LEEDS, UNITED KINGDOM
    Yesterday
    Public • 900 employees          badges

Read by position: below the title stands the employer, above the age the place. The links are the
employers' own, so that a posting has no id of TrueUp's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.titled import Told, pay, sighting, text_rows
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.facts import is_age, is_pay, is_rating
from cxdigest.extract.lines.layout import Layout, Line, read_layout
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.totals import announced, whole_search
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction

NAME = "trueup"
_OURS = re.compile(r"https?://(?:[\w-]+\.)*trueup\.io(?:/(?:co/|myjobs|ls/click|job)|/?[?\"'])")
_HOME = re.compile(r"https?://(?:www\.)?trueup\.io(?:/(?!co/)|$|\?)")
_PAGES = re.compile(r"https?://(?:www\.)?trueup\.io(?:/|$|\?)")
_BADGE = re.compile(r"[•⚠🦄🌎🚀💰]|\b(?:layoff|valuation|trueup)\b", re.IGNORECASE)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* links to TrueUp's pages or through its tracker."""
    return any("trueup.io" in part and _OURS.search(part) for part in (mail.html, mail.text))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*."""
    layout = read_layout(mail.html)
    found = Reading(part="HTML", strategy="two links and lines", rows=distinct([*_rows(layout)]))
    rows = text_rows("" if found.rows else mail.text, NAME, _text_key)
    text = tuple(replace(row, sighting=replace(row.sighting, native_id="")) for row in rows)
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
    domains=("trueup.io",),
    marks="it links to TrueUp's pages of employers",
)


def _text_key(url: str) -> str:
    return "" if _PAGES.match(url) else url


def _rows(layout: Layout) -> Iterator[Row]:
    starts = [at for at in range(len(layout.lines) - 1) if _is_start(layout.lines, at)]
    for at, following in zip(starts, [*starts, len(layout.lines)][1:], strict=True):
        end = next(
            (n for n in range(at + 2, following) if layout.lines[n].link or n > at + 9), following
        )
        told = _told(layout.lines[at], layout.lines[at + 1], layout.lines[at + 2 : end])
        if told is None:
            continue
        link = layout.lines[at].link
        one = sighting(NAME, link, told)
        yield Row(
            key=clean(link).url,
            sighting=replace(one, native_id=""),
            start=at + 1,
            end=end,
            quote=told.title,
            apart=True,
        )


def _is_start(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a title stands at *at*: a link of its own above another link of its own."""
    title, company = lines[at], lines[at + 1]
    if not title.link or not company.link or title.link == company.link:
        return False
    whole = title.linked == title.text and company.linked == company.text
    return whole and not _HOME.match(title.link)


def _told(title: Line, company: Line, below: Sequence[Line]) -> Told | None:
    """Return what a card says; a footer's two links have no age and no place below them."""
    texts = [line.text for line in below]
    aged = next((n for n, text in enumerate(texts) if is_age(text)), None)
    head = texts if aged is None else texts[:aged]
    head = [text for text in head if not (is_pay(text) or is_rating(text) or _BADGE.search(text))]
    place = _place(head, certain=aged is not None)
    if aged is None and not place:
        return None
    return Told(title=title.text, company=company.text, place=place, salary=pay(below))


def _place(head: Sequence[str], *, certain: bool) -> str:
    """Return the place: the last line above the age, unless it is what the employer does."""
    if not head:
        return ""
    last = head[-1]
    if last.isupper() or place_signs(last) > 1 or (certain and len(head) > 1):
        return last
    return next((text for text in reversed(head) if text.isupper()), "")
