"""The weeks or months of a page of numbers, on the clocks of whoever it is for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from cxdigest.language import marked

Unit = Literal["week", "month"]
_YEAR = 12
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How far back a page looks."""

    key: str  #: as addresses write it
    words: str
    unit: Unit
    most: int  #: weeks or months, the present one included


SPANS: Mapping[str, Span] = {
    one.key: one
    for one in (
        Span(key="12w", words=marked("12 weeks"), unit="week", most=12),
        Span(key="26w", words=marked("26 weeks"), unit="week", most=26),
        Span(key="12m", words=marked("12 months"), unit="month", most=12),
        Span(key="all", words=marked("5 years"), unit="month", most=60),
    )
}
USUAL = SPANS["12w"]


def first_days(span: Span, now: datetime, zone: ZoneInfo) -> list[date]:
    """Return the first day of each week or month, and of the one that has not begun yet."""
    today = now.astimezone(zone).date()
    if span.unit == "week":
        monday = today - timedelta(days=today.weekday())
        return [monday - _WEEK * back for back in range(span.most - 1, -2, -1)]
    month = today.year * _YEAR + today.month - 1
    return [
        date(one // _YEAR, one % _YEAR + 1, 1) for one in range(month - span.most + 1, month + 2)
    ]


def midnights(days: Sequence[date], zone: ZoneInfo) -> list[datetime]:
    """Return when each of *days* begins, in UTC."""
    return [datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in days]
