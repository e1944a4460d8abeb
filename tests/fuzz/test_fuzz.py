"""What fuzzing found stays found, and a short run finds nothing new; ``make fuzz`` runs for long."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import found, try_input
from tests.servers.need import missing


@pytest.mark.parametrize("path", found(), ids=lambda path: path.name)
def test_input_that_broke_a_promise_once_keeps_it_now(path: Path) -> None:
    try_input(path.read_bytes())


def test_short_run_of_the_fuzzer_finds_nothing() -> None:
    if importlib.util.find_spec("atheris") is None:
        missing("atheris is not installed (it has packages for Linux on x86-64 alone)")
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "all", "--minutes", "0.1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    assert "found nothing" in run.stderr
