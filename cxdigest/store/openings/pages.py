"""Pages: which postings wait for theirs, and what asking for it brought.

Knows nothing of the web. What a page says is put into the posting by a pure function that the
caller gives, under a lock, so that a poll that merges into it meanwhile loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Row,
    Select,
    Update,
    delete,
    func,
    or_,
    select,
    update,
)

from cxdigest.model import PageOutcome, Posting, Tier, require_utc, unrouted
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.database.leases import is_due, is_over
from cxdigest.store.openings.identity_lock import rely_on_identity
from cxdigest.store.openings.postings import (
    POSTING_COLUMNS,
    change_posting,
    merged_ids,
    posting_from,
)
from cxdigest.store.schema import (
    digest_items,
    page_budgets,
    pages,
    postings,
    sightings,
)

#: Sections whose postings the reader looks at, and is told what becomes of them.
LOOKED_AT = ("genuine", "unclear")
_OVERDUE = timedelta(days=2)  #: after which a second look is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How asking for one posting's page went."""

    url: str  #: what was asked last; empty where there was nothing to ask
    outcome: PageOutcome
    detail: str  #: one plain sentence
    asked: datetime
    due: datetime | None  #: when it may be asked again; None: never
    etag: str = ""  #: validators of the answer, for the next time
    modified: str = ""
    attempts: int = 1  #: how often in a row it ended so
    told_by: str = ""  #: the profile whose reader pasted the duties; empty: who runs cxdigest


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A posting whose page may be asked for."""

    posting: Posting
    links: tuple[str, ...]  #: its sightings' links that may be followed, newest first
    last: Asked | None  #: how it went the last time


class Pages(Part):
    """What is known of the pages of postings."""

    def waiting_pages(
        self,
        sources: Collection[str],
        *,
        since: datetime,
        now: datetime,
        limit: int,
        everything: bool = False,
    ) -> list[Waiting]:
        """Return at most *limit* postings that *sources* showed since *since* and lack the duties.

        The one seen last comes first; where there is room, those follow whose duties are known and
        that a digest showed where readers look, to see whether they are still open. Left out are
        those that are closed, whose page is not due (with *everything*: is never due, or its host
        wants to be left alone), and which only mails showed that failed to prove their sender.
        """
        require_utc("since", since)
        require_utc("now", now)
        query = _waiting(list(sources), since, _due(now, everything=everything)).limit(limit)
        with self._database.reading() as connection:
            rows = list(connection.execute(query))
            if len(rows) < limit:
                again = _second_look(list(sources), since, now).limit(limit - len(rows))
                rows += connection.execute(again)
            links = _links(connection, [row.id for row in rows], list(sources))
        return [
            Waiting(posting=posting_from(row), links=tuple(links[row.id]), last=_last(row))
            for row in rows
        ]

    def claim_page(
        self, posting_id: str, last: Asked | None, *, now: datetime, until: datetime, holder: str
    ) -> bool:
        """Take a posting's page until *until*; False if another asks, or has asked since *last*."""
        require_utc("now", now)
        require_utc("until", until)
        with self._database.writing() as connection:
            there = select(postings.c.id).where(postings.c.id == posting_id).with_for_update()
            if connection.scalar(there) is None:
                return False
            if last is None:
                row = _row(posting_id, Asked(**_UNASKED, asked=now, due=until)) | {"holder": holder}
                taken = insert_new(connection, pages).returning(pages.c.posting_id)
                return connection.scalar(taken, row) is not None
            claim = (
                update(pages)
                .where(pages.c.posting_id == posting_id, pages.c.asked == last.asked, _free(now))
                .values(holder=holder, due=until)
            )
            return connection.execute(claim).rowcount == 1

    def release_page(self, posting_id: str, last: Asked | None, *, holder: str) -> None:
        """Give a page back that was not asked for: it is as *last* says again."""
        with self._database.writing() as connection:
            rely_on_identity(connection)
            now_in = _present(connection, posting_id)
            mine = (pages.c.posting_id == now_in) & (pages.c.holder == holder)
            back: Delete | Update = delete(pages).where(mine)
            if last is not None:
                back = update(pages).where(mine).values(holder=None, due=last.due)
            connection.execute(back)

    def record_page(
        self,
        posting_id: str,
        asked: Asked,
        *,
        change: Callable[[Posting], Posting] = lambda posting: posting,
    ) -> None:
        """Store how asking for a page went and what *change* makes of the posting, at once.

        A posting that was merged into another meanwhile has its page asked as that one.
        """
        with self._database.writing() as connection:
            rely_on_identity(connection)
            now_in = _present(connection, posting_id)
            if change_posting(connection, now_in, change):
                _keep(connection, now_in, asked)

    def record_duties(
        self, posting_id: str, duties: str, *, now: datetime, told_by: str = ""
    ) -> bool:
        """Store the *duties* of a posting that its reader pasted; False if there is no such.

        *told_by* is the profile whose reader did; empty: who runs cxdigest.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            rely_on_identity(connection)
            return keep_duties(
                connection, posting_id, duties, detail="You pasted them.", now=now, told_by=told_by
            )

    def page(self, posting_id: str) -> Asked | None:
        """Return how asking for a posting's page went the last time, None before."""
        with self._database.reading() as connection:
            return asked_of(connection, posting_id)

    def spend_page(self, profile: str, day: date, *, most: int) -> bool:
        """Take one page from *profile*'s budget for its local *day*; False if all is spent."""
        spend = (
            update(page_budgets)
            .where(
                page_budgets.c.profile == profile,
                page_budgets.c.day == day,
                page_budgets.c.spent < most,
            )
            .values(spent=page_budgets.c.spent + 1)
        )
        row = {"profile": profile, "day": day, "spent": 0}
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, page_budgets), [row])
            return connection.execute(spend).rowcount == 1

    def spent_pages(self, profile: str, day: date) -> int:
        """Return how many pages *profile* has had asked on its local *day*."""
        query = select(page_budgets.c.spent).where(
            page_budgets.c.profile == profile, page_budgets.c.day == day
        )
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def tier_shares(
        self, names: Collection[str], *, since: datetime, intakes: Collection[str] = ()
    ) -> dict[str, dict[Tier, int]]:
        """Return how many postings each of *names* showed since *since*, by what is known of them.

        Those of them that are *intakes* count with what each person sees of them; a source without
        postings has zeros. One query, whatever the number of sources.
        """
        require_utc("since", since)
        shares: dict[str, dict[Tier, int]] = {
            name: {"title": 0, "snippet": 0, "full": 0} for name in names
        }
        parts = (sightings.c.source.startswith(name + "/", autoescape=True) for name in intakes)
        query = (
            select(
                sightings.c.source,
                postings.c.tier,
                func.count(sightings.c.posting_id.distinct()),
            )
            .join(postings, postings.c.id == sightings.c.posting_id)
            .where(or_(sightings.c.source.in_(list(shares)), *parts), sightings.c.seen >= since)
            .group_by(sightings.c.source, postings.c.tier)
        )
        with self._database.reading() as connection:
            for source, tier, number in connection.execute(query):
                shares[unrouted(source)[0]][tier] += number
        return shares


