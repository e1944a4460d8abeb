"""Whether anything came for a profile since its edition was gathered last: far cheaper to ask."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, literal, or_, select

from cxdigest.identity import IDENTITY
from cxdigest.model import unrouted
from cxdigest.store.database.connection import Part
from cxdigest.store.schema import alerts, digests, feedback, postings

_OWN = 3  #: of what is asked: what is said of the profile itself


class Version(NamedTuple):
    """What is another once something came for a profile."""

    own: Hashable  #: once a digest was made or its reader said a word
    came: Hashable  #: once an alert came
    settled: bool  #: False: postings wait for identity or a judge, and show a moment later


class News(Part):
    """What changes with what came for a profile."""

    def news_version(self, profile: str, sources: Collection[str], *, fingerprint: str) -> Version:
        """Return what is another once an alert came, a digest was made or its reader said a word.

        The rules of *fingerprint* judge what waits for a judge.
        """
        names = sorted({unrouted(one)[0] for one in sources})
        asked = {f"source_{place}": name for place, name in enumerate(names)}
        asked |= {"profile": profile, "rules": fingerprint}
        with self._database.reading() as connection:
            unsure, waiting, *rest = connection.execute(_asked(len(names)), asked).one()
        own, came = tuple(rest[:_OWN]), tuple(rest[_OWN:])
        return Version(own=own, came=came, settled=not (unsure or waiting))


@cache
def _asked(number: int) -> Select[Any]:
    """Return the statement for so many sources; the latest of each stands at an index's end."""
    judged = postings.c.judged
    rules: BindParameter[str] = bindparam("rules")
    waits = or_(postings.c.keyed < IDENTITY, postings.c.keyed > IDENTITY)
    unjudged = or_(judged < rules, judged > rules)
    mine = feedback.c.profile == bindparam("profile")
    latest = [
        select(func.max(alerts.c.stored)).where(alerts.c.source == bindparam(f"source_{place}"))
        for place in range(number)
    ]
    asked = (
        select(literal(1)).where(waits).limit(1),
        select(literal(1)).where(unjudged).limit(1),
        select(func.max(feedback.c.id)).where(mine),
        select(func.max(feedback.c.undone)).where(mine),
        select(func.max(digests.c.made)).where(digests.c.profile == bindparam("profile")),
        *latest,
    )
    return select(*(one.scalar_subquery() for one in asked))
