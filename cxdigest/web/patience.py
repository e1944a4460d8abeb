"""A connection of the pages that is given up where its caller is too slow.

Uvicorn waits without end for the rest of a head or of a body, and for who takes no more of an
answer. Some hundred connections that send a byte now and then would keep everybody else out; so
each has an end, and where there is a crowd, who has waited longest without a whole request makes
room for who comes. What takes time here, as the look into a slow mailbox, is not the caller's
fault.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds from a request's first byte, or from none at all, to its last, and for a part of the
#: answer to be taken.
_LONGEST = 20.0
CROWD = 150  #: connections; below the number from which on uvicorn answers 503


class Patience(H11Protocol):
    """Uvicorn's own protocol, with an end."""

    longest = _LONGEST
    crowd = CROWD
    _end: asyncio.TimerHandle | None = None
    since = 0.0  #: by the loop's clock: when it was opened, or was answered last

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        if len(self.connections) >= self.crowd:
            self._make_room()
        super().connection_made(transport)
        self.since = self.loop.time()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in what came; the first of a further request begins its time."""
        if self._end is None:
            self._wait()
        super().data_received(data)
        if not self.is_waiting:
            self._stop()

    def pause_writing(self) -> None:
        """Begin to wait for a caller who takes no more of the answer."""
        super().pause_writing()
        if self._end is None:
            self._wait()

    def resume_writing(self) -> None:
        """Stop waiting: they took some."""
        super().resume_writing()
        if not self.is_waiting:
            self._stop()

    def on_response_complete(self) -> None:
        """Stop waiting: between two requests uvicorn's own limit holds."""
        self._stop()
        self.since = self.loop.time()
        super().on_response_complete()
        cycle = self.cycle
        if not cycle.response_complete and cycle.more_body:  # a part of the next came with this one
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._stop()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        waiting = [one for one in self.connections if isinstance(one, Patience) and one.is_waiting]
        if waiting:
            first = min(waiting, key=lambda one: one.since)
            self.connections.discard(first)
            first.transport.abort()

    @property
    def is_waiting(self) -> bool:
        """Whether no whole request has come that is not answered."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def _wait(self) -> None:
        self._end = self.loop.call_later(self.longest, self.transport.abort)

    def _stop(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
