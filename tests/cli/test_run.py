"""``cxdigest run`` and ``preview`` as a person sees them, on the shipped examples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests import started
from tests.hours import where_it_is_noon

EXAMPLES = Path(__file__).parents[2] / "examples" / "alerts"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration, some alerts and nothing else."""
    (tmp_path / "alerts").mkdir()
    for name in ("03-indeed-alert.eml", "11-cut-off.eml"):
        shutil.copy(EXAMPLES / name, tmp_path / "alerts")
    config = {
        "sources": {"saved": {"type": "folder", "path": "alerts"}},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {
            "me": {
                "name": "Ada",
                "sources": ["saved"],
                # Not due now, nor still from yesterday, whenever the test runs.
                "send_at": "23:59",
                "time_zone": where_it_is_noon(),
                "read_pages": False,
                "deliver": [{"channel": "out", "to": ["ada@example.org"]}],
            }
        },
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return tmp_path


def call(home: Path, *words: str, columns: int = 80) -> subprocess.CompletedProcess[str]:
    return started.run("cxdigest", *words, cwd=home, env={**os.environ, "COLUMNS": str(columns)})


def said(done: subprocess.CompletedProcess[str]) -> str:
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("columns", [60, 80])
def test_a_run_says_what_was_found_what_was_set_aside_and_where_the_digest_lies(home, columns):
    done = call(home, "run", "--once", columns=columns)
    assert (done.returncode, done.stderr) == (0, "")
    told = said(done)
    if columns == 80:  # narrower, the cells wrap
        assert "saved new alerts 1 1 9" in told
        assert "called customer experience; the duties say something else" in told
    assert told.count("because it says “") == 3
    written = [
        line.split("  (")[0].strip() for line in done.stdout.splitlines() if "  out/" in line
    ]
    assert [Path(name).suffix for name in written] == [".html", ".txt", ".eml"]
    assert all((home / name).is_file() for name in written)
    others = [line for line in done.stdout.splitlines() if "  out/" not in line]
    assert max(map(len, others)) <= columns


def test_a_second_run_says_that_nothing_is_sent_twice(home):
    call(home, "run", "--once")
    again = call(home, "run", "--once")
    assert again.returncode == 0
    assert "was made before; nothing is sent twice" in said(again)


def test_a_turn_without_a_due_digest_names_a_day_that_has_none_yet(home):
    early = said(call(home, "run", "--due"))
    call(home, "run", "--once")
    later = said(call(home, "run", "--due"))
    assert "No digest is due now. me: the next is due on" in early
    assert "No digest is due now. me: the next is due on" in later
    assert early[-60:] != later[-60:], "today has its digest now, so the next is tomorrow's"


def test_a_preview_polls_sends_nothing_and_uses_up_no_day(home):
    done = call(home, "preview")
    assert done.returncode == 0
    assert "set aside" in said(done)
    assert "nothing was sent" in said(done)
    (written,) = (home / "out").glob("*-me-preview.html")
    assert "Customer Experience" in written.read_text("utf-8")
    assert "The digest for ada@example.org lies in" in said(call(home, "run", "--once"))


def test_an_empty_day_is_one_sentence_and_no_table_of_zeros(home):
    for path in (home / "alerts").iterdir():
        path.unlink()
    told = said(call(home, "run", "--once"))
    assert "Digest for Ada: No new postings" in told
    assert "worth a look" not in told


def test_a_german_terminal_is_told_of_a_turn_with_german_days(home, monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    for path in (home / "alerts").iterdir():
        path.unlink()
    told = said(call(home, "run", "--once"))
    assert re.search(r"Übersicht für Ada: Keine neuen Stellen · \w\w\., \d+\. \w+", told), told
    due = said(call(home, "run", "--due"))
    assert re.search(r"\w\w\., \d+\. \w+\.? um 23:59", due), due


def test_a_source_that_fails_is_named_once(home):
    shutil.rmtree(home / "alerts")
    done = call(home, "preview")
    assert done.returncode == 1
    assert done.stderr.count("saved") == 1
    assert "alerts does not exist" in done.stderr
