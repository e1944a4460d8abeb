"""The statements of a search: what one profile's sources showed, and which of it fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from cxdigest.model import Kind, Workplace, require_utc
from cxdigest.store.people.feedback import kinds_said
from cxdigest.store.schema import pages, postings, searched, sightings, verdicts
from cxdigest.terms import Asked, Term

Order = Literal["newest", "best"]
#: So many sightings a profile may have for its postings to be listed first; with more, the archive
#: is gone through from its end until a page is full.
_FEW = 20_000
_WORDS = table("searched_words", column("rowid"))
#: Of a plain number, or the full text would be asked for its words at each of them alone.
_FOUND_ROW: ColumnElement[int] = literal_column("+searched_words.rowid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. Empty values ask for nothing."""

    words: Asked = field(default_factory=Asked)
    kind: Kind | None = None
    claims: bool | None = None  #: the title says customer experience, or does not
    workplace: Workplace = ""
    source: str = ""  #: one of the profile's
    employer: Asked = field(default_factory=Asked)  #: words of its name; nothing unwanted
    since: datetime | None = None  #: seen then or later
    until: datetime | None = None  #: seen before
    order: Order = "newest"

    def __post_init__(self) -> None:
        require_utc("Wanted.since", self.since)
        require_utc("Wanted.until", self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What is asked, and of whom."""

    profile: str
    sources: list[str]
    wanted: Wanted
    fingerprint: str
    sqlite: bool
    few: bool  #: the profile has few sightings
    said: dict[str, Kind]  #: what its reader said postings are

    @classmethod
    def of(
        cls,
        connection: Connection,
        profile: str,
        sources: list[str],
        wanted: Wanted,
        fingerprint: str,
    ) -> Sieve:
        """Return the sieve of a profile as things stand."""
        shown = _shown(sources, wanted)
        mine = select(literal(1)).where(*shown).limit(_FEW + 1)
        few = connection.scalar(select(func.count()).select_from(mine.subquery())) or 0
        said = kinds_said(connection, profile, fingerprint) if wanted.kind else {}
        return cls(
            profile=profile,
            sources=sources,
            wanted=wanted,
            fingerprint=fingerprint,
            sqlite=connection.dialect.name == "sqlite",
            few=few <= _FEW,
            said=said,
        )

    @property
    def asks_words(self) -> bool:
        """Whether what fits depends on words."""
        return bool(self.wanted.words or self.wanted.employer)

    @property
    def _number(self) -> ColumnElement[int]:
        """The number that the rows are gone through by: full text goes by its own from its end."""
        return _WORDS.c.rowid if self.sqlite and self._asks_found else searched.c.number

    @property
    def _asks_found(self) -> bool:
        return bool(self.wanted.words.wanted or self.wanted.employer.wanted)

    def newest(self, *, after: int | None, most: int) -> Select[Any]:
        """Return number and posting of the newest that fit, *after* a number."""
        query = self._fitting(searched.c.number, searched.c.posting_id)
        if after is not None:
            query = query.where(self._number < after)
        return query.order_by(self._number.desc()).limit(most)

    def ranked(self, most: int) -> Select[Any]:
        """Return number and posting of the newest *most* that fit, the best match first."""
        rank = (
            literal_column("bm25(searched_words, 6.0, 4.0, 1.0)")
            if self.sqlite
            else -func.ts_rank(
                searched.c.found, cast(" & ".join(map(_tsquery, self.wanted.words.wanted)), TSQUERY)
            )
        )
        newest = (
            self._fitting(searched.c.number, searched.c.posting_id, rank.label("rank"))
            .order_by(self._number.desc())
            .limit(most)
            .subquery()
        )
        query = select(newest.c.number, newest.c.posting_id)
        return query.order_by(newest.c.rank, newest.c.number.desc())

    def number(self, most: int) -> Select[Any]:
        """Return how many fit, counted up to *most*."""
        return select(func.count()).select_from(
            self._fitting(searched.c.number).limit(most).subquery()
        )

    def told(self, most: int) -> Select[Any]:
        """Return number and posting of *most* that fit, and whether others have a part in them."""
        others = (
            select(sightings.c.alert_id)
            .where(
                sightings.c.posting_id == searched.c.posting_id,
                sightings.c.source.not_in(self.sources),
            )
            .exists()
        )
        pasted = (
            select(pages.c.posting_id)
            .where(
                pages.c.posting_id == searched.c.posting_id,
                pages.c.told_by.not_in(["", self.profile]),
            )
            .exists()
        )
        foreign = or_(others, pasted).label("foreign")
        query = self._fitting(searched.c.number, searched.c.posting_id, foreign)
        return query.order_by(self._number.desc()).limit(most)

    def _fitting(self, *columns: ColumnElement[Any]) -> Select[Any]:
        query = select(*columns).select_from(searched)
        conditions = [self._own(), *self._facts(), *self._kinds()]
        if self._asks_found:
            if self.sqlite:
                query = query.join(_WORDS, _WORDS.c.rowid == searched.c.number)
            conditions.append(self._said(self.wanted.words, self.wanted.employer))
        if self.wanted.words.unwanted:
            without = self._numbers(self.wanted.words.unwanted)
            conditions.append(searched.c.number.not_in(without))
        return query.where(*conditions)

    def _own(self) -> ColumnElement[bool]:
        mine = _shown(self.sources, self.wanted)
        listed = select(sightings.c.posting_id).where(*mine, sightings.c.posting_id.is_not(None))
        theirs = searched.c.posting_id.in_(listed)
        if self.few and self.sqlite and self._asks_found:
            # What says the words is many others' too: a number tells without a further row.
            return _FOUND_ROW.in_(select(searched.c.number).where(theirs).correlate(None))
        # Few say an employer's name: each of them is looked at.
        if self.few and not self.wanted.employer.wanted:
            return theirs
        mine.append(sightings.c.posting_id == searched.c.posting_id)
        return select(sightings.c.alert_id).where(*mine).exists()

    def _facts(self) -> list[ColumnElement[bool]]:
        if not self.wanted.workplace:
            return []
        there = postings.c.id == searched.c.posting_id
        fits = postings.c.workplace == self.wanted.workplace
        return [select(postings.c.id).where(there, fits).exists()]

    def _kinds(self) -> list[ColumnElement[bool]]:
        """Judged so, and not said to be another; or said to be so by the profile's reader."""
        kind, claims = self.wanted.kind, self.wanted.claims
        found: list[ColumnElement[bool]] = []
        if claims is not None:
            found.append(self._judged(verdicts.c.claims.is_(claims)))
        if kind is not None:
            judged = self._judged(verdicts.c.kind == kind)
            if kind == "unclear":
                judged = or_(judged, ~self._judged())
            if self.said:
                so = [one for one, what in self.said.items() if what == kind]
                others = searched.c.posting_id.not_in(list(self.said))
                judged = or_(others & judged, searched.c.posting_id.in_(so))
            found.append(judged)
        return found

    def _judged(self, *which: ColumnElement[bool]) -> ColumnElement[bool]:
        """The verdict that counts is one of *which*; without them: there is one."""
        judged = postings.alias("judged")  # of the verdict's posting: others may stand around it
        mine = (
            verdicts.c.posting_id == searched.c.posting_id,
            judged.c.id == verdicts.c.posting_id,
            or_(verdicts.c.rules == self.fingerprint, verdicts.c.rules == judged.c.judged),
        )
        if not which:
            return select(verdicts.c.id).where(*mine).exists()
        newer = verdicts.alias("newer")
        later = select(newer.c.id).where(
            newer.c.posting_id == verdicts.c.posting_id,
            or_(
                and_(newer.c.rules == verdicts.c.rules, newer.c.id > verdicts.c.id),
                and_(
                    verdicts.c.rules != self.fingerprint,
                    newer.c.rules == self.fingerprint,
                ),
            ),
        )
        return select(verdicts.c.id).where(*mine, *which, ~later.exists()).exists()

    def _said(self, words: Asked, employer: Asked) -> ColumnElement[bool]:
        if self.sqlite:
            named = [f"employer : {_fts(one)}" for one in employer.wanted]
            return _matches(" AND ".join([*map(_fts, words.wanted), *named]))
        named = [_tsquery(one, "B") for one in employer.wanted]
        return searched.c.found.op("@@")(
            cast(" & ".join([*map(_tsquery, words.wanted), *named]), TSQUERY)
        )

    def _numbers(self, terms: Sequence[Term]) -> Select[Any]:
        """Return the numbers of all that say any of *terms*."""
        if self.sqlite:
            return select(_WORDS.c.rowid).where(_matches(" OR ".join(map(_fts, terms))))
        said_any = cast(" | ".join(map(_tsquery, terms)), TSQUERY)
        return select(searched.c.number).where(searched.c.found.op("@@")(said_any))


def _shown(sources: list[str], wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what keeps sightings to those that are looked at: of whom, and when."""
    shown: list[ColumnElement[bool]] = [sightings.c.source.in_(sources)]
    if wanted.source:
        shown = [sightings.c.source == wanted.source]
    if wanted.since:
        shown.append(sightings.c.seen >= wanted.since)
    if wanted.until:
        shown.append(sightings.c.seen < wanted.until)
    return shown


def _matches(asked: str) -> ColumnElement[bool]:
    """Return the condition of FTS5, which is asked quoted words alone: they hold no syntax."""
    return literal_column("searched_words").op("MATCH")(asked)


def _fts(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.begins else "")


def _tsquery(term: Term, weight: str = "") -> str:
    marks = ["" for _ in term.words[1:]] + ["*" if term.begins else ""]
    quoted = [
        f"'{word}'" + (f":{mark}{weight}" if mark or weight else "")
        for word, mark in zip(term.words, marks, strict=True)
    ]
    return f"({' <-> '.join(quoted)})"
