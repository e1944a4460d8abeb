"""The part of each feed's address that nobody can guess.

Looked for by the profile's name and compared by the caller, so that no query tells how much of a
guess was right.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update

from cxdigest.model import require_utc
from cxdigest.store.database.bulk import insert_new
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import profiles

_BYTES = 24  #: 192 bits


class FeedSecrets(Part):
    """Who may read whose feed."""

    def feed_secret(self, profile: str) -> str:
        """Return the secret of *profile*'s feed, empty where none was made."""
        query = select(profiles.c.feed_secret).where(profiles.c.name == profile)
        with self._database.reading() as connection:
            return connection.scalar(query) or ""

    def make_feed_secret(self, profile: str, *, now: datetime, renew: bool = False) -> str:
        """Return the secret of *profile*'s feed, made where there is none; *renew* makes another.

        Whoever has only the one before reads the feed no longer.
        """
        require_utc("now", now)
        whose = profiles.c.name == profile
        missing = whose if renew else whose & (profiles.c.feed_secret == "")
        new = update(profiles).where(missing).values(feed_secret=secrets.token_urlsafe(_BYTES))
        with self._database.writing() as connection:
            connection.execute(
                insert_new(connection, profiles), {"name": profile, "registered": now}
            )
            connection.execute(new)
            query = select(profiles.c.feed_secret).where(whose)
            return str(connection.execute(query).scalar_one())
