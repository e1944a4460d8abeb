"""``cxdigest rules stored`` and ``show``: the command line sees what was written in the console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.inside import call
from tests.ready import ready_store
from tests.test_roll import NOW, PACK, SIREN, configure


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "saved").mkdir()
    configure(tmp_path)
    return tmp_path


def save(home: Path, text: str, *, whose: str = "", seen: int = 0) -> None:
    store = ready_store(home / "store.sqlite")
    assert store.save_pack(whose, text, seen=seen, by="berta", now=NOW)
    store.close()


def test_without_stored_packs_there_is_nothing_to_list_or_show(home):
    assert call(home, "rules", "stored").stdout == "No pack was written in the console.\n"
    done = call(home, "rules", "show")
    assert done.returncode == 2
    assert "no pack for everybody is stored" in done.stderr


def test_stored_packs_are_listed_and_come_out_as_written(home):
    save(home, PACK)
    save(home, SIREN, whose="ada")
    told = call(home, "rules", "stored")
    assert told.returncode == 0
    assert told.stdout.splitlines() == [
        "everybody: 12 lines, changed 2026-11-21 12:00 UTC by berta",
        "ada: 12 lines, changed 2026-11-21 12:00 UTC by berta",
    ]
    assert call(home, "rules", "show").stdout == PACK
    assert call(home, "rules", "show", "--profile", "ada", "--out", "a.yaml").returncode == 0
    assert (home / "a.yaml").read_text() == SIREN
    assert call(home, "rules", "check", "a.yaml").returncode == 0
    assert call(home, "rules", "show", "--out", "a.yaml").returncode == 2


def test_a_stored_pack_that_is_left_out_is_told_with_its_line(home):
    save(home, "pack: x\nrooms: []\n")
    done = call(home, "rules", "stored", "--json")
    assert done.returncode == 1
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (row["profile"], row["version"]) == ("", 1)
    assert "the stored pack:2" in row["problems"][0]


def test_rules_diff_compares_with_the_stored_pack_in_force(home):
    save(home, PACK)
    (home / "siren.yaml").write_text(SIREN)
    done = call(home, "rules", "diff", "siren.yaml")
    assert done.returncode == 0
    assert "0 of 0 stored postings would change." in done.stdout
    assert "The rules are the same" not in done.stdout
