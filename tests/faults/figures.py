"""Figures of the rows of docs/reliability.md: what was injected, how often, what was lost.

A pytest plugin (``-p tests.faults.figures``, as ``make faults`` asks for): it prints the table when
the run ends. A test says its figures with ``record_property("injected", 20)``, ``("lost", 0)`` and
``("note", "…")``; one that says nothing was one fault, and nothing was lost where it passed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.faults.rows import ROWS, Row


@dataclass
class Told:
    """What the tests of one row said."""

    tests: int = 0
    injected: int = 0
    lost: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, report: pytest.TestReport) -> None:
        said = dict(report.user_properties)
        if report.failed:
            self.failed.append(report.nodeid)
        elif report.skipped:
            self.skipped.append(str(report.longrepr[-1] if report.longrepr else ""))
        else:
            self.tests += 1
            self.injected += int(said.get("injected", 1))
            self.lost += int(said.get("lost", 0))
            self.notes += [note for name, note in report.user_properties if name == "note"]

    @property
    def outcome(self) -> str:
        if self.failed:
            return f"**{len(self.failed)} tests failed**"
        return "nothing" if not self.lost else f"**{self.lost}**"


def row_of(nodeid: str) -> Row | None:
    """Return the row to which a test belongs, the first that names it; None: to none."""
    return next((row for row in ROWS if any(nodeid.startswith(one) for one in row.tests)), None)


def table(reports: Iterable[pytest.TestReport]) -> str:
    """Return the rows that were run, as Markdown."""
    told: dict[str, Told] = {}
    for report in reports:
        ran = report.when == "call" or (report.when == "setup" and not report.passed)
        if ran and (row := row_of(report.nodeid)):
            told.setdefault(row.title, Told()).add(report)
    lines = ["| what was done to it | tests | faults | lost | seen |", "|---|---:|---:|---|---|"]
    for row in ROWS:
        if one := told.get(row.title):
            seen = "; ".join(dict.fromkeys([*one.notes, *(f"skipped: {s}" for s in one.skipped)]))
            lines.append(f"| {row.title} | {one.tests} | {one.injected} | {one.outcome} | {seen} |")
    return "\n".join(lines)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        one
        for outcome in ("passed", "failed", "skipped", "error")
        for one in terminalreporter.getreports(outcome)
        if isinstance(one, pytest.TestReport)
    ]
    terminalreporter.write_line(f"\n{datetime.now(UTC):%Y-%m-%d}\n")
    terminalreporter.write_line(table(reports))
