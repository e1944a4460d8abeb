"""Leave a pause between two requests to one host, across threads.

Each request books the next free moment of its host under the lock and sleeps outside of it, so
that hosts never wait for each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """Books moments, at least *seconds* apart for one host."""

    def __init__(
        self, seconds: float, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, pause: float = 0.0) -> float:
        """Sleep until *host* may be asked; return for how many seconds.

        It is left alone for *pause* seconds after that, where this is longer than usual.
        """
        pause = max(pause, self._seconds)
        if not pause:
            return 0.0
        with self._lock:
            now = self._clock()
            booked = max(now, self._free.get(host, now))
            self._free[host] = booked + pause
        if booked > now:
            self._sleep(booked - now)
        return booked - now
