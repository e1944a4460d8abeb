"""The console with 100,000 stored postings: each page alone, in a browser, and for twenty readers.

``python -m bench console`` fills a SQLite file, ``python -m bench console URL`` an empty PostgreSQL
database; with ``--filled FOLDER`` a file that was filled on the same day is taken from there, or
kept there. ``--only costs``, ``pages`` or ``load`` measures one part. A real ``cxdigest serve``
answers, whose worker polls folders that get new alerts and sends digests over SMTP meanwhile.
Beside wall time stands the time of its process itself, which others on the machine disturb less.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.installed import AT_ONCE, AWAKE, POSTINGS, PROFILES, Installation, Served, sink
from bench.readers import Answer, Ask, Load, Reader
from bench.stored import EACH, FRESH, key, people, source_name
from bench.tables import show

READERS, RATE, SECONDS = 20, 50.0, 60.0
ADMINS = 4  #: of the readers
#: Pages that an answer may refer to: loaded once, kept by browsers.
_ASSET = re.compile(rb'(?:href|src)="(/assets/[^"]+)"')
_LOOKED_FOR = ("journey", "complaints", "customer experience", "manager leeds", "refunds")
_ASKED = 40  #: of each page, to know its cost
_BRIEF = 20.0  #: seconds that all readers ask at once, to know what that costs
_PAINTS = 7  #: of each page; single ones vary twofold
_PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(one => one.startTime)[0]"
_ASLEEP = 3600  #: seconds between two looks of a worker that is not to be measured
_SETTLED = 3  #: looks of the worker before anything is measured
#: From the program's start to the minute in which digests are due, at least a minute less; and
#: from the load's begin.
_MADE_READY, _BEFORE_DUE = timedelta(seconds=105), timedelta(seconds=10)


def main(arguments: Sequence[str]) -> None:
    """Measure and print what *arguments* ask for."""
    told = argparse.ArgumentParser(prog="python -m bench console")
    told.add_argument("url", nargs="?", default="", help="of an empty PostgreSQL database")
    told.add_argument("--filled", type=Path, help="a folder that keeps a filled store for the day")
    told.add_argument("--only", choices=("costs", "pages", "load"), help="measure one part")
    asked = told.parse_args(arguments)
    if asked.url and asked.filled:
        told.error("--filled keeps a file; a PostgreSQL database is filled each time")
    with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder, sink() as mails:
        url = asked.url or str(Path(folder, "cxdigest.sqlite"))
        made = Installation(folder=Path(folder), url=url, sink=mails)
        if not (asked.filled and made.take(asked.filled)):
            made.fill()
            if asked.filled:
                made.keep(asked.filled)
        print(f"filled; the machine's load is {_load()}")
        if asked.only in {None, "costs"}:
            with made.served(wake=_ASLEEP) as served:
                _show_costs(made, served)
        idle = 0.0
        if asked.only in {None, "pages"}:
            with made.served() as served:
                time.sleep(AWAKE * _SETTLED)
                idle = served.memory()
                _show_pages(made, served)
        if asked.only in {None, "load"}:
            due = (datetime.now(UTC) + _MADE_READY).replace(second=0, microsecond=0)
            with made.served(due=due) as served:
                if not idle:
                    time.sleep(AWAKE * _SETTLED)
                    idle = served.memory()
                _show_load(made, served, idle, due)


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _pages(place: int, *, admin: bool) -> dict[str, tuple[int, Ask]]:
    """Return the pages that a reader asks for: their names, how often of a hundred, and where."""
    reader = people(PROFILES)[place]
    name, yesterday = reader.name, (datetime.now(UTC) - timedelta(days=2)).date()
    number = EACH * int(reader.sources[0].rpartition("-")[2])
    own: dict[str, tuple[int, Ask]] = {
        "today": (25, lambda _: f"/today/{name}"),
        "postings": (13, lambda _: f"/postings/{name}"),
        "search": (
            12,
            lambda draw: f"/postings/{name}?q={draw.choice(_LOOKED_FOR).replace(' ', '+')}",
        ),
        "posting": (20, lambda draw: f"/postings/{name}/{key(number + draw.randrange(FRESH))}"),
        "archive": (8, lambda _: f"/archive/{name}"),
        "archived day": (6, lambda _: f"/archive/{name}/{yesterday}"),
        "numbers": (6, lambda _: f"/numbers/{name}"),
        "try it": (2, lambda _: "/try"),
        "account": (1, lambda _: "/account"),
        "api me": (3, lambda _: "/api/v1/me"),
        "api profiles": (3, lambda _: "/api/v1/profiles"),
    }
    everybodys: dict[str, tuple[int, Ask]] = {
        "numbers of all": (4, lambda _: "/numbers"),
        "sources": (8, lambda _: "/sources"),
        "one source": (6, lambda _: f"/sources/{source_name(place % 8)}"),
        "clients": (8, lambda _: "/clients"),
        "one client": (4, lambda _: f"/clients/{name}"),
        "users": (1, lambda _: "/users"),
        "rules": (1, lambda _: "/rules"),
    }
    return own | (everybodys if admin else {})


def _show_costs(made: Installation, served: Served) -> None:
    """Print what each page takes of the process's own time, readers one by one and all at once."""
    time.sleep(_SETTLED)
    readers, paths = _twenty(made, served)
    rows, mean, weights = [], 0.0, 0.0
    for name in {name: None for asked in paths for name, _, _ in asked}:
        places = [
            (reader, weight, path)
            for reader, asked in zip(readers, paths, strict=True)
            for known, weight, path in asked
            if known == name
        ]
        cost = _cost_of(served, [(reader, path) for reader, _, path in places])
        weight = sum(
            weight / sum(one[1] for one in asked)
            for asked in paths
            for known, weight, _ in asked
            if known == name
        )
        mean, weights = mean + weight * cost, weights + weight
        rows.append((name, f"{100 * weight / READERS:.1f}", f"{cost * 1000:.2f}"))
    rows.append(
        (
            "all, weighted, one by one",
            f"{100 * weights / READERS:.1f}",
            f"{mean / weights * 1000:.2f}",
        )
    )
    own = served.taken()
    load = Load(readers=readers, paths=paths, rate=RATE, seconds=_BRIEF)
    load.run()
    own = (served.taken() - own) / len(load.answers)
    rows.append((f"all, {READERS} at once, {len(load.answers)} asked", "", f"{own * 1000:.2f}"))
    show(
        "What a page takes of the process's own time, each asked for before; no worker beside",
        rows,
        ("page", "of a hundred", "ms"),
    )


