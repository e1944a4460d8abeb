"""Take in what the sources have: raw alerts, sightings, postings and the position at once.

A source that fails is stored as failed and stops no other. Knows no concrete source, merges and
judges nothing; when a source is due next says ``schedule``.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from cxdigest import schedule
from cxdigest.errors import SourceError, StoreError
from cxdigest.extract import extract
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver
from cxdigest.identity import posting_of
from cxdigest.model import Alert, Extraction, Json, PollOutcome
from cxdigest.pipeline.alerts.incoming import read_message
from cxdigest.pipeline.alerts.routing import intake, owned
from cxdigest.pipeline.street import LEASE, Polled, Street
from cxdigest.pipeline.told import alert_name, told
from cxdigest.sources import Batch
from cxdigest.store import UNREAD, Read

log = logging.getLogger(__name__)

#: How the key of something begins that arrived in place of alerts.
UNREADABLE_BODY = "unreadable:"


def poll_waiting(street: Street, *, everything: bool = False) -> tuple[Polled, ...]:
    """Poll every source that is due; with *everything*, each that no server asked us to leave."""
    names = street.store.due_sources(
        list(street.sources), now=street.clock(), everything=everything
    )
    if not names:
        return ()
    with ThreadPoolExecutor(max_workers=min(street.threads, len(names))) as pool:
        polls = pool.map(partial(_poll_unless_stopping, street, due_only=not everything), names)
        return tuple(polled for polled in polls if polled)


def _poll_unless_stopping(street: Street, name: str, *, due_only: bool) -> Polled | None:
    return None if street.stopping() else poll(street, name, due_only=due_only)


def poll(street: Street, name: str, *, due_only: bool = False) -> Polled | None:
    """Poll one source to its end and store how that went; None if another worker has it.

    With *due_only*, also None if another worker has just polled it.
    """
    now = street.clock()
    store = street.store
    if not store.claim_source(name, now=now, lease=LEASE, holder=street.holder, due_only=due_only):
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
            every=schedule.sooner(street.every[name], polled.full),
            failures=failures,
            wish=wish,
            spread=random.random(),  # noqa: S311 - spreads load, guards nothing
        ),
        holder=street.holder,
        alerts=polled.alerts,
        sightings=polled.sightings,
        unread=polled.unread,
        overflowed=polled.full > 0,
    )
    fields = told(
        "poll",
        source=name,
        outcome=polled.outcome,
        alerts=polled.alerts,
        sightings=polled.sightings,
        unread=polled.unread,
    )
    log.info("polled %s: %s, %d new", name, polled.outcome, polled.sightings, extra=fields)
    return polled


def _fetch(street: Street, name: str, now: datetime) -> tuple[Polled, timedelta | None]:
    """Take in all batches of one source; return how it went and the server's wish for the next."""
    alerts = sightings = unread = full = 0
    mailbox = intake(street, name)
    receiver = street.receivers.get(name, UNKNOWN)
    wish: timedelta | None = None
    outcome: PollOutcome | None = None
    message = ""
    try:
        for batch in _batches(street, name, now):
            reads = tuple(
                owned(_read(street, alert, now, receiver), mailbox, receiver)
                for alert in _fresh(street, name, batch.alerts)
            )
            sightings += street.store.record_batch(name, reads, batch.cursor, now=now)
            _tell(name, reads)
            alerts += len(reads)
            unread += sum(read.extraction.outcome in UNREAD for read in reads)
            wish, full = batch.poll_in or wish, max(full, batch.full)
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
    if mailbox and alerts:
        street.store.forget_routing(name, unless=mailbox.fingerprint)
    if outcome is None:
        outcome = "new" if sightings else "unreadable" if unread else "empty"
    polled = Polled(
        source=name,
        outcome=outcome,
        message=message,
        alerts=alerts,
        sightings=sightings,
        unread=unread,
        full=full,
    )
    return polled, wish


def _tell(name: str, reads: Sequence[Read]) -> None:
    """Log what came, with the postings that it shows."""
    if not log.isEnabledFor(logging.INFO):
        return
    for read in reads:
        shown = [posting.id for posting in read.postings if posting]
        alert, found = alert_name(read.alert.digest), read.extraction
        fields = told(
            "alert",
            source=name,
            alert=alert,
            format=found.format,
            outcome=found.outcome,
            sightings=len(found.sightings),
            postings=list[Json](shown),
        )
        log.info(
            "alert %s of %s: %s, %d postings", alert, name, found.outcome, len(shown), extra=fields
        )


def _batches(street: Street, name: str, now: datetime) -> Iterator[Batch]:
    store = street.store
    return street.sources[name].fetch(
        store.cursor(name), now=now, known=partial(store.is_known, name)
    )


def _fresh(street: Street, name: str, alerts: tuple[Alert, ...]) -> Iterator[Alert]:
    """Return the *alerts* that are not stored yet, found with one question for all."""
    known = street.store.known_alerts(name, [alert.key for alert in alerts])
    return (alert for alert in alerts if alert.key not in known)


def _read(street: Street, alert: Alert, now: datetime, receiver: Receiver) -> Read:
    """Return what *alert* says to us, done at once, else what it shows."""
    message = read_message(street.store, alert, receiver, now=now, street=street)
    if message is None:
        return read_alert(alert, now, receiver)
    # Before it is stored: if this ends here, the mail is read again, and twice does no harm.
    if message.act:
        message.act()
    return message.read


def read_alert(alert: Alert, now: datetime, receiver: Receiver) -> Read:
    """Return what *alert*, stored at *now* and taken in by *receiver*, shows."""
    extraction = extract(alert, receiver=receiver)
    unproven = extraction.authenticity == "failed"
    postings = tuple(
        posting_of(sighting, now=now, unproven=unproven) if sighting.is_posting else None
        for sighting in extraction.sightings
    )
    return Read(alert=alert, extraction=extraction, postings=postings)


def _keep_body(street: Street, name: str, error: SourceError, now: datetime) -> None:
    """Keep what arrived instead of alerts, so that a better reader can have it."""
    if not error.body:
        return
    digest = hashlib.sha256(error.body).hexdigest()
    alert = Alert(
        source=name, key=UNREADABLE_BODY + digest[:16], media="feed", raw=error.body, digest=digest
    )
    extraction = Extraction(format="", outcome="unreadable", reason=str(error))
    read = Read(alert=alert, extraction=extraction, postings=())
    street.store.record_batch(name, (read,), street.store.cursor(name), now=now)
