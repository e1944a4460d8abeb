"""A position survives the store, whatever it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cxdigest.sources.position import Position

UIDS = st.integers(1, 2**32 - 1)
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(st.dictionaries(UIDS, MOMENTS, max_size=5), UIDS, UIDS, MOMENTS)
def test_position_is_read_back_from_json_in_the_same_order(
    again: dict[int, datetime], uid: int, until: int, since: datetime
) -> None:
    position = Position(uidvalidity=7, uid=uid, until=until, since=since, again=again)
    stored = json.loads(json.dumps(position.cursor(), sort_keys=True))
    back = Position.of(stored)
    assert back.cursor() == position.cursor()
    assert list(back.again) == list(again)
    assert ("since" in stored) == (uid < until)


def test_mail_that_failed_last_stands_last_and_keeps_its_first_day() -> None:
    first, later = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    position = Position(uidvalidity=7, uid=9, again={3: first, 4: first, 5: first})
    position = position.settled([3, 5], failed=[3], now=later).settled([8], failed=[8], now=later)
    assert list(position.again.items()) == [(4, first), (3, first), (8, later)]
