"""How far a long command has come, on standard error; standard output stays the answer's.

On a terminal one bar with the time that is left; elsewhere a line every half minute, so that a log
of a short run holds none. Ctrl-C lets the piece in hand be finished and its place be kept, where
the work asks for it; a second one ends at once.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from cxdigest.text import printable

#: Seconds between two lines where there is no terminal.
SELDOM = 30.0
INTERRUPTED = 130  #: the exit code of what Ctrl-C ended, as shells expect it


class Bar:
    """What a command says while it works."""

    def __init__(self, what: str, *, size: bool = False, stopped: str = "") -> None:
        """Show *what* is done; with *size*, numbers are bytes.

        *stopped* is what to say where Ctrl-C ends it in the midst.
        """
        console = Console(stderr=True)
        self._size, self._stopped = size, stopped
        count: ProgressColumn = DownloadColumn() if size else MofNCompleteColumn()
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), count)
        self._bar = (
            Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
            if console.is_terminal
            else None
        )
        self._what = what
        self._task = self._bar.add_task(what, total=None) if self._bar else None
        self._begun = self._told = time.monotonic()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()
        if kind is KeyboardInterrupt and self._stopped:
            say(self._stopped)

    def part(self, what: str, *, stopped: str = "") -> None:
        """Begin the next part, which counts anew; *stopped* replaces what was to be said so far."""
        self._what, self._begun = what, time.monotonic()
        self._stopped = stopped or self._stopped
        if self._bar and self._task is not None:
            self._bar.reset(self._task, description=what, total=None)

    def at(self, done: int, total: int | None = None) -> None:
        """Say that *done* of *total* is done; without *total* nobody knows how much there is."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)
        elif time.monotonic() - self._told >= SELDOM:
            self._told = time.monotonic()
            say(f"{self._what}: {self._words(done, total)}")

    def _words(self, done: int, total: int | None) -> str:
        shown = f"{done / 1_000_000:,.0f} MB" if self._size else f"{done:,}"
        if not total:
            return shown
        whole = f"{total / 1_000_000:,.0f} MB" if self._size else f"{total:,}"
        left = (time.monotonic() - self._begun) * (total - done) / done if done else 0
        return f"{shown} of {whole}{f', about {_time(left)} left' if left else ''}"


def _time(seconds: float) -> str:
    for unit, length in (("hours", 5400), ("minutes", 90)):
        if seconds >= length:
            return f"{round(seconds / (3600 if unit == 'hours' else 60))} {unit}"
    return f"{max(1, round(seconds))} seconds"


def say(words: str) -> None:
    """Print one line on standard error."""
    print(printable(words), file=sys.stderr, flush=True)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Give what tells whether Ctrl-C was pressed; the second one raises KeyboardInterrupt."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return

    def press(number: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
