"""Does cxdigest do on ARM64 what it does on x86-64? Both are run here, the former by emulation.

``python -m tests.install.arm64 [FOLDER] [-- TESTS...]`` (``make arm64``), on Debian or Ubuntu on x86-64, by
anybody. Makes in FOLDER (``out/arm64``) a small Debian with the image's Python for each of the two machines,
with the wheel of this checkout and the wheels of all that comes along; runs the same in both, cheapest first,
and says after each what was the same; then each machine takes a turn on the store that the other wrote.
TESTS are run on ARM64 alone. Exits 1 where something differs. Asks Debian's mirror and the package index.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

from tests.install import roots
from tests.install.built import ROOT, build
from tests.install.roots import AMD64, ARM64, Machine, Root
from tests.security.packages import installed

SETS = ("invented", "unseen", "german")  #: of tests/rules, whose postings are judged
STORE = "store.sqlite"
TESTING = ("pytest", "hypothesis", "hatchling", "standardwebhooks")
CXDIGEST = ("python3", "-m", "cxdigest")
#: What is run, each by what people write, cheapest first.
COMMANDS = ("--version", "run --once", "rules check", "demo --once")
#: Tables that hold nothing but chance, or the full-text index's own pages.
_NOT_COMPARED = ("instance", "workers", "searched_words_data", "searched_words_idx")
#: Tables to which a turn adds nothing where nothing is new.
_STAY = (
    "postings", "sightings", "verdicts", "posting_keys", "merges", "digests", "digest_items", "deliveries",
)  # fmt: skip
_CHANCE = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{6}"  # the moment of the run
    r"|(?<=^Date: ).*$"
    r"|(?<= )\d\d:\d\d(?= \(\d+ alerts?\))"  # when a source was polled, as the digest says it
    r"|(?<=\.)[0-9a-f]{32}(?=@)"  # the half of a Message-ID that nobody can guess
    r"|(?<=')[\w.-]+:\d+:[0-9a-f]{8}(?=')"  # who held a source
    r"|\b\d{12,19}\b",  # an alert's number; when a file was changed
    re.MULTILINE,
)

#: A line of progress, which a slow machine says more often.
_PROGRESS = re.compile(r"^.*: \d+ of \d+(, about .*)?\n?", re.MULTILINE)

Made = dict[str, Any]


def judged(root: Root) -> Made:
    """Return the machine, the rules, verdicts and keys of identity as ``told.py`` says them in *root*."""
    done = root.call("python3", "told.py", *(f"{name}.jsonl" for name in SETS))
    if done.returncode:
        sys.exit(f"told.py failed: {done.stderr}")
    made: Made = json.loads(done.stdout)
    return made


def made_by(root: Root, command: str) -> Made:
    """Return how ``cxdigest`` *command* ended in *root*, and what it printed, wrote and stored.

    Of what was written and stored only that of ``run --once``.
    """
    done = root.call(*CXDIGEST, *command.split())
    found: Made = {
        "exit": done.returncode,
        "printed": plain(done.stdout),
        "complaints": plain(_PROGRESS.sub("", done.stderr)),
    }
    if command == "run --once":
        for file in sorted((root.work / "out").iterdir()):
            found[f"written {file.suffix}"] = plain(written(file))
        found |= {f"stored {table}": rows for table, rows in stored(root.work / STORE) if rows}
    return found


def written(file: Path) -> str:
    """Return what *file* says; of a mail its headers and parts, wherever its lines are broken."""
    if file.suffix != ".eml":
        return file.read_text("utf-8")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *map(str, parts)])


def stored(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the tables of the store in *file* with their rows, without what is chance."""
    with closing(sqlite3.connect(file)) as store:
        names = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        for (name,) in names.fetchall():
            if name not in _NOT_COMPARED:
                rows = store.execute(f'SELECT * FROM "{name}"')
                yield name, sorted(plain(repr(tuple(map(_read, row)))) for row in rows)


def _read(value: object) -> object:
    """Return what is stored as *value*: two machines may pack the same bytes differently."""
    return zlib.decompress(value) if isinstance(value, bytes) and value[:1] == b"x" else value


def plain(text: str) -> str:
    """Return *text* without moments and names that chance made."""
    return _CHANCE.sub("…", text)


def differing(one: Made, other: Made) -> list[str]:
    """Return what is not the same in both, the machine itself apart."""
    names = sorted(one.keys() | other.keys())
    return [name for name in names if name != "machine" and one.get(name) != other.get(name)]


def compared(what: str, pair: Sequence[Made]) -> bool:
    """Say what both machines made of *what*; return whether that was the same, and well."""
    native, emulated = pair
    wrong = differing(native, emulated)
    wrong += ["it fails"] if emulated.get("exit") or emulated.get("broken") else []
    same = [
        f"{name}{_count(emulated[name])}" for name in emulated if name not in {*wrong, "machine"}
    ]
    print(
        f"{what}: the same: {', '.join(same) or 'nothing'}; different: {', '.join(wrong) or 'nothing'}"
    )
    return not wrong


