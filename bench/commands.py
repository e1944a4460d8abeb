"""Seconds that a command takes as a whole process, as a person waits for it."""

from __future__ import annotations

import subprocess
import sys

from bench.tables import seconds, show, spread

RUNS = 9
POSTING = (
    '{"id": "1", "title": "Customer Experience Manager", "description": "Answer calls and e-mails'
    ' from customers, resolve complaints and refunds, meet handle time and quality targets."}\n'
)


def table() -> None:
    """Measure and print."""
    show(
        f"Commands as whole processes, {RUNS} runs after one",
        [
            ("cxdigest --help, s", _time(["--help"], ""), "", "≤ 0.30"),
            ("cxdigest judge -, one posting, s", _time(["judge", "-"], POSTING), "", "≤ 0.50"),
        ],
    )


def _time(arguments: list[str], given: str) -> str:
    command = [sys.executable, "-m", "cxdigest", *arguments]

    def call() -> None:
        subprocess.run(command, input=given, text=True, capture_output=True, check=True)

    return spread(seconds(call, runs=RUNS), ".2f")
