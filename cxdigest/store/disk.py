"""What a disk is asked for beside files: to keep a folder's names through a power cut.

Knows nothing of what the files are.
"""

from __future__ import annotations

import os
from pathlib import Path


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
