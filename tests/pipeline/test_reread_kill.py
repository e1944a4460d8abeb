"""Reading again, killed (SIGKILL) before each commit: the next reading ends as if nothing was."""

from __future__ import annotations

import os
import shutil
import signal
from itertools import count

from sqlalchemy import event

from cxdigest.pipeline import reread
from tests.pipeline.test_reread import BROKEN, keep, rows, stored, today, without_ids, worse
from tests.worlds import DAY, Scripted, World

assert today  # a fixture of the other module


def fill(folder, found) -> None:
    world = World(folder)
    keep(world, (stored("1:0"), worse(found, without_ids)))
    world.sources = [Scripted()]
    world.turn()
    keep(world, *((stored(f"1:{number}"), BROKEN) for number in range(1, 4)))
    world.store.close()


def read_until(moment: int, folder) -> None:
    world = World(folder)
    commits = count(1)

    def on_commit(connection) -> None:
        writes = connection.get_execution_options().get("cxdigest_begin")
        if writes and next(commits) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(world.store._database.engine, "commit", on_commit)
    for _ in reread(world.store, {}, clock=lambda: world.now, batch=1):
        pass
    os._exit(0)


def finish(folder):
    """Read to the end; return the sums, what is stored then, and the next day's mail."""
    world = World(folder)
    *_, last = reread(world.store, {}, clock=lambda: world.now, batch=1)
    kept = [row[1:] for row in rows(world)]
    world.sources = [Scripted()]
    world.turn(after=DAY)
    *_, mail = world.mail.mails
    with world.store._database.reading() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM rereads").scalar()
    world.store.close()
    return (last.done, last.readable, last.changed), sorted(kept), left, mail["text"]


def test_a_reading_that_is_killed_at_any_commit_is_ended_by_the_next(tmp_path, today):
    (tmp_path / "whole").mkdir()
    fill(tmp_path / "whole", today)
    shutil.copytree(tmp_path / "whole", tmp_path / "expected")
    sums, kept, left, text = finish(tmp_path / "expected")
    assert (sums, left) == ((4, 3, 1), 0)
    assert "No new postings" in text, "what those alerts show was digested before"
    for moment in count(1):
        folder = tmp_path / str(moment)
        shutil.copytree(tmp_path / "whole", folder)
        if (child := os.fork()) == 0:
            read_until(moment, folder)
        status = os.waitpid(child, 0)[1]
        assert (kept, 0, text) == finish(folder)[1:], f"killed at commit {moment}"
        if not os.WIFSIGNALED(status):
            assert moment > 5, "begin, four alerts and the end are commits"
            return
