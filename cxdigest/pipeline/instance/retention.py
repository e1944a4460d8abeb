"""Let go of what was kept for a time only: alerts as they arrived, postings, digests.

Little by little: each turn does a few short transactions, between which others have their way, and
the next turn goes on. What may never go is the store's word.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from cxdigest.pipeline.street import Street
from cxdigest.store import NEEDED, Swept

log = logging.getLogger(__name__)

#: Raw alerts removed at once at most, so that no turn waits for it; the next turn goes on.
_MOST = 500
#: What a turn spends on each kind at most: transactions, and time, whichever is used up first.
_TRANSACTIONS = 10
_TIME = timedelta(seconds=2)


def let_go(street: Street) -> int:
    """Remove what is older than the configuration says, or a part of it; return how much."""
    now = street.clock()
    gone = street.store.prune_raw_alerts(
        before=now - street.keep_raw, unread_before=now - street.keep_unreadable, limit=_MOST
    )
    if street.keep_digests is not None:
        before = now - max(street.keep_digests, NEEDED)
        gone += _little_by_little(
            street, "digests", lambda: street.store.prune_digests(before=before, now=now)
        )
    if street.keep_postings is not None:
        before = now - _kept_at_least(street, street.keep_postings)
        gone += _little_by_little(
            street, "postings", lambda: street.store.prune_postings(before=before, now=now)
        )
        gone += _little_by_little(street, "news", lambda: street.store.prune_news(before=before))
    return gone


def _kept_at_least(street: Street, age: timedelta) -> timedelta:
    """Return *age*, or more where a profile, of the store perhaps, looks further back."""
    return max(age, NEEDED, *(one.lookback for one in street.profiles))


def _little_by_little(street: Street, what: str, step: Callable[[], Swept]) -> int:
    removed, until = 0, _end(street)
    for _ in range(_TRANSACTIONS):
        done = step()
        removed += done.removed
        if not done.more or street.stopping() or street.clock() >= until:
            break
    if removed:
        log.info("%d old %s removed", removed, what)
    return removed


def _end(street: Street) -> datetime:
    return street.clock() + _TIME
