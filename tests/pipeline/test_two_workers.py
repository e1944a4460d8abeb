"""Two processes on one store, with the same sources and pages: neither is in the other's way.

``make soak`` lets them work for longer (CXDIGEST_SOAK: turns of each worker).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from cxdigest.store import open_store
from tests.pipeline.one_of_two import HOSTS, OPENINGS, SOURCES, page_of
from tests.pipeline.test_kill_whole import query, sound
from tests.pipeline.test_pages import json_ld
from tests.worlds import Postbox, World

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("CXDIGEST_SOAK", "3"))


class Counting:
    """Plays documents and counts, for each host, how many are asked for at once."""

    def __init__(self) -> None:
        self.now, self.most = Counter(), Counter()
        self.lock = threading.Lock()

    def play(self, host, body, *, status=200):
        def play(handler):
            with self.lock:
                self.now[host] += 1
                self.most[host] = max(self.most[host], self.now[host])
            time.sleep(0.01)
            with self.lock:
                self.now[host] -= 1
            handler.reply(status, {"Content-Type": "text/html; charset=utf-8"}, body.encode())

        return play


@pytest.fixture
def counted(web):
    counting = Counting()
    for host in HOSTS:
        web.play(f"/{host}/robots.txt", counting.play(host, "User-agent: *\nAllow: /\n"))
    for number in range(ROUNDS * OPENINGS):
        url = page_of(number)
        page = counting.play(url.split("/")[2], json_ld(title="A role", hiringOrganization={}))
        web.play(url.removeprefix("https:/"), page)
    return counting


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request, tmp_path):
    """The URL of an empty store, and what its server has logged since."""
    if request.param == "sqlite":
        yield str(tmp_path / "shared.sqlite"), lambda: ""
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.create()
    log = postgres.folder / "log"
    start = log.stat().st_size
    yield postgres.url(name), lambda: log.read_text(errors="replace")[start:]
    postgres.drop(name)


def work_at_once(names, *given):
    """Let workers do their turns, beginning together."""
    folder, url, web = given
    command = [sys.executable, "-m", "tests.pipeline.one_of_two", str(folder), url, web.url]
    running = [
        subprocess.Popen(
            [*command, name, str(ROUNDS)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for name in names
    ]  # fmt: skip
    for worker in running:
        assert worker.stdout.readline() == "ready\n"
    for worker in running:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=60 + 30 * ROUNDS) for worker in running]
    assert [worker.returncode for worker in running] == [0] * len(running), told
    assert not any("Traceback" in said for _, said in told), told


def test_two_workers_ask_no_host_at_once_merge_alike_and_send_once(shared, web, counted, tmp_path):
    url, log = shared
    open_store(url).close()
    work_at_once(("w1", "w2"), tmp_path, url, web)
    # What was left because the other asked that host is for the next turn, whoever does it.
    work_at_once(("w3",), tmp_path, url, web)

    assert set(counted.most) == set(HOSTS)
    assert set(counted.most.values()) == {1}, "no host was asked by both at once"
    asked = Counter(one.path for one in web.requests if "/jobs/" in one.path)
    assert len(asked) == ROUNDS * OPENINGS
    assert set(asked.values()) == {1}, "no page was asked twice"
    world = World(tmp_path)
    world.store.close()
    world.store = open_store(url)
    sound(world)
    openings = ROUNDS * OPENINGS
    assert query(world, "SELECT count(*) FROM postings") == [(openings,)]
    assert query(world, "SELECT count(*) FROM sightings") == [(openings * len(SOURCES),)]
    titles = query(world, "SELECT posting_id, title FROM sightings")
    assert len(set(titles)) == openings, "no two openings in one posting"
    world.store.close()
    assert "deadlock" not in log()
    mails = Postbox(tmp_path / "postbox.jsonl").mails
    assert len(mails) == 1
