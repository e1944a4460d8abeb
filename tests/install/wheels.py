"""Does every package that comes along have a wheel for both kinds of machines that the image runs on?

``python -m tests.install.wheels`` (``make wheels``) asks the package index, by pip, for the versions that
are installed here; nothing is installed. Prints a line a machine, names what is missing, and then exits 1.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests.install.built import ROOT
from tests.security.packages import installed

MACHINES = ("x86_64", "aarch64")  #: Docker calls them amd64 and arm64
_GLIBC = range(17, 37)  #: 2.36 is that of Debian 12, the oldest that the image stands on
_MISSING = re.compile(r"(?:No matching distribution found for|requirement) ([A-Za-z0-9._-]+)==")

Ask = Callable[[list[str]], CompletedProcess[str]]


def python() -> str:
    """Return the version of Python that the image has."""
    found = re.search(
        r"^FROM python:([\d.]+)", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    assert found
    return found[1]


def words(machine: str, requirements: Path) -> list[str]:
    """Return what pip is asked: which wheels it would take on *machine*."""
    return [
        "install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", *only(machine),
        "--target", str(requirements.parent / "none"), "--report", "-", "--requirement", str(requirements),
    ]  # fmt: skip


def only(machine: str) -> list[str]:
    """Return what tells pip to take wheels for *machine* and the image's Python, and nothing else."""
    platforms = [f"--platform=manylinux_2_{minor}_{machine}" for minor in reversed(_GLIBC)]
    return [
        "--only-binary=:all:", "--disable-pip-version-check", f"--python-version={python()}",
        "--implementation=cp", *platforms, f"--platform=manylinux2014_{machine}",
    ]  # fmt: skip


def asked(machine: str, versions: Mapping[str, str], ask: Ask) -> tuple[list[str], list[str]]:
    """Return the wheels that *machine* gets, and the packages that have none for it.

    Raises:
        SystemExit: the index could not be asked.
    """
    left, missing = dict(versions), list[str]()
    while left:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "packages.txt")
            file.write_text("".join(f"{name}=={at}\n" for name, at in left.items()))
            done = ask(words(machine, file))
        if done.returncode == 0:
            return wheels_in(json.loads(done.stdout)), missing
        found = _MISSING.search(done.stderr)
        if found is None or found[1] not in left:
            sys.exit(f"the index could not be asked: {done.stderr.strip().splitlines()[-1:]}")
        missing.append(found[1])
        del left[found[1]]
    return [], missing


def wheels_in(report: Mapping[str, Any]) -> list[str]:
    """Return the names of the files in what pip reports."""
    files = (one["download_info"]["url"].rpartition("/")[2] for one in report["install"])
    return sorted(file.partition("#")[0] for file in files)


def line(machine: str, wheels: list[str], missing: list[str]) -> str:
    """Say how *machine* fares."""
    pure = sum(one.endswith("-any.whl") for one in wheels)
    told = f"{machine}, Python {python()}: {pure} pure, {len(wheels) - pure} built for it"
    return f"{told}; without a wheel: {', '.join(missing) or 'none'}"


def _pip(words: list[str]) -> CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    versions = {name: one.version for name, one in installed().items()}
    failed = False
    for machine in MACHINES:
        wheels, missing = asked(machine, versions, _pip)
        failed |= bool(missing)
        print(line(machine, wheels, missing))
    sys.exit(failed)
