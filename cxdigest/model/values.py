"""What every record keeps to: moments are aware UTC, free values are JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def require_utc(name: str, moment: datetime | None) -> None:
    """Refuse a naive or non-UTC *moment*.

    Raises:
        ValueError: it has no zone, or its offset is not zero.
    """
    if moment is not None and moment.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be aware UTC, got {moment!r}")
