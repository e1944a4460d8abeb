"""A turn that is killed at every moment that matters, each in a folder and a process of its own.

``python -m tests.pipeline.dying FOLDER`` forks a worker that is killed (SIGKILL) at its first
moment, one at its second, … until a worker lives to the end of its turn. The moments are: each
commit, just before it; each mail, just before the channel takes it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from tests.warm import warm
from tests.worlds import Shelf, World, alert, profile

TITLES = ("CX Lead", "Head of Customer Experience", "Journey Owner")


def world_in(folder: Path, holder: str) -> World:
    """Two profiles, three recipients, one source of three batches."""
    return World(
        folder,
        sources=[Shelf([alert(title) for title in TITLES])],
        profiles=[
            profile("ada", to=("ada@x.example", "coach@x.example")),
            profile("bea", to=("bea@x.example",)),
        ],
        holder=holder,
    )


def work_until(moment: int, folder: Path) -> None:
    """Do one turn and die at *moment*; log every moment, so that the test can name it."""
    world = world_in(folder, f"dying-{moment}")
    passed = count(1)

    def pass_moment(what: str) -> None:
        if next(passed) == moment:
            (folder / "died").write_text(what)
            os.kill(os.getpid(), signal.SIGKILL)

    def on_commit(connection) -> None:
        if connection.get_execution_options().get("cxdigest_begin"):
            pass_moment("commit")

    event.listen(world.store._database.engine, "commit", on_commit)
    world.mail.before = lambda: pass_moment("mail")
    world.turn()
    world.store.close()


def main(root: Path) -> None:
    warm()
    root.mkdir()
    if (child := os.fork()) == 0:
        world_in(root, "founder").store.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    for moment in count(1):
        folder = root / f"{moment:02}"
        folder.mkdir()
        shutil.copy(root / "cxdigest.sqlite", folder)
        if (child := os.fork()) == 0:
            work_until(moment, folder)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            assert status == 0
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
