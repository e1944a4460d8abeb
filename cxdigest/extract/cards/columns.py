"""Postings of one mail with the lines around their titles -> which line is employer, which place.

A board writes all its cards alike: where one card alone could be read in two ways, the others tell
which line is the place. Knows no board.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cxdigest.extract.cards.repeats import Found
from cxdigest.extract.lines.facts import (
    is_age,
    is_no_pay,
    is_pay,
    is_rating,
    split_place,
    workplace,
)
from cxdigest.extract.lines.places import place_signs
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.extract.lines.totals import is_total
from cxdigest.model import Sighting, Workplace

_MAX_FACT = 80
_MAX_WORDS = 12
_PROSE = 8  #: words that make a line a sentence about the job
_LIKELY = 2
_JOINT = re.compile(
    "\\s*[\u00b7\u2022|]\\s*|\\s+[\u2013\u2014-](?=\\s+|$)\\s*"
    # between two facts
)
_BULLET = re.compile(r"^[*•·\u25aa\u25cf\u2023>\u2192-]\s+")
#: Greetings and sentences end so, and employers' names only where they are cut short.
_PROSE_END = re.compile(
    r"(?<!\binc)(?<!\bltd)(?<!\bco)(?<!\bcorp)(?<!\.\w)[.,:;!?]$", re.IGNORECASE
)
_AT = re.compile(r"\s+(?:at|bei|chez|presso|@)\s+")
_IN = re.compile(r"^(?P<company>.+?)\s+(?:in|à|en)\s+(?P<place>[^,]+(?:,.*)?)$")
_BRACKETS = re.compile(r"^(?P<company>.+?)\s*\((?P<place>[^()]+)\)$")
_RATED = re.compile(r"\s\d[.,]\d$|\s?\d[.,]\d\s?[★⭐]$|\s[★⭐]\s?\d[.,]\d$")
_ROUND = re.compile(rf"{_RATED.pattern}|\s[1-5]$")
_LABEL = re.compile(
    r"^(?P<label>company|employer|organi[sz]ation|location|place|city|where|salary|pay|"
    r"compensation|workplace|work (?:setting|type|model)|unternehmen|firma|arbeitgeber|"
    r"(?:arbeits|einsatz)?ort|standort|gehalt|vergütung|arbeitsmodell|entreprise|société|"
    r"employeur|lieu|localisation|ville|salaire|rémunération|télétravail|empresa|ubicación|lugar|"
    r"ciudad|localidad|salario|sueldo|modalidad|azienda|sede|luogo|stipendio)\s?:\s*(?P<value>.+)$",
    re.IGNORECASE,
)
_COMPANIES = frozenset(
    """
    company employer organization organisation unternehmen firma arbeitgeber entreprise société
    employeur empresa azienda
    """.split()  # noqa: SIM905 - a table of words reads better than a list of strings
)
_PLACES = frozenset(
    """
    location place city where arbeitsort einsatzort ort standort lieu localisation ville ubicación
    lugar ciudad localidad sede luogo
    """.split()  # noqa: SIM905 - as above
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the lines around one title state; empty where they do not."""

    title: str
    company: str = ""
    location: str = ""
    workplace: Workplace = ""
    salary: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The lines around one title that only position explains."""

    found: Found
    said: dict[str, str]  #: what a line labels: ``company``, ``place``
    facts: tuple[str, ...]  #: above the title first
    above: int  #: how many of them stand above it


def facts_of(listed: Sequence[Found]) -> list[Facts]:
    """Return what each of *listed*, the postings of one part of a mail, states."""
    lines = [_lines(found) for found in listed]
    column = _place_column(lines)
    facts = [_facts(one, column) for one in lines]
    facts = _uncomma(facts)
    rated = sum(_RATED.search(one.company) is not None for one in facts)
    pattern = _ROUND if rated * 2 > len(facts) else _RATED  # "4" is a rating where others are
    return [replace(one, company=pattern.sub("", one.company)) for one in facts]


def sighting_of(name: str, found: Found, facts: Facts) -> Sighting:
    """Return what the format *name* shows of *found*, whose lines state *facts*."""
    return Sighting(
        format=name,
        title=facts.title,
        company=facts.company,
        location=facts.location,
        workplace=facts.workplace,
        salary=facts.salary,
        url=found.link.url,
        opaque=found.link.opaque,
        native_id=found.link.native_id,
        snippet=facts.snippet,
    )


def _uncomma(facts: list[Facts]) -> list[Facts]:
    """Part ``Tarn & Vale, Leeds`` where a mail's only line beside most titles is written so."""
    lines = [one.company or one.location for one in facts]
    parted = [line.rpartition(", ") for line in lines]
    held = sum(bool(one[0]) and place_signs(one[2]) == 1 for one in parted)
    if held * 2 <= len(facts) or any(one.company and one.location for one in facts):
        return facts
    return [
        replace(one, company=company, location=place) if company else one
        for one, (company, _, place) in zip(facts, parted, strict=True)
    ]


def _lines(found: Found) -> _Lines:
    said: dict[str, str] = {}
    above = _parted([one for one in found.before if not _PROSE_END.search(one)], found.title, said)
    below = _parted(found.after, found.title, said)
    return _Lines(found=found, said=said, facts=(*above, *below), above=len(above))


