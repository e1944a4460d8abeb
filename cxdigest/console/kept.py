"""What was found lately, by what was asked; each is looked for once at a time.

While one who came first looks anew for what is older than a minute, others get what is kept.

Safe to use from several threads. Whoever asks for the same may see the same: what is asked says
whose sources, whose words and which rules, so nothing of one profile is found by another; each
language has answers of its own.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cxdigest.language import spoken

_FRESH = timedelta(minutes=1)
_OLDEST = timedelta(minutes=5)
_MOST = 64  #: answers that are kept; the oldest goes first
_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Kept(Generic[_Answer]):
    """Answers and when they were found."""

    fresh: timedelta = _FRESH  #: younger answers are not looked for anew
    oldest: timedelta = _OLDEST  #: older ones are given to nobody
    _answers: OrderedDict[Hashable, tuple[datetime, _Answer]] = field(default_factory=OrderedDict)
    _counting: dict[Hashable, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, asked: Hashable, now: datetime, find: Callable[[], _Answer]) -> _Answer:
        """Return the answer to *asked*, found anew where the one that is kept is too old."""
        asked = spoken(), asked  # what is in words is so in one language
        with self._lock:
            turn = self._counting.setdefault(asked, threading.Lock())
        # Twenty readers who come at once wait for one count in place of twenty.
        if not turn.acquire(blocking=False):
            if (kept := self._of(asked, now, self.oldest)) is not None:
                return kept
            turn.acquire()
        try:
            if (kept := self._of(asked, now, self.fresh)) is not None:
                return kept
            found = find()
            self._keep(asked, now, found)
        finally:
            turn.release()
            with self._lock:  # or what always fails would be remembered for ever
                if asked not in self._answers:
                    self._counting.pop(asked, None)
        return found

    def _of(self, asked: Hashable, now: datetime, most: timedelta) -> _Answer | None:
        with self._lock:
            made, answer = self._answers.get(asked, (now, None))
        return answer if timedelta() <= now - made < most else None

    def _keep(self, asked: Hashable, now: datetime, found: _Answer) -> None:
        with self._lock:
            self._answers.pop(asked, None)
            self._answers[asked] = now, found
            while len(self._answers) > _MOST:
                oldest, _ = self._answers.popitem(last=False)
                self._counting.pop(oldest, None)
