"""Search one posting's duties: go one way after the other until one tells them.

The board's public record that a link leads to, else the page itself where its host may be asked,
else the same opening on the employer's own public board. Stores nothing: what was found is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from cxdigest.errors import HostBusyError, PageError
from cxdigest.identity import tier_of, with_page
from cxdigest.model import Page, PageOutcome
from cxdigest.net import Answer
from cxdigest.pages import read_page
from cxdigest.pages.boards import (
    BoardRecord,
    listing_url,
    read_record,
    record_in,
    record_of,
    record_url,
)
from cxdigest.pipeline.pages.openings import employer_key, find_opening
from cxdigest.pipeline.street import PageDesk
from cxdigest.store import Store, Waiting

_MOST_BOARDS = 3
_CLOSED = frozenset({"gone", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search for one posting's duties brought."""

    outcome: PageOutcome
    detail: str
    url: str = ""
    page: Page | None = None
    etag: str = ""
    modified: str = ""
    wish: timedelta | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """One document that may tell the duties."""

    url: str
    ask: Callable[[str], Found]
    own: bool  #: the posting's own link leads there


class Search:
    """One posting's way to its duties."""

    def __init__(
        self,
        waiting: Waiting,
        *,
        desk: PageDesk,
        store: Store,
        today: date,
        spend: Callable[[], None],
    ) -> None:
        """*spend* is called before the first document is asked for; it may raise to stop all."""
        self._waiting = waiting
        self._posting = waiting.posting
        self._desk = desk
        self._store = store
        self._today = today
        self._spend_one = spend
        self._spent = False
        self._best: Found | None = None

    def run(self) -> Found:
        """Go one way after the other until the duties are known or the opening is gone.

        Raises:
            HostBusyError: another worker asks the host, and nothing was asked yet.
        """
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
        learned = self._store.boards_of(employer)
        return list(dict.fromkeys([*named, *learned]))[:_MOST_BOARDS]

    def _go(self, way: _Way) -> Found:
        try:
            return way.ask(way.url)
        except PageError as error:
            # That somebody else's list lacks an opening does not close it.
            closed = error.outcome in _CLOSED and not way.own
            outcome: PageOutcome = "empty" if closed else error.outcome
            return Found(outcome=outcome, detail=str(error), url=way.url, wish=error.retry_after)
        except HostBusyError as error:
            if not self._spent:
                raise
            return Found(outcome="network", detail=str(error), url=way.url)

    def _enough(self, found: Found) -> bool:
        if found.page:
            full = tier_of(with_page(self._posting, found.page)) == "full"
            return full or found.outcome == "closed"
        alone = len(self._waiting.links) == 1
        return found.outcome == "unchanged" or (alone and found.outcome in _CLOSED)

    def _read_record(self, record: BoardRecord, url: str) -> Found:
        answer = self._ask(url)
        if answer.not_modified:
            return _unchanged(url)
        return _read(url, answer, read_record(record, answer.body, today=self._today))

    def _read_page(self, url: str) -> Found:
        answer = self._ask(url)
        if answer.not_modified:
            return _unchanged(url)
        if embedded := self._read_embedded(url, answer):
            return embedded
        kind = answer.headers.get("content-type", "")
        page = read_page(answer.body, content_type=kind, url=answer.url, today=self._today)
        return _read(url, answer, page)

    def _read_embedded(self, url: str, answer: Answer) -> Found | None:
        """Return what the board's record says that an employer's page only embeds."""
        record = record_in(answer.body, url=url)
        if record is None:
            return None
        found = self._go(_Way(record_url(record), partial(self._read_record, record), own=False))
        return found if found.page else None

    def _read_listing(self, board: str, token: str, url: str) -> Found:
        openings = self._desk.listings.openings(board, token, before=self._spend, today=self._today)
        opening = find_opening(self._posting, openings)
        if opening is None:
            detail = (
                f"{self._posting.company}'s own board on {board.title()} shows no such opening."
            )
            return Found(outcome="empty", detail=detail, url=url)
        if opening.page:
            return Found(
                outcome="read", detail=_told(opening.page), url=opening.url, page=opening.page
            )
        record = opening.record(token)
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
            self._spend_one()
            self._spent = True

    def _nowhere(self) -> Found:
        """Say why nothing was asked."""
        links = self._waiting.links
        why = self._desk.asker.hosts.refusal(links[0]) if links else "Its link leads to a tracker."
        company = self._posting.company or "its employer"
        return Found(
            outcome="robots",
            detail=f"{why} No public board of {company} is known that could be asked instead.",
        )


def _read(url: str, answer: Answer, page: Page) -> Found:
    return Found(
        outcome="closed" if page.closed else "read",
        detail=page.closed or _told(page),
        url=url,
        page=page,
        etag=answer.etag,
        modified=answer.modified,
    )


def _unchanged(url: str) -> Found:
    return Found(outcome="unchanged", detail="The page is as it was.", url=url)


def _told(page: Page) -> str:
    return f"The duties were read ({page.reader})."


def _better(old: Found | None, new: Found) -> Found:
    """Return which of two is kept: a page beats none, and the first failure tells most."""
    if old is None or (new.page and not old.page):
        return new
    if new.page and old.page and len(new.page.description) > len(old.page.description):
        return new
    return old
