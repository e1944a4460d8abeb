"""Boards of employers: where each was seen to publish its openings, and the links that showed it.

Knows no board's addresses: which links name one, and whose it is, the caller says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import employer_boards, sightings


class Boards(Part):
    """On which boards employers publish."""

    def employers_links(
        self, sources: Collection[str], *, since: datetime, like: Iterable[str]
    ) -> list[tuple[str, str]]:
        """Return each employer with a link that *sources* showed since *since*.

        Only links that hold one of *like*, and none of a mail that failed to prove its sender.
        """
        require_utc("since", since)
        query = (
            select(sightings.c.company, sightings.c.url)
            .where(
                sightings.c.source.in_(list(sources)),
                sightings.c.seen >= since,
                sightings.c.posting_id.is_not(None),
                sightings.c.authenticity != "failed",
                sightings.c.company != "",
                ~sightings.c.opaque,
                or_(*(sightings.c.url.contains(part, autoescape=True) for part in like)),
            )
            .distinct()
        )
        with self._database.reading() as connection:
            return [(row.company, row.url) for row in connection.execute(query)]

    def learn_boards(self, found: Iterable[tuple[str, str, str]], *, now: datetime) -> None:
        """Remember (employer, board, token) of each in *found*; what is known stays."""
        require_utc("now", now)
        rows = [
            {"employer": employer, "board": board, "token": token, "learned": now}
            for employer, board, token in found
        ]
        if rows:
            with self._database.writing() as connection:
                connection.execute(insert_new(connection, employer_boards), rows)

    def boards_of(self, employer: str) -> list[tuple[str, str]]:
        """Return where *employer* (folded) was seen to publish, as (board, token), oldest first."""
        columns = employer_boards.c
        query = (
            select(columns.board, columns.token)
            .where(columns.employer == employer)
            .order_by(columns.learned, columns.board, columns.token)
        )
        with self._database.reading() as connection:
            return [(row.board, row.token) for row in connection.execute(query)]
