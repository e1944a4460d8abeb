"""The figures that ship are those that docs/accuracy.md publishes."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

from bench.published import DOCUMENT, main, shipped
from cxdigest.rules.trials.published import published


def _file() -> dict[str, object]:
    return json.loads(files("cxdigest.rules").joinpath("published.json").read_text("utf-8"))


def test_shipped_figures_are_those_of_the_document():
    kept = _file()
    renew = "run python -m bench published DAY > cxdigest/rules/published.json"
    assert shipped(DOCUMENT.read_text("utf-8"), kept["day"]) == kept, renew


def test_command_prints_the_file(capsys):
    main([str(_file()["day"])])
    path = Path(str(files("cxdigest.rules").joinpath("published.json")))
    assert capsys.readouterr().out == path.read_text("utf-8")


def test_figures_are_read_by_tier_and_part():
    found = published()
    assert date.fromisoformat(found.day)
    assert len(found.fingerprint) == 16
    assert {len(figures) for figures in found.figures.values()} == {10}
    assert set(found.figures) == {
        (tier, part) for tier in ("full", "snippet", "title") for part in ("real", "all")
    }
    names = {one.name for one in found.figures["full", "real"]}
    assert {"said genuine and is", "set aside and is not genuine"} <= names
