"""The whole street on one PostgreSQL by 1, 2 and 4 workers: ``python -m bench scale URL [PART]``.

URL names an empty database, which is emptied again before each run. PART makes everything so many
times smaller (1: 200,000 sightings of 2,000 sources for 5,000 profiles). Workers are processes of
their own with the steps, the queue and the store that ``cxdigest worker`` has; sources play
invented feeds from memory and mails go nowhere, so that nothing but cxdigest and PostgreSQL is
measured.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from bench.tables import show
from cxdigest import rules as rule_engine
from cxdigest.model import Alert, Delivery, FeedEntry, Profile, Receipt, Recipient
from cxdigest.pipeline import Street
from cxdigest.render import environment
from cxdigest.sources import Batch
from cxdigest.store import open_store
from cxdigest.tasks import Queue
from cxdigest.worker import settle

SOURCES, PROFILES, EACH = 2_000, 5_000, 100  #: EACH: sightings of one source
WORKERS = (1, 2, 4)
_READ = 3  #: sources of one profile
_TWICE = 5  #: every fifth opening stands in the next source too
_A_BATCH = 20  #: entries
_INVENTED = Path(__file__).parent.parent / "tests" / "rules" / "invented.jsonl"
_SENT = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
_STAGES = (
    ("sightings taken in", "SELECT count(*) FROM polls"),
    ("postings judged", "SELECT count(*) = 0 FROM postings WHERE judged = ''"),
    ("digests sent", _SENT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A feed that says its entries once."""

    name: str
    number: int

    def fetch(self, cursor, *, now, known) -> Iterator[Batch]:  # noqa: ARG002 - what a source gets
        if cursor:
            return
        entries = iter(_entries(self.number))
        while batch := tuple(islice(entries, _A_BATCH)):
            yield Batch(alerts=tuple(_alert(self.name, one) for one in batch), cursor={"read": 1})


class Nowhere:
    """Takes every mail."""

    name = "mail"

    def send(self, delivery: Delivery) -> Receipt:
        return Receipt(detail=f"{len(delivery.rendered.html)} characters")


def _told() -> list[dict[str, str]]:
    return [json.loads(line) for line in _INVENTED.read_text(encoding="utf-8").splitlines()]


_TOLD = _told()


