"""The rows of docs/reliability.md name tests that exist, and the page holds every row."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults.figures import row_of, table
from tests.faults.rows import ROWS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_every_row_has_its_tests_and_stands_in_the_page(row):
    for one in row.tests:
        path, _, name = one.partition("::")
        code = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^def {name or 'test_'}", code, re.MULTILINE), one
    assert f"\n| {row.title} |" in PAGE


def told(nodeid, *, outcome="passed", **said):
    return SimpleNamespace(
        nodeid=nodeid, when="call", user_properties=list(said.items()), longrepr=None,
        passed=outcome == "passed", failed=outcome == "failed", skipped=outcome == "skipped",
    )  # fmt: skip


def test_figures_are_summed_by_row_and_a_failure_is_never_nothing():
    day, clock = (
        "tests/faults/test_day.py::test_",
        "tests/faults/test_clock.py::test_a_worker_wakes_on",
    )
    shown = table([
        told(f"{day}a", injected=3, lost=0, note="six mails"),
        told(f"{day}b", injected=4),
        told("tests/test_text.py::test_x"),
        told(clock, outcome="failed"),
    ])  # fmt: skip
    rows = shown.splitlines()[2:]
    assert rows == [
        f"| {ROWS[0].title} | 2 | 7 | nothing | six mails |",
        f"| {row_of(clock).title} | 0 | 0 | **1 tests failed** |  |",
    ]
