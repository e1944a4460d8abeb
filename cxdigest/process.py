"""What a process that stays asks of its system: few looks for garbage, no memory that it needs not.

Knows nothing of what the process does.
"""

from __future__ import annotations

import ctypes
import gc
import sys

_MADE_BETWEEN = 50_000  #: objects, between two looks for circles of garbage


def settle() -> None:
    """Let Python look for circles of garbage as seldom as a process needs that makes hardly any.

    Each look goes over all that is alive, which takes a tenth of the time of a digest.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN, 10, 10)


def give_back() -> None:
    """Give the system the memory that a turn needed and nobody needs now; about a millisecond.

    The C library of most Linux systems keeps it otherwise; other systems' do this themselves.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
