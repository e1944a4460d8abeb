"""MyGreenhouse's alert mails: new jobs on the boards of employers that the reader follows.

A card in the text part, link below the title::

    Customer Experience Lead
    ( https://job-boards.greenhouse.io/foxglove/jobs/4000000001?gh_src=my.greenhouse )

    Foxglove Trust
    Member Services

What stands below the employer is its department, its place, or both; the HTML part names them, the
text part shows them in that order. The board's name in the link need not be the employer's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.titled import Told, facts, is_fact, pay, rows, sighting
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.blocks import Block, blocks
from cxdigest.extract.lines.layout import Card, Layout, read_layout
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.markup import read_markup
from cxdigest.model import Extraction
from cxdigest.text import is_host, unhidden

NAME = "greenhouse"
_JOB = re.compile(r"greenhouse\.io/[\w-]+/jobs/\d|[?&;]gh_jid(?:=|%3D|&#x3D;)\d", re.IGNORECASE)
_OURS = re.compile(r"my\.greenhouse\.io/|gh_src=my\.?(?:jobs\.)?greenhouse", re.IGNORECASE)
_SENDERS = ("greenhouse-jobs.com", "greenhouse.io", "greenhouse-mail.io")
_MAX_FACTS = 4
_SURE = 2


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* is MyGreenhouse's, by sender or by its own links, and shows jobs."""
    both = mail.text + mail.html
    if "greenhouse" not in both:
        return False
    host = mail.sender.rpartition("@")[2]
    ours = any(is_host(host, domain) for domain in _SENDERS) or _OURS.search(both)
    return bool(ours and _JOB.search(both))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*, of both its parts."""
    layout = read_layout(mail.html)
    departments = _called(mail.html, "department")
    places = _called(mail.html, "location") | _called(mail.html, "office")
    html = _html_rows(layout, departments, places)
    text = _text_rows(mail.text, departments)
    return extraction(
        NAME,
        join(
            Reading(part="text", strategy="lines around a link", rows=text),
            Reading(part="HTML", strategy="cards around links", rows=html),
        ),
    )


FORMAT = MailFormat(
    name=NAME,
    recognises=recognises,
    read=read,
    domains=_SENDERS,
    marks="it links to boards on Greenhouse and to MyGreenhouse",
)


def _key(href: str) -> str:
    link = clean(href)
    return link.native_id or (link.url if "gh_jid=" in link.url else "")


def _called(html: str, name: str) -> set[str]:
    """Return the texts of the elements whose class says that they are a *name*."""
    if name not in html:
        return set()
    return {unhidden(node.text()) for node in read_markup(html).css(f'[class*="{name}"]')} - {""}


def _html_rows(layout: Layout, departments: set[str], places: set[str]) -> tuple[Row, ...]:
    def told(card: Card) -> Told | None:
        own = set(card.hrefs)
        at = next((n for n, line in enumerate(card.lines) if line.link in own), None)
        if at is None:
            return None
        below = facts(card.lines[at + 1 : at + 1 + _MAX_FACTS])
        place = next((text for text in below[1:] if text in places), "")
        rest = [text for text in below[1:] if text not in departments]
        return Told(
            title=card.lines[at].text,
            company=below[0] if below else "",
            place=place or _place(rest, alone=not departments),
            salary=pay(card.lines),
            others=rest,
        )

    return distinct(rows(layout, NAME, _key, told))


def _place(lines: Sequence[str], *, alone: bool) -> str:
    """Return which of *lines* is the place: by its shape, else the one below the department."""
    likely = max(lines, key=place_signs, default="")
    if place_signs(likely) >= _SURE:
        return likely
    return lines[1] if alone and len(lines) > 1 and place_signs(lines[1]) else ""


def _text_rows(text: str, departments: set[str]) -> tuple[Row, ...]:
    listed = list(blocks(text))
    out: list[Row] = []
    for at, block in enumerate(listed[:-1] if listed else []):
        key = _key(block.href)
        title = block.label or (block.runs[-1][-1] if block.runs else "")
        if key and title and not is_navigation(title):
            told = _text_told(title, listed[at + 1], departments)
            out.append(
                Row(
                    key=key,
                    sighting=sighting(NAME, block.href, told),
                    start=block.end - (not block.label),
                    end=block.end + (2 if told.company else 0),
                    quote=title,
                    apart=True,
                )
            )
    return distinct(out)


def _text_told(title: str, following: Block, departments: set[str]) -> Told:
    """Read the lines below the link; the next title may be glued to them."""
    run = [line for line in (following.runs[0] if following.runs else ()) if is_fact(line)]
    if len(following.runs) == 1 and _key(following.href) and not following.label:
        run = run[:-1]
    rest = [line for line in run[1:_MAX_FACTS] if line not in departments]
    return Told(
        title=title,
        company=run[0] if run else "",
        place=_place(rest, alone=not departments),
    )
