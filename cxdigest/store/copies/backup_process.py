"""Write a backup in a process of its own: to copy and check a large store holds an interpreter.

``write_beside`` starts ``python -m cxdigest.store.copies.backup_process``, gives it what to do by
a pipe (an address may hold a password, and arguments are seen by all), and puts the file in its
place. The process writes into a folder that is removed whatever becomes of it, so half a file
never stays.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cxdigest.errors import StoreError, in_one_line
from cxdigest.store.copies.backup import Beside, write
from cxdigest.store.database.disk import sync

_PREFIX = ".backup-"
_LOOK = 0.5  #: seconds between two looks at whether to stop
_MERCY = timedelta(seconds=10)  #: from the wish to end until it is ended
_GENTLE = 10  #: added to its niceness: everything else goes first
_TOLD_TO_END = 75
_ENDED = (_TOLD_TO_END, -signal.SIGTERM, -signal.SIGINT)
_ABANDONED = timedelta(days=1)  #: a folder so old is of a process that was killed


def write_beside(
    url: str,
    target: Path,
    beside: Beside,
    *,
    now: datetime,
    longest: timedelta,
    stopping: Callable[[], bool],
) -> bool:
    """Write a backup of the store at *url* to *target*; False: *stopping* said to leave it.

    Raises:
        StoreError: it could not be made, or not within *longest*.
        OSError: *target* cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_abandoned(target.parent, now)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=target.parent) as folder:
        file = Path(folder, "made")
        if not _run(pickle.dumps((url, file, beside, now)), longest, stopping):
            return False
        file.replace(target)
    sync(target.parent)
    return True


def _run(task: bytes, longest: timedelta, stopping: Callable[[], bool]) -> bool:
    """Have the process do *task*; return whether it was let finish."""
    # -P: a file in the folder that we happen to stand in is no module.
    command = [sys.executable, "-P", "-m", __name__]
    pipe = subprocess.PIPE
    until = time.monotonic() + longest.total_seconds()
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe
    ) as process:
        try:
            said, given = b"", task
            while process.returncode is None:
                try:
                    said = process.communicate(given, timeout=_LOOK)[1]
                except subprocess.TimeoutExpired:
                    given = b""  # it remembers what is left to give
                    if stopping():
                        return False
                    if time.monotonic() > until:
                        raise StoreError(
                            f"the backup was not made within {longest}; is the disk, or the "
                            "database, slow? Make it by other means and write "
                            "backup: {daily: false}"
                        ) from None
        finally:
            _end(process)
    # Whoever ends a service ends all of its processes, perhaps this one first.
    if process.returncode in _ENDED or (process.returncode and stopping()):
        return False
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines()
        raise StoreError(lines[-1] if lines else f"its process died ({process.returncode})")
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """End *process* if it has not, kindly first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.communicate(timeout=_MERCY.total_seconds())
        except subprocess.TimeoutExpired:
            process.kill()


def _remove_abandoned(folder: Path, now: datetime) -> None:
    for one in folder.glob(f"{_PREFIX}*"):
        if one.is_dir() and one.stat().st_mtime < (now - _ABANDONED).timestamp():
            shutil.rmtree(one, ignore_errors=True)


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(_TOLD_TO_END)


def main() -> None:
    """Do what standard input says; where that fails, say why in the last line of standard error."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)  # Ctrl-C reaches both
    with suppress(AttributeError, OSError):  # on Windows there is none; a hardened unit may refuse
        os.nice(_GENTLE)
    url, file, beside, now = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - of who started us
    try:
        write(url, file, beside, now=now)
    except (StoreError, OSError) as error:
        raise SystemExit(in_one_line(str(error))) from None


if __name__ == "__main__":
    main()
