"""How far a long command is: a bar on a terminal, seldom a line elsewhere, never in the answer."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cxdigest.cli.terminal import progress
from cxdigest.cli.terminal.progress import Bar, interruptible
from tests.cli.inside import call
from tests.imports.exports import alert, home_in, takeout

POSTING = {"title": "Customer Experience Manager", "description": "Answer calls. " * 40}


def on_a_terminal(home: Path, *words: str, stdout: int | None = None) -> tuple[str, str]:
    """Return what a command says on a terminal, and what it prints where that is none."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "cxdigest", *words]
    env = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    out = subprocess.PIPE if stdout is None else slave
    with subprocess.Popen(command, cwd=home, stdout=out, stderr=slave, env=env) as running:
        os.close(slave)
        seen = b""
        try:
            # First: a bar says ever more, the longer it takes, and what nobody reads stops it.
            while some := os.read(master, 65_536):
                seen += some
        except OSError:  # the other side is closed
            pass
        printed = running.stdout.read().decode() if running.stdout else ""
    os.close(master)
    return seen.decode(), printed


def test_on_a_terminal_the_bar_is_beside_the_answer_and_never_in_it(tmp_path):
    home = home_in(tmp_path)
    (home / "box").write_bytes(takeout(alert(number) for number in range(120)))
    seen, printed = on_a_terminal(home, "import", "mails", "box", "--source", "inbox")
    assert "Reading mails" in seen
    assert "Judging" in seen
    assert re.search(r"\d\.\d of 0\.\d MB", seen)
    assert "120 taken in as alerts" in printed
    assert "\x1b" not in printed
    assert "\r" not in printed


def test_where_the_answer_is_on_the_terminal_no_bar_stands_in_it(tmp_path):
    (tmp_path / "p.jsonl").write_text(json.dumps(POSTING) + "\n")
    seen, _ = on_a_terminal(tmp_path, "judge", "p.jsonl", stdout=1)
    assert "Judging" not in seen
    assert json.loads(seen)["kind"]


@pytest.fixture
def hours(monkeypatch):
    """A clock that is ten seconds later each time it is looked at."""
    moments = iter(range(0, 1_000_000, 10))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(moments)))


@pytest.mark.usefixtures("hours")
def test_elsewhere_a_line_comes_every_half_minute_with_what_is_left(capsys):
    with Bar("Reading", unit="bytes") as bar:
        for done in range(10):
            bar.at(done * 5_000_000, 100_000_000)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "Reading: 10.0 of 100.0 MB, about 4 minutes left",
        "Reading: 25.0 of 100.0 MB, about 3 minutes left",
        "Reading: 40.0 of 100.0 MB, about 2 minutes left",
    ]


def test_a_short_run_says_nothing_elsewhere(capsys):
    with Bar("Reading") as bar:
        for done in range(1000):
            bar.at(done, 1000)
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def ctrl_c():
    """Ctrl-C as a terminal has it: what runs in the background may have been started without."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_the_first_ctrl_c_is_told_the_second_ends(capsys):
    def press_twice() -> None:
        with interruptible() as stopping, Bar("Reading", stopped="Stopped. All is kept."):
            assert not stopping()
            signal.raise_signal(signal.SIGINT)
            assert stopping()
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        press_twice()
    assert capsys.readouterr().err == "Stopped. All is kept.\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupted_backup_leaves_none_and_one_line(tmp_path, monkeypatch):
    home = home_in(tmp_path)
    monkeypatch.setattr(
        "cxdigest.store.copies.backup._piece", lambda _: signal.raise_signal(signal.SIGINT)
    )
    done = call(home, "backup", "x.backup")
    assert (done.returncode, done.stdout, done.stderr) == (
        130,
        "",
        "Stopped. No backup was made.\n",
    )
    assert not list(home.glob("*backup*"))


def test_a_backup_tells_how_far_each_of_its_parts_is(tmp_path, monkeypatch):
    home, told = home_in(tmp_path), []
    monkeypatch.setattr(Bar, "part", lambda _, what, **__: told.append(what))
    assert call(home, "backup", "x.backup").returncode == 0
    assert told == ["Copying the store", "Checking the rows", "Packing"]
    told.clear()
    assert call(home, "restore", "x.backup", "--force").returncode == 0
    assert told == ["Unpacking", "Checking the rows"]


def test_an_export_ends_at_its_end(tmp_path, monkeypatch):
    home, shares = home_in(tmp_path), []
    (home / "box").write_bytes(takeout(alert(number) for number in range(20)))
    call(home, "import", "mails", "box", "--source", "inbox")
    monkeypatch.setattr(Bar, "at", lambda _, done, total: shares.append(done / total))
    assert len(call(home, "export", "--json").stdout.splitlines()) == 20
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.5 < shares[-1] <= 1
