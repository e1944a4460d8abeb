"""Nothing rests on what Linux alone has: all modules load without it, and a turn goes through."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.install.built import ROOT, surroundings
from tests.install.test_wheel import furnished

#: What Windows refuses in the name of a file.
_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f]|[ .]$')


def test_every_module_loads_and_a_turn_goes_through_without_what_posix_alone_has(tmp_path):
    furnished(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.install.elsewhere", "run", "--once"],
        cwd=tmp_path, env={**surroundings(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(re.search(r"(\d+) modules", done.stderr)[1]) > 450
    made = [os.path.relpath(file, tmp_path) for file in tmp_path.rglob("*")]
    assert any(name.endswith(".eml") and name.startswith("out") for name in made)
    assert not [name for name in made if _REFUSED.search(name)]
