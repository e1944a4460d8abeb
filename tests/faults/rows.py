"""The rows of docs/reliability.md: what is done to the program, and which tests do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind of fault."""

    title: str  #: as the first column says it
    tests: tuple[str, ...]  #: how the names of its tests begin


ROWS = (
    Row(
        title="SIGKILL at random moments of whole days, one of three workers too",
        tests=("tests/faults/test_day.py",),
    ),
)
