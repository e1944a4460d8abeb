"""Pages: which postings wait for theirs, and what asking for it brought.

Knows nothing of the web. What a page says is put into the posting by a pure function that the
caller gives, under a lock, so that a poll that merges into it meanwhile loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from cxdigest.model import Tier, require_utc
from cxdigest.store.connection import Part
from cxdigest.store.schema import postings, sightings


class Pages(Part):
    """What is known of the pages of postings."""

    def tier_shares(self, names: Collection[str], *, since: datetime) -> dict[str, dict[Tier, int]]:
        """Return how many postings each of *names* showed since *since*, by what is known of them.

        A source without postings has zeros. One query, whatever the number of sources.
        """
        require_utc("since", since)
        shares: dict[str, dict[Tier, int]] = {
            name: {"title": 0, "snippet": 0, "full": 0} for name in names
        }
        query = (
            select(
                sightings.c.source,
                postings.c.tier,
                func.count(sightings.c.posting_id.distinct()),
            )
            .join(postings, postings.c.id == sightings.c.posting_id)
            .where(sightings.c.source.in_(list(shares)), sightings.c.seen >= since)
            .group_by(sightings.c.source, postings.c.tier)
        )
        with self._database.reading() as connection:
            for source, tier, number in connection.execute(query):
                shares[source][tier] = number
        return shares
