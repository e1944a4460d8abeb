"""The mails of a mailbox from before its first poll, for the archive.

Reads as ``sources.mailbox`` does, by EXAMINE and PEEK, and changes nothing; the position of the
polls is nobody's business here. What cannot be fetched is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from cxdigest.errors import SourceError
from cxdigest.extract.split import Message
from cxdigest.sources.exported import Found, Holder
from cxdigest.sources.imap import Folder, Head, opened
from cxdigest.sources.mailbox import BATCH, HEADS, MailboxSource, groups, patiently

T = TypeVar("T")


class Older:
    """Mails that came from *since* on and before *before*, by UID."""

    def __init__(self, source: MailboxSource, *, since: datetime, before: datetime) -> None:
        self.troubles: list[str] = []  #: what could not be read, and why
        self.done = self.total = 0  #: mails
        self.broken_off = False  #: the server was lost in the midst; the place is kept
        self._source, self._since, self._before = source, since, before
        self._missing: list[int] = []

    def mails(
        self, *, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        """Yield each mail; *wanted* says by its head which are fetched, *begin* after which UID."""
        source = self._source
        try:
            with opened(source.account(), source.folder) as folder:
                yield from self._read(folder, wanted, begin)
        except SourceError as error:
            self.broken_off = self.done < self.total
            self.troubles.append(str(error))
        if self._missing:
            some = ", ".join(map(str, self._missing[:10]))
            self.troubles.append(
                f"{len(self._missing)} mails in {source.folder} of {source.user} could not be "
                f"fetched (UID {some}); they can be read in a mail program"
            )

    def _read(
        self, folder: Folder, wanted: Callable[[bytes], bool], begin: Callable[[Holder], int]
    ) -> Iterator[Found]:
        source = self._source
        days = (self._before - self._since).days
        where = (source.host, source.user, source.folder, str(folder.uidvalidity), str(days))
        mark = hashlib.sha256("\0".join(where).encode()).hexdigest()[:32]
        holder = Holder(name=f"{source.folder} of {source.user}", mark=mark)
        # SINCE knows whole days of the server's zone; _is_meant looks at the moment itself.
        since = (self._since - timedelta(days=1)).date()
        uids = folder.uids(begin(holder) + 1, since=since)
        self.total = len(uids)
        for start in range(0, len(uids), HEADS):
            some = uids[start : start + HEADS]
            heads = self._asked(folder, folder.heads, some)
            meant = [one for uid in some if (one := heads.get(uid)) and self._is_meant(one)]
            mine = [one for one in meant if wanted(one.header)]
            groups_by_first = {group[0].uid: group for group in groups(mine, BATCH)}
            wished = {one.uid for one in mine}
            raws: dict[int, bytes] = {}
            # In the order of the UIDs, so that nothing before a place is still to come.
            for one in meant:
                if one.uid in groups_by_first:
                    raws = self._fetched(folder, groups_by_first[one.uid])
                if one.uid not in wished:
                    yield _found(holder, one, b"", wanted=False)
                elif one.uid in raws:
                    yield _found(holder, one, raws[one.uid])
            self.done = start + len(some)

    def _is_meant(self, head: Head) -> bool:
        return head.received is not None and self._since <= head.received < self._before

    def _fetched(self, folder: Folder, heads: Sequence[Head]) -> dict[int, bytes]:
        """Return the raw mails; of those that are too large the headers."""
        limit = self._source.limit
        small = [one.uid for one in heads if one.size <= limit]
        large = [one.uid for one in heads if one.size > limit]
        return self._asked(folder, folder.mails, small) | self._asked(folder, folder.headers, large)

    def _asked(
        self, folder: Folder, ask: Callable[[Sequence[int]], dict[int, T]], uids: Sequence[int]
    ) -> dict[int, T]:
        answers, _ = patiently(ask, uids)
        self._missing += sorted(folder.present(set(uids) - answers.keys()))
        return answers


def _found(holder: Holder, head: Head, raw: bytes, *, wanted: bool = True) -> Found:
    # As an mbox says when a mail came, for those in which no server wrote it.
    line = f"From - {head.received.ctime()}".encode() if head.received else b""
    message = Message(line=line, raw=raw, size=head.size, end=head.uid, wanted=wanted)
    return Found(holder=holder, message=message, place=head.uid)
