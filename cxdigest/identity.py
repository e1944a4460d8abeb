"""Which opening a sighting shows, and what is known of an opening from several sightings.

Pure. Two sightings are one posting only where they carry the board's own id, the same link and
title, or the same title, employer and place: a doubt keeps two postings apart, because a merge
could hide one of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from cxdigest.model import Posting, Sighting, Tier

_NOT_WORD = re.compile(r"[\W_]+")
#: A description shorter than this is a teaser, not the duties (characters).
SUBSTANCE = 400


def fold(text: str) -> str:
    """Return *text* in lower case, every run of other than letters and digits as one space."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def posting_id(sighting: Sighting) -> str:
    """Return the id of the opening that *sighting* shows: 16 hex digits, stable for ever."""
    key: tuple[str, ...]
    if sighting.native_id:
        key = ("id", sighting.native_id)
    elif sighting.url and not sighting.opaque:
        # With the title, because several openings may link to one careers page.
        key = ("url", sighting.url, fold(sighting.title))
    else:
        key = ("text", *map(fold, (sighting.title, sighting.company, sighting.location)))
    return hashlib.sha256("\0".join(key).encode(errors="replace")).hexdigest()[:16]


def posting_of(sighting: Sighting, *, now: datetime) -> Posting:
    """Return what *sighting*, seen at *now*, says about its opening."""
    return Posting(
        id=posting_id(sighting),
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
    win, because more words make a better verdict; a link that can be followed beats another.
    """
    better_link = not old.url or (old.opaque and not new.opaque)
    return replace(
        old,
        company=old.company or new.company,
        location=old.location or new.location,
        workplace=old.workplace or new.workplace,
        salary=old.salary or new.salary,
        url=new.url if better_link and new.url else old.url,
        opaque=new.opaque if better_link and new.url else old.opaque,
        native_id=old.native_id or new.native_id,
        snippet=max(old.snippet, new.snippet, key=len),
        description=max(old.description, new.description, key=len),
        posted=min(filter(None, (old.posted, new.posted)), default=""),
        employment=old.employment or new.employment,
        valid_through=max(old.valid_through, new.valid_through),
        apply_url=old.apply_url or new.apply_url,
        closed=old.closed or new.closed,
        duties_from=(new if len(new.description) > len(old.description) else old).duties_from,
        first_seen=min(filter(None, (old.first_seen, new.first_seen)), default=None),
        last_seen=max(filter(None, (old.last_seen, new.last_seen)), default=None),
    )


def tier_of(posting: Posting) -> Tier:
    """Return what a verdict on *posting* can see."""
    if len(posting.description.strip()) >= SUBSTANCE:
        return "full"
    return "snippet" if posting.snippet.strip() or posting.description.strip() else "title"
