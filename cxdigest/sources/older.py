"""The mails of a mailbox from before its first poll, for the archive.

Reads as ``sources.mailbox`` does, by EXAMINE and PEEK, and changes nothing; the position of the
polls is nobody's business here. A connection that is lost in the midst is made anew, and a mail on
which the server hangs up each time is passed by. What cannot be fetched is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TypeVar

from cxdigest.errors import SourceError
from cxdigest.extract.split import Message
from cxdigest.sources.exported import Found, Holder
from cxdigest.sources.imap import Folder, Head, opened
from cxdigest.sources.mailbox import BATCH, HEADS, MailboxSource, groups, patiently

T = TypeVar("T")
Ask = Callable[[Folder, Sequence[int]], dict[int, T]]

#: So often in a row, with no answer between, the connection is made anew: enough to find the one
#: mail among ``HEADS`` on which the server hangs up.
IN_A_ROW = 12
_PAUSE = 1.0  #: seconds before it is made anew


class Older:
    """Mails that came from *since* on and before *before*, by UID."""

    def __init__(
        self,
        source: MailboxSource,
        *,
        since: datetime,
        before: datetime,
        sleep: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self.troubles: list[str] = []  #: what could not be read, and why
        self.done = self.total = 0  #: mails
        self.lost: SourceError | None = None  #: why it was not read to its end; the place is kept
        self._source, self._since, self._before, self._sleep = source, since, before, sleep
        self._missing: list[int] = []
        self._why = ""  # what the server said or did to the last of them
        self._breaks = 0  # in a row

    @property
    def whole(self) -> bool:
        """Whether it was read to its end, but for what the server does not hand out."""
        return self.lost is None

    @property
    def broken_off(self) -> bool:
        """Whether it was lost in the midst."""
        return self.lost is not None and self.total > 0

    def mails(
        self, *, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        """Yield each mail; *wanted* says by its head which are fetched, *begin* after which UID."""
        source = self._source
        try:
            with ExitStack() as self._stack:
                self._folder = self._stack.enter_context(opened(source.account(), source.folder))
                yield from self._read(wanted, begin)
        except SourceError as error:
            self.lost = error
            self.troubles.append(str(error))
        if self._missing:
            some = ", ".join(map(str, self._missing[:10]))
            self.troubles.append(
                f"{len(self._missing)} mails in {source.folder} of {source.user} could not be "
                f"fetched (UID {some}): {self._why or 'the server sent nothing'}; run this again "
                "later, or read them in a mail program"
            )

    def _read(
        self, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        holder = self._holder()
        place = begin(holder)  # goes no further than the first mail that is missing
        # These words know whole days of the server's zone; _is_meant looks at the moment itself.
        since = (self._since - timedelta(days=1)).date()
        before = (self._before + timedelta(days=2)).date()
        uids = self._folder.uids(place + 1, since=since, before=before)
        self.total = len(uids)
        for start in range(0, len(uids), HEADS):
            some = uids[start : start + HEADS]
            heads = self._asked(Folder.heads, some)
            meant = [one for uid in some if (one := heads.get(uid)) and self._is_meant(one)]
            mine = [one for one in meant if wanted(one.header)]
            groups_by_first = {group[0].uid: group for group in groups(mine, BATCH)}
            wished = {one.uid for one in mine}
            raws: dict[int, bytes] = {}
            self.done = start + len(some) - len(meant)
            # In the order of the UIDs, so that nothing before a place is still to come.
            for one in meant:
                if one.uid in groups_by_first:
                    raws = self._fetched(groups_by_first[one.uid])
                self.done += 1
                if one.uid < min(self._missing, default=one.uid + 1):
                    place = one.uid
                if one.uid not in wished:
                    yield _found(holder, one, b"", place, wanted=False)
                elif one.uid in raws:
                    yield _found(holder, one, raws.pop(one.uid), place)

    def _holder(self) -> Holder:
        source, days = self._source, (self._before - self._since).days
        validity = str(self._folder.uidvalidity)
        where = (source.host, source.user, source.folder, validity, str(days))
        mark = hashlib.sha256("\0".join(where).encode()).hexdigest()[:32]
        return Holder(name=f"{source.folder} of {source.user}", mark=mark)

    def _is_meant(self, head: Head) -> bool:
        return head.received is not None and self._since <= head.received < self._before

    def _fetched(self, heads: Sequence[Head]) -> dict[int, bytes]:
        """Return the raw mails; of those that are too large the headers."""
        limit = self._source.limit
        small = [one.uid for one in heads if one.size <= limit]
        large = [one.uid for one in heads if one.size > limit]
        return self._asked(Folder.mails, small) | self._asked(Folder.headers, large)

    def _asked(self, ask: Ask[T], uids: Sequence[int]) -> dict[int, T]:
        """Return the answers, and note which are missing; half at a time where it is cut off."""
        answers: dict[int, T] = {}
        waiting, once, passed_by = [list(uids)], set[int](), set[int]()
        while waiting:
            some = waiting.pop(0)
            try:
                found, why = patiently(lambda these: ask(self._folder, these), some)
                missing = self._folder.present(set(some) - found.keys())
            except SourceError as error:
                self._why = str(error)
                self._reconnect(error)
                half = len(some) // 2
                if half:
                    waiting[:0] = [some[:half], some[half:]]
                elif once.isdisjoint(some):
                    once.update(some)
                    waiting.insert(0, some)
                else:
                    passed_by.update(some)
                continue
            answers |= found
            self._why, self._breaks = why or self._why, 0
            self._missing += sorted(missing)
        self._missing += sorted(self._folder.present(passed_by))
        return answers

    def _reconnect(self, error: SourceError) -> None:
        """Open the folder again after the connection was lost by *error*.

        Raises:
            SourceError: that has not helped so often, or the server does not let us in any more, or
                it is another folder by now.
        """
        source, before = self._source, self._folder.uidvalidity
        self._breaks += 1
        if error.outcome != "network" or self._breaks > IN_A_ROW:
            raise error
        self._stack.close()
        self._sleep(_PAUSE)
        self._folder = self._stack.enter_context(opened(source.account(), source.folder))
        if self._folder.uidvalidity != before:
            what = f"gave the mails in {source.folder} other numbers meanwhile; begin again"
            raise source.account().error(what) from error


def _found(holder: Holder, head: Head, raw: bytes, place: int, *, wanted: bool = True) -> Found:
    # As an mbox says when a mail came, for those in which no server wrote it.
    line = f"From - {head.received.ctime()}".encode() if head.received else b""
    message = Message(line=line, raw=raw, size=head.size, end=head.uid, wanted=wanted)
    return Found(holder=holder, message=message, place=place, latest=head.received)
