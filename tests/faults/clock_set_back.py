"""``python -m tests.faults.clock_set_back``: a worker whose clock is set back by a day after its first wake.

Ends with 0 when it has woken three times, with 3 where it has not within half a minute.
"""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers import base

from cxdigest import worker


class Turned(datetime):
    """The time on a clock that can be set."""

    back = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - cls.back


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    base.datetime = Turned
    worker.clock = lambda: Turned.now(UTC)
    one = worker.Worker(wake=timedelta(seconds=1))
    wakes = []

    def turn() -> None:
        wakes.append(Turned.now(UTC))
        Turned.back = timedelta(days=1)
        if len(wakes) == 3:
            one.stop()

    watch = threading.Timer(30, os._exit, (3,))
    watch.start()
    one.run(turn)
    watch.cancel()


if __name__ == "__main__":
    main()
