"""The street as it is now, for pages that ask for it several times each.

Who is there and what judges is read anew where the store says that something changed, so nobody
sees what was before their own change; and every few seconds, for files that changed on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import datetime, timedelta

from cxdigest.pipeline import Street

_FRESH = timedelta(seconds=5)


class Present:
    """Gives a street with its profiles and rules as they are; safe to call from several threads."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, datetime, Street] | None = None

    def __call__(self) -> Street:
        """Return the street.

        Raises:
            StoreError: the store cannot be read.
            PackError: a pack of the configuration cannot be used.
        """
        # Asked before anything is read: what changes meanwhile is read again by whoever comes next.
        version, now = self._street.store.people_version(), self._street.clock()
        if (found := self._of(version, now)) is not None:
            return found
        with self._lock:
            if (found := self._of(version, now)) is None:
                found = self._street.present()
                self._kept = (version, now, found)
            return found

    def _of(self, version: Hashable, now: datetime) -> Street | None:
        if self._kept is None:
            return None
        known, made, street = self._kept
        judge = self._street.judged_by
        # The worker beside may have found other rules meanwhile.
        same = known == version and (judge is None or judge() is street.rules)
        return street if same and timedelta() <= now - made < _FRESH else None
