"""What is done beside the street, in threads of its own: of each name one thing at a time.

It is waited for at the end. Knows no step and no store; a job that failed fails whoever begins one
of its name again.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

Job = Callable[[], None]
#: So many names there are; none waits for another, as the day's backup for a mailbox of years.
_AT_ONCE = 3


class Side:
    """Does jobs while the steps go on; what is being done is not begun twice."""

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._doing: dict[str, Future[None]] = {}

    def __call__(self, name: str, job: Job) -> None:
        """Do *job*, unless one of this *name* has not ended."""
        before = self._doing.get(name)
        if before is not None and not before.done():
            return
        if before is not None:
            del self._doing[name]  # or what broke once would be raised at every turn, never redone
            before.result()
        # Made with the first job: most turns have none.
        self._pool = self._pool or ThreadPoolExecutor(
            max_workers=_AT_ONCE, thread_name_prefix="beside"
        )
        self._doing[name] = self._pool.submit(job)

    def close(self) -> None:
        """Wait until all is done."""
        if self._pool:
            self._pool.shutdown(wait=True)


def at_once(_name: str, job: Job) -> None:
    """Do *job* now, where there is no side."""
    job()
