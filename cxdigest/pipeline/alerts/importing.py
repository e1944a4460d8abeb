"""Take in old alerts that a person has: as the source would have, and as of the day they came.

What came before a profile's look-back is archived and judged, and stands in no digest, for a digest
goes by when an alert came. What old mails asked cxdigest for is not done again. A batch is stored
with its place, so an import that was ended in any way goes on from there; and what the source
brought or will bring itself is known again by ``extract.mails.sameness``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, cast

from cxdigest.extract.mails.authenticity import UNKNOWN
from cxdigest.extract.mails.mime import latin, split_head
from cxdigest.extract.mails.sameness import former, sameness
from cxdigest.model import Alert
from cxdigest.pipeline.alerts.incoming import read_message
from cxdigest.pipeline.alerts.poll import read_alert
from cxdigest.pipeline.alerts.routing import intake, owned
from cxdigest.pipeline.street import Street
from cxdigest.sources.exported import Found, Holder
from cxdigest.sources.mailbox import sent_by
from cxdigest.store import Read
from cxdigest.store.arrivals.imports import counted

#: Mails stored at once at most, and their bytes, unless one alone is larger.
BATCH, BATCH_BYTES = 50, 4_000_000
#: After so many bytes of other people's mails, or so many of these, the place is noted too.
NOTED, NOTED_MAILS = 32_000_000, 2_000
#: What is dated earlier is dated wrongly: no board mailed alerts then.
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_ZONE = re.compile(r" (?:[+-]\d{4}|[A-Z]{3,4})(?= \d{4}$)| (?:[+-]\d{4})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How far an import has come, what was done before it was interrupted included."""

    done: int = 0  #: bytes or mails read, of *total*
    total: int = 0
    mails: int = 0  #: looked at
    foreign: int = 0  #: of other senders: passed over
    known: int = 0  #: kept already
    taken: int = 0  #: alerts taken in
    unread: int = 0  #: of those, not readable: kept as they came
    late: int = 0  #: older than postings are kept: left
    postings: int = 0  #: shown by the alerts that were taken in
    stopped: bool = False  #: asked to stop; its place is kept


_NONE = Imported()


