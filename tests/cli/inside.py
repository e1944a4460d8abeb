"""The command in the test's own process, which loads its modules once and not for each call.

For what reads and prints. What works for a while, asks a terminal or ends on signals is started as
a process of its own: ``tests.cli.test_run.call``.
"""

from __future__ import annotations

import io
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cxdigest.cli import main


def call(home: Path, *words: str, columns: int = 80) -> CompletedProcess[str]:
    """Call ``cxdigest`` with *words* in *home*; answers as ``subprocess.run`` does."""
    out, err = _stream(), _stream()
    code: object = 0
    with pytest.MonkeyPatch.context() as patch, chdir(home):
        patch.setenv("COLUMNS", str(columns))
        patch.setattr(sys, "argv", ["cxdigest", *words])
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = end.code
    return CompletedProcess(words, int(code or 0), _said(out), _said(err))  # type: ignore[call-overload]


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
