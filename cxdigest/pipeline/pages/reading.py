"""Read the pages of postings whose duties are not known yet, politely and within a budget.

``search`` finds the duties of one; here is which postings wait, in what order, and what becomes of
what was found. What no search brings is left for the reader to paste. How it went is stored with a
plain sentence, whatever it was.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from cxdigest import schedule
from cxdigest.errors import HostBusyError, StoreError
from cxdigest.identity import with_page
from cxdigest.model import Posting, Profile
from cxdigest.pages.boards import record_of, record_url
from cxdigest.pages.hosts import RECORDS
from cxdigest.pipeline.hosts.asking import site_of
from cxdigest.pipeline.pages.openings import employer_key, is_of_employer
from cxdigest.pipeline.pages.search import Found, Search
from cxdigest.pipeline.street import LEASE, WHOLE, PageDesk, PageRead, Share, Street
from cxdigest.pipeline.told import told
from cxdigest.store import Asked, Waiting

log = logging.getLogger(__name__)

#: Postings looked at for one profile in one turn.
_MOST = 500
#: After so long at one host the rest waits for the next turn, so that no digest waits for it.
_PATIENCE = timedelta(minutes=5)
#: So far back links are looked at for employers' boards; polls come more often.
_LEARN_BACK = timedelta(days=1)


class _SpentError(Exception):
    """The profile's budget for the day is spent."""


def read_waiting_pages(
    street: Street, share: Share = WHOLE, *, everything: bool = False
) -> tuple[PageRead, ...]:
    """Read the page of every posting that waits for it; return how that went.

    Only for the profiles of *share*.

    With *everything*, also of those whose next try is not due yet.
    """
    desk = street.pages
    if desk is None or not desk.per_day:
        return ()
    _learn_boards(street)
    done: list[PageRead] = []
    for profile in street.profiles[share.cut(len(street.profiles))]:
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
        # Anybody can say that his board is an employer's: its name there must be like the name.
        if employer and record and record.token and is_of_employer(record.token, company):
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
        if spent >= self._most():
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
            found = Search(
                waiting, desk=self.desk, store=store, today=self._day(), spend=self._spend
            ).run()
        except StoreError:
            raise
        except (HostBusyError, _SpentError):
            store.release_page(posting.id, last, holder=holder)
            raise
        except Exception as error:
            # A fault in one reader must not stop the others; the trace is the developer's.
            log.exception("page of posting %s could not be read", posting.id)
            detail = f"The reader failed with {type(error).__name__}; please report it."
            found = Found(outcome="unreadable", detail=detail)
        return self._keep(waiting, found)

    def _keep(self, waiting: Waiting, found: Found) -> PageRead:
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
        fields = told(
            "page",
            posting=waiting.posting.id,
            profile=self.profile.name,
            outcome=found.outcome,
        )
        told_of = (waiting.posting.id, found.outcome, found.detail)
        log.info("page of %s: %s (%s)", *told_of, extra=fields)
        return PageRead(
            posting=waiting.posting.id,
            profile=self.profile.name,
            outcome=found.outcome,
            detail=found.detail,
        )

    def _spend(self) -> None:
        """Take one page from the profile's budget of its local day."""
        day = self._day()
        if not self.street.store.spend_page(self.profile.name, day, most=self._most()):
            raise _SpentError

    def _most(self) -> int:
        # Who is removed while pages are read has none left.
        return self.desk.per_day.get(self.profile.name, 0)

    def _day(self) -> date:
        return schedule.local_day(self.street.clock(), self.profile.zone)


def _with(found: Found, now: datetime, posting: Posting) -> Posting:
    """Return *posting* with what was found."""
    known = with_page(posting, found.page) if found.page else posting
    if found.outcome == "gone":
        return replace(known, closed=f"Its page is gone since {now.day} {now:%B %Y}.")
    return (
        replace(known, closed=known.closed or found.detail) if found.outcome == "closed" else known
    )
