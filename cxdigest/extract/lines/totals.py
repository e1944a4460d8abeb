"""How many openings an alert says it announces, in whatever part says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cxdigest.extract.lines.blocks import blocks
from cxdigest.extract.lines.facts import is_pay
from cxdigest.extract.lines.layout import Layout
from cxdigest.extract.mails.mail import Mail
from cxdigest.links import clean
from cxdigest.links.query import only

_NOUN = (
    "jobs?|openings?|roles?|positions?|opportunit(?:y|ies)|stellen(?:angebote?n?)?|emplois?|offres?|"
    "empleos?|ofertas?|vagas?|lavor[io]|offert[ae]|vacatures?|jobb|ogłosze\\w+|ofert\\w*|annonces?"
)
_MORE = "more|further|weitere|autres?|más|altr[ie]|andere|mais|meer"
_TOTAL = re.compile(
    rf"\b(\d{{1,3}}(?:[.,\u00a0\u202f]?\d{{3}})?)\s?\+?\s+((?:[^\W\d_][\w'\u2019/-]*\s+){{0,6}}?)(?:{_NOUN})\b",
    re.IGNORECASE,
)
_SHOWN_OF = re.compile(r"^\w+ \d+\s?[-\u2013]\s?\d+\s+\w+\s+(\d[\d.,]{0,14})\b")
_ALL = re.compile(
    r"^\W*(?:(?:see|view|show|browse|explore)\s+(?:all|more)\b.*|(?:all|more)\s(?:jobs|results)|"
    r"(?:alle|mehr|weitere)\s.*(?:jobs|stellen\w*|angebote|ergebnisse).*|"
    r"voir\s(?:toutes?|plus|tous)\b.*|ver\s(?:tod[ao]s|más)\b.*|vedi tutt\w+.*|bekijk alle.*)",
    re.IGNORECASE,
)
#: Names of what a search is for, in the queries of boards.
_ASKED = frozenset(
    """
    q query search keyword keywords k what where l loc location city radius distance was wo ou quoi
    lieu page sort geoId jt category
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_HEAD = 12  # lines: an alert says it before it shows anything
_START = 4_000
_MAX_WORDS = 16


def is_total(line: str) -> bool:
    """Tell whether *line* says how many openings there are."""
    return bool(_TOTAL.search(line) or _SHOWN_OF.match(line))


def whole_search(layout: Layout, text: str = "") -> str:
    """Return where *layout*, else *text*, leads to all openings, without what names the reader.

    ``""`` where nothing does, or only through a tracker.
    """
    shown = [(line.linked, line.link) for line in layout.lines if line.link]
    listed = [
        (block.label or (block.runs[-1:] or (("",),))[0][-1], block.href) for block in blocks(text)
    ]
    for words, href in (*shown, *listed):
        if _ALL.search(words) and not ((link := clean(href)).opaque or link.native_id):
            return _unnamed(link.url)
    return ""


def _unnamed(url: str) -> str:
    """Return *url* with those parts of its query alone that say what is searched for."""
    path, _, query = url.partition("?")
    kept = only(query, _ASKED)
    return f"{path}?{kept}" if kept else path


def announced(mail: Mail, shown: Sequence[str] = ()) -> int | None:
    """Return the number of openings that *mail* announces, None where it does not say.

    Looked for above the first posting of the text part, of the lines *shown* by the HTML part,
    and in the subject.
    """
    text = [line.strip() for line in mail.text[:_START].split("\n") if line.strip()]
    head = [*text[:_HEAD], *shown[:_HEAD]]
    lines = [line for line in head if len(line.split()) <= _MAX_WORDS and "://" not in line]
    for pattern, where in ((_SHOWN_OF, lines), (_TOTAL, [*lines, mail.subject])):
        for line in where:
            if not is_pay(line) and (found := pattern.search(line)):
                return _number(found)
    return None


def _number(found: re.Match[str]) -> int:
    """Return the number; the subject counts what stands beside the posting it names."""
    number = int(re.sub(r"\D", "", found[1]))
    beside = found.re is _TOTAL and re.search(rf"\b(?:{_MORE})\b", found[2], re.IGNORECASE)
    return number + 1 if beside else number
