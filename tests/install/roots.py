"""A folder with Debian, Python and cxdigest for one kind of machine, and commands run in it.

Debian's own tools fetch and check the packages, into a place of its own: nothing of this machine's apt or
dpkg is touched, and nobody needs to be root. A machine that this one is not is emulated by QEMU, which the
kernel starts for its programs within a user namespace of ours and nowhere else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from tests.install.wheels import only, python

SUITE = "trixie"  #: has the Python of the image
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TOOLS = ("apt-get", "dpkg-deb", "tar", "unshare", "chroot")
_PACKAGES = (
    "base-files", "bash", "ca-certificates", "coreutils", "libstdc++6", "python3", "tzdata",
)  # fmt: skip
#: How a program for 64-bit ARM begins, and which bytes of that count.
_BEGINS = r"\x7fELF\x02\x01\x01" + r"\x00" * 9 + r"\x02\x00\xb7\x00"
_COUNT = r"\xff" * 7 + r"\x00" + r"\xff" * 8 + r"\xfe\xff\xff\xff"
#: Begins what has namespaces of its own, and ends with them.
_ALONE = ("unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child")
_ENTER = """
root=$1 qemu=$2; shift 2
if [ -n "$qemu" ]; then
  mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
  printf '%s' ":arm64:M::{begins}:{count}:$qemu:F" > /proc/sys/fs/binfmt_misc/register
fi
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
exec chroot "$root" /usr/bin/env --chdir=/work "$@"
""".replace("{begins}", _BEGINS).replace("{count}", _COUNT)


@dataclass(frozen=True)
class Machine:
    """One kind of machine, as each calls it."""

    debian: str  #: in the names of Debian's packages
    wheels: str  #: in the names of wheels


AMD64 = Machine("amd64", "x86_64")
ARM64 = Machine("arm64", "aarch64")


@dataclass(frozen=True)
class Root:
    """A system in a folder."""

    folder: Path
    qemu: str = ""  #: what runs its programs; empty: this machine does

    @property
    def work(self) -> Path:
        """The folder in which its commands are run."""
        return self.folder / "work"

    def call(self, *words: str) -> CompletedProcess[str]:
        """Run *words* in it, with its own packages in sight and no others."""
        said = {
            "PATH": "/usr/bin:/usr/sbin", "HOME": "/root", "LANG": "C.UTF-8", "COLUMNS": "100",
            "PYTHONPATH": "/packages",
        }  # fmt: skip
        return subprocess.run(
            [*_ALONE, "sh", "-euc", _ENTER, "sh", str(self.folder), self.qemu,
             "--ignore-environment", *(f"{name}={value}" for name, value in said.items()), *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip


def made(folder: Path, machine: Machine, *, also: Iterable[str] = (), qemu: str = "") -> Root:
    """Make the system of *machine* in *folder*, or return the one that is there.

    *also* names further packages of Debian's.
    """
    root = folder / machine.debian
    done = folder / f"{machine.debian}.made"
    if not done.exists():
        packages = _fetched(folder / f"apt-{machine.debian}", machine, (*_PACKAGES, *also))
        for name in ("bin", "lib", "sbin"):
            (root / "usr" / name).mkdir(parents=True, exist_ok=True)
            if not (root / name).is_symlink():
                (root / name).symlink_to(f"usr/{name}")
        for package in packages:
            _unpack(package, root)
        (root / "work").mkdir(exist_ok=True)
        done.touch()
    if not (root / "usr" / "bin" / f"python{python()}").exists():
        sys.exit(f"Debian {SUITE} has another Python than the image, which has {python()}")
    return Root(root, qemu)


def install(root: Root, machine: Machine, versions: Mapping[str, str], wheel: Path) -> None:
    """Put *wheel* and the packages *versions* into *root*, each as its wheel for *machine*."""
    pip = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--upgrade",
        *only(machine.wheels), "--target", str(root.folder / "packages"),
    ]  # fmt: skip
    lines = "".join(f"{name}=={at}\n" for name, at in versions.items())
    there = root.folder / "packages.txt"
    if not there.exists() or there.read_text("utf-8") != lines:
        with tempfile.TemporaryDirectory() as made:
            asked = Path(made, "packages.txt")
            asked.write_text(lines, "utf-8")
            _run([*pip, "--requirement", str(asked)])
        there.write_text(lines, "utf-8")
    _run([*pip, str(wheel)])


def _fetched(folder: Path, machine: Machine, names: Iterable[str]) -> list[Path]:
    """Return the packages *names* of Debian's with all that they need, fetched to below *folder*."""
    for place in ("lists/partial", "cache/archives/partial", "etc", "none", "state"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(
        f"deb [signed-by={KEYS}] http://deb.debian.org/debian {SUITE} main\n", "utf-8"
    )
    settings = {
        "Dir::Etc": "etc", "Dir::Etc::main": "none/main", "Dir::Etc::parts": "none",
        "Dir::Etc::sourcelist": "sources.list", "Dir::Etc::sourceparts": "none",
        "Dir::State": "state", "Dir::State::lists": "lists", "Dir::State::status": "status",
        "Dir::Cache": "cache",
    }  # fmt: skip
    lines = [f'{key} "{folder / value}";\n' for key, value in settings.items()]
    lines += [
        f'APT::Architecture "{machine.debian}"; APT::Architectures {{ "{machine.debian}"; }};\n'
    ]
    lines += ['APT::Sandbox::User ""; Acquire::Languages "none";\n']
    config = folder / "apt.conf"
    config.write_text("".join(lines), "utf-8")
    own = {**os.environ, "APT_CONFIG": str(config)}
    _run(["apt-get", "-qq", "update"], own)
    quiet = ["-qq", "-y", "--no-install-recommends", "--download-only"]
    _run(["apt-get", *quiet, "install", *names], own)
    return sorted((folder / "cache" / "archives").glob("*.deb"))


def _unpack(package: Path, root: Path) -> None:
    """Lay the files of *package* into *root*; none of its own programs is run."""
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as told:
        _run(["tar", "-x", "--keep-directory-symlink", "-C", str(root)], stdin=told.stdout)
    if told.returncode:
        sys.exit(f"{package.name} could not be read")


def _run(words: list[str], own: Mapping[str, str] | None = None, *, stdin: object = None) -> None:
    done = subprocess.run(words, env=own, stdin=stdin, capture_output=True, text=True, check=False)  # type: ignore[call-overload]  # a pipe or nothing
    if done.returncode:
        sys.exit(f"{words[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
