"""A store moved between databases, and what a turn spends on letting go of what is old.

``python -m bench moves URL [POSTINGS]`` fills a SQLite file, moves it into the empty PostgreSQL
database at URL and from there into another file. Each move is a process of its own, whose peak of
memory is told by the system; its parts are in seconds of its own processor time. The server's work
is in the wall time alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from bench.one_move import PARTS
from bench.stored import NOW, fill
from bench.tables import show
from cxdigest.model import Digest, Rendered
from cxdigest.store import Store, open_store
from cxdigest.store.schema import deliveries, postings, remembered

_PROFILES = 20
_LOOKS = 200  #: turns that find nothing due


def main(arguments: Sequence[str]) -> None:
    """Measure and print; *arguments*: an empty database, and how many postings."""
    url, number = arguments[0], int(arguments[1]) if arguments[1:] else 100_000
    with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder:
        first, second = f"{folder}/first.sqlite", f"{folder}/second.sqlite"
        with closing(open_store(first)) as store:
            fill(store, _PROFILES, stored=number)
            while store.take_in_words():
                pass
        rows = [_moved("SQLite to PostgreSQL", first, url)]
        rows.append(_moved("PostgreSQL to SQLite", url, second))
        show(f"{number:,} postings moved; load {_load()}", rows, _COLUMNS)
        sizes = [f"{Path(one).stat().st_size / 1e6:,.0f}" for one in (first, second)]
        print(f"file before and after, MB: {' and '.join(sizes)}")
        ages = [_grown_old("SQLite", second), _grown_old("PostgreSQL", url)]
        show(f"letting go, with {number:,} postings; load {_load()}", ages, _AGES)


_COLUMNS = (
    "way", "rows", "s", "rows/s", "CPU s", *PARTS, "peak MB",
)  # fmt: skip
_AGES = (
    "database", "nothing due: CPU µs", "200 looked at and removed: CPU ms", "wall ms",
    "removed/s", "remembered rows",
)  # fmt: skip


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _moved(way: str, source: str, target: str) -> tuple[str, ...]:
    words = [sys.executable, "-m", "bench.one_move", source, target]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = json.loads(child.stdout.read())
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    took = told["parts"]
    return (
        way,
        f"{told['rows']:,}",
        f"{told['s']:.1f}",
        f"{told['rows'] / told['s']:,.0f}",
        f"{used.ru_utime + used.ru_stime:.1f}",
        *(f"{took[one]:.1f}" for one in PARTS),
        f"{told['peak'] / 1024:.0f}",
    )


def _grown_old(name: str, url: str) -> tuple[str, ...]:
    with closing(open_store(url)) as store:
        long_ago = NOW - timedelta(days=3650)
        idle = _cpu(lambda: _look(store, long_ago)) / _LOOKS
        later = NOW + timedelta(days=365)
        _go_on(store, later)
        begun, cpu, batches, removed = time.perf_counter(), time.process_time(), 0, 0
        while batches < _LOOKS:
            done = store.prune_postings(before=later - timedelta(days=100), now=later)
            batches, removed = batches + 1, removed + done.removed
            if not done.more:
                break
        wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
        with store._database.reading() as connection:  # noqa: SLF001 - as no step would do it
            kept = connection.scalar(select(func.count()).select_from(remembered))
            left = connection.scalar(select(func.count()).select_from(postings))
        print(f"{name}: {removed:,} removed in {batches} transactions, {left:,} left")
    return (
        name,
        f"{idle * 1e6:,.0f}",
        f"{cpu / batches * 1e3:.1f}",
        f"{wall / batches * 1e3:.1f}",
        f"{removed / wall:,.0f}",
        f"{kept:,}",
    )


def _look(store: Store, before: object) -> None:
    for _ in range(_LOOKS):
        store.prune_postings(before=before, now=NOW)  # type: ignore[arg-type]
        store.prune_digests(before=before, now=NOW)  # type: ignore[arg-type]
        store.prune_news(before=before)  # type: ignore[arg-type]


def _cpu(call: Callable[[], None]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _go_on(store: Store, now: datetime) -> None:
    """Let every digest be sent, and every profile have one of today."""
    with store._database.writing() as connection:  # noqa: SLF001 - as no step would do it
        connection.execute(update(deliveries).values(state="sent", due=None))
    for name in store.people():
        digest = Digest(profile=name, day=now.date(), made=now)
        store.record_digest(digest, Rendered(subject="", text="", html=""), [], now=now)
