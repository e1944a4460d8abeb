"""What a page states about itself in schema.org's words -> a `Page`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from cxdigest.errors import PageError
from cxdigest.jobposting import JobFacts, facts_in_markup, facts_in_scripts, without_workplace
from cxdigest.links import clean
from cxdigest.model import Page
from cxdigest.pages.document import Document
from cxdigest.text import host_of

#: A description shorter than this is a teaser, not the duties (characters).
ENOUGH = 400
_MOST_PLACES = 6
_SAID_SO = "Its page says that it is closed."


def stated_page(document: Document, *, today: date) -> Page | None:
    """Return the one opening that *document* states, None where it states none.

    Raises:
        PageError: it states several, and none of them as its own.
    """
    for reader, found in (
        ("json-ld", facts_in_scripts(document.html)),
        ("microdata", facts_in_markup(document.tree)),
    ):
        known = [facts for facts in found if facts.title]
        if known:
            return page_of(_own(known, document), reader=reader, url=document.url, today=today)
    return None


def page_of(facts: JobFacts, *, reader: str, url: str, today: date) -> Page:
    """Return *facts*, read from the page at *url*, with links cleaned and the dates judged."""
    return Page(
        reader=reader,
        title=facts.title,
        company=facts.company,
        location=places(facts.locations),
        workplace=facts.workplace,
        salary=facts.salary,
        description=facts.description,
        employment=facts.employment,
        posted=facts.posted,
        valid_through=facts.valid_through,
        apply_url=_apply(facts, url),
        closed=_SAID_SO if facts.closed else past(facts.valid_through, today),
    )


def places(names: Iterable[str]) -> str:
    """Return *names*, without where the work is done, as one line; of many, the first ones."""
    listed = [*dict.fromkeys(filter(None, map(without_workplace, names)))]
    more = len(listed) - _MOST_PLACES
    return "; ".join(listed[:_MOST_PLACES]) + (f" and {more} more" if more > 0 else "")


def past(valid_through: str, today: date) -> str:
    """Say that applications are no longer taken, where that is so."""
    if valid_through and valid_through < today.isoformat():
        return f"Applications were taken until {valid_through}."
    return ""


def link(url: str) -> str:
    """Return *url* as it may be kept, ``""`` where it leads through a tracker."""
    found = clean(url) if url else None
    return found.url if found and not found.opaque else ""


def _apply(facts: JobFacts, url: str) -> str:
    """Return where to apply: a contact's address, else the posting's own on another host."""
    if facts.apply_url:
        return link(facts.apply_url)
    elsewhere = facts.url and host_of(facts.url) != host_of(url)
    return link(facts.url) if facts.direct or elsewhere else ""


def _own(found: Sequence[JobFacts], document: Document) -> JobFacts:
    """Return the one of *found* that the page is about."""
    here = clean(document.url).url
    for facts in found:
        if len(found) > 1 and facts.url and clean(facts.url).url == here:
            return facts
    titles = {facts.title.casefold() for facts in found}
    if len(titles) > 1:
        return _told_at_length(found, len(titles))
    # The same opening for each of its places.
    fullest = max(found, key=lambda facts: len(facts.description))
    spots = tuple(dict.fromkeys(place for facts in found for place in facts.locations))
    return replace(fullest, locations=spots)


def _told_at_length(found: Sequence[JobFacts], many: int) -> JobFacts:
    """Return the one opening whose duties are told; those beside it are similar ones.

    Raises:
        PageError: several are told, or none.
    """
    told = [facts for facts in found if len(facts.description) >= ENOUGH]
    if len(told) != 1:
        raise PageError(
            f"The page lists {many} openings; it is not one opening's own.", outcome="empty"
        )
    return told[0]
