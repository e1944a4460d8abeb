"""The archive's full text: what is taken in, and what one profile finds in it.

The words of a posting are merged from the alerts of everybody, so what is found is looked at again
by the profile's own: who asks for words that only another's alert holds finds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Select, bindparam, delete, func, insert, select, text

from cxdigest.model import Candidate
from cxdigest.rules.texts.page import plain
from cxdigest.store.archive.contents import judged_of
from cxdigest.store.archive.sieve import Sieve, Wanted
from cxdigest.store.database.bulk import among, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.own import PAGE_COLUMNS, candidate_of, own_sightings
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.schema import pages, postings, searched, unsearched
from cxdigest.terms import plain_words

#: Found ones are counted up to this many; more are more than that.
COUNTED = 1000
#: The best are chosen among so many, the newest.
RANKED = 2000
_BATCH = 500  #: postings taken in between two commits
_MOST_WORDS = 12_000  #: of one posting; the longest have five thousand
_PLACES = 16_383  #: that PostgreSQL tells apart
_DOUBTED = 150  #: that others saw too, looked at again before they are counted
_A_TIME = 128  #: found ones that are looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found."""

    candidates: tuple[Candidate, ...]
    numbers: tuple[int, ...]  #: their places in the archive, by which the next page is asked for
    more: bool  #: others come after them
    waiting: int = 0  #: postings that are not taken in yet


class _Hit(NamedTuple):
    number: int
    posting_id: str


class Search(Part):
    """Finding postings by what they say."""

    def take_in_words(self, *, limit: int = _BATCH) -> int:
        """Take the words of at most *limit* postings in that came or changed; return how many."""
        with self._database.reading() as connection:
            if not connection.scalar(_ANY_WAITS):
                return 0  # as mostly; whoever merges was kept waiting by nobody
        with self._database.writing() as connection:
            # A merge removes postings and what is found of them, in an order of its own.
            rely_on_identity(connection)
            rows = connection.execute(_WAITING.limit(limit)).all()
            if rows:
                _take_in(connection, rows)
            return len(rows)

    def find(
        self,
        profile: str,
        sources: Collection[str],
        wanted: Wanted,
        *,
        fingerprint: str,
        after: int | None = None,
        offset: int = 0,
        most: int = 50,
    ) -> Found:
        """Return at most *most* postings that *sources*, the profile's, showed and that fit.

        The newest first, *after* that number; by the best match those after *offset*. Each as the
        profile may see it, judged by the rules of *fingerprint*.
        """
        found: list[tuple[int, Candidate]] = []
        with self._database.reading() as connection:
            sieve = self._sieve(profile, sources, wanted, fingerprint)
            if wanted.order == "best" and wanted.words.wanted:
                ranked = [_Hit(*row) for row in connection.execute(sieve.ranked(RANKED))]
                found = _seen(connection, ranked[offset : offset + most + 1], sieve)
            else:
                if after is None and self._database.knows(_told_of(sieve)):
                    # Counted just now, from the same end: mostly they fill the page.
                    hits = [_Hit(row.number, row.posting_id) for row in self._told(sieve)]
                    found = _seen(connection, hits, sieve, most=most + 1)
                    after = hits[-1].number if len(hits) > COUNTED else 0
                while len(found) <= most and after != 0:
                    query = sieve.newest(after=after, most=max(_A_TIME, most + 1))
                    hits = [_Hit(*row) for row in connection.execute(query)]
                    found += _seen(connection, hits, sieve, most=most + 1 - len(found))
                    if len(hits) < max(_A_TIME, most + 1):
                        break
                    after = hits[-1].number
            waiting = connection.scalar(_UNSEARCHED) or 0
        return Found(
            candidates=tuple(one for _, one in found[:most]),
            numbers=tuple(number for number, _ in found[:most]),
            more=len(found) > most,
            waiting=waiting,
        )

    def count_found(
        self, profile: str, sources: Collection[str], wanted: Wanted, *, fingerprint: str
    ) -> int:
        """Return how many postings `find` would find; beyond ``COUNTED``, one more than that."""
        with self._database.reading() as connection:
            sieve = self._sieve(profile, sources, wanted, fingerprint)
            if not sieve.asks_words:
                return connection.scalar(sieve.number(COUNTED + 1)) or 0
            hits = self._told(sieve)
            doubtful = [_Hit(row.number, row.posting_id) for row in hits if row.foreign][:_DOUBTED]
            seen = _seen(connection, doubtful, sieve)
        return len(hits) - len(doubtful) + len(seen)

    def _told(self, sieve: Sieve) -> Sequence[Any]:
        """Return number and posting of all that fit and are counted, and whether others' it is."""
        return self._database.once(
            _told_of(sieve), lambda view: view.execute(sieve.told(COUNTED + 1)).all()
        )

    def _sieve(
        self, profile: str, sources: Collection[str], wanted: Wanted, fingerprint: str
    ) -> Sieve:
        asked = profile, tuple(sources), wanted, fingerprint
        return self._database.once(
            ("sieve", *asked),
            lambda connection: Sieve.of(connection, profile, list(sources), wanted, fingerprint),
        )

    def candidate(
        self, profile: str, sources: Collection[str], posting_id: str, *, fingerprint: str
    ) -> Candidate | None:
        """Return one posting as *profile* may see it; None where none of *sources* showed it."""
        with self._database.reading() as connection:
            found = _candidates(connection, [posting_id], profile, sources, fingerprint)
        return found.get(posting_id)


