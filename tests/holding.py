"""``python -m tests.holding PIECES``: a worker's turn that needs much; prints its size before, during and after, in kB."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from cxdigest.worker import Worker


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def main() -> None:
    worker, held, sizes = Worker(wake=timedelta(hours=1)), [], [resident()]

    def turn() -> None:
        pieces = [b"x" * 100_000 for _ in range(int(sys.argv[1]))]
        sizes.append(resident())
        held.append(pieces[-1])  # at the end of all, as what a cache keeps may stand

    worker._wake_up(turn)
    sizes.append(resident())
    print(*sizes)


if __name__ == "__main__":
    main()
