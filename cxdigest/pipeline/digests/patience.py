"""Whether a digest waits for what other processes are still bringing.

In a process that does all steps in turn, what came is read and judged before a digest is made.
Where each step is somebody else's, a digest waits until its sources are polled and the pages of
its postings read; but not for long, because it is promised for the morning.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from cxdigest import schedule
from cxdigest.model import Profile, unrouted
from cxdigest.pipeline.street import Street

#: A digest is so late at most for the sake of what would be in it.
PATIENCE = timedelta(minutes=10)


def pending(street: Street, profile: Profile, day: date, now: datetime, *, begun: datetime) -> bool:
    """Tell whether *profile*'s digest of *day* should wait.

    *begun* is when this process began: after a night in which none ran, everything is due for long.
    """
    own = {unrouted(name)[0] for name in profile.sources} & set(street.sources)
    due = street.store.due_since(own, now=now)
    if due and now - max(due, begun) < PATIENCE:
        return True
    late = now - max(schedule.send_moment(day, profile.send_at, profile.zone), begun)
    return late < PATIENCE and _reads_pages(street, profile, day, now)


def _reads_pages(street: Street, profile: Profile, day: date, now: datetime) -> bool:
    """Tell whether a page of *profile*'s will still be read."""
    most = street.pages.per_day.get(profile.name, 0) if street.pages else 0
    if most <= street.store.spent_pages(profile.name, day):
        return False
    since = now - profile.lookback
    return bool(street.store.waiting_pages(profile.sources, since=since, now=now, limit=1))
