"""Does this instance do its work? For probes and for Prometheus: numbers, and no names of persons.

``cxdigest health`` says the same to its owner, with the names (``cli.instance.health``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cxdigest import schedule
from cxdigest.model import Profile
from cxdigest.pipeline import Street
from cxdigest.pipeline.instance.backing_up import Backed, backed
from cxdigest.store import Polling

#: So many wakes may be missed before the worker counts as asleep: a turn may take a while.
MISSED_WAKES = 10
_LEAST_GRACE = timedelta(minutes=10)
_RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the instance fares at one moment."""

    now: datetime
    last_wake: datetime | None
    due: Mapping[str, datetime | None]  #: since when the oldest ``poll``, … waits; None: none does
    problems: tuple[str, ...]  #: why it does not do its work, one sentence each
    attention: tuple[str, ...]  #: what needs a person, and no other container
    backed: Backed

    @property
    def healthy(self) -> bool:
        """Whether the work is done."""
        return not self.problems

    @property
    def oldest_due(self) -> datetime | None:
        """Since when the oldest thing waits that is due; None: nothing does."""
        return min((one for one in self.due.values() if one), default=None)


def grace_of(wake: timedelta) -> timedelta:
    """Return how late work may be before it counts as not done."""
    return max(wake * MISSED_WAKES, _LEAST_GRACE)


def vitals(street: Street, *, wake: timedelta) -> Vitals:
    """Return how the instance of *street* fares, whose worker looks every *wake*.

    Raises:
        StoreError: the database cannot be asked.
    """
    now, grace, store = street.clock(), grace_of(wake), street.store
    with store.one_view():
        # Of this process where it has a worker; a console may stand alone beside others.
        woke = store.last_wake(street.holder) or store.last_wake()
        polls = [one for one in store.polling() if one.name in street.sources]
        _, late, delivery = store.waiting_deliveries(late=now - grace)
        missing = [moment for _, _, moment in undone(street, now)]
        told, elsewhere = backed(store), store.moved_to()
    due = {
        "poll": _oldest((one.next_poll for one in polls), now),
        "digest": _oldest(missing, now),
        "delivery": _oldest([delivery] if delivery else [], now),
    }
    problems = [
        *(["The store was moved; `cxdigest health` says where."] if elsewhere else []),
        *_asleep(woke, now, grace),
        *_late_polls(polls, now - grace),
        *_some(sum(one < now - grace for one in missing), "digest was", "digests were", "made"),
        *_some(late, "delivery was", "deliveries were", "sent"),
    ]
    return Vitals(
        now=now,
        last_wake=woke,
        due=due,
        problems=tuple(problems),
        attention=tuple(_attention(told)),
        backed=told,
    )


def due_editions(street: Street, now: datetime) -> Iterator[tuple[Profile, date, datetime]]:
    """Yield each profile whose digest is due, with the day and since when."""
    for profile in street.profiles:
        day = schedule.due_day(now, send_at=profile.send_at, zone=profile.zone, days=profile.days)
        if day is not None and not profile.paused:
            yield profile, day, schedule.send_moment(day, profile.send_at, profile.zone)


def undone(street: Street, now: datetime) -> list[tuple[str, date, datetime]]:
    """Return the digests that are due and not made: profile, day, since when."""
    due = [(one.name, day, moment) for one, day, moment in due_editions(street, now)]
    made = street.store.editions([one[0] for one in due], {one[1] for one in due})
    return [one for one in due if one[:2] not in made]


def lags(street: Street, now: datetime) -> Sequence[float]:
    """Return for each delivery that left within a day its seconds after the send time, sorted."""
    people = {one.name: one for one in street.profiles}
    days = {now.date() - timedelta(days=ago) for ago in (-1, 0, 1)}
    found = []
    for one in street.store.handed_over(list(people), days):
        profile = people[one.profile]
        if one.state == "sent" and one.changed > now - _RECENT:
            moment = schedule.send_moment(one.day, profile.send_at, profile.zone)
            found.append(max(0.0, (one.changed - moment).total_seconds()))
    return sorted(found)


def _oldest(moments: Iterator[datetime] | Sequence[datetime], now: datetime) -> datetime | None:
    return min((one for one in moments if one <= now), default=None)


def _asleep(woke: datetime | None, now: datetime, grace: timedelta) -> Iterator[str]:
    if woke is None:
        yield "No worker has woken yet."
    elif now - woke > grace:
        yield f"No worker has woken since {woke:%Y-%m-%d %H:%M} UTC."


def _late_polls(polls: Sequence[Polling], late: datetime) -> Iterator[str]:
    number = sum(one.next_poll < late for one in polls)
    yield from _some(number, "source was", "sources were", "polled")


def _some(number: int, one: str, more: str, done: str) -> Iterator[str]:
    if number:
        has = "has" if number == 1 else "have"
        yield f"{number:,} {one if number == 1 else more} due and {has} not been {done}."


def _attention(told: Backed) -> Iterator[str]:
    if told.problem:
        yield "The last backup could not be made; `cxdigest health` says why."
