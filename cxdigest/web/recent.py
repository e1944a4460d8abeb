"""Documents made within the last minute, for programs that ask for them often."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_FRESH = timedelta(minutes=1)
_MOST = 64  #: documents that are kept; the oldest goes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole answer."""

    body: bytes
    etag: str  #: with its quotes
    updated: datetime


@dataclass(slots=True)
class Recent:
    """Keeps documents by what was asked; safe to use from several threads."""

    _kept: OrderedDict[tuple[str, ...], tuple[datetime, Document]] = field(
        default_factory=OrderedDict
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, asked: tuple[str, ...], now: datetime, make: Callable[[], Document]) -> Document:
        """Return the document for *asked*, made anew where the one that is kept is too old."""
        with self._lock:
            made, document = self._kept.get(asked, (None, None))
        if document is not None and made is not None and timedelta(0) <= now - made < _FRESH:
            return document
        document = make()
        with self._lock:
            self._kept.pop(asked, None)
            self._kept[asked] = now, document
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return document
