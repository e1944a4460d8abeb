"""Wheel and sdist, built once in a session without a network, and environments to put them into.

An environment sees the dependencies of the one that runs the tests, so nothing is downloaded, and
nothing of the checkout: not its folder, not its editable installation.
"""

from __future__ import annotations

import os
import site
import subprocess
import sys
import sysconfig
import tarfile
import venv
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

ROOT = Path(__file__).parents[2]


def build(project: Path, out: Path, target: str) -> Path:
    """Build *target* (``wheel`` or ``sdist``) of *project* into *out*; return the file."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)],
        cwd=project, env=_plain(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (made,) = out.iterdir()
    return made


def unpacked(sdist: Path, out: Path) -> Path:
    """Unpack *sdist* below *out*; return the folder of the project."""
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    (project,) = out.iterdir()
    return project


@dataclass(frozen=True)
class Environment:
    """A virtual environment with what was put into it."""

    folder: Path

    @property
    def bin(self) -> Path:
        return Path(sysconfig.get_path("scripts", "venv", {"base": str(self.folder)}))

    @property
    def packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder)}))

    def install(self, wheel: Path) -> None:
        """Put *wheel* into it, and nothing that it asks for."""
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(self.folder), "install", "--quiet",
             "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", str(wheel)],
            env=_plain(), check=True,
        )  # fmt: skip

    def command(self, *words: str) -> list[str]:
        script = self.bin / "cxdigest"  # where the wheel is in another that this one sees, none
        begin = [str(script)] if script.exists() else [str(self.bin / "python"), "-m", "cxdigest"]
        return [*begin, *words]

    def call(self, home: Path, *words: str) -> CompletedProcess[str]:
        """Call the installed ``cxdigest`` in *home*, as somebody whose home that is."""
        return subprocess.run(
            self.command(*words), cwd=home, env=surroundings(home), capture_output=True, text=True,
            check=False, timeout=120,
        )  # fmt: skip


def made(folder: Path, *sees: Path) -> Environment:
    """Make an environment in *folder* that sees the packages in *sees* too."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    environment = Environment(folder)
    # Folders named here are searched; what is installed as editable in them is not.
    lines = [str(path) for path in sees]
    (environment.packages / "dependencies.pth").write_text("\n".join([*lines, ""]), "utf-8")
    return environment


def dependencies() -> list[Path]:
    """Where the packages are that the tests run with."""
    return [Path(one) for one in site.getsitepackages() if Path(one).is_dir()]


def surroundings(home: Path) -> dict[str, str]:
    return {**_plain(), "HOME": str(home), "COLUMNS": "80"}


def _plain() -> dict[str, str]:
    """The environment of this process without what leads back to the checkout."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "VIRTUAL_ENV"} and not name.startswith("CXDIGEST")
    }
