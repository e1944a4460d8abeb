"""What happened to a page of clients lately: how their digests arrived, who said a word.

Asked for those alone that a page shows; two queries, whatever their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from cxdigest.model import FeedbackWord, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import deliveries, feedback

_MOST = 1000  #: words of feedback that a list of clients looks at


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How the deliveries of one digest stand, in numbers."""

    states: Mapping[str, int]  #: by state; those that came back are ``bounced``
    changed: datetime  #: when the last of them did


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word of a client that holds."""

    profile: str
    word: FeedbackWord
    sender: str  #: who said it, where that is known
    made: datetime


class Lately(Part):
    """What a page of clients shows beside their standing."""

    def arrivals(self, digest_ids: Collection[str]) -> dict[str, Arrival]:
        """Return how the deliveries of digests stand, by digest; without any it is left out."""
        bounced = deliveries.c.bounced != ""
        query = (
            select(
                deliveries.c.digest_id,
                deliveries.c.state,
                bounced.label("back"),
                func.count().label("number"),
                func.max(deliveries.c.changed).label("changed"),
            )
            .where(deliveries.c.digest_id.in_(list(digest_ids)))
            .group_by(deliveries.c.digest_id, deliveries.c.state, bounced)
        )
        states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        changed: dict[str, datetime] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                states[row.digest_id]["bounced" if row.back else row.state] += row.number
                changed[row.digest_id] = max(row.changed, changed.get(row.digest_id, row.changed))
        return {one: Arrival(states=dict(states[one]), changed=changed[one]) for one in states}

    def said_since(self, since: Mapping[str, datetime]) -> dict[str, list[Said]]:
        """Return the words that profiles said since a moment of each, the newest first."""
        for moment in since.values():
            require_utc("since", moment)
        if not since:
            return {}
        asked: dict[str, str | datetime] = {}
        for place, (name, moment) in enumerate(since.items()):
            asked |= {f"name_{place}": name, f"since_{place}": moment}
        found: dict[str, list[Said]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(_said_since(len(since)), asked).mappings():
                found[row["profile"]].append(Said(**row))
        return dict(found)


@cache
def _said_since(profiles: int) -> Select[Any]:
    since = (
        (feedback.c.profile == bindparam(f"name_{place}"))
        & (feedback.c.made > bindparam(f"since_{place}"))
        for place in range(profiles)
    )
    return (
        select(feedback.c.profile, feedback.c.word, feedback.c.sender, feedback.c.made)
        .where(feedback.c.undone.is_(None), or_(*since))
        .order_by(feedback.c.made.desc(), feedback.c.id.desc())
        .limit(_MOST)
    )