def _parted(lines: Sequence[str], title: str, said: dict[str, str]) -> list[str]:
    """Return the facts of *lines*, one each; those with a label go to *said*."""
    out: list[str] = []
    for shown in lines:
        line = _BULLET.sub("", shown)
        if line.startswith(title):  # the same once more, perhaps with the employer
            line = _AT.split(line[len(title) :], maxsplit=1)[-1] if _AT.search(line) else ""
        label = _LABEL.match(line)
        if label:
            said.setdefault(_meaning(label["label"].casefold()), label["value"])
        elif _may_be_fact(line):
            out += _pieces(line, first=not out)
    return out


def _meaning(label: str) -> str:
    return "company" if label in _COMPANIES else "place" if label in _PLACES else label


def _pieces(line: str, *, first: bool = False) -> list[str]:
    """``Foxglove · Leeds · Hybrid`` -> its facts; a town keeps its state and its workplace.

    *first*: the line is a card's first, which starts with the employer.
    """
    pieces = (part.strip(" -\u2013") for part in _JOINT.split(line))
    parts = [part for part in pieces if re.search(r"\w", part) and _may_be_fact(part)]
    if parts and workplace(parts[0]):  # "Remote - United States" is one place
        return [line]
    if len(parts) > 1 + first and workplace(parts[-1]) and place_signs(parts[-2]):
        parts[-2:] = [f"{parts[-2]} ({parts[-1]})"]
    if len(parts) == 3 and re.fullmatch(r"[A-Z]{2}", parts[2]):  # noqa: PLR2004 - firm, town, state
        return [parts[0], ", ".join(parts[1:])]
    return parts


def _may_be_fact(line: str) -> bool:
    if len(line) > _MAX_FACT or len(line.split()) > _MAX_WORDS or is_navigation(line):
        return False
    if re.fullmatch(r"\W*|\d+\s?%.*|\d+\+?\s[a-z]\w+", line) or is_total(line):
        return False
    return not (is_pay(line) or is_no_pay(line) or is_age(line) or is_rating(line))


def _place_column(lines: Sequence[_Lines]) -> int | None:
    """Return where in most of *lines* the place stands, None where they do not agree."""
    votes: Counter[int] = Counter()
    for one in lines:
        signs = list(map(_signs, one.facts))
        best = max(signs, default=0)
        if best >= _LIKELY:
            votes[signs.index(best)] += 1
    column, count = max(votes.items(), key=lambda item: item[1], default=(0, 0))
    return column if count * 2 > len(lines) else None


def _facts(one: _Lines, column: int | None) -> Facts:
    facts = list(one.facts)
    place = one.said.get("place") or _place(facts, one.above, column)
    if place in facts:
        facts.remove(place)
    company = one.said.get("company") or (facts[0] if facts else "")
    if not place and (both := _IN.match(company)) and place_signs(both["place"]):
        company, place = both["company"], both["place"]
    title, company, place = _untangled(one.found.title, company, place)
    location, mode = split_place(place.lstrip("; "))
    around = (*one.found.after, *one.found.before)
    modes = (workplace(piece) for line in around for piece in (line, *_JOINT.split(line)))
    return Facts(
        title=title,
        company=company,
        location=location,
        workplace=mode or next((mode for mode in modes if mode), ""),
        salary=_salary(around),
        snippet=max(filter(_is_prose, one.found.after), key=len, default=""),
    )


def _place(facts: Sequence[str], above: int, column: int | None) -> str:
    """Return the fact that looks most like a place; at a doubt the one where places stand."""
    signs = [_signs(fact) for fact in facts]
    best = max(signs, default=0)
    if best >= _LIKELY:
        at = (
            column if column is not None and column < len(facts) and signs[column] == best else None
        )
        return facts[at if at is not None else signs.index(best)]
    if column is not None and column < len(facts) and signs[column]:
        return facts[column]
    second = above or 1  # the employer stands first, above the title or below it
    if column is None and len(facts) > second and signs[second]:
        return facts[second]
    return next(filter(workplace, facts), "")


def _signs(fact: str) -> int:
    """Say how much *fact* looks like a place; a workplace alone is one where nothing else is."""
    return 0 if workplace(fact) else place_signs(fact)


def _untangled(title: str, company: str, place: str) -> tuple[str, str, str]:
    """Part a title that holds all: ``Journey Manager - Tarn & Vale - Leeds``, ``… at Tarn``."""
    if company:
        return title, company, place
    head, *rest = _AT.split(title, maxsplit=1)
    if rest and head:
        employer, where = _employer(rest[0])
        return head, employer, place or where
    parts = _JOINT.split(title)
    if len(parts) == 3 and place_signs(parts[2]):  # noqa: PLR2004 - title, employer, place
        return parts[0], parts[1], place or parts[2]
    return title, company, place


def _employer(words: str) -> tuple[str, str]:
    """``Tarn & Vale (Leeds)``, ``Tarn & Vale in Leeds``, ``… - Leeds``, ``…, Leeds, UK``."""
    parts = _pieces(words)
    for found in (_BRACKETS.match(words), _IN.match(words)):
        if found and place_signs(found["place"]):
            return found["company"], found["place"]
    if len(parts) > 1:
        return parts[0], parts[1]
    head, _, rest = words.partition(", ")
    return (head, rest) if place_signs(rest) > _LIKELY else (words, "")


def _salary(lines: Sequence[str]) -> str:
    """Return the first line, or piece of a line, that states pay."""
    for line in lines:
        label = _LABEL.match(line)
        for piece in (label["value"] if label else line, *re.split(r"\s*[·•|]\s*", line)):
            if is_pay(piece):
                return piece
    return ""


def _is_prose(line: str) -> bool:
    return len(line.split()) >= _PROSE and not is_navigation(line) and not is_pay(line)
