"""Read the pages of postings whose duties are not known yet, politely and within a budget.

For each: the board's public record that its link leads to, else the page itself where its host may
be asked, else the same opening on the employer's own public board. What nothing of this brings is
left for the reader to paste. How it went is stored with a plain sentence, whatever it was.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from cxdigest import schedule
from cxdigest.errors import HostBusyError, PageError, StoreError
from cxdigest.identity import tier_of, with_page
from cxdigest.model import Page, PageOutcome, Posting, Profile
from cxdigest.net import Answer
from cxdigest.pages import read_page
from cxdigest.pages.boards import BoardRecord, listing_url, read_record, record_of, record_url
from cxdigest.pages.hosts import RECORDS
from cxdigest.pipeline.asking import site_of
from cxdigest.pipeline.openings import employer_key, find_opening
from cxdigest.pipeline.street import LEASE, PageDesk, PageRead, Street
from cxdigest.store import Asked, Waiting

log = logging.getLogger(__name__)

#: Postings looked at for one profile in one turn.
_MOST = 500
#: After so long at one host the rest waits for the next turn, so that no digest waits for it.
_PATIENCE = timedelta(minutes=5)
#: So far back links are looked at for employers' boards; polls come more often.
_LEARN_BACK = timedelta(days=1)
_MOST_BOARDS = 3
_CLOSED = frozenset({"gone", "closed"})


class _SpentError(Exception):
    """The profile's budget for the day is spent."""


def read_waiting_pages(street: Street, *, everything: bool = False) -> tuple[PageRead, ...]:
    """Read the page of every posting that waits for it; return how that went.

    With *everything*, also of those whose next try is not due yet.
    """
    desk = street.pages
    if desk is None or not desk.per_day:
        return ()
    _learn_boards(street)
    done: list[PageRead] = []
    for profile in street.profiles:
        if profile.name in desk.per_day and not street.stopping():
            done += _Round(street=street, desk=desk, profile=profile).run(everything=everything)
    return tuple(done)


def _learn_boards(street: Street) -> None:
    """Remember which employers publish where, as links of the last day show it."""
    now = street.clock()
    pairs = street.store.employers_links(
        list(street.sources), since=now - _LEARN_BACK, like=[f"{host}/" for host in _DOMAINS]
    )
    found = set()
    for company, url in pairs:
        employer, record = employer_key(company), record_of(url)
        if employer and record and record.token:
            found.add((employer, record.board, record.token))
    street.store.learn_boards(sorted(found), now=now)


