"""Several workers on one PostgreSQL: each piece of work is done once, whoever dies or is cut off."""

from __future__ import annotations

import re
import signal
import time

import httpx

from cxdigest import tasks
from tests.servers.ports import free_port

PEOPLE = 4
SENT = "SELECT count(*) FROM deliveries WHERE state = 'sent'"


def sent_lines(cluster) -> list[str]:
    """Who was sent a digest, by what the workers said."""
    return sorted(re.findall(r"to (p\d+)@x\.example over out: sent", cluster.said))


def test_two_workers_send_each_digest_once(cluster):
    cluster.settle(people=PEOPLE)
    both = cluster.start(), cluster.start()
    cluster.until(SENT, PEOPLE)
    assert [cluster.stop(one) for one in both] == [0, 0]
    assert sent_lines(cluster) == sorted(f"p{number}" for number in range(PEOPLE))
    assert len(list((cluster.folder / "out").glob("*.eml"))) == PEOPLE
    # What two sources show is one opening each, judged once.
    verdicts = cluster.ask("SELECT count(*), count(DISTINCT posting_id) FROM verdicts")[0]
    assert verdicts[0] == verdicts[1] > 0
    polls = cluster.ask("SELECT count(*), count(DISTINCT source) FROM polls")[0]
    assert polls[1] == 2
    assert "Traceback" not in cluster.said
    assert "ERROR" not in cluster.said


def test_waking_who_is_woken_already_is_no_line_in_the_log_of_the_server(cluster, postgres):
    log = postgres.folder / "log"
    before = log.stat().st_size
    cluster.settle(people=1, sources=30)
    worker = cluster.start()
    cluster.until(SENT, 1)
    cluster.until("SELECT count(DISTINCT source) FROM polls", 30)
    assert cluster.stop(worker) == 0
    with log.open("rb") as lines:
        lines.seek(before)
        assert lines.read().count(b"procrastinate_jobs_queueing_lock") == 0


def test_what_a_killed_worker_had_in_hand_another_does(cluster):
    cluster.settle(people=PEOPLE)
    first = cluster.start()
    cluster.until("SELECT count(*) > 0 FROM sightings", True)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = cluster.start()
    # The claim of the dead ends by itself; here, to save a quarter of an hour, by hand.
    cluster.ask("UPDATE sources SET lease_until = NULL, holder = NULL")
    cluster.until(SENT, PEOPLE)
    assert cluster.stop(second) == 0
    assert set(sent_lines(cluster)) == {f"p{number}" for number in range(PEOPLE)}


def test_a_worker_outlives_the_database(cluster):
    cluster.settle(people=2)
    worker = cluster.start()
    cluster.until(SENT, 2)
    for _ in range(3):
        cluster.end()
    cluster.ask("UPDATE sources SET next_poll = now() - interval '1 minute', outcome = 'empty'")
    cluster.ask("DELETE FROM polls")
    tasks.Queue(cluster.url).wake()  # in place of up to a minute
    cluster.until("SELECT count(DISTINCT source) FROM polls", 2)
    assert worker.poll() is None
    assert cluster.stop(worker) == 0
    assert "Traceback" not in cluster.said


def test_pages_without_a_worker_wake_one_elsewhere(cluster):
    port = free_port()
    cluster.settle(people=1)
    cluster.config.write_text(cluster.config.read_text() + f'web: {{listen: "127.0.0.1:{port}"}}\n')
    pages = cluster.start("serve", "--no-worker")
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        if "pages are served" in cluster.said:
            break
        time.sleep(0.1)
    assert httpx.get(f"{base}/today/p0", follow_redirects=True).status_code in {200, 404}
    assert cluster.ask("SELECT count(*) FROM workers")[0][0] == 0
    tasks.Queue(cluster.url).wake()
    jobs = f"SELECT count(*) FROM {tasks.Queue(cluster.url).schema}.procrastinate_jobs"
    assert cluster.ask(jobs)[0][0] == 1
    worker = cluster.start()
    cluster.until(SENT, 1)
    assert httpx.get(f"{base}/today/p0").status_code == 200
    assert [cluster.stop(one) for one in (worker, pages)] == [0, 0]


def test_a_password_of_the_database_may_hold_any_character(postgres):
    # The server of the tests asks for none; what is held here is that the queue's way there is read.
    name = postgres.create()
    odd = postgres.url(name).replace("@/", ":a%20b%27%5C%40%3A%2F%25@/", 1)
    queue = tasks.Queue(odd)
    queue.prepare()
    assert postgres.run(f"SELECT to_regnamespace('{queue.schema}') IS NULL", name) == [(False,)]
    postgres.drop(name)
