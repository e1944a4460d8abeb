"""What strangers wrote reaches neither the terminal as a command nor the output as broken JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cxdigest.text import has_edition_mark
from tests import started

MARK = "cxdigest/2026-11-01/deadbeef"


def run(*args: str, stdin: bytes = b""):
    return started.run("cxdigest", *args, given=stdin, text=False)


def test_explain_shows_a_title_that_commands_the_terminal():
    posting = {"title": "Lead \x1b]0;owned\x07 \ud800 \u202e here", "company": "\x1b[2J"}
    done = run("explain", "-", stdin=json.dumps(posting).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Lead" in done.stdout
    assert b"\x1b" not in done.stdout


def test_explain_of_an_unknown_posting_says_so(tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(
        "sources: {here: {type: folder, path: .}}\n"
        "channels: {out: {type: folder, path: out}}\n"
        "profiles:\n  me:\n    name: Ada\n    sources: [here]\n    time_zone: Europe/Berlin\n"
        '    send_at: "07:00"\n    deliver: [{channel: out, to: [a@mail.example]}]\n'
    )
    done = run("-c", str(config), "explain", "no-such-posting")
    assert done.returncode == 1
    assert done.stderr.startswith(b"cxdigest: no-such-posting: no such file, and no stored posting")


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999", b"-1e999"])
def test_judge_answers_in_json_whatever_number_an_id_is(number):
    def refuse(word: str) -> None:
        raise AssertionError(word)

    done = run("judge", "-", stdin=b'{"title": "Lead", "id": ' + number + b"}\n")
    assert json.loads(done.stdout, parse_constant=refuse)["id"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("args", [["judge", "-"], ["explain", "-"], ["extract", "-"]])
@pytest.mark.parametrize("at_once", [[], ["-u"]], ids=["kept back", "at once"])
def test_a_full_disk_is_named_in_one_line(args, at_once):
    command = [sys.executable, *at_once, "-m", "cxdigest", *args]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, input=b'{"title": "Lead"}\n', stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"cxdigest: No space left on device\n"


@pytest.mark.parametrize("text", [MARK, f"Bye\n{MARK}\n", f"> > {MARK}", f"<p>\xa0{MARK} </p>"])
def test_a_mark_on_its_own_line_is_an_editions(text):
    assert has_edition_mark(text)


@pytest.mark.parametrize("text", [f"Lead {MARK}", f"{MARK} Lead", f"<a>Lead {MARK}</a>"])
def test_a_mark_within_a_title_hides_no_alert(text):
    assert not has_edition_mark(text)
