"""The id that a sighting has by itself, and what is known of an opening from several views of it.

Pure. What was stated first stays and what was missing is filled; the longer text and the better
link win.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from cxdigest.identity.preference import rank
from cxdigest.links import clean
from cxdigest.model import Page, Posting, Sighting, Tier

_NOT_WORD = re.compile(r"[\W_]+")
#: A description shorter than this is a teaser, not the duties (characters).
SUBSTANCE = 400


def fold(text: str) -> str:
    """Return *text* in lower case, every run of other than letters and digits as one space."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def posting_id(sighting: Sighting, *, unproven: bool = False) -> str:
    """Return the id of the opening that *sighting* shows: 16 hex digits, stable for ever.

    What is *unproven* has another one than the opening that it says it is, unless its link is the
    board's own, which leads to the opening whoever sent it.
    """
    key: tuple[str, ...]
    if sighting.native_id:
        key = ("id", sighting.native_id)
    elif sighting.url and not sighting.opaque:
        # With the title, because several openings may link to one careers page.
        key = ("url", sighting.url, fold(sighting.title))
    else:
        key = ("text", *map(fold, (sighting.title, sighting.company, sighting.location)))
    if unproven and not sighting.native_id:
        key = ("unproven", *key)
    return hashlib.sha256("\0".join(key).encode(errors="replace")).hexdigest()[:16]


def posting_of(sighting: Sighting, *, now: datetime, unproven: bool = False) -> Posting:
    """Return what *sighting*, seen at *now*, says about its opening.

    *unproven*: its alert failed to prove who sent it.
    """
    return Posting(
        id=posting_id(sighting, unproven=unproven),
        unproven=unproven,
        title=sighting.title,
        company=sighting.company,
        location=sighting.location,
        workplace=sighting.workplace,
        salary=sighting.salary,
        url=sighting.url,
        opaque=sighting.opaque,
        native_id=sighting.native_id,
        snippet=sighting.snippet,
        description=sighting.description,
        duties_from="alert" if sighting.description else "",
        posted=sighting.posted,
        first_seen=now,
        last_seen=now,
    )


def merge(old: Posting, new: Posting) -> Posting:
    """Return all that is known from *old* and *new*, two views of one opening.

    What was stated first stays; what was missing is filled; the longer snippet and description
    win, because more words make a better verdict; the employer's own link beats a board's, and
    that one beats a link through a tracker. Nothing that is unproven stays beside what is not.
    """
    if old.unproven != new.unproven:
        return _proven(old, new)
    company = old.company or new.company
    ranks = [rank(one.url, company, opaque=one.opaque) for one in (old, new)]
    better_link = ranks[1] > ranks[0]
    duties = _better_duties(old, new)
    return replace(
        old,
        company=company,
        location=old.location or new.location,
        workplace=old.workplace or new.workplace,
        salary=old.salary or new.salary,
        url=new.url if better_link else old.url,
        opaque=new.opaque if better_link else old.opaque,
        unproven=old.unproven,
        native_id=old.native_id or new.native_id,
        snippet=max(old.snippet, new.snippet, key=len),
        description=duties.description,
        posted=min(filter(None, (old.posted, new.posted)), default=""),
        employment=old.employment or new.employment,
        valid_through=max(old.valid_through, new.valid_through),
        apply_url=old.apply_url or new.apply_url,
        closed=old.closed or new.closed,
        duties_from=duties.duties_from,
        first_seen=min(filter(None, (old.first_seen, new.first_seen)), default=None),
        last_seen=max(filter(None, (old.last_seen, new.last_seen)), default=None),
    )


def _proven(old: Posting, new: Posting) -> Posting:
    """Return the one of two views that is proven, as the posting that *old* is."""
    proven, other = (new, old) if old.unproven else (old, new)
    if other.duties_from == "you":
        proven = with_facts_of(proven, other)
    return replace(
        proven,
        id=old.id,
        first_seen=min(filter(None, (old.first_seen, new.first_seen)), default=None),
        last_seen=max(filter(None, (old.last_seen, new.last_seen)), default=None),
    )


def _better_duties(old: Posting, new: Posting) -> Posting:
    """Return the view with the better description: what the reader pasted, else the longer one."""
    if (old.duties_from == "you") != (new.duties_from == "you"):
        return old if old.duties_from == "you" else new
    return new if len(new.description) > len(old.description) else old


def with_page(posting: Posting, page: Page) -> Posting:
    """Return what is known of *posting* with what its own *page* or board record says.

    The page fills what is missing and never rewrites what an alert stated; its duties win where
    they are longer, unless the reader pasted some. Its last word says whether the opening is
    closed. Where to apply becomes the link, if that is a better one.
    """
    apply = clean(page.apply_url) if page.apply_url else None
    said = replace(
        posting,
        company=page.company,
        location=page.location,
        workplace=page.workplace,
        salary=page.salary,
        url=apply.url if apply else "",
        opaque=apply.opaque if apply else False,
        native_id=(apply.native_id if apply else ""),
        snippet="",
        description=page.description,
        duties_from=page.reader if page.description else "",
        posted=page.posted,
        employment=page.employment,
        valid_through=page.valid_through,
        apply_url=apply.url if apply and not apply.opaque else "",
        closed=page.closed,
    )
    if said.opaque:
        said = replace(said, url="", opaque=False)
    known = merge(posting, said)
    # Its board's id stays the posting's own; where to apply is another record's.
    return replace(known, native_id=posting.native_id, closed=page.closed)


def with_facts_of(posting: Posting, told: Posting) -> Posting:
    """Return *posting* with what only a page or the reader tells, as *told* has it."""
    return replace(
        posting,
        description=told.description,
        duties_from=told.duties_from,
        employment=told.employment,
        valid_through=told.valid_through,
        apply_url=told.apply_url,
        closed=told.closed,
    )


def tier_of(posting: Posting) -> Tier:
    """Return what a verdict on *posting* can see."""
    if len(posting.description.strip()) >= SUBSTANCE:
        return "full"
    return "snippet" if posting.snippet.strip() or posting.description.strip() else "title"
