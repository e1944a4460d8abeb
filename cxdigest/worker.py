"""One process that stays: APScheduler wakes it, the store says what is due.

Knows nothing of sources, rules or mail. A turn that fails is logged once and tried again at the
next wake; SIGTERM and SIGINT let the piece in hand finish.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler

from cxdigest.errors import CxdigestError
from cxdigest.process import give_back, settle

log = logging.getLogger(__name__)

_SLACK = timedelta(seconds=5)  #: a wake is never further ahead than the next and so much


def clock() -> datetime:
    """Return the time now, aware UTC."""
    return datetime.now(UTC)


class Worker:
    """Does a turn every *wake* until it is told to stop."""

    def __init__(self, *, wake: timedelta) -> None:
        self._wake = wake
        self._stop = threading.Event()
        self._job: Job | None = None

    def stopping(self) -> bool:
        """Tell whether the worker was asked to stop."""
        return self._stop.is_set()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the worker to stop after the piece in hand."""
        self._stop.set()

    def heed(self) -> None:
        """Take SIGTERM and SIGINT for a wish to stop, from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def wake(self) -> None:
        """Look at once what is due; where a turn runs, right after it."""
        if self._job is not None and not self.stopping():
            self._job.modify(next_run_time=clock())

    def rest(self) -> None:
        """Wait until the worker is asked to stop."""
        # A wait with a time-out lets Python run signal handlers on every platform.
        while not self._stop.wait(timeout=1):
            give_back()

    def run(self, turn: Callable[[], object]) -> None:
        """Call *turn* until SIGTERM or SIGINT; return when the piece in hand is done."""
        self.heed()
        settle()
        scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(max_workers=1)}
        )
        # One turn at a time; turns missed while one ran or the machine slept become one, however
        # late (the library's own grace of a second would drop them).
        self._job = scheduler.add_job(
            self._wake_up,
            "interval",
            args=(turn,),
            seconds=self._wake.total_seconds(),
            next_run_time=clock(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        # A wait with a time-out lets Python run signal handlers on every platform.
        while not self._stop.wait(timeout=1):
            self._mind_the_clock()
        log.info("stopping: the piece in hand is finished first")
        scheduler.shutdown(wait=True)

    def _mind_the_clock(self) -> None:
        """Wake now if the clock was set back: the library would sleep until its old moment."""
        due = self._job and self._job.next_run_time
        if due and due > clock() + self._wake + _SLACK:
            log.warning("the clock was set back; what is due is looked at now")
            self.wake()

    def _wake_up(self, turn: Callable[[], object]) -> None:
        if self.stopping():
            return
        try:
            turn()
        except CxdigestError as error:
            log.error("turn failed, tried again at the next wake: %s", error)  # noqa: TRY400 - the text says it all
        finally:
            give_back()
