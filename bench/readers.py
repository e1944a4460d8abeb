"""Readers who ask the console's pages, twenty at once, as many requests a second as they are told.

Plain ``http.client`` on kept connections: what asks must not take the time of what answers.
"""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Ask = Callable[[random.Random], str]  #: gives a path


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; times in seconds."""

    name: str
    status: int  #: 0: none came
    took: float  #: from when it was asked
    late: float  #: so long after it was due was it asked
    size: int


@dataclass(slots=True)
class Reader:
    """One browser that keeps its connection."""

    address: tuple[str, int]
    cookie: str
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body; the status is 0 where no answer came."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self.address, timeout=30)
        headers = {"Cookie": f"cxdigest={self.cookie}", "Accept-Encoding": "gzip"}
        try:
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = None
            return 0, b""


@dataclass(slots=True)
class Load:
    """So many requests a second for so many seconds, by all *readers* together.

    Who is answered too slowly asks fewer.
    """

    readers: Sequence[Reader]
    paths: Sequence[Sequence[tuple[str, int, Ask]]]  #: of each reader: name, weight, path
    rate: float
    seconds: float
    answers: list[Answer] = field(default_factory=list)
    spent: float = 0.0  #: seconds of this process's own
    lasted: float = 0.0

    def run(self) -> None:
        """Ask."""
        due = itertools.count()
        begun, own = time.monotonic(), time.process_time()
        threads = [
            threading.Thread(target=self._ask, args=(place, due, begun))
            for place in range(len(self.readers))
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.lasted, self.spent = time.monotonic() - begun, time.process_time() - own

    def _ask(self, place: int, due: itertools.count[int], begun: float) -> None:
        draw, reader, choices = random.Random(place), self.readers[place], self.paths[place]
        weights = [weight for _, weight, _ in choices]
        end = begun + self.seconds
        while (at := next(due) / self.rate) < self.seconds and time.monotonic() < end:
            time.sleep(max(0.0, begun + at - time.monotonic()))
            [(name, _, path)] = draw.choices(choices, weights)
            asked = time.monotonic()
            status, body = reader.get(path(draw))
            took = time.monotonic() - asked
            self.answers.append(Answer(name, status, took, asked - begun - at, len(body)))