def asked_of(connection: Connection, posting_id: str) -> Asked | None:
    """Return how asking for a posting's page went the last time, None before."""
    query = select(*_ASKED).where(pages.c.posting_id == posting_id)
    row = connection.execute(query).one_or_none()
    return _last(row) if row else None


def keep_duties(
    connection: Connection,
    posting_id: str,
    duties: str,
    *,
    detail: str,
    now: datetime,
    told_by: str = "",
) -> bool:
    """Store the *duties* that a reader pasted, in place of any; False if there is no posting."""

    def pasted(posting: Posting) -> Posting:
        return replace(posting, description=duties, duties_from="you")

    posting_id = _present(connection, posting_id)
    if not change_posting(connection, posting_id, pasted):
        return False
    asked = Asked(url="", outcome="read", detail=detail, asked=now, due=None, told_by=told_by)
    _keep(connection, posting_id, asked)
    return True


_ASKED = tuple(column for column in pages.c if column.name not in {"posting_id", "holder"})
_UNASKED: dict[str, Any] = {
    "url": "", "outcome": "network", "detail": "It is being asked for.", "attempts": 0,
}  # fmt: skip


def _present(connection: Connection, posting_id: str) -> str:
    """Return the id of the posting that *posting_id* is now, which another may have taken in."""
    return merged_ids(connection, [posting_id]).get(posting_id, posting_id)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(pages.c.holder.is_(None), is_over(pages.c.due, now))


