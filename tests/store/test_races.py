"""Several workers on one database: every piece of work has exactly one winner."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.store.world import HOUR, NOW, RENDERED, compose, digest_of, read, sighting, take_in

ROOT = Path(__file__).parents[2]
WORKERS = 6


def at_once(work):
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, [f"w{number}" for number in range(WORKERS)]))


def test_threads_that_claim_one_source_have_one_winner(store):
    store.register_sources(["inbox"], now=NOW)
    won = at_once(lambda w: store.claim_source("inbox", now=NOW, lease=HOUR, holder=w))
    assert sorted(won) == [False] * (WORKERS - 1) + [True]


def test_threads_that_claim_deliveries_never_get_the_same_one(store):
    compose(store, *(f"{number}@x.example" for number in range(30)))

    def drain(worker):
        got = []
        while delivery := store.claim_delivery(now=NOW, lease=HOUR, holder=worker):
            got.append((delivery.id, delivery.attempts))
        return got

    claimed = [item for got in at_once(drain) for item in got]
    assert len({delivery_id for delivery_id, _ in claimed}) == len(claimed) == 30
    assert {attempts for _, attempts in claimed} == {1}


CLAIM = """
import sys
from cxdigest.store import open_store
from tests.store.world import *
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(store.claim_source("inbox", now=NOW, lease=HOUR, holder=sys.argv[2]))
while delivery := store.claim_delivery(now=NOW, lease=HOUR, holder=sys.argv[2]):
    print(delivery.id)
store.close()
"""


def test_processes_have_distinct_winners(url, store):
    store.register_sources(["inbox"], now=NOW)
    compose(store, *(f"{number}@x.example" for number in range(20)))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, url, f"w{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(3)
    ]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    lines = [process.communicate(timeout=60)[0].split() for process in running]
    assert sorted(won for won, *_ in lines) == ["False", "False", "True"]
    claimed = [delivery for _, *deliveries in lines for delivery in deliveries]
    assert len(set(claimed)) == len(claimed) == 20


def test_threads_that_compose_one_day_make_one_digest(store):
    take_in(store, read("a", sighting()))
    digest = digest_of(store)
    made = at_once(lambda _: store.record_digest(digest, RENDERED, [("smtp", "a@x")], now=NOW))
    assert sum(one is not None for one in made) == 1
    assert len(store.deliveries()) == 1


def test_threads_that_store_the_same_batch_store_it_once(store):
    store.register_sources(["inbox"], now=NOW)
    reads = [read(f"{n}", sighting(f"CX {n}")) for n in range(20)]
    assert sorted(at_once(lambda _: store.record_batch("inbox", reads, {}, now=NOW))) == [
        *[0] * (WORKERS - 1),
        20,
    ]
    assert store.counts()["sightings"] == 20


def test_threads_that_see_the_same_postings_in_many_sources_lose_no_word(store):
    names = [f"w{number}" for number in range(WORKERS)]
    store.register_sources(names, now=NOW)

    def poll(name):
        snippet = "x" * (1 + int(name[1:]))  # the longest must win, whoever comes last
        for turn in range(3):
            reads = [
                read(f"{turn}:{n}", sighting(f"CX {n}", snippet=snippet), source=name)
                for n in range(15)
            ]
            store.record_batch(name, reads, {"turn": turn}, now=NOW)

    at_once(poll)
    found = store.unjudged("rules-1", limit=99)
    assert len(found) == 15
    assert {len(posting.snippet) for posting, _ in found} == {WORKERS}
    assert store.counts()["sightings"] == 15 * 3 * WORKERS


def test_threads_that_wake_at_once_do_not_disturb_each_other(store):
    at_once(lambda _: store.wake(now=NOW, holder="same"))
    assert store.last_wake() == NOW
