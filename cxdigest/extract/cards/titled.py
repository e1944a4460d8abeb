"""Cards of a known board's HTML: each a title's link with the lines that belong to it.

A board that links one job several times does so from its title and from buttons; the title is told
by where it stands. What a card's lines mean is the format's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from cxdigest.extract.cards.both import Row, distinct
from cxdigest.extract.cards.columns import facts_of, sighting_of
from cxdigest.extract.cards.textual import in_text
from cxdigest.extract.lines.facts import is_age, is_pay, is_rating, split_place, workplace
from cxdigest.extract.lines.layout import Card, Layout, Line, cards
from cxdigest.extract.lines.signs import is_navigation
from cxdigest.links import clean
from cxdigest.model import Sighting, Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a format made of one card's lines. Empty where they do not say."""

    title: str
    company: str = ""
    place: str = ""  #: as shown, the workplace perhaps in it
    salary: str = ""
    others: Sequence[str] = ()  #: further lines, in which the workplace may stand


def rows(
    layout: Layout, name: str, key_of: Callable[[str], str], read: Callable[[Card], Told | None]
) -> list[Row]:
    """Return a row of the format *name* for each card of *layout* that *read* understands."""
    read_cards = ((card, read(card)) for card in cards(layout, key_of))
    return [_row(card, name, told) for card, told in read_cards if told]


def _row(card: Card, name: str, told: Told) -> Row:
    return Row(
        key=card.key,
        sighting=sighting(name, card.hrefs[0], told),
        start=card.start + 1,
        end=card.start + len(card.lines),
        quote=card.lines[0].text,
        apart=True,
    )


def sighting(name: str, href: str, told: Told) -> Sighting:
    """Return what *told* says of the job behind *href*."""
    link = clean(href)
    location, mode = split_place(told.place.strip(" ;,"))
    return Sighting(
        format=name,
        title=told.title,
        company=told.company,
        location=location,
        workplace=mode or stated_workplace(told.others),
        salary=told.salary,
        url=link.url,
        opaque=link.opaque,
        native_id=link.native_id,
    )


def text_rows(text: str, name: str, key_of: Callable[[str], str]) -> tuple[Row, ...]:
    """Return a row of the format *name* for each posting of *text* whose link has a key.

    These boards write HTML alone: a text part is what a mail program made of it when it forwarded.
    """
    listed = [found for found in in_text(text) if key_of(found.link.url)] if text else []
    return distinct(
        [
            Row(
                key=key_of(found.link.url),
                # Prose is what a mail program put between the lines of these cards.
                sighting=sighting_of(name, found, replace(facts, snippet="")),
                start=found.start,
                end=found.end,
                quote=found.title,
            )
            for found, facts in zip(listed, facts_of(listed), strict=True)
        ]
    )


def stated_workplace(lines: Iterable[str]) -> Workplace:
    """Return the first workplace that one of *lines* names and nothing else."""
    return next((mode for line in lines if (mode := workplace(line))), "")


def facts(lines: Iterable[Line]) -> list[str]:
    """Return the texts of *lines* without pay, ages, ratings and buttons: what position tells."""
    return [line.text for line in lines if is_fact(line.text)]


def is_fact(line: str) -> bool:
    """Tell whether *line* is told by its position, not by its shape."""
    return not (is_shaped(line) or is_navigation(line))


def is_shaped(line: str) -> bool:
    """Tell whether *line* is pay, an age or a rating."""
    return is_pay(line) or is_age(line) or is_rating(line)


def pay(lines: Iterable[Line]) -> str:
    """Return the first of *lines* that states pay."""
    return next((line.text for line in lines if is_pay(line.text)), "")
