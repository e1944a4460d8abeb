"""Every test and every module that docs/security.md names exists."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.security.packages import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
TABLE = re.findall(r"^\| (?!what |---)(.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


@cache
def named_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


def test_the_table_is_read():
    assert len(TABLE) > 30


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}: {row[1][:30]}")
def test_a_row_names_what_stops_it_and_a_test_that_shows_it(row):
    _, _, stops, shown = row
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", shown)
    assert named, "no test is named"
    for path, name in named:
        assert name in named_in(path), f"{path} has no {name}"
    modules = re.findall(r"`(cxdigest/[\w/]+\.py)`", stops)
    assert modules or "`make check`" in stops
    for module in modules:
        assert (ROOT / module).is_file(), module
