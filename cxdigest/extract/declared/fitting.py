"""The lines of one posting, held against the order that a format says -> its facts.

Pay, age, rating and workplace are told by their shape wherever they stand; title, company and place
by their position among the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxdigest.extract.cards.repeats import title_signs
from cxdigest.extract.declared.schema import Declared, Item
from cxdigest.extract.declared.template import Template
from cxdigest.extract.lines.facts import is_age, is_pay, is_rating, split_place, workplace
from cxdigest.extract.lines.signs import PLACE, is_navigation
from cxdigest.jobposting import iso_date

_AMOUNT = re.compile(
    r"(?:[A-Z]{0,3}[$€£₹]\s?\d|\d[\d.,]*\s?[kK]?\s?(?:€|£|\$|EUR\b|CHF\b|PLN\b))[^\n]{0,60}$"
)
_GLUED = re.compile(r"(?<=[€$£₹%\d])(?=[^\W\d_]{4})")
_PIECES = re.compile(r"\s*[|•·]\s*|\s{2,}")
#: With dashes and the month first, as Dice writes it; with slashes it may be either.
_AMERICAN = re.compile(r"(\d{2})-(\d{2})-(\d{4})")
_FEWEST = 3  #: words of a sentence
_LONGEST_PLACE = 80
Facts = dict[str, str]  #: by name: ``title``, ``company``, …; ``mode`` is the workplace as shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of a card."""

    text: str  #: white space folded
    raw: str  #: with its double blanks, where it has some
    linked: bool = False  #: it leads to the posting

    def read(self, template: Template) -> dict[str, str] | None:
        """Return what *template* reads in this line."""
        return template.read(self.raw if template.spaced else self.text)


def fit(declared: Declared, items: Sequence[Item], lines: Sequence[Shown]) -> Facts | None:
    """Return the facts of *lines* by name, None where they do not stand in the order of *items*."""
    facts: Facts = {}
    rest = _told(declared, items, lines, facts)
    for item in items:
        if item == "facts":
            _place(declared, [line.text for line in rest], facts)
            rest = []
            continue
        line = _next(item, rest)
        if line is None:
            if item in {"title", "company"} or isinstance(item, Template):
                return None
        elif not isinstance(item, Template):
            facts[item] = line.text
        elif (named := line.read(item)) is None:
            return None
        else:
            if pieces := named.pop("facts", ""):
                _place(declared, _PIECES.split(pieces), facts)
            facts |= named
    if "mode" in facts:
        facts.setdefault("location", facts["mode"])
    return facts if likeness(facts.get("title", "")) else None


def likeness(title: str) -> int:
    """Say how much *title* looks like a job's, also where it is cut and ends in dots."""
    return title_signs(title.rstrip(".… "))


def weight(facts: Facts) -> int:
    """Say how well *facts* suit their names: which of two orders is the right one."""
    place, company = facts.get("location", ""), facts.get("company", "")
    return (
        likeness(facts["title"])
        + bool(place)
        + 2 * _is_place(place)
        - 2 * (title_signs(company) > 1)
        - 2 * _is_place(company)
    )


def posted_on(words: str) -> str:
    """Return the day that *words* name beyond doubt as an ISO date, else ``""``."""
    return iso_date(words) or iso_date(_AMERICAN.sub(r"\3-\1-\2", words.strip()))


def _told(
    declared: Declared, items: Sequence[Item], lines: Iterable[Shown], facts: Facts
) -> list[Shown]:
    """Note what the shape of a line tells, and return the lines that it does not."""
    rest: list[Shown] = []
    for line in lines:
        if _is_dropped(declared, line) and not any(
            isinstance(item, Template) and line.read(item) for item in items
        ):
            continue
        named = next(filter(None, (line.read(one) for one in declared.labels)), None)
        if named:
            facts |= {name: value for name, value in named.items() if name not in facts}
        elif not _by_shape(line.text, facts):
            rest.append(line)
    return rest


def _by_shape(text: str, facts: Facts) -> bool:
    if pay := _pay(text):
        facts.setdefault("salary", pay)
        return True
    if mode := workplace(text):
        facts.setdefault("workplace", mode)
        facts.setdefault("mode", text)
        return True
    return is_age(text) or is_rating(text)


def _pay(text: str) -> str:
    """Return the pay that *text* states, without the badges that are glued to it."""
    alone = _GLUED.split(text, maxsplit=1)[0].strip()
    return alone if is_pay(alone) or _AMOUNT.fullmatch(alone) else ""


def _next(item: Item, rest: list[Shown]) -> Shown | None:
    """Take the first of *rest* that may be *item*; buttons before it are passed over."""
    while rest:
        line = rest.pop(0)
        if item == "title" or not (line.linked and is_navigation(line.text)):
            return line
    return None


def _place(declared: Declared, lines: Sequence[str], facts: Facts) -> None:
    """Note the place among *lines*: one that looks like a place, else the first."""
    left: list[str] = []
    for text in lines:
        dropped = _is_dropped(declared, Shown(text=text, raw=text))
        if text and not dropped and not _by_shape(text, facts) and not _is_button(text):
            left.append(text)
    likely = [text for text in left if len(text) <= _LONGEST_PLACE and not _is_sentence(text)]
    if likely:
        wordy = len(likely[0].split()) > _FEWEST and not _is_place(likely[0])
        surer = next(filter(_is_place, likely), likely[0]) if wordy else likely[0]
        facts.setdefault("location", surer)


def _is_dropped(declared: Declared, line: Shown) -> bool:
    return any(line.read(template) is not None for template in declared.drop)


def _is_button(text: str) -> bool:
    return is_navigation(text) and not _is_place(text) and not text.startswith("New ")


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!")) and len(text.split()) > _FEWEST


def _is_place(text: str) -> bool:
    return bool(PLACE.match(text) or split_place(text)[1])
