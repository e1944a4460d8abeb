"""A command forked from a process that has its modules is as one that is started from nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import started


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["no-such-command"], 2),
        (["explain", "-"], 0),
        (["sources", "--help"], 0),
    ],
    ids=str,
)
def test_a_forked_command_says_the_same_and_ends_alike(tmp_path, words, code):
    given = b'{"title": "Head of Customer Experience"}\n'
    env = {**os.environ, "COLUMNS": "70", "PYTHONPATH": str(Path(__file__).parents[1])}
    forked = started.run("cxdigest", *words, cwd=tmp_path, env=env, given=given)
    real = subprocess.run(
        [sys.executable, "-m", "cxdigest", *words], cwd=tmp_path, env=env, input=given.decode(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (forked.returncode, forked.stdout) == (code, real.stdout)
    assert (forked.stderr, forked.returncode) == (real.stderr, real.returncode)


def test_what_takes_too_long_is_killed_and_the_next_one_works():
    with pytest.raises(subprocess.TimeoutExpired):
        started.run("http.server", "--bind", "127.0.0.1", "0", timeout=0.5)
    assert started.run("cxdigest", "--version").returncode == 0


def test_an_error_that_nobody_caught_ends_with_its_traceback():
    done = started.run("tests.no_such_module")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("No module named tests.no_such_module")
