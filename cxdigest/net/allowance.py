"""What one exchange may still cost: seconds, and bytes on the wire.

Kept for each thread, since a thread makes one exchange at a time and httpcore hands nothing of
ours through to the connection that reads. Bytes are counted as they arrive, so that a server
cannot hide a flood where no body is: interim answers, chunk extensions, empty gzip members.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from cxdigest.errors import DeadlineError, NetError


class Allowance(threading.local):
    """When the exchange of the current thread has to be over, and what may arrive until then."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seconds = 0.0
        self._until = 0.0
        self._most = 0
        self._bytes = 0

    def start(self, seconds: float) -> None:
        """Give the exchange *seconds* from now."""
        self._seconds = seconds
        self._until = self._clock() + seconds

    def extend(self, seconds: float) -> None:
        """Give back *seconds* that were spent on waiting out of politeness."""
        self._until += seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            DeadlineError: none are.
        """
        seconds = self._until - self._clock()
        if seconds <= 0:
            raise self.passed()
        return seconds

    def passed(self) -> DeadlineError:
        """Return the error to raise once it has passed."""
        return DeadlineError(
            f"no complete answer within {self._seconds:g} s; "
            "it is tried again later, or raise net.deadline"
        )

    def expect(self, most: int) -> None:
        """Let *most* bytes arrive from now on."""
        self._most = self._bytes = most

    def took(self, arrived: int) -> None:
        """Count bytes that have arrived.

        Raises:
            NetError: they are more than any honest answer needs.
        """
        self._bytes -= arrived
        if self._bytes < 0:
            raise NetError(
                f"the server sent more than {self._most / 1e6:g} MB without getting to the end; "
                "it is tried again later; if it stays so, remove the address"
            )