def _due(now: datetime, *, everything: bool) -> ColumnElement[bool]:
    dead = pages.c.holder.is_not(None) & is_over(pages.c.due, now)
    due = or_(pages.c.posting_id.is_(None), is_due(pages.c.due, pages.c.asked, now), dead)
    if everything:
        due = or_(due, (pages.c.outcome != "throttled") & pages.c.due.is_not(None) & _free(now))
    return due


def _waiting(sources: list[str], since: datetime, due: ColumnElement[bool]) -> Select[Any]:
    # By the page's id where there is one: so SQLite asks for sightings only of what is due.
    posting_id = func.coalesce(pages.c.posting_id, postings.c.id)
    shown = select(sightings.c.alert_id).where(
        sightings.c.posting_id == posting_id,
        sightings.c.source.in_(sources),
        sightings.c.seen >= since,
        sightings.c.authenticity != "failed",
    )
    return (
        select(*POSTING_COLUMNS, *_ASKED)
        .join(pages, pages.c.posting_id == postings.c.id, isouter=True)
        .where(postings.c.last_seen >= since, postings.c.tier != "full", postings.c.closed == "")
        .where(due, shown.exists())
        .order_by(postings.c.last_seen.desc(), postings.c.id)
    )


def _second_look(sources: list[str], since: datetime, now: datetime) -> Select[Any]:
    shown = select(digest_items.c.digest_id).where(
        digest_items.c.posting_id == pages.c.posting_id, digest_items.c.section.in_(LOOKED_AT)
    )
    own = select(sightings.c.alert_id).where(
        sightings.c.posting_id == pages.c.posting_id,
        sightings.c.source.in_(sources),
        sightings.c.authenticity != "failed",
    )
    return (
        select(*POSTING_COLUMNS, *_ASKED)
        .join(pages, pages.c.posting_id == postings.c.id)
        # What was not looked at in its days is left: most pages are of postings that no digest
        # showed there, and they must not be walked along at each turn for ever.
        .where(pages.c.due <= now, pages.c.due > now - _OVERDUE)
        .where(postings.c.last_seen >= since, postings.c.tier == "full", postings.c.closed == "")
        .where(shown.exists(), own.exists())
        .order_by(pages.c.due, postings.c.id)
    )


def _links(
    connection: Connection, posting_ids: list[str], sources: list[str]
) -> dict[str, list[str]]:
    """Return the links of postings as *sources* showed them, without what may not be followed."""
    query = (
        select(sightings.c.posting_id, sightings.c.url)
        .where(
            sightings.c.posting_id.in_(posting_ids),
            sightings.c.source.in_(sources),
            sightings.c.authenticity != "failed",
            ~sightings.c.opaque,
            sightings.c.url != "",
        )
        .order_by(sightings.c.seen.desc(), sightings.c.alert_id, sightings.c.position)
    )
    links: dict[str, list[str]] = defaultdict(list)
    for posting_id, url in connection.execute(query):
        if url not in links[posting_id]:
            links[posting_id].append(url)
    return links


def _last(row: Row[Any]) -> Asked | None:
    values = {column.name: row._mapping[column] for column in _ASKED}  # noqa: SLF001 - its public name
    return None if values["outcome"] is None else Asked(**values | {"url": values["url"] or ""})


def _keep(connection: Connection, posting_id: str, asked: Asked) -> None:
    row = _row(posting_id, asked)
    connection.execute(insert_new(connection, pages), [row])
    connection.execute(update(pages).where(pages.c.posting_id == posting_id).values(row))


def _row(posting_id: str, asked: Asked) -> dict[str, Any]:
    values = {column.name: getattr(asked, column.name) for column in _ASKED}
    return values | {"posting_id": posting_id, "holder": None}
