"""Whether a process that holds something is still there. Asks the system; changes nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Collection


def is_gone(holder: str, *, here: Collection[str] | None = None) -> bool:
    """Tell whether *holder*, as ``Street.holder`` is written, is of this machine and has ended.

    Of other machines nothing is known. *here* are those of this very process, where that is known:
    another of its number was before it, as the first of a container is always the same.
    """
    host, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdecimal():
        return False
    if here is not None and int(number) == os.getpid():
        return holder not in here
    if os.name != "posix":
        return False  # what only asks here would end the process there
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it is there, and another user's
        return False
    return False
