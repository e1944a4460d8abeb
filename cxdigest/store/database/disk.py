"""What a disk is asked for beside files: folders for a time, and names that outlive a power cut.

Knows nothing of what the files are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def folder_for(folder: Path) -> Iterator[None]:
    """Have *folder* be there, new ones for their owner alone; where the ``with`` fails, those go.

    Raises:
        OSError: it cannot be made.
    """
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except BaseException:
        for one in made:
            with suppress(OSError):  # not made, or somebody uses it meanwhile
                one.rmdir()
        raise


def sync(folder: Path) -> None:
    """Have what was renamed in *folder* survive a power cut, where a folder can be opened.

    Windows cannot, and writes such changes through by itself.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
