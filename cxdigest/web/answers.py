"""The last pages that were made, as they were sent: bounded by their size, given by what was asked.

Knows nothing of visitors or of the store; see `cxdigest.web.kept` for who is given what.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi.responses import Response

_MOST = 16_000_000  #: bytes of all pages together; who asked longest ago is forgotten first


@dataclass(frozen=True, slots=True)
class _Answer:
    stamp: Hashable  #: what it was made of: another now means that it is no longer so
    made: datetime
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


@dataclass(slots=True)
class Answers:
    """The last pages; safe to use from several threads."""

    most: int = _MOST
    _kept: OrderedDict[Hashable, _Answer] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(
        self, asked: Hashable, stamp: Hashable, now: datetime, oldest: timedelta
    ) -> Response | None:
        """Return the answer to *asked* that was made of *stamp*, no older than *oldest*."""
        with self._lock:
            found = self._kept.get(asked)
            if found is None:
                return None
            if found.stamp != stamp or not timedelta() <= now - found.made < oldest:
                self._forget(asked)
                return None
            self._kept.move_to_end(asked)
        answer = Response(found.body)
        answer.raw_headers = list(found.headers)  # a list of its own: whoever sends it adds some
        return answer

    def keep(self, asked: Hashable, stamp: Hashable, now: datetime, answer: Response) -> None:
        """Keep *answer*, unless it is none to be given again."""
        names = {name for name, _ in answer.raw_headers}
        body = bytes(answer.body)
        if answer.status_code != HTTPStatus.OK or b"set-cookie" in names or len(body) > self.most:
            return
        made = _Answer(stamp=stamp, made=now, body=body, headers=tuple(answer.raw_headers))
        with self._lock:
            if asked in self._kept:
                self._forget(asked)
            self._kept[asked] = made
            self._size += len(body)
            while self._size > self.most:
                self._forget(next(iter(self._kept)))

    def _forget(self, asked: Hashable) -> None:
        self._size -= len(self._kept.pop(asked).body)
