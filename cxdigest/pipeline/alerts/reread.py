"""Read stored alerts again with the readers of this version; nothing is fetched and nothing sent.

What a new reading finds is put in place of what the earlier one found, alert by alert. A reading
that finds nothing never replaces one that found something: no fault of a new reader may hide a
posting (implicit keep).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cxdigest import __version__
from cxdigest.errors import AlertError
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.mails.authenticity import UNKNOWN, Receiver
from cxdigest.extract.split import feed_alert
from cxdigest.identity.posting import fold
from cxdigest.model import Alert, Posting, Sighting
from cxdigest.pipeline.alerts.incoming import read_message
from cxdigest.pipeline.alerts.poll import UNREADABLE_BODY, read_alert
from cxdigest.pipeline.street import Clock
from cxdigest.store import UNREAD, Read, Rereading, Store, StoredAlert

#: Alerts read between two commits. Their bytes are held one by one.
REREAD_BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """What reading again has come to."""

    total: int  #: alerts to read
    alerts: int = 0  #: read again
    pruned: int = 0  #: alerts whose bytes were removed by age: they stay as they were read
    readable: int = 0  #: alerts that could not be read before and now can
    changed: int = 0  #: further alerts that read otherwise than before
    unchanged: int = 0  #: alerts that read as before
    kept: int = 0  #: alerts in which nothing is found any more: their earlier reading stays
    new: int = 0  #: postings that were not known
    gone: int = 0  #: postings that no alert shows any more: kept, but no news

    @property
    def done(self) -> int:
        """How many of *total* were looked at."""
        return self.alerts + self.pruned


def reread(
    store: Store,
    receivers: Mapping[str, Receiver],
    *,
    clock: Clock,
    since: datetime | None = None,
    source: str = "",
    stopping: Callable[[], bool] = lambda: False,
    batch: int = REREAD_BATCH,
) -> Generator[Reread]:
    """Read the stored alerts again, batch by batch; yield the sums at the start and after each.

    *receivers* are those of the sources; *since* leaves out what was stored earlier, *source* all
    other sources. What was interrupted goes on where it stopped, with the sums it had.
    """
    scope = f"{__version__} since {since.isoformat() if since else 'ever'} of {source or 'all'}"
    place = store.begin_reread(scope, now=clock())
    sums = Reread(total=store.count_alerts(before=place.begun, since=since, source=source))
    yield replace(sums, **place.counts)
    position = place.position
    while waiting := store.stored_alerts(
        after=position, before=place.begun, since=since, source=source, limit=batch
    ):
        if stopping():
            return
        rereadings, counted = _read_again(store, receivers, waiting)
        position = waiting[-1].number
        counts = store.record_reread(rereadings, counted, scope=scope, position=position)
        yield replace(sums, **counts)
    store.end_reread(scope)


def reread_one(
    store: Store, receivers: Mapping[str, Receiver], *, number: int, source: str, clock: Clock
) -> Reread:
    """Read the one alert of *source* again that has the id *number* in the store."""
    scope = f"{__version__} alert {number}"
    now = store.begin_reread(scope, now=clock()).begun
    waiting = store.stored_alerts(after=number - 1, before=now, since=None, source=source, limit=1)
    found = [one for one in waiting if one.number == number]
    rereadings, counted = _read_again(store, receivers, found)
    counts = store.record_reread(rereadings, counted, scope=scope, position=number)
    store.end_reread(scope)
    return replace(Reread(total=len(found)), **counts)


def _read_again(
    store: Store, receivers: Mapping[str, Receiver], waiting: Sequence[StoredAlert]
) -> tuple[list[Rereading], Counter[str]]:
    """Return the new readings that are to be stored, and what they come to."""
    found, counts = [], Counter[str]()
    for stored in waiting:
        raw = store.raw_alert_of(stored.number)
        if raw is None:
            counts["pruned"] += 1
            continue
        counts["alerts"] += 1
        receiver = receivers.get(stored.alert.source, UNKNOWN)
        alert = replace(stored.alert, raw=raw)
        # What a mail asked for was done then; a later word of the reader's may have replaced it.
        message = read_message(store, alert, receiver, now=stored.stored)
        read = message.read if message else _read(alert, stored.stored, receiver)
        places = continues(stored, read)
        # The bytes are not needed any more, and a batch of them may be large.
        read = replace(
            read,
            alert=stored.alert,
            postings=_under_old_ids(stored, read, places),
            profile=stored.profile,
        )
        outcome = _compare(stored, read)
        counts[outcome] += 1
        if outcome != "kept":
            found.append(Rereading(stored=stored, read=read, continues=places))
    return found, counts


def _read(alert: Alert, stored: datetime, receiver: Receiver) -> Read:
    """Return what is in *alert* today; in what once arrived in place of a feed, all its entries."""
    if alert.media != "feed" or not alert.key.startswith(UNREADABLE_BODY):
        return read_alert(alert, stored, receiver)
    try:
        entries = read_feed(alert.raw).entries
    except AlertError:
        return read_alert(alert, stored, receiver)
    reads = [
        read_alert(feed_alert(entry, source=alert.source), stored, receiver) for entry in entries
    ]
    first = next((one for one in reads if one.extraction.sightings), None)
    if first is None:
        return read_alert(alert, stored, receiver)
    together = tuple(sighting for one in reads for sighting in one.extraction.sightings)
    return Read(
        alert=alert,
        extraction=replace(first.extraction, sightings=together),
        postings=tuple(posting for one in reads for posting in one.postings),
    )


def _under_old_ids(
    stored: StoredAlert, read: Read, places: Sequence[int | None]
) -> tuple[Posting | None, ...]:
    """Return the postings of *read*; what the alert showed before keeps the id that it had.

    A new reading may make another id of the same opening, and under that it would be news again.
    """
    olds = (place if place is None else stored.sightings[place].key for place in places)
    return tuple(
        replace(posting, id=old) if posting and old else posting
        for posting, old in zip(read.postings, olds, strict=True)
    )


def _compare(stored: StoredAlert, read: Read) -> str:
    """Return under which of a ``Reread``'s sums an alert counts."""
    now = read.extraction
    if stored.sightings and not now.sightings:
        return "kept"
    if stored.outcome in UNREAD and now.outcome == "read":
        return "readable"
    keys = tuple(posting.id if posting else "" for posting in read.postings)
    same = (
        tuple(seen.sighting for seen in stored.sightings)
        == tuple(replace(one, description="") for one in now.sightings)  # kept with the posting
        and tuple(seen.key for seen in stored.sightings) == keys
        and stored.outcome == now.outcome
    )
    return "unchanged" if same else "changed"


