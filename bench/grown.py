"""The same work on a small and on a large store: ``python -m bench grown [LARGE [SMALL]]``.

One poll, one batch judged, one digest, pages of the console, and how much room a posting takes, on
SQLite. Times are those of the process itself, which others on the machine disturb less. A million
postings take some minutes to fill, and more to take their words in.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx

from bench import stored as fillings
from bench.digests import _fill, _street
from bench.scale import EACH, Played
from bench.stored import FRESH, key, people
from bench.tables import show
from cxdigest.pipeline import compose_waiting, identify_waiting, judge_waiting
from cxdigest.pipeline.alerts.poll import poll
from cxdigest.store import open_store
from cxdigest.web.beside import desk_for
from cxdigest.web.kept import COOKIE
from cxdigest.web.server import serving
from cxdigest.web.site import site
from cxdigest.worker import settle

SMALL, LARGE, PROFILES = 10_000, 1_000_000, 40
_FEEDS = 7  #: polled one after another; the first is not counted
_DIGESTS = 20
_ASKED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What was measured: seconds by what took them, and bytes a posting."""

    took: dict[str, float]
    room: float


def _measure(path: str, stored: int) -> Grown:
    store = open_store(path)
    while store.take_in_words():
        pass
    room = Path(path).stat().st_size / stored
    readers = list(people(PROFILES))
    feeds = [Played(name=f"feed-{n}", number=1000 + 2 * n) for n in range(_FEEDS)]
    street = replace(
        _street(store, *readers),
        sources={one.name: one for one in feeds},
        every={one.name: timedelta(hours=1) for one in feeds},
    )
    store.register_sources([one.name for one in feeds], now=street.clock())
    settle()
    took = {
        f"one poll: a feed of {EACH} new entries": _each(
            [lambda name=one.name: poll(street, name) for one in feeds]
        )
    }
    took[f"which of {_FEEDS * EACH} are openings that are known"] = _once(
        lambda: identify_waiting(street)
    )
    took[f"one batch of {_FEEDS * EACH} judged"] = _once(lambda: judge_waiting(street))
    first, others = readers[:2], readers[2 : 2 + _DIGESTS]
    compose_waiting(_street(store, *first))
    took["one digest"] = _once(lambda: compose_waiting(_street(store, *others))) / len(others)
    name = readers[-1].name
    place = fillings.EACH * int(readers[-1].sources[0].rpartition("-")[2])
    desk = replace(desk_for(street), alone=True)
    with (
        serving(site(desk), ("127.0.0.1", 0)) as (host, port),
        # As a browser that changed something just now: no page is given again.
        httpx.Client(
            base_url=f"http://{host}:{port}", timeout=60, trust_env=False, cookies={COOKIE: "1"}
        ) as client,
    ):
        for what, at in {
            "page: Today": f"/today/{name}",
            "page: postings": f"/postings/{name}",
            "page: a search": f"/postings/{name}?q=journey",
            "page: one posting": f"/postings/{name}/{key(place + FRESH // 2)}",
        }.items():
            assert client.get(at).status_code == 200, at
            took[what] = _each([lambda at=at: client.get(at)] * _ASKED)
    store.close()
    return Grown(took=took, room=room)


def _once(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _each(works: Sequence[Callable[[], object]]) -> float:
    """Return the median of all but the first."""
    return statistics.median([_once(work) for work in works][1:])


def _aside(stored: int) -> Grown:
    with (
        tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder,
        multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool,
    ):
        path = str(Path(folder, "store"))
        pool.apply(_fill, (path, PROFILES, stored))
        return pool.apply(_measure, (path, stored))


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    given = [int(one) for one in words]
    large, small = (*given, *(LARGE, SMALL)[len(given) :])
    before, after = _aside(small), _aside(large)
    rows = [
        (what, f"{taken * 1000:,.0f}", f"{after.took[what] * 1000:,.0f}",
         f"{after.took[what] / taken:.2f}")
        for what, taken in before.took.items()
    ]  # fmt: skip
    rooms = before.room, after.room
    rows.append(
        ("bytes a posting", *(f"{one:,.0f}" for one in rooms), f"{rooms[1] / rooms[0]:.2f}")
    )
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    show(
        f"ms of the process itself; the machine's load was {load}",
        rows,
        ("what", f"{small:,} stored", f"{large:,} stored", "ratio"),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