def _cost_of(served: Served, asked: Sequence[tuple[Reader, Ask]]) -> float:
    """Return the time of the process for each of some requests, after one that is not counted."""
    draw = random.Random(1)
    for reader, path in asked:
        reader.get(path(draw))
    paths = [
        (reader, path(draw)) for _ in range(-(-_ASKED // len(asked))) for reader, path in asked
    ]
    own = served.taken()
    statuses = Counter(reader.get(path)[0] for reader, path in paths)
    assert set(statuses) == {200}, statuses
    return (served.taken() - own) / len(paths)


def _show_pages(made: Installation, served: Served) -> None:
    """Print what each page takes at first and then, and when a browser paints it."""
    boss, draw = Reader(served.address, made.browsers["boss"]), random.Random(1)
    rows, there = [], {}
    for name, (_, path) in _pages(0, admin=True).items():
        at = path(draw)
        begun, own = time.perf_counter(), served.spent()
        status, body = boss.get(at)
        first = time.perf_counter() - begun
        if status != 200:
            print(f"{name} is left out: {at} answers {status}")
            continue
        spent = served.spent() - own
        there[name] = (at, first, spent, _sized(boss, body))
    painted = _painted(made, served, {name: one[0] for name, one in there.items()})
    for name, (at, first, spent, (size, whole)) in there.items():
        again, cost = _again(served, lambda at=at: boss.get(at))
        rows.append(
            (
                name,
                f"{first * 1000:.0f} ({spent * 1000:.0f})",
                f"{again * 1000:.0f} ({cost * 1000:.0f})",
                f"{size / 1000:.1f}",
                f"{whole / 1000:.1f}",
                f"{painted[name]:.0f}" if name in painted else "",
            )
        )
    show(
        f"Pages of a console with {POSTINGS:,} stored postings; in brackets the process itself",
        rows,
        ("page", "first, ms", "next, ms", "KB", "KB, all files", "first paint, ms"),
    )


def _sized(reader: Reader, body: bytes) -> tuple[int, int]:
    """Return how long a page is, alone and with the files it loads."""
    files = {one.decode() for one in _ASSET.findall(body)}
    return len(body), len(body) + sum(len(reader.get(path)[1]) for path in files)


def _again(served: Served, call: Callable[[], object], runs: int = 10) -> tuple[float, float]:
    """Return the median of some further answers, and the time of the process for each."""
    taken, own = [], served.spent()
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken), (served.spent() - own) / runs


def _painted(made: Installation, served: Served, paths: dict[str, str]) -> dict[str, float]:
    """Return the median of when Chromium painted each page first, in ms; empty without one."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return {}
    with suppress(ImportError):
        from playwright.sync_api import sync_playwright

        host, port = served.address
        found = {}
        with sync_playwright() as start:
            browser = start.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            browser.new_page().goto(f"http://{host}:{port}/robots.txt")  # or it begins meanwhile
            cookie = {"name": "cxdigest", "value": made.browsers["boss"], "url": f"http://{host}"}
            for name, path in paths.items():
                at = f"http://{host}:{port}{path}"
                found[name] = statistics.median(_paint(browser, cookie, at) for _ in range(_PAINTS))
            browser.close()
        return found
    return {}


def _paint(browser: Any, cookie: dict[str, str], at: str) -> float:
    context = browser.new_context()  # with nothing kept of the pages before
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(at, wait_until="load")
    page.wait_for_function(_PAINT)
    found = float(page.evaluate(_PAINT))
    context.close()
    return found


def _show_load(made: Installation, served: Served, idle: float, due: datetime) -> None:
    """Print how twenty readers at once are answered, while digests are *due* and sent."""
    readers, paths = _twenty(made, served)
    with made.alerted():
        time.sleep(max(0.0, (due - _BEFORE_DUE - datetime.now(UTC)).total_seconds()))
        mails, alerts, own = made.sink.mails, made.alerts, served.spent()
        load = Load(readers=readers, paths=paths, rate=RATE, seconds=SECONDS)
        before = served.memory()
        load.run()
        own = served.spent() - own
        after, most = served.memory(), served.most_memory()
        mails, alerts = made.sink.mails - mails, made.alerts - alerts
    wrong = Counter(one.status for one in load.answers if one.status != 200)
    rows = [(name, *_figures(found)) for name, found in _by_name(load.answers)]
    rows.append(("all", *_figures(load.answers)))
    show(
        f"{READERS} readers at once, asked for {RATE:.0f} requests a second for {SECONDS:.0f} s",
        rows,
        ("page", "asked", "p50, ms", "p95, ms", "p99, ms", "most, ms", "p95 from when due, ms"),
    )
    count = len(load.answers)
    show(
        f"Meanwhile; the machine's load was {_load()}",
        [
            ("requests a second", f"{count / load.lasted:.1f}", "50"),
            ("answers other than 200", str(dict(wrong) or 0), "0"),
            ("alerts written", f"{alerts}", ""),
            ("mails taken of digests due in it", f"{mails}", f"{AT_ONCE}"),
            ("process itself, seconds, worker included", f"{own:.1f}", ""),
            ("who asked, seconds of its process", f"{load.spent:.1f}", ""),
            ("MB idle, before, after, at most",
             f"{idle:.0f}, {before:.0f}, {after:.0f}, {most:.0f}", "idle 120"),
        ],
        ("what", "figure", "goal"),
    )  # fmt: skip


def _twenty(
    made: Installation, served: Served
) -> tuple[list[Reader], list[list[tuple[str, int, Ask]]]]:
    readers, paths = [], []
    boss = Reader(served.address, made.browsers["boss"])
    for place in range(READERS):
        admin = place < ADMINS
        who = "boss" if admin else people(PROFILES)[place].name
        readers.append(Reader(served.address, made.browsers[who]))
        pages = _pages(place, admin=admin)
        if place == 0:
            draw = random.Random(0)
            missing = {n for n, (_, path) in pages.items() if boss.get(path(draw))[0] == 404}
        paths.append([(n, weight, path) for n, (weight, path) in pages.items() if n not in missing])
    return readers, paths


def _by_name(answers: Sequence[Answer]) -> list[tuple[str, list[Answer]]]:
    found = defaultdict(list)
    for one in answers:
        found[one.name].append(one)
    return list(found.items())


def _figures(found: Sequence[Answer]) -> tuple[str, ...]:
    took, due = sorted(one.took for one in found), sorted(one.took + one.late for one in found)
    parts = [took[int(len(took) * share)] for share in (0.5, 0.95, 0.99)]
    return (
        str(len(found)),
        *(f"{one * 1000:.0f}" for one in (*parts, took[-1], due[int(len(due) * 0.95)])),
    )
