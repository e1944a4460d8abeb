"""``pipx install`` of the wheel, with all that it asks for from the index: with ``CXDIGEST_PIPX=1``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.install.built import surroundings


def test_pipx_installs_the_wheel_and_its_command_works(wheel, tmp_path):
    pipx = shutil.which(
        "pipx", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if pipx is None:
        pytest.skip("pipx is not installed")
    if os.environ.get("CXDIGEST_PIPX") != "1":
        pytest.skip("asks the package index for 70 packages; CXDIGEST_PIPX=1 has it done")
    env = {
        **surroundings(tmp_path),
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_MAN_DIR": str(tmp_path / "man"),
    }
    done = subprocess.run(
        [pipx, "install", str(wheel)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = subprocess.run(
        [tmp_path / "bin" / "cxdigest", "--version"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.startswith("cxdigest ")
