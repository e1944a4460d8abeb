"""Merging two postings because a reader says so, and forgetting duties that a reader pasted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from cxdigest.identity import Merge, tier_of
from cxdigest.model import Posting, require_utc
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.absorbing import carry_out
from cxdigest.store.openings.identity_lock import decide_identity
from cxdigest.store.openings.postings import POSTING_COLUMNS, change_posting, posting_from
from cxdigest.store.schema import merges, pages, partings, postings, verdicts

_BY_HAND = "You said that the two are one opening."


class Joining(Part):
    """What a reader knows better than the alerts."""

    def merge_by_hand(self, one: str, other: str, *, now: datetime) -> str | None:
        """Make one posting of two; return its id, that of the one seen first.

        None where one of them is not there, or both are one already. `unmerge` takes it back; what
        parted them before holds no longer.
        """
        require_utc("now", now)
        with self._database.writing() as connection:
            decide_identity(connection)
            query = select(postings.c.id, postings.c.first_seen)
            rows = connection.execute(query.where(postings.c.id.in_([one, other]))).all()
            if len(rows) < len({one, other}) or one == other:
                return None
            first, then = sorted(rows, key=lambda row: (str(row.first_seen), row.id))
            survivor, absorbed = str(first.id), str(then.id)
            _forget_partings(connection, survivor, absorbed)
            found = [Merge(absorbed=absorbed, survivor=survivor, reason=_BY_HAND)]
            done, _ = carry_out(connection, found, now)
            if not done:  # another worker holds one of them just now
                return None
            _judge_anew(connection, survivor)
            return survivor

    def forget_duties(self, posting_id: str, profile: str) -> bool:
        """Forget the duties that *profile*'s reader pasted; False where there are none."""

        def bare(posting: Posting) -> Posting:
            return replace(posting, description="", duties_from="")

        told = select(pages.c.told_by).where(pages.c.posting_id == posting_id)
        known = select(*POSTING_COLUMNS).where(postings.c.id == posting_id)
        with self._database.writing() as connection:
            row = connection.execute(known).one_or_none()
            mine = row is not None and posting_from(row).duties_from == "you"
            if not mine or connection.scalar(told) not in {"", profile}:
                return False
            connection.execute(delete(verdicts).where(verdicts.c.posting_id == posting_id))
            connection.execute(delete(pages).where(pages.c.posting_id == posting_id))
            change_posting(connection, posting_id, bare)
            return True


def _forget_partings(connection: Connection, one: str, other: str) -> None:
    both = {}
    for posting_id in (one, other):
        members = select(merges.c.member).where(merges.c.posting_id == posting_id)
        both[posting_id] = [posting_id, *connection.scalars(members)]
    for first, second in ((one, other), (other, one)):
        pairs = partings.c.first.in_(both[first]), partings.c.second.in_(both[second])
        connection.execute(delete(partings).where(*pairs))


def _judge_anew(connection: Connection, posting_id: str) -> None:
    """Let the judge read what the two say together."""
    row = connection.execute(select(*POSTING_COLUMNS).where(postings.c.id == posting_id)).one()
    stale = verdicts.c.posting_id == posting_id, verdicts.c.tier == tier_of(posting_from(row))
    connection.execute(delete(verdicts).where(*stale))
    again = update(postings).where(postings.c.id == posting_id).values(judged="")
    connection.execute(again)
