"""A folder of an IMAP mailbox as a source of alerts.

Decides which mails to read, in which order, and what to remember; ``sources.imap`` talks to the
server. The position is UIDVALIDITY and UID, never the flags that a person's mail program shows.
A mail that cannot be fetched lets the others pass, is asked for again, and is reported.
"""

from __future__ import annotations

import email
import hashlib
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import getaddresses
from typing import TypeVar

from cxdigest.errors import SourceError
from cxdigest.extract.mails.ours import may_be_for_us
from cxdigest.extract.mails.sameness import sameness
from cxdigest.model import Alert, Cursor
from cxdigest.sources import Batch
from cxdigest.sources.imap import (
    MAX_UID,
    MOST,
    Account,
    Folder,
    Head,
    RefusedError,
    Security,
    opened,
)
from cxdigest.sources.position import Position
from cxdigest.text import is_host

HEADS = 500  #: mails whose sender and size are asked for at once
BATCH = 50  #: mails fetched and stored at once, at most
BATCH_BYTES = 4_000_000  #: bytes fetched and stored at once, unless one mail alone is larger
PATIENCE = timedelta(days=14)  #: how long a mail that cannot be fetched is asked for again

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSource:
    """A folder of a mailbox, read without changing it."""

    name: str
    host: str
    port: int
    security: Security
    user: str
    password: str | Callable[[], str] = field(repr=False)  #: a callable is asked at each login
    bearer: bool = False  #: *password* is a token (OAuth2)
    folder: str = "INBOX"
    #: Addresses or domains; empty: every sender. What may be meant for us comes from anybody.
    senders: tuple[str, ...] = ()
    since_days: int = (
        14  #: how far the first poll goes back, and the one after a UIDVALIDITY change
    )
    limit: int = 25_000_000  #: bytes; of a larger mail the header alone is fetched
    timeout: float = 30  #: seconds for an answer to begin
    cafile: str | None = None  #: certificates to trust instead of the system's

    def fetch(
        self, cursor: Cursor, *, now: datetime, known: Callable[[str], bool]
    ) -> Iterator[Batch]:
        """Yield the mails that came since *cursor*, by UID, in batches of bounded size.

        Raises:
            SourceError: the poll failed (see ``imap.opened``); ``unreadable`` if single mails could
                not be fetched, after everything else was yielded.
        """
        with opened(self.account(), self.folder) as folder:
            yield from _Poll(self, folder, now, known).run(cursor)

    def account(self) -> Account:
        """Return where it is and how to get in."""
        password = self.password
        return Account(
            host=self.host,
            port=self.port,
            security=self.security,
            user=self.user,
            password=(lambda: password) if isinstance(password, str) else password,
            bearer=self.bearer,
            timeout=self.timeout,
            cafile=self.cafile,
            most=max(MOST, 2 * self.limit),  # servers count a mail's bytes roughly
        )


def begun_at(moment: datetime) -> Cursor:
    """Return the cursor of a mailbox that was never polled: its first poll goes back to *moment*.

    Or further, where its own days do. What is older was taken in by another way.
    """
    return {"from": moment.isoformat()}


def _begin(cursor: Cursor) -> tuple[datetime, ...]:
    told = cursor.get("from")
    return (datetime.fromisoformat(told),) if isinstance(told, str) else ()


