"""One who asks a server of this machine over plain HTTP, as a browser without JavaScript does.

An ``httpx.Client`` reads the certificates of all authorities unless it is told that it needs none:
that takes longer than most tests ask.
"""

from __future__ import annotations

from typing import Any

import httpx

_PATIENCE = 60  #: seconds; a machine with much else to do is slow, and no test is about that


def asking(where: str | tuple[str, int], **more: Any) -> httpx.Client:
    """Return a client of the server at *where*, which follows nothing unless *more* says so."""
    base = where if isinstance(where, str) else f"http://{where[0]}:{where[1]}"
    more = {"timeout": _PATIENCE, "trust_env": False, "verify": False, **more}
    return httpx.Client(base_url=base, **more)
