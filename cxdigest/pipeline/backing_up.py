"""Have a backup made each day, by one of the workers, beside the street: no poll waits for it.

Which worker makes it and how the last one went stands in a note of the store. How one is made is
``backup``'s; here is when, and that a failure is told and tried again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from cxdigest.store import Store

_NOTE = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backed:
    """How the last backup went."""

    made: datetime | None = None  #: the last that was
    tried: datetime | None = None  #: since when nobody else needs to
    problem: str = ""  #: why the last try failed, and the way out


def backed(store: Store) -> Backed:
    """Return how the last backup of *store* went."""
    told = json.loads(store.note(_NOTE) or "{}")
    return Backed(
        made=_moment(told.get("made")),
        tried=_moment(told.get("tried")),
        problem=told.get("problem", ""),
    )


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
