"""How often identity is right on pairs made from real postings, and how fast it is.

``python -m bench identity LABELS`` prints the tables of docs/identity.md: LABELS is a folder with
``background.jsonl``. A pair that is one opening is a posting and the same as another board would
write it (bench/variations.py); a pair that is two is a posting beside a near miss, or two real
postings of one employer with similar titles. Of real pairs the duties decide which they are,
which identity never sees. Employers are halved by a hash; the rules were read on the first half.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations, pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.variations import MISSES, UNPLANNED, VARIATIONS, Facts, vary
from cxdigest.identity import find_merges, posting_of, same_opening, sketch
from cxdigest.model import Alert, Extraction, Posting, Sighting
from cxdigest.pipeline.postings.identify import IDENTIFY_BATCH
from cxdigest.store import Read, Store, open_store

SEED = 20261122
NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
EACH = 300  #: pairs of one kind
MANY = 10_000


@dataclass
class Row:
    half: str
    what: str
    pairs: int = 0
    merged: int = 0


def main(arguments: Sequence[str]) -> None:
    """Print quality and speed."""
    records = load(Path(arguments[0], "background.jsonl"))
    console = Console(width=100)
    for line in speed(records):  # first, while the machine is cool
        console.print(line)
    rows = [row for half in (0, 1) for row in quality(records, half)]
    console.print(_table(rows))
    for line in _sums(rows):
        console.print(line)
    for half in (0, 1):
        console.print(in_a_crowd(records, half))


def load(path: Path) -> list[dict[str, str]]:
    lines = map(json.loads, path.read_bytes().splitlines())
    return [line for line in lines if line["title"] and line["company"]]


def half_of(record: dict[str, str]) -> int:
    key = re.sub(r"\W", "", record["company"].casefold())
    return sha256(key.encode()).digest()[0] % 2


def facts(record: dict[str, str]) -> Facts:
    return Facts(title=record["title"], company=record["company"], location=record["location"])


def view(shown: Facts, board: str, mark: str, *, seen: datetime = NOW) -> Posting:
    return posting_of(
        Sighting(
            format=board,
            title=shown.title,
            company=shown.company,
            location=shown.location,
            snippet=shown.snippet,
            url=f"https://{board}.example/{mark}",
            native_id=f"{board}:{mark}",
        ),
        now=seen,
    )


def merges(one: Facts, other: Facts, *boards: str) -> bool:
    first, second = boards or ("linkedin", "indeed")
    pair = sketch(view(one, first, "1")), sketch(view(other, second, "2"))
    return same_opening(*pair) is not None and bool(find_merges(pair, ()))


def quality(records: Sequence[dict[str, str]], half: int) -> Iterator[Row]:
    """Yield one row a kind of pair."""
    mine = [record for record in records if half_of(record) == half]
    name = ("first", "second")[half]
    for sort, makers in (("one", VARIATIONS), ("unplanned", UNPLANNED), ("two", MISSES)):
        for what, maker in makers.items():
            rng = random.Random(f"{SEED} {half} {what}")
            row = Row(name, f"{sort}: {what}")
            for record in rng.sample(mine, len(mine)):
                given = facts(record)
                if sort == "two" and what == "another requisition":
                    if re.search(r"\d{4}", given.title):
                        continue
                    made, given = maker(rng, given), maker(rng, given)
                else:
                    made = maker(rng, given)
                if made is None or row.pairs == EACH:
                    continue
                if sort == "two" and what != "another requisition" and rng.random() < 0.5:
                    given = vary(rng, given)
                row.pairs += 1
                row.merged += merges(given, made)
            yield row
    yield from real_pairs(mine, name)


def real_pairs(records: Sequence[dict[str, str]], name: str) -> Iterator[Row]:
    """Compare real postings of one employer with similar titles, as two boards would show them."""
    rows = {each: Row(name, f"two: real, {each}") for each in ("same title", "similar title")}
    same = Row(name, "one: real, the same duties")
    unclear = Row(name, "(real, duties alike in part: not counted)")
    employers = defaultdict(list)
    for record in records:
        employers[record["company"].casefold()].append(record)
    for group in employers.values():
        for one, other in combinations(group, 2):
            alike = _alike(_words(one["title"]), _words(other["title"]))
            if alike < 0.4:
                continue
            duties = _alike(_shingles(one), _shingles(other))
            if (one["title"], one["location"]) == (other["title"], other["location"]):
                continue  # nothing that an alert shows tells them apart
            row = same if duties > 0.9 else unclear if duties > 0.5 else rows[
                "same title" if alike == 1 else "similar title"
            ]  # fmt: skip
            row.pairs += 1
            row.merged += merges(facts(one), facts(other))
    yield from (*rows.values(), same, unclear)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _shingles(record: dict[str, str]) -> frozenset[str]:
    text = re.findall(r"\w+", re.sub(r"<[^>]+>", " ", record["description"]).casefold())
    return frozenset(map(" ".join, zip(text, text[1:], text[2:], text[3:], strict=False)))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def in_a_crowd(records: Sequence[dict[str, str]], half: int) -> str:
    """Put every posting and a copy of it on another board into one store's worth, and count."""
    rng = random.Random(f"{SEED} crowd {half}")
    mine = [record for record in records if half_of(record) == half]
    origin: dict[str, int] = {}
    sketches = []
    for number, record in enumerate(mine):
        given = facts(record)
        for board, shown in (("linkedin", given), ("indeed", vary(rng, given))):
            one = view(shown, board, str(number))
            origin[one.id] = number
            sketches.append(sketch(one))
    found = find_merges(sketches, ())
    right = sum(origin[one.absorbed] == origin[one.survivor] for one in found)
    wrong = [
        (mine[origin[one.absorbed]], mine[origin[one.survivor]])
        for one in found
        if origin[one.absorbed] != origin[one.survivor]
    ]
    doubles = sum(_alike(_shingles(one), _shingles(other)) > 0.9 for one, other in wrong)
    return (
        f"All {len(mine)} of the {('first', 'second')[half]} half and a varied copy of each at"
        f" once: {right} copies merged with their posting, {len(wrong)} with another one"
        f" ({doubles} of which have the same duties)."
    )


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title=f"Pairs, seed {SEED}", title_justify="left")
    for name in ("pairs that are …", "first half", "merged", "second half", "merged"):
        table.add_column(name, justify="left" if name.startswith("pairs") else "right")
    by: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by[row.what].append(row)
    for what, (one, other) in by.items():
        table.add_row(what, str(one.pairs), _share(one), str(other.pairs), _share(other))
    return table


