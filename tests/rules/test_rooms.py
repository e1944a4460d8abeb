"""A newcomer finds every file of the rules in the table of its rooms, and none that is gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULES = ROOT / "cxdigest" / "rules"
ROOMS = sorted(one.parent.name for one in RULES.glob("*/__init__.py"))
PAGE = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
TOLD = dict(re.findall(r"^\| `rules/([a-z]+)/` \| [^|]*\? \| (.*) \|$", PAGE, re.MULTILINE))
_BESIDE = re.compile(r"^\| `rules/` \| (.*) \|$", re.MULTILINE)


def _files(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("*.py")} - {"__init__.py"}


def _named(text: str) -> set[str]:
    return set(re.findall(r"`(\w+\.py)`", text)) - {"__init__.py"}


def test_the_table_has_every_room_and_no_other():
    assert sorted(TOLD) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_the_row_of_a_room_names_its_files(room):
    assert _named(TOLD[room]) == _files(RULES / room)


def test_the_row_of_the_folder_names_what_stands_beside_the_rooms():
    (beside,) = _BESIDE.findall(PAGE)
    assert _named(beside) == _files(RULES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_holds_nothing_beside(room):
    body = ast.parse((RULES / room / "__init__.py").read_text(encoding="utf-8")).body
    assert len(body) == 1
    assert ast.get_docstring(ast.Module(body=body, type_ignores=[]))
