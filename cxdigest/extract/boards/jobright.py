"""Jobright's alert mails: HTML alone, each job one link around a table whose ids repeat.

A card::

    Foxglove Housing Trust
    Housing · Late Stage              the employer's trade and size
    92%                               how well the reader is said to match
    Customer Experience Lead
    £50K/yr - £60K/yr                 one to three tags: pay, place or workplace, referrals
    Leeds, UK
    5+ referrals
    16 minutes ago · Be an early applicant
    APPLY NOW

The subject names one job, the mail holds several.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxdigest.extract.cards.both import Reading, distinct, extraction, join
from cxdigest.extract.cards.repeats import title_signs
from cxdigest.extract.cards.titled import Told, pay, rows, text_rows
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.facts import is_age, is_pay, workplace
from cxdigest.extract.lines.layout import Card, read_layout
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.extract.lines.totals import announced, whole_search
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.markup import read_markup
from cxdigest.model import Extraction
from cxdigest.text import unhidden

NAME = "jobright"
_JOB = re.compile(r"jobright\.ai(?:/|%2F)jobs(?:/|%2F)info(?:/|%2F)[0-9a-f]{24}", re.IGNORECASE)
_MATCH = re.compile(r"\d{1,3}\s?%(?:\s+match)?", re.IGNORECASE)
_NOISE = re.compile(
    r"\d+\+?\s+(?:\w+\s+){0,2}(?:referrals?|applicants?|connections?|alum(?:ni)?)\b.*|"
    r"be an early applicant|"
    r"h-?1b.*|(?:full|part)[- ]time|contract|internship|(?:entry|mid|senior)[- ]level.*",
    re.IGNORECASE,
)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* links to jobs on Jobright."""
    return any("jobright.ai" in part and _JOB.search(part) for part in (mail.html, mail.text))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*."""
    layout = read_layout(mail.html)
    named = _named(mail.html)

    def told(card: Card) -> Told | None:
        return _told(card, named)

    found = distinct(rows(layout, NAME, _key, told))
    text = text_rows("" if found else mail.text, NAME, _key)
    return extraction(
        NAME,
        join(
            Reading(part="text", strategy="lines around a link", rows=text),
            Reading(part="HTML", strategy="cards that are links", rows=found),
        ),
        announced=announced(mail, [line.text for line in layout.lines]),
        search_url=whole_search(layout, mail.text),
    )


FORMAT = MailFormat(
    name=NAME,
    recognises=recognises,
    read=read,
    domains=("jobright.ai",),
    marks="it links to jobright.ai/jobs/info",
)


def _key(href: str) -> str:
    native = clean(href).native_id
    return native if native.startswith("jobright:") else ""


def _named(html: str) -> dict[str, set[str]]:
    """Return the texts of the elements that Jobright calls title and company.

    Mail programs put something of their own before an id when they forward.
    """
    tree = read_markup(html)
    return {
        name: {unhidden(node.text()) for node in tree.css(f'[id$="{name}"]')} - {""}
        for name in ("job-title", "job-company-name")
    }


def _told(card: Card, named: dict[str, set[str]]) -> Told | None:
    texts = [line.text for line in card.lines]
    at = _title_at(texts, named["job-title"])
    if at is None:
        return None
    above = [text for text in texts[:at] if not _MATCH.fullmatch(text)]
    company = next((text for text in above if text in named["job-company-name"]), "")
    tags = [text for text in texts[at + 1 :] if not _is_noise(text)]
    return Told(
        title=texts[at],
        company=company or next(iter(above), ""),
        place=_place(tags),
        salary=pay(card.lines),
        others=tags,
    )


def _title_at(texts: Sequence[str], titles: set[str]) -> int | None:
    """Return where the title stands: as its element is called, else below the match."""
    for at, text in enumerate(texts):
        if text in titles:
            return at
    for at, text in enumerate(texts[:-1]):
        if _MATCH.fullmatch(text):
            return at + 1
    best = max(range(len(texts)), key=lambda at: title_signs(texts[at]), default=None)
    return best if best is not None and title_signs(texts[best]) > 1 else None


def _is_noise(text: str) -> bool:
    said = text.partition(" · ")[0]
    told = _NOISE.fullmatch(text) or is_navigation(text) or _MATCH.fullmatch(text)
    return bool(told) or is_pay(text) or is_age(said)


def _place(tags: Sequence[str]) -> str:
    """Return the tag that is a place; the workplace where no tag is one."""
    places = [tag for tag in tags if not workplace(tag)]
    likely = max(places, key=place_signs, default="")
    return likely if place_signs(likely) else next(filter(workplace, tags), likely)
