"""A command, or a shell, on a pseudo-terminal of its own, as a person at a keyboard has it.

What it prints is kept whole, so that a test can say what never stood on the screen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: What a terminal obeys and does not show.
_ORDERS = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]|\x07|\r")


class Terminal:
    """A running program and the keyboard and screen before it."""

    def __init__(
        self, words: tuple[str, ...], cwd: Path, columns: int, env: Mapping[str, str]
    ) -> None:
        self._seen = 0
        self.screen = ""
        self.pid, self._screen = pty.fork()
        if not self.pid:
            # As a shell starts it for a person, whatever started the tests.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)
            os.chdir(cwd)
            os.execve(words[0], words, env)
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def see(self, words: str, *, seconds: float = 120) -> str:
        """Wait until *words* stand on the screen below what was seen before; return what is new."""
        ends = time.monotonic() + seconds
        while (found := self.screen.find(words, self._seen)) < 0:
            assert time.monotonic() < ends, self.screen
            assert self._more(), f"it ended without {words!r}:\n{self.screen}"
        before, self._seen = self._seen, found + len(words)
        return self.screen[before : self._seen]

    def type(self, line: str) -> None:
        """Type *line* and Enter."""
        self.keys(f"{line}\n")

    def keys(self, keys: str) -> None:
        """Type *keys* alone."""
        os.write(self._screen, keys.encode())

    def answer(self, question: str, line: str) -> str:
        """Wait for *question* and type *line*; return what was printed before."""
        said = self.see(question)
        self.type(line)
        return said

    def press(self, key: str) -> None:
        """Press Ctrl and *key*, as ``C``, while it waits for a key."""
        self._listens()
        os.write(self._screen, bytes([ord(key) - ord("@")]))

    def end_by(self, number: signal.Signals) -> int:
        """Send it the signal *number* while it waits for a key; return the exit code."""
        self._listens()
        os.kill(self.pid, number)
        return self.end()

    def hang_up(self, *, seconds: float = 120) -> int:
        """Close the terminal, as its window is closed; return the exit code."""
        os.close(self._screen)
        self._screen = -1
        ends = time.monotonic() + seconds
        while True:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < ends, "it goes on without a terminal"
            time.sleep(0.01)

    def end(self, *, seconds: float = 120) -> int:
        """Wait for its end; return the exit code, negative where a signal ended it."""
        ends = time.monotonic() + seconds
        while self._more():
            assert time.monotonic() < ends, self.screen
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self._screen >= 0:
            os.close(self._screen)

    def _listens(self) -> None:
        """Wait until it sleeps: a prompt stands on the screen before anybody listens.

        A signal in between ends no ``select``, and is heard at the next key.
        """
        ends = time.monotonic() + 120
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
            assert time.monotonic() < ends, self.screen
            time.sleep(0.001)

    def _more(self) -> bool:
        """Read what came within a second; false where the other side is gone."""
        if not select.select([self._screen], [], [], 1)[0]:
            return True
        try:
            came = os.read(self._screen, 65536)
        except OSError:  # how Linux says that nobody has the other side any more
            return False
        self.screen += _ORDERS.sub("", came.decode(errors="replace"))
        return bool(came)


@contextlib.contextmanager
def terminal(*words: str, cwd: Path, columns: int = 80) -> Iterator[Terminal]:
    """Start ``cxdigest`` with *words* on a terminal of its own for the time of the ``with``."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "TZ": "Europe/Lisbon"}
    env.pop("COLUMNS", None)
    with program(sys.executable, "-m", "cxdigest", *words, cwd=cwd, env=env, columns=columns) as it:
        yield it


@contextlib.contextmanager
def program(
    *words: str, cwd: Path, env: Mapping[str, str], columns: int = 80
) -> Iterator[Terminal]:
    """Start any program, by its whole path, as ``terminal`` starts ``cxdigest``."""
    started = Terminal(words, cwd, columns, env)
    try:
        yield started
    finally:
        started.close()
