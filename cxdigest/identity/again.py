"""When a board posted an opening again, told by where it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cxdigest.identity.match import REPOST_AFTER
from cxdigest.model import SeenAt


def posted_again(seen: Sequence[SeenAt]) -> datetime | None:
    """Return when one board last showed a new record of its own, days after another.

    *seen* is where one posting was seen, oldest first. None where every board kept its record.
    """
    latest: datetime | None = None
    records: dict[str, dict[str, datetime]] = {}
    for at in seen:
        known = records.setdefault(at.format, {})
        if at.key not in known and known and at.seen - max(known.values()) >= REPOST_AFTER:
            latest = at.seen
        known[at.key] = at.seen
    return latest
