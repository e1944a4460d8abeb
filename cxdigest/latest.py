"""What was made last for each key, for those who come next and would make the same.

People who share a source share its postings, and a morning reads and words each of them for
everybody. What it was made of is compared, never trusted to be as before. Pure; bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class Latest(Generic[_Made]):
    """The latest thing made for each key, of the *most* keys that were asked for last.

    Safe to use from several threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, tuple[object, _Made]] = OrderedDict()

    def made(self, key: Hashable, of: object, make: Callable[[], _Made]) -> _Made:
        """Return what was last made for *key* if that was *of* something equal; else *make* it."""
        known = self._known.pop(key, None)
        if known is None or known[0] != of:
            known = of, make()
            if len(self._known) >= self._most:
                self._known.popitem(last=False)
        self._known[key] = known
        return known[1]
