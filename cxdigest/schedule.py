"""Is it due? When next? Pure: now and the zone are arguments, the store remembers the rest.

A digest belongs to a *local day*. It is due once the local clock has reached the send time on
that day. Both questions are asked in UTC after one conversion, so that the hour which a change of
clocks repeats or leaves out can neither double a digest nor lose it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cxdigest.model import PageOutcome

#: Waits between tries of one delivery: quick for a passing fault, then patient, then give up.
RETRY_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: A digest of yesterday is made so long after its send time at most; then its day is over.
LATEST = timedelta(hours=3)
#: A failing source is asked at most this rarely, so that its recovery is seen the same day.
LONGEST_WAIT = timedelta(hours=6)
#: A source that overflows is polled sooner, but never sooner than Google allows.
LEAST_WAIT = timedelta(minutes=15)
#: Waits between tries of a page by how the last one ended; what is not named is never tried again.
_PAGE_WAITS: Mapping[PageOutcome, tuple[timedelta, ...]] = {
    "network": (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(hours=24)),
    "unreadable": (timedelta(days=1), timedelta(days=3)),
    "empty": (timedelta(days=1), timedelta(days=3)),
    "unchanged": (timedelta(days=3),),
    # Only where a digest showed the posting to who looks for it: is it still open?
    "read": (timedelta(days=4), timedelta(days=4)),
}
#: A page that may not be asked now may be one day: a site's or the reader's rules change.
_PAGE_REFUSED = timedelta(hours=6)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """Return the date that a calendar in *zone* shows at *now*."""
    return now.astimezone(zone).date()


def send_moment(day: date, send_at: time, zone: ZoneInfo) -> datetime:
    """Return when the digest of *day* becomes due, in UTC.

    A send time that the clocks leave out (02:30 in the spring gap) is read with the offset before
    the change, so it is due half an hour into the new time; one that they repeat is due at once.
    """
    return datetime.combine(day, send_at, tzinfo=zone).astimezone(UTC)


def due_day(now: datetime, *, send_at: time, zone: ZoneInfo, days: Collection[int]) -> date | None:
    """Return the local day whose digest is due at *now*, or None. *days* are 0 (Monday) to 6.

    That is today's, or yesterday's for a while after its moment: one that is due at 23:59, or at a
    time that the clocks leave out before midnight (in Nuuk), may find the worker busy until then.
    """
    today = local_day(now, zone)
    for day in (today, today - timedelta(days=1)):
        late = now - send_moment(day, send_at, zone)
        in_time = timedelta() <= late and (day == today or late < LATEST)
        if in_time and day.weekday() in days:
            return day
    return None


def next_send(now: datetime, *, send_at: time, zone: ZoneInfo, days: Collection[int]) -> datetime:
    """Return when the first digest after *now* becomes due, in UTC. *days* holds at least one."""
    today = local_day(now, zone)
    coming = (today + timedelta(days=ahead) for ahead in range(9))
    moments = (send_moment(day, send_at, zone) for day in coming if day.weekday() in days)
    return next(moment for moment in moments if moment > now)


def next_poll(
    now: datetime, *, every: timedelta, failures: int, wish: timedelta | None, spread: float
) -> datetime:
    """Return when a source is polled next.

    *failures* in a row double the wait up to ``LONGEST_WAIT``; the server's *wish* (Retry-After)
    only ever lengthens it; *spread* in [0, 1) adds up to a tenth, so that many sources do not
    come back in step.
    """
    patience: timedelta = every * 2 ** min(failures, 10)
    wait = max(every, min(patience, LONGEST_WAIT), wish or timedelta())
    return now + wait + every * (0.1 * spread)


def sooner(every: timedelta, full: int) -> timedelta:
    """Return how often a source is polled after *full* polls in a row that found it overflowing."""
    halved: timedelta = every / 2 ** min(full, 10)
    return min(every, max(LEAST_WAIT, halved))


def next_try(now: datetime, attempts: int) -> datetime | None:
    """Return when a delivery that failed *attempts* times is tried again; None: given up."""
    if attempts > len(RETRY_WAITS):
        return None
    return now + RETRY_WAITS[attempts - 1]


def next_page(
    now: datetime, outcome: PageOutcome, attempts: int, wish: timedelta | None
) -> datetime | None:
    """Return when a page that ended so *attempts* times in a row is asked again; None: never.

    *wish* is how long its host is to be left alone.
    """
    if outcome in {"robots", "throttled"}:
        return now + max(wish or timedelta(), _PAGE_REFUSED)
    waits = _PAGE_WAITS.get(outcome, ())
    return now + waits[attempts - 1] if attempts <= len(waits) else None
