"""``python -m tests.faults.die FOLDER``: two days of work in FOLDER, then SIGKILL: all is still in the WAL."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.worlds import DAY, Shelf, World, alert, profile

TO = ("ada@x.example", "coach@x.example")


def titles(number: int) -> list[str]:
    """So many titles that have no word in common but the role."""
    return [f"Head of Customer Experience {chr(65 + n % 26)}{n}" for n in range(number)]


def main(folder: Path) -> None:
    profiles = [profile("ada", to=TO), profile("bea", to=("bea@x.example",))]
    world = World(folder, profiles=profiles)
    for number in (1, 2):
        world.sources = [Shelf([alert(title) for title in titles(2 * number)])]
        world.turn(after=DAY)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
