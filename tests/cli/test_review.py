"""The coach's word on the command line, from the first list to the mail that goes out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cxdigest.cli import app

ROOT = Path(__file__).parents[2]
CONFIG = """
store: {{url: {folder}/cxdigest.sqlite}}
sources:
  examples: {{type: folder, path: {root}/examples/alerts, trust: true}}
channels:
  out: {{type: folder, path: {folder}/out}}
profiles:
  ada:
    name: Ada
    sources: [examples]
    send_at: "00:00"
    time_zone: UTC
    deliver: [{{channel: out, to: [ada@example.org]}}]
    read_pages: false
    coach: berta
    review: {{wait: 1200, otherwise: hold}}
coaches:
  berta: {{name: Berta, time_zone: UTC, send_at: "00:00", deliver: [{{channel: out, to: [berta@example.org]}}]}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the morning's digest of Ada waits for Berta."""
    made = tmp_path_factory.mktemp("practice")
    (made / "config.yaml").write_text(CONFIG.format(folder=made, root=ROOT))
    done = CliRunner().invoke(app, ["-c", str(made / "config.yaml"), "run", "--once"])
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    assert re.search(r"It waits for its coach until \d\d:\d\d on [^(]+ \(UTC time\);", told)
    return made


def say(folder, *words, code=0):
    done = CliRunner().invoke(app, ["-c", str(folder / "config.yaml"), "review", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        assert code, done.exception
        return str(done.exception)
    assert done.exit_code == code, done.output
    return done.output


def sent(folder, name):
    return [
        path.read_text()
        for path in sorted((folder / "out").glob("*.txt"))
        if name in path.name and "review" not in path.name
    ]


def test_a_coach_reads_writes_drops_and_approves(folder):
    listed = say(folder, "list")
    assert "ada" in listed
    assert "is held" in listed
    assert sent(folder, "-ada-") == []

    shown = json.loads(say(folder, "show", "ada", "--json"))
    first = shown["postings"][0]
    assert first["number"] == 1
    assert first["title"] in say(folder, "show", "ada")

    assert say(folder, "note", "ada", "Good morning.") == (
        f"The digest of ada for {say_day(shown)} has your note on top.\n"
    )
    assert "1 posting left out" in say(folder, "drop", "ada", "1")
    assert "left out" in say(folder, "show", "ada")
    told = json.loads(say(folder, "keep", "ada", first["id"], "--json"))
    assert told["dropped"] == []
    say(folder, "drop", "ada", first["url"])
    assert "held" in say(folder, "hold", "ada")

    assert "is approved and goes out now" in say(folder, "approve", "ada")
    (mail,) = sent(folder, "-ada-")
    assert "A NOTE FROM BERTA\n=================\nGood morning.\n" in mail
    assert f"1. {first['title']}" not in mail
    assert say(folder, "list") == "Nothing waits for a review.\n"
    assert "waits for no review" in say(folder, "approve", "ada", code=2)


def say_day(shown):
    from datetime import date

    from cxdigest.render.words import short_day

    return short_day(date.fromisoformat(shown["day"]))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "--coach", "carl"), "there is no coach 'carl'; in the configuration: berta"),
        (("show", "ben"), "there is no profile 'ben'"),
        (("show", "ada", "--day", "today"), "'today' is no date; write it as 2026-11-21"),
        (("show", "ada", "--day", "2020-01-01"), "ada has no digest of 2020-01-01."),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_named_with_the_way_out(folder, words, told):
    assert told in say(folder, *words, code=2)
