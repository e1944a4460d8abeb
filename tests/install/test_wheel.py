"""Wheel and sdist hold all that the program needs, and work in an empty folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.install.built import ROOT, build, surroundings, unpacked
from tests.servers.ports import free_port

CONFIG = """\
store: {url: store.sqlite}
sources:
  saved: {type: folder, path: alerts, trust: true}
channels:
  out: {type: folder, path: out}
profiles:
  robin:
    name: Robin
    sources: [saved]
    deliver: [{channel: out, to: [robin@home.example]}]
    send_at: "06:00"
    time_zone: Europe/London
    read_pages: false
"""


def furnished(home: Path) -> Path:
    (home / "config.yaml").write_text(CONFIG, "utf-8")
    (home / "alerts").mkdir()
    shutil.copy(ROOT / "examples" / "alerts" / "07-kestrel-jobs.eml", home / "alerts")
    return home


def content(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {one.filename: one.CRC for one in archive.infolist()}


#: Runs the command with everything read-only but the folder it stands in.
_READ_ONLY = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
findmnt -rno TARGET | grep -v -e '^/proc' -e '^/sys' -e '^/dev$' -e "^$1\\$" | while read -r place; do
  mount -o remount,ro,bind "$place" 2>/dev/null || [ "$place" != / ]
done
! touch /tmp/written /var/tmp/written /dev/shm/written 2>/dev/null
cd "$1"
shift
exec "$@"
"""


@cache
def may_close() -> bool:
    """Whether mounts can be made read-only for one command, as Linux has it."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    asked = ["unshare", "-m", "sh", "-c", "mount --make-rprivate / && mount --bind /var /var"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def test_the_wheel_of_the_sdist_is_the_wheel_of_the_checkout(wheel, tmp_path):
    sdist = build(ROOT, tmp_path / "sdist", "sdist")
    again = build(unpacked(sdist, tmp_path / "source"), tmp_path / "wheel", "wheel")
    assert content(again) == content(wheel)


def test_the_wheel_holds_everything_of_the_package_and_the_templates(wheel):
    held = set(content(wheel))
    kinds = {
        ".py",
        ".yaml",
        ".json",
        ".js",
        ".css",
        ".txt",
        ".typed",
        ".j2",
        ".mako",
        ".po",
        ".mo",
        ".pot",
    }
    for folder, place in (("cxdigest", "cxdigest"), ("templates", "cxdigest/templates")):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"{place}/{file.relative_to(ROOT / folder).as_posix()}" in held
                assert file.suffix in kinds | {""}, "is this meant to be shipped?"
    assert not [name for name in held if name.startswith(("tests/", "docs/", "bench/"))]


def test_an_installed_cxdigest_works_in_an_empty_folder_and_writes_nowhere_else(
    installed, tmp_path
):
    furnished(tmp_path)
    (tmp_path / "tmp").mkdir()
    closed = ["unshare", "-m", "sh", "-c", _READ_ONLY, "sh", str(tmp_path)] if may_close() else []
    done = subprocess.run(
        [*closed, *installed.command("run", "--once", "--json")],
        cwd=tmp_path,
        env={**surroundings(tmp_path), "TMPDIR": str(tmp_path / "tmp")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()]
    assert "Tarn & Vale Housing" in next((tmp_path / "out").glob("*.txt")).read_text("utf-8")
    assert not list((tmp_path / "tmp").iterdir()), "nothing temporary stays"
    assert {one.name for one in tmp_path.iterdir()} <= {
        "alerts", "backups", "config.yaml", "out", "store.sqlite", "tmp", ".cache"
    }  # fmt: skip


def test_an_installed_cxdigest_is_the_one_of_the_wheel(installed, tmp_path):
    helped = installed.call(tmp_path, "--help")
    assert helped.returncode == 0
    assert "Usage:" in helped.stdout
    where = subprocess.run(
        [installed.bin / "python", "-c", "import cxdigest; print(cxdigest.__file__)"],
        cwd=tmp_path, env=surroundings(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert str(installed.folder) in where.stdout


def test_what_is_written_elsewhere_would_have_been_seen():
    if not may_close():
        pytest.skip("this user may not make everything else read-only, even in a namespace")


def test_an_installed_cxdigest_serves_its_first_page(installed, tmp_path):
    log = tmp_path / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            installed.command("serve", "--listen", f"127.0.0.1:{free_port()}"),
            cwd=tmp_path, env=surroundings(tmp_path), stdout=said, stderr=said,
        )  # fmt: skip
    try:
        address = _address(log, process)
        answer = httpx.get(f"{address}/setup", follow_redirects=True, timeout=30)
        assert answer.status_code == 200, answer.text
        assert "cxdigest" in answer.text
        styles = re.findall(r'href="(/[^"]+\.css[^"]*)"', answer.text)
        assert styles
        assert all(httpx.get(address + one, timeout=30).status_code == 200 for one in styles)
    finally:
        process.terminate()
        assert process.wait(timeout=60) in (0, -15)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text("utf-8", "replace")):
            return found[0]
        assert process.poll() is None, log.read_text("utf-8", "replace")
        time.sleep(0.1)
    pytest.fail(log.read_text("utf-8", "replace"))
