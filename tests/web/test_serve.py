"""``cxdigest serve`` with pages: one process, both begin, both end on SIGTERM."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.asking import asking
from tests.ready import put_store, ready_store
from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]
CONFIG = """
store: {{url: {store}}}
sources: {{saved: {{type: folder, path: {folder}}}}}
channels: {{files: {{type: folder, path: {folder}/out}}}}
profiles:
  ada: {{name: Ada, sources: [saved], time_zone: UTC, deliver: [{{channel: files, to: [ada]}}]}}
worker: {{wake: 1}}
{more}
"""


def serve(tmp_path: Path, more: str) -> subprocess.Popen[str]:
    alerts = tmp_path / "alerts"
    alerts.mkdir(exist_ok=True)
    put_store(tmp_path / "x.sqlite")
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(store=tmp_path / "x.sqlite", folder=alerts, more=more))
    return subprocess.Popen(
        [sys.executable, "-m", "cxdigest", "--config", str(config), "serve"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def woken(process: subprocess.Popen[str], tmp_path: Path) -> str:
    """Read the log until the worker says that it is awake, and wait for its first turn."""
    assert process.stderr
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "awake" in line:
            break
    else:
        pytest.fail("".join(lines))
    store = ready_store(tmp_path / "x.sqlite")
    until = time.monotonic() + 120
    while store.last_wake() is None and time.monotonic() < until:
        time.sleep(0.1)
    assert store.last_wake() is not None, "the worker works"
    store.close()
    return "".join(lines)


def ended(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def test_pages_and_worker_share_a_process_and_end_together(tmp_path: Path):
    port = free_port()
    process = serve(tmp_path, f"web: {{listen: 127.0.0.1:{port}}}")
    said = woken(process, tmp_path)
    assert f"pages are served at http://127.0.0.1:{port}" in said
    base = f"http://127.0.0.1:{port}"
    with asking(base) as client:  # a connection that stays open
        assert client.get("/robots.txt").status_code == 200
        assert client.get("/f/t0ken").status_code == 404
        began = time.monotonic()
        said += ended(process)
    assert time.monotonic() - began < 15
    assert "Traceback" not in said
    assert "t0ken" not in said
    with pytest.raises(httpx.ConnectError):
        httpx.get(base + "/robots.txt", trust_env=False)


def test_where_there_are_to_be_no_pages_no_port_is_opened(tmp_path: Path):
    process = serve(tmp_path, "web: {enabled: false}")
    woken(process, tmp_path)
    maps = Path(f"/proc/{process.pid}/net/tcp")
    listening = [line for line in maps.read_text().splitlines() if " 0A " in line]
    mine = sockets_of(process.pid)
    assert not [line for line in listening if line.split()[9] in mine]
    assert "pages" not in ended(process)


def test_without_a_word_on_pages_they_are_served_here_and_a_taken_port_stops_no_digest(
    tmp_path: Path,
):
    """Other tests on this machine may listen at the same port: then one of the two is seen."""
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", 8080)):
        process = serve(tmp_path, "")
        said = woken(process, tmp_path)
        assert "pages cannot be served at 127.0.0.1:8080: Address already in use" in said
        assert "the worker goes on without pages" in said
        ended(process)
        return
    process = serve(tmp_path, "")
    said = woken(process, tmp_path)
    assert "pages are served at http://127.0.0.1:8080" in said or "goes on without pages" in said
    ended(process)


def test_beyond_this_machine_the_log_says_how_the_first_admin_is_made(tmp_path: Path):
    port = free_port()
    process = serve(tmp_path, f"web: {{listen: '0.0.0.0:{port}'}}")
    said = woken(process, tmp_path)
    code = re.search(r"make the first admin with the code ([a-z0-9]{5}(?:-[a-z0-9]{5}){3})", said)
    assert code
    form = {
        "code": code[1],
        "name": "root",
        "password": "x1y2z3 and more",
        "again": "x1y2z3 and more",
    }
    with asking(f"http://127.0.0.1:{port}") as client:
        assert client.get("/account").headers["location"] == "/login?next=%2Faccount"
        assert client.post("/login/first", data=form).status_code == 303
        assert client.get("/account").status_code == 200
    ended(process)
    process = serve(tmp_path, f"web: {{listen: '0.0.0.0:{port}'}}")
    assert "first admin" not in woken(process, tmp_path)
    ended(process)


def sockets_of(pid: int) -> set[str]:
    """The inodes of the sockets that a process holds."""
    links = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]
    return {one[8:-1] for one in links if one.startswith("socket:[")}


def test_a_port_that_is_taken_is_said_and_the_worker_does_not_begin(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = serve(tmp_path, f"web: {{listen: 127.0.0.1:{port}}}")
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"pages cannot be served at 127.0.0.1:{port}: Address already in use" in said
    assert "awake" not in said


def test_no_other_command_loads_what_only_pages_need():
    script = (
        "import sys\n"
        "from cxdigest import app\n"
        "import cxdigest.cli, cxdigest.cli.instance.serve, cxdigest.cli.instance.run, cxdigest.cli.digests.feed\n"
        "import cxdigest.cli.postings.export, cxdigest.cli.digests.preview\n"
        "print([one for one in ('fastapi', 'uvicorn', 'starlette', 'apprise', 'cxdigest.web.site')"
        " if one in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
