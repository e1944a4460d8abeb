"""Lines and links of a mail -> what in it looks like postings, whoever wrote the mail.

A posting is a link with the lines that belong to it, mostly one of several of one shape. Signs
speak for a link; those of the links that stand like it are added. The engine of the fallback; a
format that needs no more than blocks of link, company and place may use it too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from cxdigest.extract.lines.facts import is_age, is_pay, is_rating
from cxdigest.extract.lines.layout import Anchor, Card, Layout, Line, cards, path_of
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.signs import (
    GENDERED,
    JOB_PATH,
    TRADE,
    is_headline,
    is_navigation,
    leads_elsewhere,
)
from cxdigest.links import Link, clean

#: A count ("3 school alumni"), a label, the start of an element, a sentence or the rest of one.
_NO_TITLE = re.compile(r"^\d+\+?\s[a-z]|:$|^<|^[a-z]\S*(?:\s\S+){4}|^\S+(?:\s\S+){6,}[.!]$")
_RATING = re.compile(r"\d(?:[.,]\d)?\s?[★⭐*]?|[★⭐]")
_MAX_TITLE = 140
_MIN_TITLE = 3
ENOUGH = 4  #: signs that a link needs, those of its likes included
_MAX_LINE_SIGNS = 2
_LIKELY = 2  #: signs of a place that count for a posting
_STEPS = 6
MAX_CARD = 24  #: lines of one posting
_MANY = 3  #: links of one shape that make a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One posting as a stranger's mail shows it."""

    title: str
    link: Link
    before: tuple[str, ...]  #: lines of its block above the title
    after: tuple[str, ...]  #: lines below it
    signs: int  #: how much speaks for it
    start: int = 0  #: number of its first line in the part, from 1
    end: int = 0  #: number of its last line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    anchor: Anchor
    link: Link
    title: str
    lines: tuple[str, ...]  #: the linked ones
    shape: tuple[object, ...]
    signs: int


def title_signs(title: str) -> int:
    """Say how much *title* looks like a job's: 0 where it cannot be one."""
    if (
        not _MIN_TITLE <= len(title) <= _MAX_TITLE
        or "://" in title
        or "@" in title.split(" ", maxsplit=1)[0]
    ):
        return 0
    if is_navigation(title) or is_headline(title) or is_age(title) or _NO_TITLE.search(title):
        return 0
    if not re.search(r"[^\W\d_]{2}", title):
        return 0
    return 3 if TRADE.search(title) or GENDERED.search(title) else 1


def link_signs(link: Link) -> int:
    """Say how much *link* looks like one to a posting."""
    if link.native_id:
        return 3
    if not link.opaque and leads_elsewhere(link.url):
        return -3
    if link.opaque:
        return 0
    return 2 if JOB_PATH.search(link.url.split("://", maxsplit=1)[-1]) else 0


def line_signs(lines: Iterable[str]) -> int:
    """Say how many kinds of facts about a job stand in *lines*."""
    kinds = {
        "pay" if is_pay(line) else "age" if is_age(line) else "place"
        for line in lines
        if is_pay(line) or is_age(line) or place_signs(line) >= _LIKELY
    }
    return min(_MAX_LINE_SIGNS, len(kinds))


def in_layout(layout: Layout) -> list[Found]:
    """Return the postings of an HTML part, in its order."""
    groups: dict[tuple[object, ...], list[_Candidate]] = defaultdict(list)
    candidates = _candidates(layout)
    looks = Counter(candidate.anchor.look for candidate in candidates)
    for one in candidates:  # a look that one link alone has tells nothing
        groups[(*one.shape, one.anchor.look if looks[one.anchor.look] > 1 else "")].append(one)
    chosen: dict[str, _Candidate] = {}
    alike = [_alike(group) for group in groups.values() if _distinct(group)]
    for group in sorted(alike, key=_weight, reverse=True):
        for candidate in group:
            if candidate.signs + _MAX_LINE_SIGNS >= ENOUGH:
                chosen.setdefault(candidate.link.url, candidate)
    found = [_of_card(card, chosen[card.key]) for card in cards(layout, keyed_by(chosen))]
    return unrepeated([one for one in found if one and one.signs >= ENOUGH])


