"""A newcomer finds every file of a folder that has rooms in the table of them, and none that is gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
FOLDERS = ("extract", "pipeline", "rules")
ROOMS = sorted(
    (folder, one.parent.name)
    for folder in FOLDERS
    for one in (ROOT / "cxdigest" / folder).glob("*/__init__.py")
)


def _row(folder: str) -> str:
    """What the row of this folder holds: ``pipeline``, or a room as ``pipeline/alerts``."""
    asked = r"[^|]*\? \| " if "/" in folder else ""
    (row,) = re.findall(rf"^\| `{folder}/` \| {asked}(.*) \|$", PAGE, re.MULTILINE)
    return row


def _named(row: str) -> set[str]:
    return set(re.findall(r"`(\w+\.py)`", row)) - {"__init__.py"}


def _files(folder: str) -> set[str]:
    return {one.name for one in (ROOT / "cxdigest" / folder).glob("*.py")} - {"__init__.py"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_table_has_every_room_and_no_other(folder):
    told = re.findall(rf"^\| `{folder}/([a-z]+)/` \|", PAGE, re.MULTILINE)
    assert sorted(told) == [room for its, room in ROOMS if its == folder] != []


@pytest.mark.parametrize("folder", [*FOLDERS, *("/".join(one) for one in ROOMS)])
def test_the_row_of_a_folder_names_its_files(folder):
    assert _named(_row(folder)) == _files(folder)


@pytest.mark.parametrize("room", ["/".join(one) for one in ROOMS])
def test_a_room_says_what_it_is_for_and_holds_nothing_beside(room):
    body = ast.parse((ROOT / "cxdigest" / room / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert ast.get_docstring(ast.Module(body=body, type_ignores=[]))
