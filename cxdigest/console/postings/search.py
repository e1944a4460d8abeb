"""Search the archive: what a form asks for, and what a profile finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from cxdigest.console.drawn.card import Card, cards_of
from cxdigest.console.drawn.text import Piece, excerpt
from cxdigest.feedback import correct
from cxdigest.model import KINDS, Profile, Workplace
from cxdigest.pipeline import Street
from cxdigest.rules.texts.page import plain
from cxdigest.store import COUNTED, Wanted
from cxdigest.terms import Asked, Term, asked_for
from cxdigest.text import number_in

A_PAGE = 20
_MOST_PAGES = 40  #: by the best match, among the newest that fit
_WORKPLACES = ("remote", "hybrid", "onsite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was typed and chosen, as text; what cannot be read asks for nothing."""

    q: str = ""
    kind: str = ""
    claims: str = ""  #: ``yes`` or ``no``
    workplace: str = ""
    source: str = ""
    employer: str = ""
    since: str = ""  #: ISO date
    until: str = ""  #: ISO date, included
    order: str = "newest"  #: or ``best``
    after: str = ""  #: where the page begins

    def again(self, **changed: str) -> Mapping[str, str]:
        """Return what asks for the same with *changed*: for a link."""
        asked = replace(self, **changed)
        return {
            name: value
            for name in self.__slots__
            if (value := getattr(asked, name)) and (name, value) != ("order", "newest")
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One posting that was found, and where it says what was asked for."""

    card: Card
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found."""

    hits: tuple[Hit, ...]
    total: int  #: of all pages; ``COUNTED`` at most
    beyond: bool  #: there are more than ``total``
    next: str  #: what ``after`` asks for the next page; empty: there is none
    waiting: int  #: postings whose words are not taken in yet
    asked: bool  #: anything was asked for at all


def search(street: Street, profile: Profile, query: Query, now: datetime) -> Results:
    """Return what *query* finds among the postings that *profile*'s sources showed."""
    wanted, rules = wanted_by(query, profile), street.fingerprint(profile.name)
    asked = {"fingerprint": rules}
    place = number_in(query.after)
    best = wanted.order == "best" and bool(wanted.words.wanted)
    offset = min(place or 0, _MOST_PAGES * A_PAGE) if best else 0
    # Before they are looked at: what is counted is what the first page begins with.
    counted = street.store.count_found(profile.name, profile.sources, wanted, **asked)
    found = street.store.find(
        profile.name,
        profile.sources,
        wanted,
        after=None if best else place,
        offset=offset,
        most=A_PAGE,
        **asked,
    )
    said = street.store.feedback_words(profile.name), street.store.feedback_kinds(profile.name)
    candidates = correct(found.candidates, *said)
    cards = cards_of(street.store, profile, candidates, now, rules=rules)
    after = str(offset + A_PAGE) if best else str(found.numbers[-1]) if found.numbers else ""
    terms = wanted.words.wanted
    return Results(
        hits=tuple(
            Hit(card=card, excerpt=_excerpt(one.posting.snippet, one.posting.description, terms))
            for card, one in zip(cards, candidates, strict=True)
        ),
        total=min(counted, COUNTED),
        beyond=counted > COUNTED,
        next=after if found.more else "",
        waiting=found.waiting,
        asked=bool(query.again(after="", order="newest")),
    )


def wanted_by(query: Query, profile: Profile) -> Wanted:
    """Return what *query* asks for; days are the profile's own."""
    employer = asked_for(query.employer.replace("-", " "))
    return Wanted(
        words=asked_for(query.q),
        kind=next((kind for kind in KINDS if kind == query.kind), None),
        claims={"yes": True, "no": False}.get(query.claims),
        workplace=cast("Workplace", query.workplace) if query.workplace in _WORKPLACES else "",
        source=query.source if query.source in profile.sources else "",
        employer=Asked((*employer.wanted, *employer.unwanted)),
        since=_begin(query.since, profile),
        until=_begin(query.until, profile, beyond=1),
        order="best" if query.order == "best" else "newest",
    )


def _begin(stated: str, profile: Profile, *, beyond: int = 0) -> datetime | None:
    try:
        day = date.fromisoformat(stated) + timedelta(days=beyond)
        return datetime.combine(day, time(), tzinfo=profile.zone).astimezone(UTC)
    except (ValueError, OverflowError):  # nothing, or no day of the calendar
        return None


def _excerpt(snippet: str, description: str, terms: Sequence[Term]) -> tuple[Piece, ...]:
    if not terms:
        return ()
    return excerpt(plain(snippet), terms) or excerpt(plain(description), terms)
