"""``cxdigest demo`` as a person sees it: begun in an empty folder, without a network, ended by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from cxdigest.demo import weeks
from cxdigest.demo.invented import planned
from tests.asking import asking
from tests.cli.inside import call

ROOT = Path(__file__).parents[2]
#: The command, in a process that may reach nothing but this machine.
_ALONE = """
import os, sys
def refuse(event, what):
    where = {"socket.connect": lambda: what[1][0], "socket.getaddrinfo": lambda: what[0]}.get(event)
    if where and where() not in ("127.0.0.1", "::1", "localhost", None):
        os.write(1, f"reached for {where()}".encode())  # whoever swallows the error hides no word
        raise OSError("there is no network")
sys.addaudithook(refuse)
sys.argv = ["cxdigest", "demo"]
from cxdigest.cli import main
main()
"""


@dataclass
class Demo:
    """A demo that runs."""

    process: subprocess.Popen[str]
    said: str
    base: str
    folder: Path
    client: httpx.Client

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("home")
    process = subprocess.Popen(
        [sys.executable, "-c", _ALONE],
        cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "TMPDIR": str(home), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    said = "".join(lines)
    assert "Ctrl-C ends it." in said, said
    (base,) = set(re.findall(r"http://[\w.:]+(?=/)", said))
    (folder,) = home.glob("cxdigest-demo-*")
    try:
        with asking(base) as client:
            yield Demo(process, said, base, folder, client)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_says_in_plain_words_what_it_is_and_where(demo):
    assert "three invented people" in demo.said
    assert "60 invented alerts" in demo.said
    assert "reached for" not in demo.said
    assert "Nothing\nis fetched from the network and nothing is sent" in demo.said
    assert demo.base.startswith("http://127.0.0.1:")
    named = [Path(line.strip()) for line in demo.said.splitlines() if line.endswith(".html")]
    assert len(named) == 2
    assert all(path.is_file() and path.is_relative_to(demo.folder) for path in named)


def test_todays_page_shows_what_came_since(demo):
    for who in ("robin", "jonas"):
        assert "Customer experience roles" in demo.page(f"/today/{who}")


def test_weeks_of_digests_stand_in_the_archive(demo):
    for who in ("robin", "samira", "jonas"):
        days = re.findall(r'href="/archive/[^"]+/(\d{4}-\d\d-\d\d)', demo.page(f"/archive/{who}"))
        assert len(set(days)) >= 10, who


def test_there_are_enough_openings_for_a_share(demo):
    for who in ("robin", "samira", "jonas"):
        assert re.search(r"\d+\.\d % \(\d+\.\d to \d+\.\d\)", demo.page(f"/numbers/{who}")), who


def test_a_digest_waits_for_the_coach_who_wrote_notes_before(demo):
    page = demo.page("/clients")
    # It waits for twenty hours; from three in the morning on it is held, for the coach to approve.
    assert "Waits for you:" in page or "Held:" in page
    notes = [
        path
        for path in (demo.folder / "digests").glob("*-samira-*.txt")
        if "A NOTE FROM INES CALDER" in path.read_text("utf-8").upper()
    ]
    assert len(notes) == 2


def test_readers_said_their_words_and_pasted_duties(demo):
    assert "Readers against the judge" in demo.page("/numbers/robin")
    found = demo.page("/postings/robin?q=redmire")
    posting = re.search(r'href="(/postings/robin/\w{16})"', found)
    assert posting
    page = demo.page(posting[1])
    assert "as you pasted them" in page
    assert "A plainer title" in page


def test_a_link_in_a_digest_leads_to_a_page_of_this_console(demo):
    (digest,) = [Path(line.strip()) for line in demo.said.splitlines() if "-robin-" in line]
    links = re.findall(rf'href="({demo.base}/[^"]+)"', digest.read_text("utf-8"))
    assert len(links) > 5
    page = demo.page(links[0].removeprefix(demo.base))
    assert re.search(r'<form [^>]*method="post".*<button', page, re.DOTALL), page


def test_a_link_to_try_is_not_fetched(demo):
    form = demo.page("/try")
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token
    sent = {"csrf": token[1], "link": "https://careers.example.org/1", "do": "judge"}
    answer = demo.client.post("/try", data=sent)
    assert "reads no pages" in answer.text, answer.text[:2000]


def test_at_the_end_ctrl_c_removes_the_folder(demo):
    demo.process.send_signal(signal.SIGINT)
    said, _ = demo.process.communicate(timeout=60)
    assert demo.process.returncode == 0
    assert (
        said == "The demo has ended; its folder is removed. --keep FOLDER keeps it the next time.\n"
    )
    assert not demo.folder.exists()


@pytest.fixture
def short(monkeypatch) -> None:
    """Of the weeks the last two days alone, and signals as they were before."""
    few = tuple(one for one in planned() if one.day <= 1)
    monkeypatch.setattr(weeks, "planned", lambda: few)
    before = {
        number: signal.getsignal(number)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("short")
def test_a_script_gets_the_digest_as_text_and_a_folder_that_works(tmp_path):
    done = call(tmp_path, "demo", "--once", "--keep", "kept")
    assert done.returncode == 0, done.stderr
    assert "CUSTOMER EXPERIENCE ROLES" in done.stdout
    assert "http://127.0.0.1" not in done.stdout
    config = yaml.safe_load((tmp_path / "kept" / "config.yaml").read_text("utf-8"))
    assert set(config["profiles"]) == {"robin", "samira", "jonas"}
    told = call(tmp_path, "--config", "kept/config.yaml", "sources", "--json")
    assert told.returncode == 0
    assert told.stdout.count('"source"') == 5
    again = call(tmp_path, "demo", "--once", "--keep", "kept")
    assert (again.returncode, again.stdout) == (2, "")
    assert "not empty" in again.stderr


@pytest.mark.usefixtures("short")
def test_one_that_is_ended_while_the_weeks_pass_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    turn = weeks.turn
    monkeypatch.setattr(
        weeks, "turn", lambda *a, **k: (turn(*a, **k), signal.raise_signal(signal.SIGTERM))
    )
    done = call(tmp_path, "demo", "--once")
    assert (done.returncode, "CUSTOMER EXPERIENCE" in done.stdout) == (0, False)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call(tmp_path, "demo", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "--port" in done.stderr
