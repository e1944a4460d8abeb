"""The street: poll, judge, compose, deliver.

::

    source.fetch | extract | identify > store > judge > store > choose | render > store > channel.send

Every step has one shape: read what is waiting, call a pure function, write the result and the
position in one transaction. What is waiting is always a query on the store, so a step that was
killed is simply found waiting again. No step knows a concrete source, channel or database.

Failures that belong to one source, one alert, one profile or one delivery end there and are
stored; only a StoreError stops the turn. The shape is healthchecks' "record before sending".
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from jinja2 import Environment

from cxdigest import digest as digests
from cxdigest import schedule
from cxdigest.channels import Channel
from cxdigest.errors import DeliveryError, RenderError, SourceError, StoreError
from cxdigest.extract import extract
from cxdigest.identity import posting_of
from cxdigest.model import (
    Alert,
    Delivery,
    DeliveryState,
    Digest,
    Extraction,
    PollOutcome,
    Posting,
    Profile,
    Verdict,
)
from cxdigest.render import render
from cxdigest.rules import Rules, judge
from cxdigest.sources import Batch, Source
from cxdigest.store import Read, Store

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
#: How long a claim holds: longer than any step takes, so that only a dead worker's work is taken over.
LEASE = timedelta(minutes=15)
JUDGE_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """Everything the steps work with; made by ``app``."""

    store: Store
    sources: Mapping[str, Source]
    every: Mapping[str, timedelta]  #: how often each source is polled
    channels: Mapping[str, Channel]
    profiles: tuple[Profile, ...]
    rules: Rules
    templates: Environment
    clock: Clock
    holder: str  #: who claims: unique to this process
    stopping: Callable[[], bool] = field(default=lambda: False)  #: ends a step between two pieces
    threads: int = 8  #: sources polled side by side, so that one slow server delays no other


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How one poll went."""

    source: str
    outcome: PollOutcome
    message: str = ""  #: what went wrong and the way out
    alerts: int = 0  #: alerts taken in
    sightings: int = 0  #: new sightings of postings
    unread: int = 0  #: alerts kept that could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """How one profile's digest went."""

    profile: str
    day: date
    digest: Digest | None  #: None: it existed already, or it failed
    message: str = ""  #: what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How one delivery went."""

    profile: str
    channel: str
    recipient: str
    state: DeliveryState
    detail: str  #: the receipt, or what went wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn did."""

    polled: tuple[Polled, ...] = ()
    judged: int = 0
    composed: tuple[Composed, ...] = ()
    delivered: tuple[Delivered, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything needs a person's eye."""
        return (
            any(p.message for p in self.polled)
            or any(c.message for c in self.composed)
            or any(d.state != "sent" for d in self.delivered)
        )


def turn(street: Street, *, everything: bool) -> Turn:
    """Do one turn of all steps; with *everything*, also what is not due yet.

    Raises:
        StoreError: the database failed; what was committed before stays, the rest is found waiting.
    """
    now = street.clock()
    street.store.wake(now=now, holder=street.holder)
    street.store.register_sources(list(street.sources), now=now)
    street.store.register_profiles([p.name for p in street.profiles], now=now)
    polled = poll_waiting(street, everything=everything)
    judged = judge_waiting(street)
    composed = compose_waiting(street, everything=everything)
    return Turn(polled=polled, judged=judged, composed=composed, delivered=deliver_waiting(street))


# --- poll -----------------------------------------------------------------------------------------


def poll_waiting(street: Street, *, everything: bool = False) -> tuple[Polled, ...]:
    """Poll every source that is due; with *everything*, each that no server asked us to leave."""
    names = street.store.due_sources(
        list(street.sources), now=street.clock(), everything=everything
    )
    if not names:
        return ()
    with ThreadPoolExecutor(max_workers=min(street.threads, len(names))) as pool:
        polls = pool.map(partial(_poll_unless_stopping, street), names)
        return tuple(polled for polled in polls if polled)


def _poll_unless_stopping(street: Street, name: str) -> Polled | None:
    return None if street.stopping() else poll(street, name)


def poll(street: Street, name: str) -> Polled | None:
    """Poll one source to its end and store how that went; None if another worker has it."""
    now = street.clock()
    store = street.store
    if not store.claim_source(name, now=now, lease=LEASE, holder=street.holder):
        return None
    polled, wish = _fetch(street, name, now)
    failures = store.failures(name) + 1 if polled.message else 0
    store.record_poll(
        name,
        outcome=polled.outcome,
        message=polled.message,
        now=street.clock(),
        next_poll=schedule.next_poll(
            street.clock(),
            every=street.every[name],
            failures=failures,
            wish=wish,
            spread=random.random(),  # noqa: S311 - spreads load, guards nothing
        ),
        holder=street.holder,
    )
    log.info("polled %s: %s, %d new", name, polled.outcome, polled.sightings)
    return polled


def _fetch(street: Street, name: str, now: datetime) -> tuple[Polled, timedelta | None]:
    """Take in all batches of one source; return how it went and the server's wish for the next."""
    alerts = sightings = unread = 0
    wish: timedelta | None = None
    outcome: PollOutcome | None = None
    message = ""
    try:
        for batch in _batches(street, name, now):
            reads = tuple(_read(alert, now) for alert in batch.alerts)
            sightings += street.store.record_batch(name, reads, batch.cursor, now=now)
            alerts += len(reads)
            unread += sum(read.extraction.outcome in _UNREAD for read in reads)
            wish = batch.poll_in or wish
            if street.stopping():
                break
    except SourceError as error:
        outcome, message, wish = error.outcome, str(error), error.retry_after
        _keep_body(street, name, error, now)
    except StoreError:
        raise
    except Exception as error:
        # A fault in one source must not stop the others; the trace is the developer's.
        log.exception("source %s failed", name)
        outcome, message = "unreadable", f"{name}: unexpected {type(error).__name__}: {error}"
    if outcome is None:
        outcome = "new" if sightings else "unreadable" if unread else "empty"
    polled = Polled(
        source=name,
        outcome=outcome,
        message=message,
        alerts=alerts,
        sightings=sightings,
        unread=unread,
    )
    return polled, wish


_UNREAD = frozenset({"unreadable", "empty", "too-large"})


def _batches(street: Street, name: str, now: datetime) -> Iterator[Batch]:
    store = street.store
    return street.sources[name].fetch(
        store.cursor(name), now=now, known=partial(store.is_known, name)
    )


def _read(alert: Alert, now: datetime) -> Read:
    """Extract one alert; whatever goes wrong, the alert is kept with the reason."""
    try:
        extraction = extract(alert)
    except Exception as error:
        # A fault in a format must not lose the alert: it is kept and can be read again.
        log.exception("alert %s of %s could not be read", alert.key, alert.source)
        extraction = Extraction(
            format="",
            outcome="unreadable",
            reason=f"The reader failed with {type(error).__name__}.",
        )
    postings = tuple(
        posting_of(sighting, now=now) if sighting.is_posting else None
        for sighting in extraction.sightings
    )
    return Read(alert=alert, extraction=extraction, postings=postings)


def _keep_body(street: Street, name: str, error: SourceError, now: datetime) -> None:
    """Keep what arrived instead of alerts, so that a better reader can have it."""
    if not error.body:
        return
    digest = hashlib.sha256(error.body).hexdigest()
    alert = Alert(
        source=name, key=f"unreadable:{digest[:16]}", media="feed", raw=error.body, digest=digest
    )
    extraction = Extraction(format="", outcome="unreadable", reason=str(error))
    read = Read(alert=alert, extraction=extraction, postings=())
    street.store.record_batch(name, (read,), street.store.cursor(name), now=now)


# --- judge ----------------------------------------------------------------------------------------


def judge_waiting(street: Street) -> int:
    """Judge every posting that these rules have not judged at its tier; return how many."""
    judged = 0
    while not street.stopping():
        waiting = street.store.unjudged(street.rules.fingerprint, limit=JUDGE_BATCH)
        if not waiting:
            break
        verdicts = [_judge(posting, street.rules) for posting in waiting]
        street.store.record_verdicts(verdicts, now=street.clock())
        judged += len(verdicts)
    return judged


def _judge(posting: Posting, rules: Rules) -> Verdict:
    return judge(posting, rules)


# --- compose --------------------------------------------------------------------------------------


def compose_waiting(street: Street, *, everything: bool = False) -> tuple[Composed, ...]:
    """Compose the digest of every profile whose local send time has passed and that has none."""
    done = []
    for profile in street.profiles:
        if street.stopping():
            break
        now = street.clock()
        day = (
            schedule.local_day(now, profile.zone)
            if everything
            else schedule.due_day(
                now, send_at=profile.send_at, zone=profile.zone, days=profile.days
            )
        )
        if day is None:
            continue
        if not street.store.digest_day_exists(profile.name, day):
            done.append(compose(street, profile, day, now))
        elif everything:
            done.append(Composed(profile=profile.name, day=day, digest=None))
    return tuple(done)


def compose(street: Street, profile: Profile, day: date, now: datetime) -> Composed:
    """Compose, render and freeze one digest with one delivery per recipient."""
    digest = edition(street, profile, day, now)
    try:
        rendered = render(digest, street.templates)
    except RenderError as error:
        return Composed(profile=profile.name, day=day, digest=None, message=str(error))
    stored = street.store.record_digest(digest, rendered, profile.recipients, now=now)
    # None: another worker was first, and its digest is the one that is sent.
    return Composed(profile=profile.name, day=day, digest=digest if stored else None)


def edition(street: Street, profile: Profile, day: date, now: datetime) -> Digest:
    """Return what *profile*'s digest of *day* says, without storing it."""
    store = street.store
    last = store.last_digest(profile.name)
    candidates = store.candidates(
        profile.name,
        profile.sources,
        fingerprint=street.rules.fingerprint,
        since=now - profile.lookback,
    )
    reports = store.source_reports(profile.sources, since=last[1] if last else None, now=now)
    return digests.choose(
        candidates,
        reports,
        profile=profile.name,
        heading=profile.heading,
        day=day,
        now=now,
        zone=profile.zone.key,
    )


# --- deliver --------------------------------------------------------------------------------------


def deliver_waiting(street: Street) -> tuple[Delivered, ...]:
    """Send every delivery that is due, one claim at a time."""
    done = []
    while not street.stopping():
        delivery = street.store.claim_delivery(
            now=street.clock(), lease=LEASE, holder=street.holder
        )
        if delivery is None:
            break
        done.append(deliver(street, delivery))
    return tuple(done)


def deliver(street: Street, delivery: Delivery) -> Delivered:
    """Send one claimed delivery and store how that went."""
    outcome = _send(street.channels, delivery)
    now = street.clock()
    next_try = schedule.next_try(now, delivery.attempts) if outcome.state == "waiting" else None
    if outcome.state == "waiting" and next_try is None:
        outcome = replace(outcome, state="failed")
    street.store.finish_delivery(
        delivery.id,
        state=outcome.state,
        detail=outcome.detail,
        now=now,
        next_try=next_try,
        holder=street.holder,
    )
    log.info("delivery %s to %s: %s", delivery.id, delivery.channel, outcome.state)
    return outcome


def _send(channels: Mapping[str, Channel], delivery: Delivery) -> Delivered:
    state: DeliveryState = "waiting"
    try:
        channel = channels.get(delivery.channel)
        if channel is None:
            detail = f"channel {delivery.channel} is not in the configuration or not enabled"
        else:
            detail, state = channel.send(delivery).detail, "sent"
    except DeliveryError as error:
        detail, state = str(error), "failed" if error.permanent else "waiting"
    except Exception as error:
        # A fault in one channel must not stop the others; the delivery is tried again.
        log.exception("delivery %s failed", delivery.id)
        detail = f"unexpected {type(error).__name__}: {error}"
    return Delivered(
        profile=delivery.profile,
        channel=delivery.channel,
        recipient=delivery.recipient,
        state=state,
        detail=detail,
    )


def unsent(delivered: Sequence[Delivered]) -> list[Delivered]:
    """Return the deliveries that did not reach their recipient."""
    return [d for d in delivered if d.state != "sent"]
