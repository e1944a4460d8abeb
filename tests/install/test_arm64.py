"""What compares two machines sees what matters and passes over what chance made.

The comparison itself takes many minutes and is asked for by hand: ``make arm64``.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.install.arm64 import compared, plain, stored
from tests.install.built import ROOT
from tests.install.told import told


def store(folder: Path, *, moment: str, number: int, keys: str) -> Path:
    file = folder / f"{number}.sqlite"
    with closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE sightings (alert_id INTEGER, seen TEXT)")
        made.execute("CREATE TABLE posting_keys (key TEXT)")
        made.execute("CREATE TABLE instance (secret TEXT)")
        made.execute("INSERT INTO sightings VALUES (?, ?)", (number, moment))
        made.execute("INSERT INTO posting_keys VALUES (?)", (keys,))
        made.execute("INSERT INTO instance VALUES (?)", (moment,))
    return file


def test_stores_of_two_runs_are_alike_but_for_what_chance_made(tmp_path):
    one = store(
        tmp_path, moment="2026-11-23 08:13:23.002883", number=3175561022097364799, keys="a1"
    )
    other = store(
        tmp_path, moment="2026-11-23 09:00:00.123456", number=1174096392576508404, keys="a1"
    )
    assert dict(stored(one)) == dict(stored(other))
    assert set(dict(stored(one))) == {"sightings", "posting_keys"}


def test_another_key_of_identity_is_told(tmp_path, capsys):
    moment = "2026-11-23 08:13:23.002883"
    one = store(tmp_path, moment=moment, number=3175561022097364799, keys="58739d15cf804c49")
    other = store(tmp_path, moment=moment, number=1174096392576508404, keys="49cc04f819cd9857")
    assert not compared("run", [dict(stored(one)), dict(stored(other))])
    assert "run: the same: sightings (1); different: posting_keys" in capsys.readouterr().out


def test_what_fails_on_both_is_not_well_though_it_is_the_same(capsys):
    made = {"exit": 2, "printed": ""}
    assert not compared("run", [made, made])
    assert "it fails" in capsys.readouterr().out
    assert compared("run", [{"exit": 0, "machine": 1}, {"exit": 0, "machine": 2}])


def test_verdicts_and_fingerprints_are_no_chance():
    said = "'e43ee38c74f8b4b8', 'genuine', 0.99, '1f97df370818bd27', 4307110001"
    assert plain(said) == said


def test_all_postings_are_judged_and_have_keys_to_compare():
    made = told([ROOT / "tests" / "rules" / "german.jsonl"])
    assert len(made["verdicts"]) == len(made["sketches"]) > 10
    assert made["examples"] > 100
    assert not made["broken"]
    assert made["machine"]["bits"] in {32, 64}
    json.dumps(made, default=str)


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_help_names_the_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "arm64 " in done.stdout
