"""Digests a second, composed, rendered and stored, and whether what is stored slows them down.

Each part runs in a process of its own, so that the memory it names is that of composing alone.
The store is filled before, in another process.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from bench.stored import NEW, NOW, fill, people
from bench.tables import show
from cxdigest import rules as rule_engine
from cxdigest.feedback import Signer, actions_for
from cxdigest.model import Profile
from cxdigest.pipeline import Street, compose_waiting
from cxdigest.render import environment
from cxdigest.store import Store, open_store

PROFILES, POSTINGS = 1000, 100_000
FEW, SMALL, LARGE = 40, 10_000, 1_000_000
Figures = tuple[float, float, float, int, int]


def table() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder:
        rate = _measured(Path(folder, "many"), PROFILES, POSTINGS)
        small = _measured(Path(folder, "small"), FEW, SMALL)
        large = _measured(Path(folder, "large"), FEW, LARGE)
    own, wall, memory, least, most = rate
    growth = large[0] / small[0]
    show(
        f"Digests: {NEW} new postings each, composed, rendered and stored, one core",
        [
            (f"{PROFILES:,} profiles, {POSTINGS:,} postings, digests/s",
             f"{1 / wall:.1f} ({1 / own:.1f} of own time)", "", "≥ 30"),
            ("queries a digest, fewest and most", f"{least} to {most}", "", "flat"),
            ("memory at its most, MB", f"{memory:,.0f}", "", "< 200"),
            (f"one digest of {FEW}, {SMALL:,} postings stored, ms of own time",
             f"{small[0] * 1000:.1f}", "", ""),
            (f"the same, {LARGE:,} postings stored", f"{large[0] * 1000:.1f}",
             f"{growth:.2f}", "≤ 1.5"),
        ],
    )  # fmt: skip


def _measured(path: Path, profiles: int, postings: int) -> Figures:
    """Fill a store at *path* and return what composing for *profiles* took, per digest."""
    _aside(_fill, str(path), profiles, postings)
    return _aside(_compose, str(path), profiles)


def _aside(work: Callable[..., object], *arguments: object, **more: object) -> Figures:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments, more)


def _fill(path: str, profiles: int, postings: int) -> None:
    store = open_store(path)
    engine = store._database.engine  # noqa: SLF001 - nothing else fills a store past the street
    engine.dispose()
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        event.listen(
            engine, "connect",
            lambda connection, _, pragma=pragma: connection.execute(f"PRAGMA {pragma}"),
        )  # fmt: skip
    fill(store, profiles, stored=postings)
    store.close()


def _compose(path: str, profiles: int) -> Figures:
    store = open_store(path)
    readers = people(profiles)
    queries: list[int] = []
    compose_waiting(_street(store, readers[:2]))  # templates are read and statements made once

    def count(*_: object) -> None:
        queries[-1] += 1

    engine = store._database.engine  # noqa: SLF001 - to count queries
    event.listen(engine, "before_cursor_execute", count)
    own, wall = time.process_time(), time.perf_counter()
    for reader in readers[2:]:
        queries.append(0)
        (made,) = compose_waiting(_street(store, [reader]))
        assert made.digest is not None, made.message
        assert len(made.digest.flagged) > 0
    number = len(readers) - 2
    own, wall = (time.process_time() - own) / number, (time.perf_counter() - wall) / number
    store.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return own, wall, memory, min(queries), max(queries)


def _street(store: Store, readers: list[Profile] | tuple[Profile, ...]) -> Street:
    return Street(
        store=store, sources={}, every={}, channels={}, profiles=tuple(readers), rules=_RULES,
        templates=_TEMPLATES, clock=lambda: NOW, holder="bench", actions=_ACTIONS,
    )  # fmt: skip


_RULES = rule_engine.load()
_ACTIONS = actions_for(Signer(bytes(32)), public_url="https://digest.example")
_TEMPLATES = environment(None)
