"""What identity compares of a posting, and the keys by which its likes are found.

A posting of several sightings that have different ids by themselves is several sketches.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from cxdigest.identity.titles import Title, title_of
from cxdigest.links import clean
from cxdigest.model import Posting
from cxdigest.names.employers import Employer, employer_of
from cxdigest.names.places import Place, place_of
from cxdigest.names.words import names_of
from cxdigest.text import host_of

#: Grows whenever other postings may be found alike, so that stored ones are looked at again.
IDENTITY = "1"
#: What of a posting is compared: while it stays, its likes need not be looked for again.
COMPARED = (
    "title", "company", "location", "workplace", "url", "opaque", "native_id", "snippet",
    "apply_url", "unproven",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """One view of an opening, folded."""

    id: str  #: the id that its sightings have by themselves
    posting_id: str  #: the posting that they belong to
    said: Posting  #: what was folded, for the reader
    title: Title
    employer: Employer
    place: Place
    ids: frozenset[str]  #: ``board:id`` of its link and of where to apply
    links: frozenset[str]  #: canonical ones that carry no id
    text: tuple[str, ...]  #: of an agency's copy: the words in which it may name the employer
    first: datetime | None  #: first seen
    last: datetime | None  #: last seen
    keys: frozenset[str]  #: by what it is found
    asks: frozenset[str]  #: by which of their keys its likes are found


def sketch(posting: Posting, *, belongs_to: str = "") -> Sketch:
    """Return what is compared of *posting*, which may belong to another one."""
    if posting.url and not posting.native_id and not posting.opaque:
        # A gatherer that links to a board's record shows that record.
        posting = replace(posting, native_id=clean(posting.url).native_id)
    employer = employer_of(posting.company)
    place = place_of(posting.location, posting.workplace)
    apply = clean(posting.apply_url) if posting.apply_url else None
    ids = {posting.native_id, apply.native_id if apply else ""}
    # A link that carries the board's own id is known by that alone.
    links = {
        "" if posting.opaque or posting.native_id else posting.url,
        "" if apply is None or apply.opaque or apply.native_id else apply.url,
    }
    title = title_of(posting.title, employer, place)
    vague = employer.agency or not employer.words
    exact = {f"id {one}" for one in ids if one}
    exact |= {f"url {link} {_start(title)}" for link in links if link}
    if employer.words:
        exact.add(f"role {''.join(employer.words)[:4]} {_start(title)}")
    # The job in a city, whoever hires: between copies that do not say who, and all others. Two that
    # name different employers have nothing to ask each other; the same one has their role as well.
    job = f"{' '.join(title.words)} in {' '.join(sorted(place.cities))}"
    copy, own = _short(f"any {job}"), _short(f"own {job}")
    if posting.unproven:
        # What somebody else may have sent under a board's name is known by the board's id alone: it
        # must not give its link to a genuine opening, nor hide it as one that was shown before.
        exact = {f"id {posting.native_id}"} if posting.native_id else set()
    asks = keys = frozenset(map(_short, exact))
    if not posting.unproven:
        keys |= {copy if vague else own}
        asks |= {copy, own} if vague else {copy}
    return Sketch(
        id=posting.id,
        posting_id=belongs_to or posting.id,
        said=posting,
        title=title,
        employer=employer,
        place=place,
        ids=frozenset(ids - {""}),
        links=frozenset(links - {""}),
        text=names_of(posting.snippet) if vague else (),
        first=posting.first_seen,
        last=posting.last_seen,
        keys=keys,
        asks=asks,
    )


def _start(title: Title) -> str:
    """Return the beginning that a cut title still has."""
    return " ".join(title.words[:2])


def record_of(one: Sketch) -> tuple[str, str]:
    """Return (where it is kept, its mark there): board and id, else host and link; or nothing."""
    said = one.said
    if said.native_id:
        board, _, mark = said.native_id.partition(":")
        return board, mark
    if said.url and not said.opaque:
        return host_of(said.url), said.url
    return "", ""


def _short(key: str) -> str:
    return hashlib.blake2b(key.encode(errors="replace"), digest_size=8).hexdigest()