def keyed_by(chosen: Container[str]) -> Callable[[str], str]:
    """Return what a card's links are grouped by: where they lead, if that is *chosen*."""

    def key_of(href: str) -> str:
        url = clean(href).url
        return url if url in chosen else ""

    return key_of


def _candidates(layout: Layout) -> list[_Candidate]:
    ranks: Counter[int] = Counter()
    out: list[_Candidate] = []
    for anchor in layout.anchors:
        parent = layout.parents[anchor.box]
        rank = ranks[parent]
        ranks[parent] += 1
        lines = [line.linked for line in layout.inside(anchor.box) if line.link == anchor.href]
        lines = [line for line in lines if not (is_rating(line) or is_pay(line) or is_age(line))]
        title = _title(lines)
        if not title:
            continue
        link = clean(anchor.href)
        shape = (*path_of(layout, anchor.box, _STEPS), rank, len(lines) > 1)
        signs = title_signs(title) + link_signs(link)
        out.append(
            _Candidate(
                anchor=anchor, link=link, title=title, lines=tuple(lines), shape=shape, signs=signs
            )
        )
    return out


def _title(lines: Sequence[str]) -> str:
    """Return the line that is most like a title, ``""`` where none is."""
    best = max(lines, key=title_signs, default="")
    return best if title_signs(best) else ""


def _distinct(group: list[_Candidate]) -> bool:
    """Tell whether *group* says different things: buttons say the same everywhere."""
    texts = {candidate.title.casefold() for candidate in group}
    return len(group) < _MANY or len(texts) * 2 > len(group)


def _alike(group: list[_Candidate]) -> list[_Candidate]:
    """Return *group* with all titles from the same line of their blocks, and the signs shared."""
    columns = range(max(len(candidate.lines) for candidate in group))
    best = max(columns, key=lambda at: sum(_signs_at(candidate, at) for candidate in group))
    placed = [replace(one, title=one.lines[best]) if _signs_at(one, best) else one for one in group]
    trades = sum(title_signs(one.title) > 1 for one in placed)
    shared = len(group) >= _MANY and trades * 3 >= len(group) * 2
    return [replace(one, signs=one.signs + 3 * shared) for one in placed]


def _signs_at(candidate: _Candidate, at: int) -> int:
    return title_signs(candidate.lines[at]) if at < len(candidate.lines) else 0


def _weight(group: list[_Candidate]) -> float:
    mean = sum(candidate.signs for candidate in group) / len(group)
    return mean + min(1.0, (len(group) - 1) / 4)


def _of_card(card: Card, candidate: _Candidate) -> Found | None:
    lines = [unrated(line) for line in card.lines]
    at = next(
        (n for n, line in enumerate(card.lines) if candidate.title in {line.linked, line.text}),
        None,
    )
    if at is None:
        return None
    first, last = _near(card, at)
    lines, at = lines[first:last], at - first
    around = [*lines[:at], *lines[at + 1 :]]
    return Found(
        title=candidate.title,
        link=candidate.link,
        before=tuple(lines[:at]),
        after=tuple(lines[at + 1 :]),
        signs=candidate.signs + line_signs(around),
        start=card.start + first + 1,
        end=card.start + last,
    )


def unrated(line: Line) -> str:
    """Return the words of *line* without the rating that stands in an element of its own."""
    first, *rest = line.parts
    kept = [part for part in rest if not _RATING.fullmatch(part)]
    return " ".join((first, *kept)) if len(kept) < len(rest) else line.text


def _near(card: Card, at: int) -> tuple[int, int]:
    """Return which lines belong to the title at *at*: of a box that holds the mail, few."""
    if len(card.lines) <= MAX_CARD:
        return 0, len(card.lines)
    own = set(card.hrefs)
    last = min(at + MAX_CARD // 2, len(card.lines))
    stop = (n for n in range(at + 1, last) if card.lines[n].link and card.lines[n].link not in own)
    return at, next(stop, last)


def unrepeated(found: list[Found]) -> list[Found]:
    """Return one for each opening: one link's first, and one for a title with the same lines."""
    kept: dict[object, Found] = {}
    urls: set[str] = set()
    for one in found:
        key = (one.title.casefold(), one.before[:1], one.after[:2])
        if one.link.url not in urls and key not in kept:
            kept[key] = one
        urls.add(one.link.url)
    return list(kept.values())