def _told_of(sieve: Sieve) -> Hashable:
    return "told", sieve.profile, tuple(sieve.sources), sieve.wanted, sieve.fingerprint


def _take_in(connection: Connection, rows: Sequence[Any]) -> None:
    ids = [row.id for row in rows]
    query = select(searched.c.posting_id, searched.c.number).where(
        among(connection.dialect, searched.c.posting_id)
    )
    wanted = lists(connection, posting_id=ids)
    known = {row.posting_id for row in connection.execute(query, wanted)}
    if new := [{"posting_id": one} for one in ids if one not in known]:
        connection.execute(insert(searched), new)
    numbers = {row.posting_id: row.number for row in connection.execute(query, wanted)}
    texts = [{"of": numbers[row.id]} | _texts(row) for row in rows]
    if connection.dialect.name == "sqlite":
        connection.execute(_FORGET_WORDS, [{"of": one["of"]} for one in texts])
        connection.execute(_KEEP_WORDS, texts)
    else:
        vectors = [{"of": one["of"], "found": _vector(one)} for one in texts]
        connection.execute(_KEEP_VECTOR, vectors)
    done = delete(unsearched).where(unsearched.c.number == bindparam("by"))
    connection.execute(done, [{"by": row.queued} for row in rows])


def _texts(row: Any) -> dict[str, str]:  # noqa: ANN401 - a row
    return {
        "head": _words((row.title, row.location)),
        "employer": _words((row.company,)),
        "body": _words((plain(row.snippet), plain(row.description))),
    }


def _words(texts: Sequence[str]) -> str:
    words = " ".join(filter(None, map(plain_words, texts)))
    if words.count(" ") < _MOST_WORDS:
        return words
    return " ".join(words.split(" ", _MOST_WORDS)[:_MOST_WORDS])


def _vector(texts: Mapping[str, Any]) -> str:
    """Return words and places as PostgreSQL writes them, past its own idea of what a word is."""
    parts: dict[str, list[str]] = {}
    place = 0
    for name, weight in (("head", "A"), ("employer", "B"), ("body", "")):
        for word in texts[name].split():
            place = min(place + 1, _PLACES)
            parts.setdefault(word, []).append(f"{place}{weight}")
        place += 2  # no phrase goes from one into the next
    return " ".join(f"'{word}':{','.join(at[:255])}" for word, at in parts.items())


def _seen(
    connection: Connection, hits: Sequence[_Hit], sieve: Sieve, *, most: int | None = None
) -> list[tuple[int, Candidate]]:
    """Return those *hits* that fit as the profile may see them, with their numbers."""
    found: list[tuple[int, Candidate]] = []
    # Mostly all of them fit, so no more are read at first than are asked for, and some.
    start, size = 0, _A_TIME if most is None else min(most + most // 4, _A_TIME)
    while start < len(hits):
        chunk = hits[start : start + size]
        if most is not None and not sieve.asks_words:
            chunk = chunk[: most - len(found)]
        start, size = start + len(chunk), _A_TIME
        by_id = _candidates(
            connection,
            [one.posting_id for one in chunk],
            sieve.profile,
            sieve.sources,
            sieve.fingerprint,
        )
        for hit in chunk:
            one = by_id.get(hit.posting_id)
            if one is not None and _fits(one, sieve.wanted):
                found.append((hit.number, one))
                if len(found) == most:
                    return found
    return found


def _fits(one: Candidate, wanted: Wanted) -> bool:
    said = one.posting
    if wanted.employer and not wanted.employer.fits(said.company):
        return False
    if not wanted.words:
        return True
    body = f"{plain(said.snippet)} {plain(said.description)}"
    return wanted.words.fits(f"{said.title} {said.location}", said.company, body)


def _candidates(
    connection: Connection,
    ids: Sequence[str],
    profile: str,
    sources: Collection[str],
    fingerprint: str,
) -> Mapping[str, Candidate]:
    if not ids:
        return {}
    own = own_sightings(connection, ids, sources)
    judged = judged_of(connection, ids, fingerprint)
    return {
        row.id: candidate_of(
            posting_from(row),
            judged[row.id][0] if row.id in judged else None,
            own[row.id],
            profile=profile,
            row=row,
        )
        for row in connection.execute(_these(connection.dialect), lists(connection, id=ids)).all()
        if row.id in own
    }


@cache
def _these(dialect: Dialect) -> Select[Any]:
    return (
        select(*POSTING_COLUMNS, *PAGE_COLUMNS)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .where(among(dialect, postings.c.id))
    )


_UNSEARCHED = select(func.count()).select_from(unsearched)
_ANY_WAITS = select(select(unsearched.c.posting_id).exists())
_WAITING = (
    select(
        unsearched.c.number.label("queued"),
        *(postings.c[name] for name in ("id", "title", "company", "location")),
        *(postings.c[name] for name in ("snippet", "description")),
    )
    .join(postings, postings.c.id == unsearched.c.posting_id)
    .order_by(unsearched.c.number)
    .with_for_update(skip_locked=True, of=unsearched)
)
_FORGET_WORDS = text("DELETE FROM searched_words WHERE rowid = :of")
_KEEP_WORDS = text(
    "INSERT INTO searched_words (rowid, head, employer, body) VALUES (:of, :head, :employer, :body)"
)
_KEEP_VECTOR = text("UPDATE searched SET found = CAST(:found AS tsvector) WHERE number = :of")
