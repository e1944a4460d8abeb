"""Read feeds in a process of their own, for polls of many feeds.

Parsing is most of a poll's work and Python runs one thread of it at a time, so a second process
lets it go on while this one fetches and stores. A feed that brings its reader down brings down
nothing else. Opens no network and no file; what is read is ``extract.feeds.entries``'s business.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from cxdigest.errors import AlertError
from cxdigest.extract.feeds.entries import FeedDocument, read_feed


class FeedProcess:
    """``read_feed`` elsewhere; the process starts with the first feed and ends with ``close``."""

    def __init__(self) -> None:
        self._starting = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def read_feed(self, data: bytes) -> FeedDocument:
        """Return the feed in *data*, as ``extract.feeds.entries.read_feed`` does.

        Raises:
            AlertError: it is no feed, or the process died on it or on one that was read beside it.
        """
        pool = self._running()
        try:
            return pool.submit(read_feed, data).result()
        except BrokenProcessPool as error:
            self._forget(pool)
            raise AlertError(
                "The process that reads feeds died; it is asked again at the next poll."
            ) from error

    def close(self) -> None:
        """End the process, if there is one."""
        with self._starting:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown()

    def _running(self) -> ProcessPoolExecutor:
        with self._starting:
            if self._pool is None:
                # Not fork: this process has threads, and a lock that one of them holds would stay
                # locked in the copy.
                spawn = multiprocessing.get_context("spawn")
                # Ctrl-C reaches both; this process ends the other one when it ends itself.
                self._pool = ProcessPoolExecutor(
                    max_workers=1,
                    mp_context=spawn,
                    initializer=signal.signal,
                    initargs=(signal.SIGINT, signal.SIG_IGN),
                )
            return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        with self._starting:
            if self._pool is pool:
                self._pool = None
