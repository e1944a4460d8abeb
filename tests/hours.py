"""Time zones for tests that start the program on the clock of the machine."""

from __future__ import annotations

from datetime import UTC, datetime


def where_it_is_noon() -> str:
    """Name a zone whose clock shows some minutes past noon now: no day begins or ends there soon."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # POSIX counts westwards
