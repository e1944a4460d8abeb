"""Verdicts: what is not judged yet, and what was judged, once per posting, rules and tier.

The tier a posting is filed under says when it is worth judging again. What a verdict could really
see is the judge's word and may be less, so the two are never compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    Text,
    bindparam,
    case,
    or_,
    select,
    type_coerce,
    update,
)

from cxdigest.model import Posting, Tier, Verdict, require_utc
from cxdigest.records import reader
from cxdigest.store.database.bulk import among, insert_new, lists
from cxdigest.store.database.connection import Part
from cxdigest.store.openings.postings import POSTING_COLUMNS, posting_from
from cxdigest.store.schema import postings, verdicts
from cxdigest.store.schema.columns import AsStored, evidence_from

_FIELDS = tuple(column.name for column in verdicts.c if column.name not in {"id", "judged"})
#: The columns of a Verdict.
VERDICT_COLUMNS = tuple(verdicts.c[name] for name in _FIELDS)
#: The same, with the evidence as the database has it.
STORED_COLUMNS = tuple(
    type_coerce(column, AsStored) if column is verdicts.c.evidence else column
    for column in VERDICT_COLUMNS
)
_EVIDENCE = _FIELDS.index("evidence")


class Verdicts(Part):
    """What postings were judged to be."""

    def unjudged(
        self, fingerprint: str, *, limit: int, share: tuple[int, int] = (0, 1)
    ) -> list[tuple[Posting, Tier]]:
        """Return at most *limit* postings that these rules have not judged, each with its tier.

        *share* is which part of how many equal ones is meant; ids are spread evenly.
        """
        judged = (
            select(verdicts.c.id)
            .where(
                verdicts.c.posting_id == postings.c.id,
                verdicts.c.rules == fingerprint,
                verdicts.c.tier == postings.c.tier,
            )
            .exists()
        )
        query = (
            select(*POSTING_COLUMNS, postings.c.tier)
            # Two ranges of an index, in place of a look at every posting there ever was.
            .where(or_(postings.c.judged < fingerprint, postings.c.judged > fingerprint))
            .where(~judged, *_of_share(share))
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(posting_from(row), row.tier) for row in connection.execute(query).all()]

    def record_verdicts(
        self, judged: Sequence[tuple[Verdict, Tier]], *, now: datetime, shared: bool = True
    ) -> None:
        """Store verdicts, each with the tier that `unjudged` gave; one stored already stays.

        A posting of which more became known meanwhile is judged again. Without *shared* they are
        by one profile's own rules, and the posting waits for the shared ones as before.
        """
        require_utc("now", now)
        if not judged:
            return
        # In the order of the postings, so that two workers never wait for each other crosswise.
        ordered = sorted(judged, key=lambda pair: pair[0].posting_id)
        with self._database.writing() as connection:
            # One that was found to be another posting meanwhile is judged as that one.
            there = set(connection.scalars(_THERE, {"ids": [one.posting_id for one, _ in ordered]}))
            ordered = [pair for pair in ordered if pair[0].posting_id in there]
            if not ordered:
                return
            connection.execute(
                insert_new(connection, verdicts),
                [asdict(verdict) | {"judged": now} for verdict, _ in ordered],
            )
            if not shared:
                return
            connection.execute(
                _MARK,
                [
                    {"of": verdict.posting_id, "filed": tier, "by": verdict.rules}
                    for verdict, tier in ordered
                ],
            )

    def verdict(self, posting_id: str, fingerprint: str | None = None) -> Verdict | None:
        """Return the latest verdict on a posting, by these rules if given; None without one."""
        with self._database.reading() as connection:
            return latest_verdict(connection, posting_id, fingerprint)


def _of_share(share: tuple[int, int]) -> Iterator[ColumnElement[bool]]:
    """Yield what holds for the ids, of hex digits, in part *number* of *of* equal ones."""
    number, of = share
    if number > 0:
        yield postings.c.id >= f"{number * _IDS // of:04x}"
    if number < of - 1:
        yield postings.c.id < f"{(number + 1) * _IDS // of:04x}"


_IDS = 16**4  #: as many as four hex digits tell apart
_THERE = (
    select(postings.c.id)
    .where(postings.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(postings.c.id)
    .with_for_update(key_share=True)
)
_MARK = (
    update(postings)
    .where(postings.c.id == bindparam("of"), postings.c.tier == bindparam("filed"))
    .values(judged=bindparam("by"))
)


def latest_verdict(
    connection: Connection, posting_id: str, fingerprint: str | None = None
) -> Verdict | None:
    """Return the latest verdict on a posting, by these rules if given; None without one."""
    query = (
        select(*VERDICT_COLUMNS)
        .where(verdicts.c.posting_id == posting_id)
        .order_by(verdicts.c.id.desc())
        .limit(1)
    )
    if fingerprint is not None:
        query = query.where(verdicts.c.rules == fingerprint)
    row = connection.execute(query).one_or_none()
    return verdict_from(row) if row else None


def counting(fingerprint: str | BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition that a verdict is by these rules, or by those of everybody so far.

    Until changed rules have judged a posting, what was said of it stands. Only what judges for all
    stands in: another profile's own rules are that one's alone. Needs ``postings`` beside.
    """
    return or_(verdicts.c.rules == fingerprint, verdicts.c.rules == postings.c.judged)


def in_rising_order(fingerprint: str | BindParameter[str]) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which of all that count the one that counts most comes last."""
    return case((verdicts.c.rules == fingerprint, 1), else_=0), verdicts.c.id


def judged_rows(
    connection: Connection, fingerprint: str, ids: Collection[str]
) -> dict[str, tuple[Any, ...]]:
    """Return the verdict that counts with these rules on each posting of *ids*.

    As a row of ``STORED_COLUMNS`` and when it was judged.
    """
    if not ids:
        return {}
    wanted = lists(connection, posting_id=ids) | {"rules": fingerprint}
    found: dict[str, tuple[tuple[int, int], tuple[Any, ...]]] = {}
    for row in connection.execute(_verdicts_among(connection.dialect), wanted):
        posting_id, rank = row[0], (row[1], row[2])
        if posting_id not in found or found[posting_id][0] < rank:
            found[posting_id] = rank, row[3:]
    return {posting_id: values for posting_id, (_, values) in found.items()}


@cache
def _verdicts_among(dialect: Dialect) -> Select[Any]:
    rules = bindparam("rules", type_=Text)
    return (
        select(
            verdicts.c.posting_id.label("of"),
            *in_rising_order(rules),
            *STORED_COLUMNS,
            verdicts.c.judged,
        )
        .join(postings, postings.c.id == verdicts.c.posting_id)
        # In no order: the evidence of each would go through the database's sorting.
        .where(among(dialect, verdicts.c.posting_id), counting(rules))
    )


def verdict_from(row: Iterable[Any]) -> Verdict:
    """Return the verdict in a row of ``VERDICT_COLUMNS``."""
    return _read(row)


def verdict_as_stored(dialect: Dialect, row: Sequence[Any]) -> Verdict:
    """Return the verdict in a row of ``STORED_COLUMNS``."""
    values = list(row)
    values[_EVIDENCE] = evidence_from(dialect, values[_EVIDENCE])
    return _read(values)


_read = reader(Verdict, _FIELDS)
