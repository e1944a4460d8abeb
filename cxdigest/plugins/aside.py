"""What a plugin prints goes to standard error: standard output is for answers, as of ``--json``.

Told by the thread that prints, since others may print answers meanwhile. Touches nothing where no
plugin is run.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_inside = threading.local()
_lock = threading.Lock()


class _Parted:
    """Standard output, of which a plugin's part goes to standard error."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        return getattr(sys.stderr if _depth() else self._stream, name)


def _depth() -> int:
    return getattr(_inside, "depth", 0)


@contextmanager
def printing_aside() -> Iterator[None]:
    """Have what this thread prints go to standard error for the time of the ``with``."""
    with _lock:
        if not isinstance(sys.stdout, _Parted):
            sys.stdout = _Parted(sys.stdout)
    _inside.depth = _depth() + 1
    try:
        yield
    finally:
        _inside.depth -= 1
