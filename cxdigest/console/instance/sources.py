"""Sources as the console shows them, and asking for a poll at once.

What a source is called and how it stands comes from ``standing``; addresses are masked here, so
that no page and no answer holds what opens a mailbox or a feed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from cxdigest.config import FeedConfig, SourceConfig
from cxdigest.console.drawn.spark import Spark, spark
from cxdigest.console.instance.masked import masked, place_of
from cxdigest.console.instance.standing import (
    OUTCOMES,
    REMOVED,
    Line,
    ago,
    lines_of,
    outcome,
    problems,
    span_words,
)
from cxdigest.language import _, marked, ngettext
from cxdigest.pipeline.street import LEASE
from cxdigest.render.words import upfirst
from cxdigest.store import Claim, Poll, Store, Taken, Yielded
from cxdigest.text import host_of

DAYS = 30  #: that a line shows
POLLS = 20  #: that a page shows
ALERTS = 25  #: that a page shows
#: So long is an outcome waited for before it is said that no worker seems to be there.
PATIENCE = timedelta(minutes=3)
#: Google locks out who asks for its feeds more often.
_GOOGLE_PAUSE = timedelta(minutes=15)
_COMMAND = re.compile(r"`([^`]*)`")
_TYPES = {
    "mailbox": marked("mailbox"),
    "feed": marked("feed"),
    "board": marked("an employer's board"),
    "folder": marked("folder of files"),
    REMOVED: marked("removed from the configuration"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source in the list of all."""

    name: str
    type: str  #: in words
    place: str  #: where it is, masked; empty where that is not known any more
    enabled: bool
    removed: bool  #: it only stands in the store
    outcome: str  #: of the last poll, in words; or why there is none
    failed: bool  #: the last poll did
    troubled: bool  #: there is something that a person should know
    polled: datetime | None
    polled_words: str  #: ``polled 5 min ago``
    next_poll: datetime | None  #: None: never
    next_words: str
    failures: int  #: polls in a row that failed
    week_alerts: int
    week_postings: int
    usual: str  #: what is expected of it; empty where too little is known
    problems: tuple[str, ...]  #: one sentence each: failures, silences, overflow, unread alerts
    holder: str  #: the worker that polls it now; empty: none
    alerts: Spark  #: a day, over the last 30
    postings: Spark
    days: tuple[Yielded, ...]  #: the same as numbers, each of the days, the latest first


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRow:
    """One poll in the list of the last ones."""

    polled: datetime
    outcome: str
    failed: bool
    message: str  #: masked
    alerts: int
    sightings: int
    unread: int
    overflowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """Some alerts of a source, the latest first."""

    rows: tuple[Taken, ...]
    older: tuple[datetime, int] | None  #: moment and id of the last one, where there are more


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking for a poll at once."""

    state: Literal["waits", "done", "nobody"]
    said: str  #: one or two sentences
    poll: PollRow | None = None  #: the poll that was asked for


def source_rows(
    store: Store, settings: Mapping[str, SourceConfig], *, now: datetime
) -> list[SourceRow]:
    """Return every source: those of *settings* in their order, then those only stored."""
    return _rows(store, settings, lines_of(store, settings, now=now), now)


def source_row(
    store: Store, settings: Mapping[str, SourceConfig], name: str, *, now: datetime
) -> SourceRow | None:
    """Return the source *name*; None where there is none, not even in the store."""
    lines = lines_of(store, settings, now=now, among=(name,))
    return next(iter(_rows(store, settings, lines, now)), None)


def poll_rows(store: Store, name: str) -> list[PollRow]:
    """Return the last polls of source *name*, the latest first."""
    return [_poll(one) for one in store.polls_of(name, most=POLLS)]


def alert_list(
    store: Store, name: str, *, unread: bool, before: tuple[datetime, int] | None
) -> AlertList:
    """Return alerts of source *name* that came *before* one; *unread*: only those not read."""
    found = store.taken_in(name, unread=unread, before=before, most=ALERTS + 1)
    rows = tuple(found[:ALERTS])
    more = len(found) > ALERTS
    return AlertList(rows=rows, older=(rows[-1].stored, rows[-1].id) if more else None)


def poll_now(
    store: Store, settings: Mapping[str, SourceConfig], name: str, *, now: datetime
) -> str:
    """Make source *name* due at once; return why not, empty where it is."""
    one = settings.get(name)
    if one is None or not one.enabled:
        return _("It is not polled any more: it is not in the configuration, or not enabled there.")
    standing = next(iter(store.standings(now=now, among=(name,))), None)
    if standing is None:
        store.register_sources([name], now=now)
        return ""
    if standing.claim:
        return ""  # somebody does it this very moment
    pause = _least_pause(one)
    if standing.polled and now - standing.polled < pause:
        free = span_words(pause - (now - standing.polled))
        return _(
            "It was polled {polled}; ask again in {free}.",
            polled=ago(now - standing.polled),
            free=free,
        )
    if not store.poll_soon(name, now=now) and standing.outcome == "throttled":
        free = span_words(standing.next_poll - now)
        return _("Its server asked to be left alone; it may be asked again in {free}.", free=free)
    return ""


def last_poll(store: Store, name: str) -> int:
    """Return the number of the last poll of source *name*, 0 before the first."""
    return next((one.id for one in store.polls_of(name, most=1)), 0)


def asked_for(store: Store, name: str, asked: datetime, after: int, *, now: datetime) -> Asked:
    """Return what came of the poll of *name* that was *asked* for when *after* was the last one.

    By number, because the clocks of two machines may differ by more than a poll takes.
    """
    last = next(iter(store.polls_of(name, most=1)), None)
    if last and last.id > after:
        poll = _poll(last)
        return Asked(state="done", said=_("Polled: {outcome}.", outcome=poll.outcome), poll=poll)
    claim = next(iter(store.claims([name], now=now)), None)
    if claim:
        return Asked(state="waits", said=_("It is being polled by {claim}.", claim=_worker(claim)))
    if now - asked > PATIENCE:
        return Asked(
            state="nobody",
            said=_(
                "No worker has looked at it yet. See that cxdigest serve runs; the source "
                "stays due, and the next worker polls it."
            ),
        )
    return Asked(state="waits", said=_("It is due now; a worker polls it at its next look."))


def _rows(
    store: Store, settings: Mapping[str, SourceConfig], lines: Sequence[Line], now: datetime
) -> list[SourceRow]:
    since = datetime.combine(_first_day(now), datetime.min.time(), tzinfo=now.tzinfo)
    daily = store.daily_yields([line.name for line in lines], since=since)
    return [_row(line, settings.get(line.name), daily[line.name], now) for line in lines]


def _row(
    line: Line, one: SourceConfig | None, brought: Sequence[Yielded], now: datetime
) -> SourceRow:
    found, days = line.standing, _every_day(brought, now)
    told = tuple(
        _COMMAND.sub(
            _("“{quote}”", quote=r"\1"), upfirst(masked(sentence.removeprefix(f"{line.name}: ")))
        )
        for sentence in problems(line, now)
    )
    return SourceRow(
        name=line.name,
        type=_(_TYPES[line.type]) if line.type in _TYPES else line.type,
        place=place_of(one) if one else "",
        enabled=line.enabled,
        removed=line.type == REMOVED,
        outcome=outcome(line) or _("not polled yet"),
        failed=bool(found and found.message),
        troubled=bool(told) and not (found and found.claim),
        polled=found.polled if found else None,
        polled_words=_("polled {polled}", polled=ago(now - found.polled))
        if found and found.polled
        else _("not polled yet"),
        next_poll=found.next_poll if found and line.enabled else None,
        next_words=_next(line, now),
        failures=found.failures if found else 0,
        week_alerts=found.week_alerts if found else 0,
        week_postings=found.week_postings if found else 0,
        usual=str(found.usual) if found and found.usual else "",
        problems=told,
        holder=_worker(found.claim) if found and found.claim else "",
        alerts=spark([day.alerts for day in days], _alerts),
        postings=spark([day.postings for day in days], _postings),
        days=tuple(reversed(days)),
    )


def _alerts(number: int) -> str:
    if not number:
        return _("no alerts in {days} days", days=DAYS)
    return ngettext("{n} alert in {days} days", "{n} alerts in {days} days", number, days=DAYS)


def _postings(number: int) -> str:
    if not number:
        return _("no postings in {days} days", days=DAYS)
    return ngettext("{n} posting in {days} days", "{n} postings in {days} days", number, days=DAYS)


def _next(line: Line, now: datetime) -> str:
    if not line.enabled:
        return _("never")
    if line.standing is None or line.standing.next_poll <= now:
        return _("at the next look of a worker")
    return _("in {span}", span=span_words(line.standing.next_poll - now))


def _first_day(now: datetime) -> date:
    return now.date() - timedelta(days=DAYS - 1)


def _every_day(brought: Sequence[Yielded], now: datetime) -> list[Yielded]:
    by_day = {one.day: one for one in brought}
    days = (_first_day(now) + timedelta(days=number) for number in range(DAYS))
    return [by_day.get(day) or Yielded(day=day, alerts=0, postings=0, unread=0) for day in days]


def _poll(one: Poll) -> PollRow:
    return PollRow(
        polled=one.polled,
        outcome=_(OUTCOMES[one.outcome]),
        failed=bool(one.message),
        message=masked(one.message),
        alerts=one.alerts,
        sightings=one.sightings,
        unread=one.unread,
        overflowed=one.overflowed,
    )


def _worker(claim: Claim) -> str:
    """Say who has it, and since when."""
    holder = claim.holder.rpartition(":")[0] or claim.holder
    return _("{holder} since {clock} UTC", holder=holder, clock=f"{claim.until - LEASE:%H:%M}")


def _least_pause(one: SourceConfig) -> timedelta:
    labels = host_of(one.url).split(".") if isinstance(one, FeedConfig) else []
    return _GOOGLE_PAUSE if "google" in labels else timedelta()
