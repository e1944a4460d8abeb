"""How far a long command has come, on standard error; standard output stays the answer's.

On a terminal one bar with the time that is left; elsewhere a line every half minute, so that a log
of a short run holds none. Ctrl-C lets the piece in hand be finished and its place be kept, where
the work asks for it; a second one ends at once.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Literal, Self

from cxdigest.language import _, figure
from cxdigest.text import printable

#: Seconds between two lines where there is no terminal.
SELDOM = 30.0
_OFTEN = 0.05  #: seconds between two looks of the bar
Unit = Literal["count", "bytes", "share"]
INTERRUPTED = 130  #: the exit code of what Ctrl-C ended, as shells expect it


class Bar:
    """What a command says while it works."""

    def __init__(
        self, what: str, *, unit: Unit = "count", stopped: str = "", answers: bool = False
    ) -> None:
        """Show *what* is done, in numbers of *unit*.

        *stopped* is what to say where Ctrl-C ends it in the midst. With *answers* the command
        prints while it works, so that where it prints on a terminal no bar stands among that.
        """
        terminal = sys.stderr.isatty()
        shown = terminal and not (answers and sys.stdout.isatty())
        self._what, self._unit, self._stopped = what, unit, stopped
        # Loaded here: a command that nobody watches starts without what draws.
        self._bar = importlib.import_module("cxdigest.cli.terminal.bar").bar() if shown else None
        self._task = self._bar.add_task(what, total=None, amount="") if self._bar else None
        self._quiet = terminal and not shown
        self._begun = self._said = time.monotonic()

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

    def part(self, what: str, *, unit: Unit = "count", stopped: str = "") -> None:
        """Begin the next part, which counts anew; *stopped* replaces what was to be said so far."""
        self._what, self._unit, self._begun = what, unit, time.monotonic()
        self._stopped = stopped or self._stopped
        if self._bar and self._task is not None:
            self._bar.refresh()  # or what is done so quickly would never be seen to be
            self._bar.reset(self._task, description=what, total=None, amount="")

    def at(self, done: int, total: int | None = None) -> None:
        """Say that *done* of *total* is done; without *total* nobody knows how much there is."""
        now = time.monotonic()
        if self._bar and self._task is not None:
            if now - self._said >= _OFTEN or done == total:
                self._said = now
                amount = _amount(self._unit, done, total)
                self._bar.update(self._task, completed=done, total=total, amount=amount)
        elif now - self._said >= SELDOM and not self._quiet:
            self._said = now
            left = (now - self._begun) * (total - done) / done if total and done else 0
            estimate = _(", about {left} left", left=_time(left)) if left > 0 else ""
            say(f"{self._what}: {_amount(self._unit, done, total)}{estimate}")


def _amount(unit: Unit, done: int, total: int | None) -> str:
    if unit == "share":
        return f"{done / total:.0%}" if total else ""
    known = (done,) if total is None else (done, total)
    if unit == "bytes":
        return f"{_of(f'{one / 1_000_000:,.1f}' for one in known)} MB"
    return _of(map(figure, known))


def _of(numbers: Iterable[str]) -> str:
    done, *total = numbers
    return _("{done} of {total}", done=done, total=total[0]) if total else done


def _time(seconds: float) -> str:
    if seconds >= 5400:  # noqa: PLR2004 - an hour and a half
        return _("{n} hours", n=round(seconds / 3600))
    if seconds >= 90:  # noqa: PLR2004 - a minute and a half
        return _("{n} minutes", n=round(seconds / 60))
    return _("{n} seconds", n=max(1, round(seconds)))


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