def _count(value: object) -> str:
    return f" ({len(value)})" if isinstance(value, (dict, list)) else ""


def goes_on(root: Root, store: Path) -> list[str]:
    """Let *root* take its turn on *store*, which another machine wrote; return what it made anew."""
    before = dict(stored(store))
    shutil.copy(store, root.work / STORE)
    done = root.call(*CXDIGEST, "run", "--once")
    if done.returncode:
        return [f"its turn fails: {done.stderr.strip()}"]
    after = dict(stored(root.work / STORE))
    return [name for name in _STAY if after[name] != before[name]]


def lay_out(root: Root) -> None:
    """Put into *root* what the commands read, as it lies in the checkout."""
    shutil.rmtree(root.work)
    root.work.mkdir()
    shutil.copytree(ROOT / "examples", root.work / "examples")
    config = (ROOT / "config.example.yaml").read_text("utf-8")
    kept = config.replace('url: ":temporary:"', f"url: {STORE}")
    assert kept != config
    (root.work / "config.yaml").write_text(kept, "utf-8")
    for name in SETS:
        shutil.copy(ROOT / "tests" / "rules" / f"{name}.jsonl", root.work)
    shutil.copy(Path(__file__).with_name("told.py"), root.work)


def systems(folder: Path) -> dict[Machine, Root]:
    """Return both machines' systems in *folder*, with what is installed here and this checkout's wheel."""
    native = roots.made(folder, AMD64, also=["qemu-user"])
    found = {AMD64: native}
    found[ARM64] = roots.made(
        folder, ARM64, qemu=str((native.folder / "usr" / "bin" / "qemu-aarch64").resolve())
    )
    versions = {name: one.version for name, one in installed(*TESTING).items()}
    with tempfile.TemporaryDirectory() as made:
        wheel = build(ROOT, Path(made), "wheel")
        for machine, root in found.items():
            roots.install(root, machine, versions, wheel)
            lay_out(root)
    return found


def tests(root: Root, names: Sequence[str]) -> int:
    """Run the tests *names* of this checkout in *root*; return how pytest ended."""
    for name in ("tests", "bench", "templates", "docs"):
        shutil.copytree(ROOT / name, root.work / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root.work)
    done = root.call("python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", *names)
    print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
    return done.returncode


def main(words: Sequence[str]) -> int:
    """Compare, print, and return 1 where something differs or a test fails."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        sys.exit("this is for Linux on x86-64; on ARM64 itself: make test")
    if missing := [name for name in roots.TOOLS if not shutil.which(name)]:
        sys.exit(f"not found: {', '.join(missing)}; this needs Debian or Ubuntu")
    if not roots.KEYS.exists():
        sys.exit(f"not found: {roots.KEYS}; install debian-archive-keyring")
    at = words.index("--") if "--" in words else len(words)
    folder = Path(words[0] if at else ROOT / "out" / "arm64").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    both = systems(folder)
    wells = list(_compare(both, folder))
    if words[at + 1 :]:
        wells.append(not tests(both[ARM64], words[at + 1 :]))
    return 0 if all(wells) else 1


def _compare(both: Mapping[Machine, Root], folder: Path) -> Iterator[bool]:
    """Let both make the same, and compare; keep what each made in *folder*."""
    steps: dict[str, Callable[[Root], Made]] = {
        "judge": judged,
        **{one: partial(made_by, command=one) for one in COMMANDS},
    }
    for what, step in steps.items():
        began = time.monotonic()
        pair = [step(root) for root in both.values()]
        for machine, made in zip(both, pair, strict=True):
            kept = folder / f"{what.replace(' ', '-')}-{machine.debian}.json"
            kept.write_text(json.dumps(made, indent=1), "utf-8")
        if what == "judge":
            print(*(made["machine"] for made in pair), sep="\n")
            print(f"rules {pair[-1]['rules']}, {pair[-1]['examples']} examples in packs")
        yield compared(what, pair)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
        if what == "run --once":
            yield from _moved(both, folder)


def _moved(both: Mapping[Machine, Root], folder: Path) -> Iterator[bool]:
    """Let each take a turn on the store that the other wrote."""
    stores = {
        machine: Path(shutil.copy(root.work / STORE, folder / f"{machine.debian}.sqlite"))
        for machine, root in both.items()
    }
    for machine, other in ((AMD64, ARM64), (ARM64, AMD64)):
        anew = goes_on(both[machine], stores[other])
        print(
            f"{machine.debian} goes on with the store of {other.debian}; made anew: {', '.join(anew) or 'nothing'}",
            flush=True,
        )
        yield not anew


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
