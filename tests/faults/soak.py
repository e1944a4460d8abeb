"""A busy instance for hours in fast motion: ``python -m tests.faults.soak``, told what by a line of JSON.

One process, as ``cxdigest serve`` is: the street stays open and the pages are served beside it; only
its clock is moved. After each hour it notes its memory, open files, threads and what waits.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cxdigest import app
from cxdigest.net import Http
from cxdigest.pages.hosts import Hosts
from cxdigest.pipeline import PageDesk, Street, turn
from cxdigest.pipeline.hosts.asking import Asker
from cxdigest.pipeline.hosts.listings import Listings
from cxdigest.pipeline.street import LEASE
from cxdigest.process import give_back, settle
from cxdigest.store import Store
from cxdigest.web.beside import beside
from tests.faults.day import Day

HOUR = timedelta(hours=1)
ASKED = ("/", "/login", "/healthz", "/no-such-page")


def state(store: Store) -> dict[str, int]:
    """What this process holds, and what waits to be done."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    counts = store.counts()
    with store._database.reading() as connection:
        stuck = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM sources WHERE lease_until IS NOT NULL)"
            " + (SELECT count(*) FROM hosts WHERE holder IS NOT NULL)"
            " + (SELECT count(*) FROM deliveries WHERE due IS NOT NULL)"
        ).scalar()
    return {
        "kb": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "threads": threading.active_count(),
        "unjudged": counts["unjudged"],
        "waiting": int(stuck or 0),
        "postings": counts["postings"],
        "sent": counts.get("delivery.sent", 0),
    }


def visit(address: tuple[str, int]) -> None:
    """Look at some pages as people and probes do."""
    for path in ASKED:
        asked = f"http://{address[0]}:{address[1]}{path}"
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(asked, timeout=20) as answer:
            answer.read()


def with_pages(street: Street, day: Day) -> Street:
    """Let *street* read pages over the road of *day*."""
    http = Http(user_agent="tests", pace=0, deadline=5, transport=day.road)
    asker = Asker(
        store=street.store, http=http, hosts=Hosts(), clock=street.clock, holder=street.holder,
        lease=LEASE, pace=timedelta(), sleep=lambda _seconds: None,
    )  # fmt: skip
    desk = PageDesk(asker=asker, listings=Listings(asker=asker), per_day=street.pages.per_day)
    return replace(street, pages=desk, brief=True)


def work(day: Day, hours: int, turns: int) -> list[dict[str, int]]:
    """Work for so many hours, with so many turns in each; return the state after each hour."""
    noted = []
    # Late in the evening: everybody's first digest is made at once, as all have had theirs that run.
    day.now -= HOUR
    settle()
    with app.street(day.config, clock=lambda: day.now) as made:
        street = with_pages(made, day)
        with beside(street, ("127.0.0.1", 0), config=day.config) as address:
            for _ in range(hours):
                for _ in range(turns):
                    day.put_out()
                    turn(street, everything=False)
                    give_back()
                    day.now += HOUR / turns
                visit(address)
                noted.append(state(street.store))
                print(json.dumps(noted[-1]), file=sys.stderr, flush=True)
    return noted


def main() -> None:
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    day = Day.told(told)
    for _ in range(told["before"]):
        day.put_out()
    print(json.dumps(work(day, told["hours"], told["turns"])), flush=True)


if __name__ == "__main__":
    main()
