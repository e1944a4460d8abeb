"""ZipRecruiter's alert mails: one job that "Phil" recommends, or a digest of a saved search.

A card of the text part, in both kinds::

    Customer Experience Lead                      Customer Experience Lead  <https://…/km/TOKEN>New
    <https://www.ziprecruiter.com/km/TOKEN?…>
    * Foxglove Trust                              Foxglove Trust • Boise, ID • Hybrid
    * Boise, ID                                   $60K - $70K
    View Details <https://…/km/TOKEN?…>           View Details <https://…/km/TOKEN>

The token is all that names a job, and it changes with each mail; the query logs its reader in, so
that none of it is kept. Apply buttons carry tokens of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cxdigest.extract.cards.both import Reading, Row, distinct, extraction, join
from cxdigest.extract.cards.titled import Told, rows, sighting
from cxdigest.extract.format import MailFormat
from cxdigest.extract.lines.facts import is_age, is_pay, split_place, workplace
from cxdigest.extract.lines.layout import Card, Layout, read_layout
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.model import Extraction
from cxdigest.text import unhidden

NAME = "ziprecruiter"
_JOB = re.compile(r"ziprecruiter\.(?:com|co\.uk)/(?:e?km/|jobs/|c/|job-redirect)", re.IGNORECASE)
_HREF = re.compile(r"https?://(?:www\.)?ziprecruiter\.(?:com|co\.uk)/(?:km/|jobs/|c/)\S+")
_LINKED = re.compile(r"^(?P<words>[^<]*?)\s*<?(?P<href>https?://[^\s<>]+)>?(?P<after>.*)$")
_BULLET = re.compile(r"^[*•·-]\s*")
_JOINT = re.compile(r"\s+[•·|]\s+")
_NOISE = re.compile(
    r"new|estimated pay|be (?:seen|an early applicant).*|quick apply|easy apply|posted .*|"
    r"(?:full|part)[- ]time|contract(?:or)?|temporary|internship|per diem|seasonal|other",
    re.IGNORECASE,
)
_MAX_CARD = 14  # lines
_MAX_TITLE = 160
_GREETING = re.compile(r"[?.]$|^(?:hi|hello|dear)\b", re.IGNORECASE)


def recognises(mail: Mail) -> bool:
    """Tell whether *mail* links to jobs on ZipRecruiter."""
    return any("ziprecruiter" in part and _JOB.search(part) for part in (mail.html, mail.text))


def read(mail: Mail) -> Extraction:
    """Return the jobs of *mail*, of both its parts."""
    layout = read_layout(mail.html)
    return extraction(
        NAME,
        join(
            Reading(
                part="text", strategy="title, link, bullets", rows=distinct([*_text(mail.text)])
            ),
            Reading(part="HTML", strategy="title and list", rows=_html(layout)),
        ),
        announced=announced(mail, [line.text for line in layout.lines]),
    )


FORMAT = MailFormat(
    name=NAME,
    recognises=recognises,
    read=read,
    domains=("ziprecruiter.com", "ziprecruiter.co.uk"),
    marks="it links to jobs on ZipRecruiter",
)


def _key(href: str) -> str:
    return clean(href).url if _HREF.match(href) else ""


def _html(layout: Layout) -> tuple[Row, ...]:
    titles = {
        _key(line.link)
        for line in layout.lines
        if line.link and line.linked == line.text and _is_title(line.text)
    } - {""}

    def key_of(href: str) -> str:
        key = _key(href)
        return key if key in titles else ""

    return distinct(rows(layout, NAME, key_of, _of_card))


def _of_card(card: Card) -> Told | None:
    texts = [line.text for line in card.lines]
    linked = {line.text for line in card.lines if line.link in card.hrefs}
    at = next((n for n, text in enumerate(texts) if text in linked and _is_title(text)), None)
    return _told(texts[at], texts[at + 1 :]) if at is not None else None


def _is_title(words: str) -> bool:
    said = re.search(r"[^\W\d_]{2}", words) and len(words) <= _MAX_TITLE and "://" not in words
    return bool(said) and not is_navigation(words)


def _told(title: str, below: Sequence[str]) -> Told | None:
    """Read the lines below a title up to the buttons: employer, place, then what shape tells."""
    stop = next((n for n, text in enumerate(below) if is_navigation(text)), len(below))
    lines = [_BULLET.sub("", text) for text in below[:stop]]
    lines = [text for text in lines if re.search(r"\w", text)]
    placed = [
        text for text in lines if not (is_pay(text) or is_age(text) or _NOISE.fullmatch(text))
    ]
    salary = next(filter(is_pay, lines), "")
    if not placed:
        return None
    parts = [*_JOINT.split(placed[0]), *placed[1:]]
    place = parts[1] if len(parts) > 1 and place_signs(parts[1]) else ""
    if not place and not salary:  # a heading above a link looks like a title
        return None
    others = [mode for text in parts[2:] if (mode := workplace(text) or split_place(text)[1])]
    return Told(title=title, company=parts[0], place=place, salary=salary, others=others)


def _text(text: str) -> Iterator[Row]:
    lines = [unhidden(raw) for raw in text.split("\n")]
    for at, line in enumerate(lines):
        found = _LINKED.match(line)
        key = _key(found["href"]) if found else ""
        if not found or not key:
            continue
        above = next((one for one in reversed(lines[max(0, at - 2) : at]) if one), "")
        title = found["words"] or above
        if not _is_title(title) or (not found["words"] and _GREETING.search(title)):
            continue
        told = _told(title, [*_below(lines[at + 1 : at + 1 + 2 * _MAX_CARD])])
        if told is not None:
            yield Row(
                key=key,
                sighting=sighting(NAME, found["href"], told),
                start=at + 1 - (not found["words"]),
                end=at + 1 + _MAX_CARD // 2,
                quote=title,
                apart=True,
            )


def _below(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines below a title up to the next link."""
    for line in lines:
        if _LINKED.match(line):
            return
        if line:
            yield line
