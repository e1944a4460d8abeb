"""Feed every reader with what nobody would write, led by the code that it reaches.

Atheris (https://github.com/google/atheris) keeps an input that reaches new code and changes it
further. ``targets`` says what is read and what must hold; an input that breaks it, or takes too
long, is written to a folder of found inputs, whose files are tests from then on.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.targets import TARGETS, found

_DONE = re.compile(r"stat::number_of_executed_units: +([0-9]+)")
_LINE = re.compile(r"#([0-9]+)\t")


def main() -> int:
    """Run for as long as asked; return 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, "all"], default=list(TARGETS))
    parser.add_argument("--minutes", type=float, default=10, help="for each target")
    parser.add_argument("--keep", type=Path, help="a folder for what reaches new code")
    args = parser.parse_args()
    before = set(found())
    for target in args.targets:
        _run(target, args.minutes, args.keep)
    new = sorted(set(found()) - before)
    print("".join(f"found: {path}\n" for path in new) or "found nothing", file=sys.stderr)
    return 1 if new else 0


def _run(target: str, minutes: float, keep: Path | None) -> None:
    """Fuzz *target* in processes of its own until the time is over, and count what was tried."""
    end, tried = time.monotonic() + minutes * 60, 0
    with tempfile.TemporaryDirectory(prefix="cxdigest-fuzz-") as folder:
        kept = keep or Path(folder) / target
        while (left := int(end - time.monotonic())) > 0:
            done = _led(target, kept, left, Path(folder))
            if not done:
                raise SystemExit(f"{target}: the fuzzer did not start")
            tried += done
        inputs = len(list(kept.iterdir()))
    print(f"{target}: {tried} tried, {inputs} kept for the code they reach", file=sys.stderr)


def _led(target: str, kept: Path, seconds: int, folder: Path) -> int:
    """Run one process of the fuzzer, which ends with an input that takes too long at the latest."""
    command = [sys.executable, "-m", "tests.fuzz.led", target, str(kept), str(seconds)]
    done = 0
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(folder)}
    ) as run:
        for line in run.stderr or ():
            if "Instrumenting" not in line:
                print(line, end="", file=sys.stderr)
            if told := _DONE.search(line) or _LINE.match(line):
                done = int(told[1])
    return done


if __name__ == "__main__":
    sys.exit(main())