class Mails(Protocol):
    """Old mails, wherever they lie."""

    troubles: list[str]  #: what could not be read, and why

    @property
    def done(self) -> int:
        """How much was read, in any unit."""

    @property
    def total(self) -> int:
        """How much there is, in the same unit."""

    @property
    def whole(self) -> bool:
        """Whether nothing is left that is to be read from the place where this ended."""

    def mails(
        self, *, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        """Yield every mail, or of one whose head is not *wanted* no more than that it is there.

        *begin* says after which place of a holder to go on.
        """


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Mails of one holder that are not stored yet."""

    scope: str = ""  #: of its place; empty: none is kept
    counts: Counter[str] = field(default_factory=Counter)  #: of the holder, as far as stored
    fresh: Counter[str] = field(default_factory=Counter)  #: of what is not noted yet
    alerts: list[Alert] = field(default_factory=list)
    size: int = 0
    place: int = 0
    noted: int = 0  #: the place that is stored
    stays: bool = False  #: the place does, with its counts: something before is to be read yet


class _Import:
    def __init__(self, street: Street, name: str, senders: Sequence[Sequence[str]]) -> None:
        self.street, self.name, self.senders = street, name, senders
        self.now = street.clock()
        self.mailbox = intake(street, name)
        self.receiver = street.receivers.get(name, UNKNOWN)
        self.scopes: list[str] = []
        self.batch = _Batch()
        self.past: Counter[str] = Counter()  # of the holders before
        keep = street.keep_postings
        self.since = max(_EARLIEST, self.now - keep) if keep else _EARLIEST

    def wants(self, head: bytes) -> bool:
        return all(sent_by(head, group) for group in self.senders)

    def begin(self, holder: Holder) -> int:
        """Go on with *holder* where it was left; return after how many bytes that is."""
        self.flush()
        scope = f"import into {self.name} of {holder.mark}"
        place = self.street.store.begin_import(scope, now=self.now)
        self._change(_Batch(scope=scope, counts=place.counts, place=place.position or 0))
        self.batch.noted = self.batch.place
        self.scopes.append(scope)
        return self.batch.place

    def _change(self, batch: _Batch) -> None:
        self.past += self.batch.counts
        self.batch = batch

    def take(self, found: Found, limit: int) -> None:
        if not found.holder.mark and self.batch.scope:
            self.flush()
            self._change(_Batch())
        batch, message = self.batch, found.message
        if batch.scope and found.place == batch.place and not batch.stays:
            self.flush()
            batch.stays = True
        batch.fresh["mails"] += 1
        batch.place = found.place
        if not message.wanted:
            batch.fresh["foreign"] += 1
        elif (came := _came(found, self.now)) < self.since:
            batch.fresh["late"] += 1
        else:
            batch.alerts.append(_alert(self.name, found, came, limit))
            batch.size += len(batch.alerts[-1].raw)
        far = batch.place - batch.noted > NOTED or batch.fresh["mails"] >= NOTED_MAILS
        if len(batch.alerts) >= BATCH or batch.size >= BATCH_BYTES or far:
            self.flush()

    def flush(self) -> None:
        """Store what waits and the place after it, in one transaction."""
        batch, store = self.batch, self.street.store
        if not batch.fresh:
            return
        asked = {alert.key: (alert.digest, *former(alert.raw)) for alert in batch.alerts}
        known = store.known_alerts(self.name, [one for group in asked.values() for one in group])
        reads = [
            self._read(alert)
            for alert in {one.key: one for one in batch.alerts}.values()
            if known.isdisjoint(asked[alert.key])
        ]
        counts = batch.counts + batch.fresh
        counts["known"] += len(batch.alerts) - len(reads)
        new = store.record_import(
            self.name,
            reads,
            now=self.now,
            scope="" if batch.stays else batch.scope,
            position=batch.place,
            counts=counts,
        )
        if self.mailbox and new:
            store.forget_routing(self.name, unless=self.mailbox.fingerprint)
        batch.counts = counts + counted(new)
        batch.fresh, batch.alerts, batch.size, batch.noted = Counter(), [], 0, batch.place

    def _read(self, alert: Alert) -> Read:
        came = alert.received or self.now
        # What it asks for was done when it came, or was never to be done.
        message = read_message(self.street.store, alert, self.receiver, now=came)
        read = message.read if message else read_alert(alert, came, self.receiver)
        return owned(read, self.mailbox, self.receiver)

    def sums(self, export: Mails) -> Imported:
        sums = self.past + self.batch.counts + self.batch.fresh
        return replace(_NONE, done=export.done, total=export.total, **cast("dict[str, Any]", sums))


def import_mails(
    street: Street,
    name: str,
    export: Mails,
    *,
    senders: Sequence[Sequence[str]],
    limit: int,
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[Imported]:
    """Take the mails of *export* in as alerts of source *name*; yield how far it has come.

    Of each group of *senders* one must have sent it; an empty group is everybody. A mail larger
    than *limit* bytes is kept as one that is too large.
    """
    street.store.register_sources([name], now=street.clock())
    one = _Import(street, name, senders)
    stopped = False
    for found in export.mails(wanted=one.wants, begin=one.begin):
        one.take(found, limit)
        yield one.sums(export)
        if stopping():
            stopped = True
            break
    one.flush()
    if not stopped and export.whole:
        street.store.end_imports(one.scopes)
    yield replace(one.sums(export), stopped=stopped)


def _alert(source: str, found: Found, came: datetime, limit: int) -> Alert:
    message = found.message
    size = message.size if message.size > limit else 0
    raw = _head(message.raw) if size else message.raw
    digest = sameness(raw)
    return Alert(
        source=source,
        key=f"import:{digest[:32]}",
        media="mail",
        raw=raw,
        digest=digest,
        received=came,
        too_large=size,
    )


def _head(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw[:262_144], maxsplit=1)[0]


def _came(found: Found, now: datetime) -> datetime:
    """Return when a mail came: as its server noted it, the mbox, else its writer; else *now*.

    Never later than it is known to have been there: nothing old may seem to be news.
    """
    latest = min(found.latest or now, now)
    fields, _ = split_head(found.message.raw[:262_144].lstrip(b"\r\n"))
    received = latin(fields.get("received", b"")).rpartition(";")[2]
    for told in (received, _of_line(found.message.line), latin(fields.get("date", b""))):
        moment = _moment(told)
        if moment and _EARLIEST <= moment < now + timedelta(days=1):
            return min(moment, latest)
    return latest


def _of_line(line: bytes) -> str:
    """Return the date of the line that begins a message in an mbox, as headers write dates."""
    words = _ZONE.sub("", " ".join(latin(line).split()[2:])).split()
    if len(words) != 5:  # noqa: PLR2004 - Mon Nov 23 06:30:00 2026
        return ""
    day, month, number, time, year = words
    return f"{day}, {number} {month} {year} {time} +0000"


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(" ".join(text.split()))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
