"""How far a folder of a mailbox is read, and its form in a cursor. Opens nothing.

``{"uidvalidity": 7, "uid": 42}`` at rest; more while a first poll is under way or mails wait.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from cxdigest.model import Cursor, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a folder is read."""

    uidvalidity: int
    uid: int  #: all mails up to this one are dealt with, but those in *again*
    until: int = 0  #: mails up to this UID count only if they came after *since*
    since: datetime | None = None  #: None where nothing is bounded
    #: UID -> since when it could not be fetched; the one that failed last stands last.
    again: Mapping[int, datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor) -> Position:
        """Return the position that *cursor* holds."""
        stored = cast("dict[str, Any]", cursor)
        return cls(
            uidvalidity=stored["uidvalidity"],
            uid=stored["uid"],
            until=stored.get("until", 0),
            since=datetime.fromisoformat(stored["since"]) if "since" in stored else None,
            again={uid: datetime.fromisoformat(when) for uid, when in stored.get("again", [])},
        )

    def cursor(self) -> Cursor:
        """Return the position as it is stored."""
        stored: dict[str, Json] = {"uidvalidity": self.uidvalidity, "uid": self.uid}
        if self.since and self.uid < self.until:
            stored |= {"until": self.until, "since": self.since.isoformat()}
        if self.again:
            stored["again"] = [[uid, when.isoformat()] for uid, when in self.again.items()]
        return stored

    def at(self, uid: int) -> Position:
        """Return the position after *uid*, or this one where it is further already."""
        return replace(self, uid=max(uid, self.uid))

    def settled(
        self, uids: Collection[int], *, failed: Collection[int] = (), now: datetime
    ) -> Position:
        """Return the position with *uids* dealt with but for those that *failed*."""
        others = {uid: when for uid, when in self.again.items() if uid not in uids}
        later = {uid: self.again.get(uid, now) for uid in sorted(failed)}
        return replace(self, again={**others, **later})
