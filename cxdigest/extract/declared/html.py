"""The HTML part of a mail, read in an order of lines that a declared format says.

Cards are made by ``layout``. Links that do not say where they lead are postings' where their words
are no button's and they stand like others that are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cxdigest.extract.declared.fitting import Facts, Shown, fit, likeness
from cxdigest.extract.declared.links import kind_of, words_of
from cxdigest.extract.declared.schema import Declared, Lines
from cxdigest.extract.declared.template import Template
from cxdigest.extract.lines.layout import Card, Layout, Line, cards, path_of
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.links import clean

_STEPS = 5
_MAX_CARDS = 500
_MAX_LINES = 60  #: of one posting
_JOINTS = " -,|\u00b7\u2022\u2013\u2014:"
#: What is glued behind a title: workplace, place, pay.
_AFTER = re.compile(r"(Remote|Hybrid|In[ -]Office|On-?site)?(?=[^a-z]|$)(.*?)([$€£]\s?\d.*)?")
_SURE = 2  #: signs of a title that names a trade


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlCard:
    """One posting's link with the lines around it."""

    href: str
    section: str
    lines: tuple[Shown, ...]
    span: tuple[int, int]  #: its first and last line in the part, from 1
    shape: tuple[str, ...]  #: how its link stands in the mail
    tracked: bool  #: its link does not say where it leads


def html_cards(declared: Declared, layout: Layout) -> list[HtmlCard]:
    """Return the cards of *layout*, in its order, as far as a real alert could be long."""
    looks = {anchor.href: anchor for anchor in reversed(layout.anchors)}
    headings = _headings(declared, layout)
    out: list[HtmlCard] = []
    for card in cards(layout, _keys(declared, layout))[:_MAX_CARDS]:
        at = bisect_left(headings, (card.start, ""))
        lines, section = _lines(declared, card, headings[at - 1][1] if at else "")
        anchor = looks[card.hrefs[0]]
        out.append(
            HtmlCard(
                href=card.hrefs[0],
                section=section,
                lines=lines,
                span=(card.start + 1, card.start + len(card.lines)),
                shape=(*path_of(layout, anchor.box, _STEPS), anchor.look),
                tracked=kind_of(declared, card.hrefs[0]) == "tracker",
            )
        )
    return out


def fit_html(declared: Declared, order: Lines, card: HtmlCard) -> Facts | None:
    """Return the facts of *card* where its lines stand in this order."""
    items = order.items
    at = next((n for n, item in enumerate(items) if item == "title" or _names_title(item)), 0)
    lines = card.lines
    first = next(
        (n for n, one in enumerate(lines) if one.linked and not is_navigation(one.text)), None
    )
    if first is None:
        return fit(declared, items, lines)
    whole = any(one.linked for one in lines[first + 1 : first + 2])
    start = first if whole else max(0, first - at)
    return fit(declared, items, lines[start:])


def likely(found: Sequence[tuple[HtmlCard, Facts]]) -> list[tuple[HtmlCard, Facts]]:
    """Leave out tracked links that stand alone and name no trade: a footer's, say."""
    shapes = Counter(card.shape for card, _ in found)
    most = max(shapes.values(), default=0)
    return [
        (card, facts)
        for card, facts in found
        if not card.tracked
        or (most > 1 and shapes[card.shape] == most)
        or likeness(facts["title"]) > _SURE
    ]


def _names_title(item: object) -> bool:
    return isinstance(item, Template) and "title" in item.names


def _keys(declared: Declared, layout: Layout) -> Callable[[str], str]:
    words: dict[str, list[str]] = defaultdict(list)
    for line in layout.lines:
        if line.link:
            words[line.link].append(line.linked)
    known: dict[str, str] = {}

    def key_of(href: str) -> str:
        if href not in known:
            kind = kind_of(declared, href)
            named = any(likeness(text) for text in words[href])
            link = clean(href)
            known[href] = (
                (link.native_id or link.url) if kind == "posting" or (kind and named) else ""
            )
        return known[href]

    return key_of


def _headings(declared: Declared, layout: Layout) -> list[tuple[int, str]]:
    """Return the lines that are headings of sections, with the sections' names."""
    named = enumerate(_heading(declared, line.text) for line in layout.lines)
    return [(at, name) for at, name in named if name is not None]


def _lines(declared: Declared, card: Card, section: str) -> tuple[tuple[Shown, ...], str]:
    """Return the lines of *card* and the section that it stands in; *section* is that above it."""
    out: list[Shown] = []
    own = set(card.hrefs)
    for line in card.lines[:_MAX_LINES]:
        name = _heading(declared, line.text)
        if name is not None and any(one.linked for one in out):
            break  # the next section's
        if name is not None:
            section, out = name, []
            continue
        out += _pieces(declared, line, line.link in own, words_of(declared, card.hrefs[0]))
    return tuple(out), section


def _pieces(declared: Declared, line: Line, linked: bool, slug: str) -> list[Shown]:  # noqa: FBT001
    if declared.inline and len(line.parts) > 1:
        return [Shown(text=text, raw=text, linked=linked) for text in line.parts]
    if linked and line.linked != line.text and line.linked in line.text:
        before, _, after = line.text.partition(line.linked)  # only a part of the line is the link
        texts = [before.strip(_JOINTS), line.linked, after.strip(_JOINTS)]
        return [Shown(text=text, raw=text, linked=text == line.linked) for text in texts if text]
    texts = _unglued(line.text, slug) if linked and slug else [line.text]
    return [Shown(text=text, raw=text, linked=linked) for text in texts]


def _unglued(text: str, slug: str) -> list[str]:
    """Part a title from what is glued to it, by the words of its link."""
    wanted = re.sub(r"[\W_]", "", slug).lower()
    kept = [(n, letter.lower()) for n, letter in enumerate(text) if re.match(r"[^\W_]", letter)]
    at = "".join(letter for _, letter in kept).find(wanted)
    if at < 0 or not wanted or len(kept) == len(wanted):
        return [text]
    start, end = kept[at][0], kept[at + len(wanted) - 1][0] + 1
    after = _AFTER.fullmatch(text[end:])
    parts = [text[:start], text[start:end], *(after.groups("") if after else [text[end:]])]
    return [part.strip() for part in parts if part.strip()]


def _heading(declared: Declared, line: str) -> str | None:
    return next((name for one, name in declared.sections if one.read(line) is not None), None)