def _entries(source: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield link, title, employer, town and duties of what a source shows."""
    for place in range(EACH):
        # What stands in the next source too has the words and another link.
        origin = source - 1 if place % _TWICE == 0 and source % 2 else source
        number = origin * EACH + place
        told = _TOLD[number % len(_TOLD)]
        drawn = random.Random(number)
        yield (
            f"https://jobs-{source}.example/{number}",
            f"{told['title']} {drawn.choice(_TEAMS)}",
            _name(random.Random(number % _EMPLOYERS)),
            f"{_name(random.Random(number % _TOWNS))}ton",
            f"{told['description']} Reference {number}.",
        )


_EMPLOYERS, _TOWNS = 20_000, 61
_TEAMS = ("Copper", "Larkspur", "Juniper", "Ember", "Skerry", "Tide")


def _name(drawn: random.Random) -> str:
    """Return a name of three syllables, so that names begin as differently as real ones."""
    return "".join(drawn.choice("bdfgklmnprstvw") + drawn.choice("aeiou") for _ in range(3)).title()


def _alert(source: str, entry: tuple[str, str, str, str, str]) -> Alert:
    link, title, employer, town, duties = entry
    raw = f"<entry>{link} {title}</entry>".encode()
    return Alert(
        source=source, key=link, media="feed", raw=raw, digest=hashlib.sha256(raw).hexdigest(),
        entry=FeedEntry(
            key=link, raw=raw, feed_title="Jobs", feed_id="jobs", title=title, link=link,
            summary=duties, author="", published=None,
            fields=(("company", employer), ("location", town)),
        ),
    )  # fmt: skip


def _people(profiles: int, sources: int) -> tuple[Profile, ...]:
    return tuple(
        Profile(
            name=f"reader-{one:05}",
            heading=f"Reader {one}",
            sources=tuple(
                sorted({f"feed-{(one * (1 + way)) % sources:05}" for way in range(_READ)})
            ),
            recipients=(Recipient("mail", f"reader-{one}@post.example"),),
            send_at=clock_time(0),
            zone=ZoneInfo("UTC"),
            days=frozenset(range(7)),
            lookback=timedelta(days=14),
        )
        for one in range(profiles)
    )


def work(url: str, part: int, begun: float) -> None:
    """Be one worker."""
    logging.basicConfig(level=logging.WARNING)
    stop = threading.Event()
    store = open_store(url)
    sources = [Played(name=f"feed-{n:05}", number=n) for n in range(SOURCES // part)]
    street = Street(
        store=store,
        sources={one.name: one for one in sources},
        every={one.name: timedelta(hours=12) for one in sources},
        channels={"mail": Nowhere()},
        profiles=_people(PROFILES // part, len(sources)),
        rules=rule_engine.load(),
        templates=environment(None),
        clock=lambda: datetime.now(UTC),
        holder=f"bench-{os.getpid()}",
        stopping=stop.is_set,
        brief=True,
        apart=datetime.fromtimestamp(begun, UTC),
    )
    settle()
    Queue(url).work(street, stop=stop.set)
    store.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How long so many workers took, in seconds."""

    stages: tuple[float, ...]  #: since the begin, until each of ``_STAGES``
    own: float  #: of all workers' processors
    size: int  #: bytes of the database


def _run(url: str, part: int, workers: int) -> Run:
    _empty(url)
    open_store(url).close()
    Queue(url).prepare()
    before = os.times()
    begun = time.time()
    command = [sys.executable, "-m", "bench", "scale-worker", url, str(part), str(begun)]
    processes = [subprocess.Popen(command) for _ in range(workers)]
    try:
        wanted = (SOURCES // part, True, PROFILES // part)
        stages = tuple(
            _until(url, stage, want, begun, workers)
            for stage, want in zip(_STAGES, wanted, strict=True)
        )
    finally:
        for one in processes:
            one.send_signal(signal.SIGTERM)
        for one in processes:
            one.wait()
    after = os.times()
    own = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    size = _ask(url, "SELECT pg_database_size(current_database())")
    return Run(stages=stages, own=own, size=int(size))


def _until(url: str, stage: tuple[str, str], wanted: object, begun: float, workers: int) -> float:
    name, sql = stage
    while _ask(url, sql) != wanted:
        time.sleep(0.5)
    taken = time.time() - begun
    print(f"{workers} workers: {name} after {taken:,.0f} s", file=sys.stderr, flush=True)
    return taken


def _ask(url: str, sql: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(sql.encode()).fetchone()
        assert row
        return row[0]


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute(f"DROP SCHEMA IF EXISTS {Queue(url).schema} CASCADE".encode())


def table(url: str, part: int = 1) -> None:
    """Measure and print."""
    runs = {number: _run(url, part, number) for number in WORKERS}
    alone = runs[1]
    sightings = SOURCES // part * EACH
    rows: list[tuple[str, str, str, str]] = []
    for number, run in runs.items():
        rows += [
            (f"{number} workers: {name}, s", f"{taken:,.0f}", f"{first / taken:.2f}", "")
            for (name, _), taken, first in zip(_STAGES, run.stages, alone.stages, strict=True)
        ]
        rows.append((f"{number} workers: their own processor time, s", f"{run.own:,.0f}", "", ""))
    postings = int(str(_ask(url, "SELECT count(*) FROM postings")))
    rows.append(
        ("bytes of the database a posting, all included", f"{alone.size / postings:,.0f}", "", "")
    )
    show(
        f"The street: {sightings:,} sightings of {SOURCES // part:,} sources for "
        f"{PROFILES // part:,} profiles; {os.cpu_count()} processors, PostgreSQL on the same, "
        f"fsync {_ask(url, 'SHOW fsync')}",
        rows,
    )


def main(words: Sequence[str]) -> None:
    """Do as the command line says."""
    if not words:
        sys.exit("say which empty PostgreSQL database to use: python -m bench scale postgresql://…")
    table(words[0], int(words[1]) if len(words) > 1 else 1)