def continues(stored: StoredAlert, read: Read) -> tuple[int | None, ...]:
    """Return for each sighting of *read* the place of the earlier one that showed the same opening.

    By its id, else the board's own id, else its link, else its title and employer, else its title;
    each earlier one is continued once, and never by one with another id of the same board.
    """
    free = {place: seen.sighting for place, seen in enumerate(stored.sightings)}
    found: list[int | None] = [None] * len(read.postings)
    for mark in _MARKS:
        marks: dict[object, list[int]] = {}
        for place, sighting in free.items():
            if value := mark(sighting):
                marks.setdefault(value, []).append(place)
        for number, sighting in enumerate(read.extraction.sightings):
            places = marks.get(mark(sighting), [])
            if found[number] is not None or len(places) != 1 or places[0] not in free:
                continue
            if _may_be(free[places[0]], sighting):
                found[number] = places[0]
                del free[places[0]]
    return tuple(found)


def _may_be(old: Sighting, new: Sighting) -> bool:
    return not (old.native_id and new.native_id and old.native_id != new.native_id)


#: By what an opening is known again within one alert, the surest first; empty: by nothing.
_MARKS: tuple[Callable[[Sighting], str], ...] = (
    lambda one: one.native_id,
    lambda one: one.url and f"{one.url}\0{fold(one.title)}",
    lambda one: "\0".join(map(fold, (one.title, one.company, one.location))),
    lambda one: one.url,
    lambda one: "\0".join(map(fold, (one.title, one.company))),
    lambda one: fold(one.title),
)
