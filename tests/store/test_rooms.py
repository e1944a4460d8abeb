"""A newcomer finds every file of the store in the table of its rooms, and no file that is gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORE = ROOT / "cxdigest" / "store"
ROOMS = sorted(one.parent.name for one in STORE.glob("*/__init__.py"))
_ROW = re.compile(r"^\| `([a-z]+)/` \| [^|]*\? \| (.*) \|$", re.MULTILINE)
TOLD = dict(_ROW.findall((ROOT / "docs" / "development.md").read_text(encoding="utf-8")))


def test_the_table_has_every_room_and_no_other():
    assert sorted(TOLD) == ROOMS


@pytest.mark.parametrize("room", [one for one in ROOMS if one != "schema"])
def test_the_row_of_a_room_names_its_files(room):
    files = {file.name for file in (STORE / room).glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"`(\w+\.py)`", TOLD[room])) == files


def test_the_files_of_tables_are_called_as_the_rooms_are():
    files = {file.stem for file in (STORE / "schema").glob("*.py")}
    assert files - {"__init__", "columns", "frame"} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_may_import_and_holds_nothing_beside(room):
    body = ast.parse((STORE / room / "__init__.py").read_text(encoding="utf-8")).body
    said = body[0].value.value
    assert "May\nimport" in said or "May import" in said
    if room != "schema":
        assert len(body) == 1


def test_no_module_stands_outside_the_rooms():
    assert [file.name for file in STORE.glob("*.py")] == ["__init__.py"]
