"""What the text part and the HTML part of a mail show -> one list of postings, the better reading.

Every format reads both where both exist, and joins them here. Better means: the part that shows
more openings leads, the HTML at a tie, because there lines cannot run into each other; what one
leaves out the other fills; a cut title gives way to the whole one; and the fuller place is kept;
company and place are taken from the part that prints them apart. What the parts say differently
is told, never hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cxdigest.model import Extraction, Sighting, Trace

_WORD = re.compile(r"[\W_]+")
_ELLIPSIS = ("…", "...")
_MAX_TOLD = 20  #: disagreements of one alert
_MAX_QUOTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One posting as one part of a mail shows it."""

    key: str  #: names the opening in both parts: its native id, else its link
    sighting: Sighting
    start: int = 0  #: number of its first line in that part, from 1
    end: int = 0  #: number of its last line
    quote: str = ""  #: the first line
    apart: bool = False  #: company and place stand on lines of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one part of a mail shows."""

    part: Literal["text", "HTML"]
    strategy: str  #: how it was read, for a person: ``cards around links``
    rows: tuple[Row, ...] = ()  #: one an opening, in the part's order


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What both parts show together."""

    sightings: tuple[Sighting, ...]
    disagreements: tuple[str, ...]
    traces: tuple[Trace, ...]


def distinct(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the first row of each key."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.key, row)
    return tuple(first.values())


def join(text: Reading, html: Reading, *, text_leads: bool = False) -> Joined:
    """Return what *text* and *html* show together, in the order of the part that leads.

    *text_leads*: it does so at a tie, where a board's HTML puts other links into its cards.
    """
    more = len(text.rows) + text_leads > len(html.rows)
    lead, other = (text, html) if more else (html, text)
    mates = _pairs(lead.rows, other.rows)
    told: list[str] = []
    sightings: list[Sighting] = []
    for row in lead.rows:
        mate = mates.get(row.key)
        if mate is None:
            sightings.append(row.sighting)
        else:
            link = _link(row, mate) if lead is text else _link(mate, row)
            sightings.append(_better(row, mate, link))
            told += _differences(row, mate, lead.part, other.part)
    paired = {row.key for row in mates.values()}
    sightings += [row.sighting for row in other.rows if row.key not in paired]
    if lead.rows and other.rows and len(lead.rows) != len(other.rows):
        counts = f"The {lead.part} part shows {len(lead.rows)} openings"
        told.insert(0, f"{counts}, the {other.part} part {len(other.rows)}.")
    return Joined(
        sightings=tuple(sightings),
        disagreements=tuple(told[:_MAX_TOLD]),
        traces=(*traces(lead), *traces(other)),
    )


def extraction(
    name: str,
    joined: Joined,
    *,
    announced: int | None = None,
    search_url: str = "",
    reason: str = "It shows no job.",
) -> Extraction:
    """Return *joined* as what the format *name* found; *reason* stands where that is nothing."""
    if not joined.sightings:
        return Extraction(format=name, outcome="empty", reason=reason)
    return Extraction(
        format=name,
        outcome="read",
        sightings=joined.sightings,
        announced=announced,
        search_url=search_url,
        disagreements=joined.disagreements,
        traces=joined.traces,
    )


def traces(reading: Reading) -> Iterator[Trace]:
    """Yield a trace for each block that *reading* made a posting of."""
    for row in reading.rows:
        yield Trace(
            step="read",
            what=reading.strategy,
            part=reading.part,
            lines=(row.start, row.end),
            quote=row.quote[:_MAX_QUOTE],
            title=row.sighting.title,
        )


def fold(words: str) -> str:
    """Return *words* as both parts are compared: letters and digits alone, in lower case."""
    return _WORD.sub(" ", words.casefold()).strip()


def _pairs(lead: Sequence[Row], other: Sequence[Row]) -> dict[str, Row]:
    """Return the row of *other* that shows the same opening as each of *lead*, by its key.

    The parts may link one job differently: then title and company tell, or a title that is alone.
    """
    mates = {row.key: row for row in other}
    found = {row.key: mates[row.key] for row in lead if row.key in mates}
    for name in (_full_name, _title):
        first = [row for row in lead if row.key not in found]
        taken = {row.key for row in found.values()}
        second = [row for row in other if row.key not in taken]
        found |= _matched(first, second, name)
    return found


def _matched(
    first: Sequence[Row], second: Sequence[Row], name: Callable[[Row], str]
) -> dict[str, Row]:
    if not first or not second:
        return {}
    counts = Counter(map(name, first)), Counter(map(name, second))
    named = {name(row): row for row in second}
    return {
        row.key: named[name(row)]
        for row in first
        if counts[0][name(row)] == counts[1][name(row)] == 1
    }


def _full_name(row: Row) -> str:
    return f"{fold(row.sighting.title)}|{fold(row.sighting.company)}"


def _title(row: Row) -> str:
    return fold(row.sighting.title)


def _link(text: Row, html: Row) -> Sighting:
    """Return whose link is kept: one with the board's own id, then one that can be read."""
    return max(
        (text.sighting, html.sighting), key=lambda one: (one.native_id != "", not one.opaque)
    )


def _better(row: Row, mate: Row, link: Sighting) -> Sighting:
    """Return the better reading of one opening; *row* leads, *link* has the link to keep."""
    one, two = row.sighting, mate.sighting
    company, location = _placed(row, mate)
    cut = one.title.endswith(_ELLIPSIS) and len(two.title) >= len(one.title)
    return replace(
        one,
        title=two.title if cut else one.title,
        company=company,
        location=location,
        workplace=one.workplace or two.workplace,
        salary=one.salary or two.salary,
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
        snippet=one.snippet or two.snippet,
        posted=one.posted or two.posted,
    )


def _placed(row: Row, mate: Row) -> tuple[str, str]:
    """Return company and place; where the parts cut them differently, as lines of their own."""
    one, two = row.sighting, mate.sighting
    if fold(one.company) == fold(two.company) or not (one.company and two.company):
        places = (one.location, two.location)
        fuller = max(places, key=len) if _agree(*map(fold, places)) else one.location
        return one.company or two.company, fuller
    sure = two if mate.apart and not row.apart else one
    other = one if sure is two else two
    if fold(f"{one.company} {one.location}") == fold(f"{two.company} {two.location}"):
        return sure.company, sure.location
    return sure.company, sure.location or other.location


def _differences(row: Row, mate: Row, lead: str, other: str) -> Iterator[str]:
    one, two = row.sighting, mate.sighting
    said = fold(f"{one.company} {one.location}"), fold(f"{two.company} {two.location}")
    for field in ("title", "company", "location"):
        first, second = getattr(one, field), getattr(two, field)
        if not first or not second or (field != "title" and said[0] == said[1]):
            continue
        if not (_agree(fold(first), fold(second)) or _is_code(field, first, second)):
            yield (
                f"{one.title}: the {lead} part gives the {_NAMES[field]} as "
                f"\u201c{first}\u201d, the {other} part as \u201c{second}\u201d."
            )


def _is_code(field: str, *places: str) -> bool:
    """Tell whether one part gives a place by its postal code alone: no other place, only less."""
    return field == "location" and any(place.isdigit() for place in places)


_NAMES = {"title": "title", "company": "company", "location": "place"}


def _agree(first: str, second: str) -> bool:
    """Tell whether two folded readings say the same, one perhaps less of it."""
    return first in second or second in first
