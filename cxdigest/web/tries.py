"""Who tried wrong passwords: by caller and by name. In memory and small.

Nobody is locked out for ever: who never tried wrong may try a name that others guess at, and where
very many guess at it, who was right before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cxdigest.language import marked

TOO_MANY = marked("There were too many tries from where you are. Wait ten minutes, then try again.")
WITHIN = timedelta(minutes=10)
OF_CALLER = 10  #: wrong tries of one caller
OF_NAME = 30  #: wrong tries of one name, by all callers; then one try each
AT_ALL = 300  #: wrong tries of one name; then only of those who were right before
_MOST = 10_000  #: callers and names remembered; the one first seen is forgotten first
_LONGEST = 64
_Counts = OrderedDict[str, tuple[datetime, int]]


@dataclass(slots=True)
class Tries:
    """Counts tries; safe to use from several threads."""

    _callers: _Counts = field(default_factory=OrderedDict)
    _names: _Counts = field(default_factory=OrderedDict)
    #: From where which name was right.
    _homes: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may(self, caller: str, name: str, now: datetime) -> bool:
        """Count one more try, as if it were wrong; tell whether it may be made."""
        with self._lock:
            mine = _count(self._callers, caller, now)
            all_told = _count(self._names, name, now)
            most = OF_NAME if mine else AT_ALL
            if mine >= OF_CALLER or (all_told >= most and _pair(caller, name) not in self._homes):
                return False
            _add(self._callers, caller, now, 1)
            _add(self._names, name, now, 1)
            return True

    def was_none(self, caller: str, name: str, now: datetime) -> None:
        """Take back the try that was counted: nobody looked whether it was right."""
        with self._lock:
            _add(self._callers, caller, now, -1)
            _add(self._names, name, now, -1)

    def was_right(self, caller: str, name: str, now: datetime) -> None:
        """Take back the try that was counted. Those before it stay."""
        with self._lock:
            _add(self._callers, caller, now, -1)
            _add(self._names, name, now, -1)
            self._homes[_pair(caller, name)] = None
            while len(self._homes) > _MOST:
                self._homes.popitem(last=False)


def _pair(caller: str, name: str) -> tuple[str, str]:
    return caller[:_LONGEST], name[:_LONGEST]


def _count(counts: _Counts, key: str, now: datetime) -> int:
    since, count = counts.get(key[:_LONGEST], (now, 0))
    return count if timedelta(0) <= now - since <= WITHIN else 0


def _add(counts: _Counts, key: str, now: datetime, more: int) -> None:
    count = _count(counts, key, now)
    since = counts[key[:_LONGEST]][0] if count else now
    counts[key[:_LONGEST]] = since, max(0, count + more)
    while len(counts) > _MOST:
        counts.popitem(last=False)