_DOMAINS = sorted({".".join(host.split(".")[-2:]) for host in RECORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """The postings of one profile in one turn."""

    street: Street
    desk: PageDesk
    profile: Profile

    def run(self, *, everything: bool) -> list[PageRead]:
        """Read what waits, several hosts side by side."""
        now = self.street.clock()
        spent = self.street.store.spent_pages(self.profile.name, self._day())
        if spent >= self.desk.per_day[self.profile.name]:
            return []
        waiting = self.street.store.waiting_pages(
            self.profile.sources,
            since=now - self.profile.lookback,
            now=now,
            limit=_MOST,
            everything=everything,
        )
        groups: dict[str, list[Waiting]] = defaultdict(list)
        for one in waiting:
            groups[self._first_site(one)].append(one)
        if not groups:
            return []
        with ThreadPoolExecutor(max_workers=min(self.street.threads, len(groups))) as pool:
            return [read for reads in pool.map(self._group, groups.values()) for read in reads]

    def _first_site(self, waiting: Waiting) -> str:
        for url in waiting.links:
            record = record_of(url)
            asked = record_url(record) if record and record.token else url
            if not self.desk.asker.hosts.refusal(asked):
                return site_of(asked)
        return employer_key(waiting.posting.company)

    def _group(self, waiting: Sequence[Waiting]) -> list[PageRead]:
        start, done = self.street.clock(), []
        for one in waiting:
            if self.street.stopping() or self.street.clock() - start > _PATIENCE:
                break
            try:
                read = self._one(one)
            except _SpentError:
                break
            except HostBusyError as error:
                log.info("page of %s left for later: %s", one.posting.id, error)
                break
            if read:
                done.append(read)
        return done

    def _one(self, waiting: Waiting) -> PageRead | None:
        """Read one posting's page and store how that went; None if another worker has it."""
        posting, last, store = waiting.posting, waiting.last, self.street.store
        now, holder = self.street.clock(), self.street.holder
        if not store.claim_page(posting.id, last, now=now, until=now + LEASE, holder=holder):
            return None
        try:
            found = _Search(round=self, waiting=waiting).run()
        except StoreError:
            raise
        except (HostBusyError, _SpentError):
            store.release_page(posting.id, last, holder=holder)
            raise
        except Exception as error:
            # A fault in one reader must not stop the others; the trace is the developer's.
            log.exception("page of posting %s could not be read", posting.id)
            detail = f"The reader failed with {type(error).__name__}; please report it."
            found = _Found(outcome="unreadable", detail=detail)
        return self._keep(waiting, found)

    def _keep(self, waiting: Waiting, found: _Found) -> PageRead:
        now, last = self.street.clock(), waiting.last
        again = last is not None and last.outcome == found.outcome
        attempts = last.attempts + 1 if again and last else 1
        asked = Asked(
            url=found.url,
            outcome=found.outcome,
            detail=found.detail,
            asked=now,
            due=schedule.next_page(now, found.outcome, attempts, found.wish),
            etag=found.etag,
            modified=found.modified,
            attempts=attempts,
        )
        self.street.store.record_page(waiting.posting.id, asked, change=partial(_with, found, now))
        log.info("page of %s: %s (%s)", waiting.posting.id, found.outcome, found.detail)
        return PageRead(
            posting=waiting.posting.id,
            profile=self.profile.name,
            outcome=found.outcome,
            detail=found.detail,
        )

    def spend(self) -> None:
        """Take one page from the profile's budget of its local day."""
        most = self.desk.per_day[self.profile.name]
        if not self.street.store.spend_page(self.profile.name, self._day(), most=most):
            raise _SpentError

    def _day(self) -> date:
        return schedule.local_day(self.street.clock(), self.profile.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the search for one posting's duties brought."""

    outcome: PageOutcome
    detail: str
    url: str = ""
    page: Page | None = None
    etag: str = ""
    modified: str = ""
    wish: timedelta | None = None


def _with(found: _Found, now: datetime, posting: Posting) -> Posting:
    """Return *posting* with what was found."""
    known = with_page(posting, found.page) if found.page else posting
    if found.outcome == "gone":
        return replace(known, closed=f"Its page is gone since {now.day} {now:%B %Y}.")
    return (
        replace(known, closed=known.closed or found.detail) if found.outcome == "closed" else known
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """One document that may tell the duties."""

    url: str
    ask: Callable[[str], _Found]
    own: bool  #: the posting's own link leads there


class _Search:
    """One posting's way to its duties."""

    def __init__(self, *, round: _Round, waiting: Waiting) -> None:  # noqa: A002 - its name here
        self._round = round
        self._desk = round.desk
        self._waiting = waiting
        self._posting = waiting.posting
        self._spent = False
        self._best: _Found | None = None

    def run(self) -> _Found:
        """Go one way after the other until the duties are known or the opening is gone."""
        for way in self._ways():
            found = self._go(way)
            self._best = _better(self._best, found)
            if self._enough(found):
                break
        best = self._best or self._nowhere()
        if best.outcome == "read" and not self._enough(best):
            best = replace(
                best, outcome="empty", detail="It was read, but does not tell the duties."
            )
        return best

    def _ways(self) -> Iterator[_Way]:
        """Yield what may be asked, the best first."""
        links = self._waiting.links
        records = {link: record for link in links if (record := record_of(link))}
        for record in dict.fromkeys(records.values()):
            if record.token:
                yield _Way(record_url(record), partial(self._read_record, record), own=True)
        for link in links:
            if not self._desk.asker.hosts.refusal(link):
                yield _Way(link, self._read_page, own=True)
        boards = self._boards()
        for record in dict.fromkeys(records.values()):
            for board, token in boards:
                if not record.token and board == record.board:
                    named = replace(record, token=token)
                    yield _Way(record_url(named), partial(self._read_record, named), own=False)
        for board, token in boards:
            yield _Way(
                listing_url(board, token), partial(self._read_listing, board, token), own=False
            )

    def _boards(self) -> list[tuple[str, str]]:
        employer = employer_key(self._posting.company)
        if not employer:
            return []
        named = self._desk.boards.get(employer, ())
        learned = self._round.street.store.boards_of(employer)
        return list(dict.fromkeys([*named, *learned]))[:_MOST_BOARDS]

    def _go(self, way: _Way) -> _Found:
        try:
            return way.ask(way.url)
        except PageError as error:
            # That somebody else's list lacks an opening does not close it.
            closed = error.outcome in _CLOSED and not way.own
            outcome: PageOutcome = "empty" if closed else error.outcome
            return _Found(outcome=outcome, detail=str(error), url=way.url, wish=error.retry_after)
        except HostBusyError as error:
            if not self._spent:
                raise
            return _Found(outcome="network", detail=str(error), url=way.url)

    def _enough(self, found: _Found) -> bool:
        if found.page:
            full = tier_of(with_page(self._posting, found.page)) == "full"
            return full or found.outcome == "closed"
        alone = len(self._waiting.links) == 1
        return found.outcome == "unchanged" or (alone and found.outcome in _CLOSED)

    def _read_record(self, record: BoardRecord, url: str) -> _Found:
        answer = self._ask(url)
        if answer.not_modified:
            return _unchanged(url)
        return _read(url, answer, read_record(record, answer.body, today=self._today()))

    def _read_page(self, url: str) -> _Found:
        answer = self._ask(url)
        if answer.not_modified:
            return _unchanged(url)
        kind = answer.headers.get("content-type", "")
        page = read_page(answer.body, content_type=kind, url=answer.url, today=self._today())
        return _read(url, answer, page)

    def _read_listing(self, board: str, token: str, url: str) -> _Found:
        openings = self._desk.listings.openings(
            board, token, before=self._spend, today=self._today()
        )
        opening = find_opening(self._posting, openings)
        if opening is None:
            detail = (
                f"{self._posting.company}'s own board on {board.title()} shows no such opening."
            )
            return _Found(outcome="empty", detail=detail, url=url)
        if opening.page:
            return _Found(
                outcome="read", detail=_told(opening.page), url=opening.url, page=opening.page
            )
        number = opening.native_id.partition(":")[2]
        record = BoardRecord(board=board, token=token, id=number)
        return self._read_record(record, record_url(record))

    def _ask(self, url: str) -> Answer:
        last = self._waiting.last
        known = last if last and last.url == url else None
        return self._desk.asker.get(
            url,
            etag=known.etag if known else "",
            modified=known.modified if known else "",
            before=self._spend,
        )

    def _spend(self) -> None:
        if not self._spent:
            self._round.spend()
            self._spent = True

    def _today(self) -> date:
        return schedule.local_day(self._round.street.clock(), self._round.profile.zone)

    def _nowhere(self) -> _Found:
        """Say why nothing was asked."""
        links = self._waiting.links
        why = self._desk.asker.hosts.refusal(links[0]) if links else "Its link leads to a tracker."
        company = self._posting.company or "its employer"
        return _Found(
            outcome="robots",
            detail=f"{why} No public board of {company} is known that could be asked instead.",
        )


def _read(url: str, answer: Answer, page: Page) -> _Found:
    return _Found(
        outcome="closed" if page.closed else "read",
        detail=page.closed or _told(page),
        url=url,
        page=page,
        etag=answer.etag,
        modified=answer.modified,
    )


def _unchanged(url: str) -> _Found:
    return _Found(outcome="unchanged", detail="The page is as it was.", url=url)


def _told(page: Page) -> str:
    return f"The duties were read ({page.reader})."


def _better(old: _Found | None, new: _Found) -> _Found:
    """Return which of two is kept: a page beats none, and the first failure tells most."""
    if old is None or (new.page and not old.page):
        return new
    if new.page and old.page and len(new.page.description) > len(old.page.description):
        return new
    return old
