"""When a lease or a wait is over, also where the clock was wrong when it began.

A clock that ran ahead and was set right leaves moments behind that are far in the future; what
waits for one of them would be stuck until then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, and_, or_

#: So far apart may be the clocks of two workers.
SKEW = timedelta(hours=1)
#: No claim holds for so long, by clocks as far apart as that.
_LONGEST = 2 * SKEW
#: Nothing that is being sent, or is to be sent again, is put off for so long.
_NEVER = timedelta(days=2)


def is_over(lease_until: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Tell that the lease has ended, or that no right clock can have given it."""
    return or_(lease_until <= now, lease_until > now + _LONGEST)


def is_due(due: Column[datetime], since: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Tell that *due* has come, or was said at a moment *since* that has not come yet.

    What has no *due* waits for nothing.
    """
    return and_(due.is_not(None), or_(due <= now, since > now + SKEW))


def is_let_go(due: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Tell that what is in somebody's hand is in nobody's: no right clock can have said *due*.

    Later than other leases, since it may be in a hand and a mail must not leave twice.
    """
    return due > now + _NEVER