def _share(row: Row) -> str:
    return f"{row.merged / row.pairs:.1%}" if row.pairs else ""


def _sums(rows: Sequence[Row]) -> Iterator[str]:
    for half in ("first", "second"):
        mine = [row for row in rows if row.half == half]
        right = sum(row.merged for row in mine if row.what.startswith("one: "))
        all_ = sum(row.pairs for row in mine if row.what.startswith("one: "))
        wrong = sum(row.merged for row in mine if row.what.startswith("two: "))
        apart = sum(row.pairs for row in mine if row.what.startswith("two: "))
        more = sum(row.merged for row in mine if row.what.startswith("unplanned: "))
        unplanned = sum(row.pairs for row in mine if row.what.startswith("unplanned: "))
        yield (
            f"{half} half: precision {right / (right + wrong):.2%} ({right} right, {wrong} wrong of"
            f" {apart} pairs of two), recall {right / all_:.1%} of {all_} pairs of one;"
            f" unplanned variations {more / unplanned:.1%} of {unplanned}"
        )


def speed(records: Sequence[dict[str, str]]) -> Iterator[str]:
    """Time the pure part, the real step on SQLite, and the daily case in stores of two sizes."""
    many = [
        replace(facts(record), company=f"{'xyz'[turn - 1] if turn else ''}{record['company']}")
        for turn in range(4)
        for record in records
    ][:MANY]
    views = [view(shown, "linkedin", str(number)) for number, shown in enumerate(many)]
    start = time.process_time()
    sketches = [sketch(one) for one in views]
    made = time.process_time() - start
    find_merges(sketches, ())
    yield (
        f"{len(views):,} postings folded in {made:.2f} s, folded and compared in"
        f" {time.process_time() - start:.2f} s (own time, one process)"
    )
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder, "bench.sqlite")))
        store.register_sources(["bench"], now=NOW)
        _take_in(store, views, "all")
        yield f"the step, first time: {_identify(store, len(views))}"
        with store._database.writing() as connection:  # noqa: SLF001 - as after an update
            connection.exec_driver_sql("UPDATE postings SET keyed = '0'")
        yield f"the step, keyed again: {_identify(store, len(views))}"
        for kept in (len(views), 4 * len(views)):
            for turn in range(1, kept // len(views)):
                more = [replace(one, id=f"{turn}{one.id}", company=f"{chr(97 + turn)}{one.company}",
                                native_id=f"{one.native_id}{turn}") for one in views]  # fmt: skip
                _take_in(store, more, f"more {turn}")
                _identify(store, len(views))
            taken = []
            for day in range(5):
                fresh = [
                    view(one, "indeed", f"{kept} {day} {number}", seen=NOW + timedelta(days=1))
                    for number, one in enumerate(many[day * 50 : day * 50 + 50])
                ]
                _take_in(store, fresh, f"day {kept} {day}")
                start = time.process_time()
                store.identify(limit=IDENTIFY_BATCH, now=NOW)
                taken.append(time.process_time() - start)
            yield f"50 new ones beside {kept:,} stored: {min(taken) * 1000:.0f} ms own time"
        store.close()


def _identify(store: Store, count: int) -> str:
    start, wall = time.process_time(), time.perf_counter()
    looked = merged = 0
    while (done := store.identify(limit=IDENTIFY_BATCH, now=NOW)).looked:
        looked += done.looked
        merged += done.merged
    own, wall = time.process_time() - start, time.perf_counter() - wall
    return f"{count:,} postings in {own:.2f} s own time, {wall:.2f} s on the wall, {merged} merged"


def _take_in(store: Store, views: Sequence[Posting], key: str) -> None:
    edges = [*range(0, len(views), 500), len(views)]
    for low, high in pairwise(edges):
        part = views[low:high]
        shown = tuple(
            Sighting(format="bench", title=one.title, company=one.company, url=one.url,
                     location=one.location, native_id=one.native_id)
            for one in part
        )  # fmt: skip
        alert = Alert(source="bench", key=f"{key} {low}", media="mail", raw=b"",
                      digest=f"{key} {low}", received=NOW)  # fmt: skip
        found = Extraction(format="bench", outcome="read", sightings=shown)
        read = Read(alert=alert, extraction=found, postings=tuple(part))
        store.record_batch("bench", [read], {}, now=NOW)
