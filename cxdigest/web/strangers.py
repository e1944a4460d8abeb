"""Who comes with links that we never made. In memory and small: it slows guessing, no more.

A link that is right works always, whoever else calls from the same address: behind a proxy that
hides its callers all of them look like one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_WITHIN = timedelta(minutes=10)
_TRIES = 20  #: wrong links of one caller that are answered in full
_CALLERS = 1000  #: remembered; the one that was away longest is forgotten first


@dataclass(slots=True)
class Strangers:
    """Counts wrong links by caller; safe to use from several threads."""

    _seen: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def too_many(self, caller: str, now: datetime) -> bool:
        """Count one more wrong link of *caller*; tell whether these were too many."""
        with self._lock:
            since, count = self._seen.pop(caller, (now, 0))
            if now - since > _WITHIN:
                since, count = now, 0
            self._seen[caller] = since, count + 1
            while len(self._seen) > _CALLERS:
                self._seen.popitem(last=False)
        return count >= _TRIES
