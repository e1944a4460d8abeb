"""What was made last for each key, for those who come next and would make the same.

People who share a source share its postings, and a morning reads and words each of them for
everybody. What it was made of is compared, never trusted to be as before. Pure; bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class Latest(Generic[_Made]):
    """The latest thing made for each key, *most* keys at once. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, tuple[object, _Made]] = {}

    def made(self, key: Hashable, of: object, make: Callable[[], _Made]) -> _Made:
        """Return what was last made for *key* if that was *of* something equal; else *make* it."""
        known = self._known.get(key)
        if known is not None and known[0] == of:
            return known[1]
        made = make()
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = of, made
        return made
