"""One ``cxdigest init`` at a time in one folder; leaves nothing behind, whatever ends it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from cxdigest.errors import WrongUseError
from cxdigest.language import _

#: Windows has none; what is written is never written over there all the same.
fcntl: Any = None
with suppress(ImportError):
    fcntl = importlib.import_module("fcntl")


@contextmanager
def alone(config: Path) -> Iterator[None]:
    """Hold the folder of *config*, which the system lets go with the process.

    Raises:
        WrongUseError: another holds it.
    """
    if fcntl is None:
        yield
        return
    folder = config.absolute().parent
    while not folder.is_dir():  # it is made when all is answered
        folder = folder.parent
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WrongUseError(
                _(
                    "another cxdigest init is under way in {folder}; finish it, or end it "
                    "with Ctrl-C",
                    folder=folder,
                )
            ) from error
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(held)