class _Poll:
    """One poll of one folder; holds the position as it moves."""

    def __init__(
        self, source: MailboxSource, folder: Folder, now: datetime, known: Callable[[str], bool]
    ) -> None:
        self._source = source
        self._folder = folder
        self._now = now
        self._known = known
        self._failed: set[int] = set()  # UIDs that this poll could not fetch
        self._why = ""  # what the server said to the last of them

    def run(self, cursor: Cursor) -> Iterator[Batch]:
        self._position = self._start(cursor)
        self._stored = cursor
        again = list(self._position.again)
        yield from self._read(self._fresh(), heads=HEADS, mails=BATCH)
        if self._folder.uidnext <= MAX_UID:
            self._position = self._position.at(self._folder.uidnext - 1)
        # Last and one by one: a mail on which the server hangs up must not block any other.
        yield from self._read(again, heads=1, mails=1)
        given_up = {u for u, since in self._position.again.items() if self._now - since > PATIENCE}
        self._position = self._position.settled(given_up, now=self._now)
        yield from self._batch([])
        if self._failed:
            raise self._failure(given_up)

    def _start(self, cursor: Cursor) -> Position:
        if cursor.get("uidvalidity") == self._folder.uidvalidity:
            return Position.of(cursor)
        # The UIDs say nothing about what was read; the content digest does, within bounds.
        return Position(
            uidvalidity=self._folder.uidvalidity,
            uid=0,
            until=self._folder.uidnext - 1,
            since=min((self._now - timedelta(days=self._source.since_days), *_begin(cursor))),
        )

    def _fresh(self) -> list[int]:
        first, until, since = self._position.uid + 1, self._position.until, self._position.since
        if since is None:
            return self._folder.uids(first)
        # SINCE knows whole days of the server's zone; _wants looks at the moment itself.
        bounded = self._folder.uids(first, since=(since - timedelta(days=1)).date())
        return sorted({*bounded, *self._folder.uids(max(first, until + 1))})

    def _read(self, uids: Sequence[int], *, heads: int, mails: int) -> Iterator[Batch]:
        for start in range(0, len(uids), heads):
            some = uids[start : start + heads]
            wanted = yield from self._guarded(some, self._wanted, some)
            for group in groups(wanted, mails):
                alerts = yield from self._guarded([h.uid for h in group], self._alerts, group)
                self._position = self._position.at(group[-1].uid)
                yield from self._batch(alerts)
            self._position = self._position.at(some[-1])
            yield from self._batch([])
            if len(self._failed) > BATCH:
                raise self._failure(set())

    def _guarded(
        self, uids: Sequence[int], call: Callable[[A], T], argument: A
    ) -> Generator[Batch, None, T]:
        """Return the call's result; if the connection is lost, pass by *uids* before it raises."""
        try:
            return call(argument)
        except SourceError:
            self._position = self._position.at(uids[-1]).settled(uids, failed=uids, now=self._now)
            yield from self._batch([])
            raise

    def _wanted(self, uids: Sequence[int]) -> list[Head]:
        heads = self._patiently(self._folder.heads, uids)
        wanted = [head for uid in uids if (head := heads.get(uid)) and self._wants(head)]
        self._settle(set(uids) - {head.uid for head in wanted}, missing=set(uids) - set(heads))
        return wanted

    def _wants(self, head: Head) -> bool:
        since, until = self._position.since, self._position.until
        if since and head.uid <= until and head.received and head.received < since:
            return False
        wanted = sent_by(head.header, self._source.senders) or may_be_for_us(head.header)
        return wanted and not self._known(self._key(head.uid))

    def _alerts(self, heads: Sequence[Head]) -> list[Alert]:
        large = [head.uid for head in heads if head.size > self._source.limit]
        small = [head.uid for head in heads if head.size <= self._source.limit]
        raws = self._patiently(self._folder.mails, small)
        raws |= self._patiently(self._folder.headers, large)
        uids = {head.uid for head in heads}
        self._settle(uids, missing=uids - set(raws))
        alerts = [self._alert(head, raws[head.uid]) for head in heads if head.uid in raws]
        once = {alert.digest: alert for alert in reversed(alerts)}
        return [a for a in alerts if once[a.digest] is a and not self._is_known(a)]

    def _is_known(self, alert: Alert) -> bool:
        # The second is what earlier versions kept it by.
        return self._known(alert.digest) or self._known(hashlib.sha256(alert.raw).hexdigest())

    def _alert(self, head: Head, raw: bytes) -> Alert:
        return Alert(
            source=self._source.name,
            key=self._key(head.uid),
            media="mail",
            raw=raw,
            digest=sameness(raw),
            received=head.received,
            too_large=head.size if head.size > self._source.limit else 0,
        )

    def _key(self, uid: int) -> str:
        return f"{self._position.uidvalidity}:{uid}"

    def _patiently(
        self, ask: Callable[[Sequence[int]], dict[int, T]], uids: Sequence[int]
    ) -> dict[int, T]:
        answers, why = patiently(ask, uids)
        self._why = why or self._why
        return answers

    def _settle(self, uids: Collection[int], *, missing: Collection[int]) -> None:
        """Note *uids* as dealt with, but for the *missing* that are still in the folder."""
        failed = self._folder.present(missing)
        self._failed |= failed
        self._position = self._position.settled(uids, failed=failed, now=self._now)

    def _batch(self, alerts: Sequence[Alert]) -> Iterator[Batch]:
        cursor = self._position.cursor()
        if alerts or cursor != self._stored:
            yield Batch(alerts=tuple(alerts), cursor=cursor)
            self._stored = cursor

    def _failure(self, given_up: Collection[int]) -> SourceError:
        source = self._source
        some = ", ".join(map(str, sorted(self._failed)[:10]))
        end = "they are asked for again at the next poll"
        if given_up:
            lost = ", ".join(map(str, sorted(given_up)[:10]))
            end = f"given up after {PATIENCE.days} days, to be read in a mail program: {lost}"
        return SourceError(
            f"{len(self._failed)} mails in {source.folder} of {source.user} could "
            f"not be fetched (UID {some}): {self._why or 'the server sent nothing'}; {end}",
            outcome="unreadable",
        )


def sent_by(header: bytes, senders: Sequence[str]) -> bool:
    """Tell whether the mail is from one of *senders*, addresses or domains; any if there are none.

    A mail whose From cannot be read is taken for wanted: no doubt may hide a posting.
    """
    if not senders:
        return True
    values = email.message_from_bytes(header).get_all("From", [])
    addresses = [address.lower() for _, address in getaddresses(map(str, values)) if "@" in address]
    return not addresses or any(_matches(a, s) for a in addresses for s in senders)


def _matches(address: str, sender: str) -> bool:
    sender = sender.lower().removeprefix("@")
    if "@" in sender:
        return address == sender
    return is_host(address.rpartition("@")[2], sender)


def patiently(
    ask: Callable[[Sequence[int]], dict[int, T]], uids: Sequence[int]
) -> tuple[dict[int, T], str]:
    """Ask for *uids*, and for half of them at a time where the server refuses.

    Returns also what it said at last of those that it refused.
    """
    if not uids:
        return {}, ""
    try:
        return ask(uids), ""
    except RefusedError as error:
        why = str(error)
    half = len(uids) // 2
    if not half:
        return {}, why
    first, _ = patiently(ask, uids[:half])
    second, _ = patiently(ask, uids[half:])
    return first | second, why


def groups(heads: Sequence[Head], most: int) -> Iterator[list[Head]]:
    """Yield *heads* in groups that hold at most *most* mails and ``BATCH_BYTES`` bytes."""
    group: list[Head] = []
    size = 0
    for head in heads:
        if group and (len(group) == most or size + head.size > BATCH_BYTES):
            yield group
            group, size = [], 0
        group.append(head)
        size += head.size
    if group:
        yield group
