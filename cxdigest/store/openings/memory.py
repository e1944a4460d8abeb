"""What is remembered of postings that are not kept any more: who was shown which id, no word of it.

An opening that is alerted again after its posting was let go has the same id, or that of a sighting
that was merged into it; so it is no news to whoever had it in a digest.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, exists, or_

from cxdigest.store.database.bulk import insert_all
from cxdigest.store.schema import merges, remembered


def remember(connection: Connection, shown: Iterable[tuple[str, str, str]]) -> None:
    """Keep that profiles had postings in a section of a digest: ``(profile, posting id, section)``.

    One that stood in sight and was hidden at another time is one that was seen.
    """
    hidden: dict[tuple[str, str], bool] = {}
    for profile, posting_id, section in shown:
        pair = profile, posting_id
        hidden[pair] = hidden.get(pair, True) and section == "hidden"
    rows = [
        {"profile": profile, "posting_id": posting_id, "hidden": was}
        for (profile, posting_id), was in sorted(hidden.items())
    ]
    seen = [row for row in rows if not row["hidden"]]
    if insert_all(connection, remembered, rows) < len(rows):
        for row in seen:
            connection.execute(
                remembered.update()
                .where(
                    remembered.c.profile == row["profile"],
                    remembered.c.posting_id == row["posting_id"],
                    remembered.c.hidden,
                )
                .values(hidden=False)
            )


def is_remembered(
    profile: ColumnElement[str], posting_id: ColumnElement[str], *, hidden_too: bool
) -> ColumnElement[bool]:
    """Return the condition that *profile* was shown a posting that is not kept since.

    With *hidden_too* its settings may have hidden it. Whether anything is remembered at all is
    asked once: mostly there is nothing.
    """
    mine: tuple[ColumnElement[bool], ...] = (remembered.c.profile == profile,)
    if not hidden_too:
        mine = (*mine, ~remembered.c.hidden)
    any_at_all = exists().where(remembered.c.profile == profile)
    itself = exists().where(*mine, remembered.c.posting_id == posting_id)
    by_member = exists().where(
        merges.c.posting_id == posting_id, remembered.c.posting_id == merges.c.member, *mine
    )
    return and_(any_at_all, or_(itself, by_member))
