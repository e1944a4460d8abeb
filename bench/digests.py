"""Digests a second, composed, rendered and stored, and whether what is stored slows them down.

Each part runs in a process of its own, so that the memory it names is that of composing alone.
The store is filled before, in another process. Beside wall time stands the time of the process
itself, which others on the machine disturb less.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment
from sqlalchemy import event, func, select

from bench.stored import NEW, NOW, fill, people
from bench.tables import show
from cxdigest import rules as rule_engine
from cxdigest.feedback import Signer, actions_for
from cxdigest.model import Profile
from cxdigest.pipeline import Street, compose_waiting
from cxdigest.pipeline.digests.compose import written
from cxdigest.pipeline.digests.edition import gather
from cxdigest.render import environment
from cxdigest.store import Store, open_store
from cxdigest.store.schema import digest_items, digests
from cxdigest.worker import settle

PROFILES, POSTINGS = 1000, 100_000
FEW, SMALL, LARGE = 40, 10_000, 1_000_000
_TEMPLATES = Path(__file__).parent.parent / "templates"
_Result = TypeVar("_Result")
_One = TypeVar("_One")
#: What is the same for many and is made once: statements, templates, words.
_FIRST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a digest took, in seconds, and what its process did."""

    own: float  #: of the process itself
    wall: float
    queries: tuple[int, int]  #: of one digest: fewest and most
    memory: float  #: MB, the most that the process had


def table() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder:
        many = _measured(Path(folder, "many"), PROFILES, POSTINGS)
        few = str(Path(folder, "small"))
        _aside(_fill, few, FEW, SMALL)
        ways = _aside(_ways, few, folder)  # before its digests are made: then nothing is new
        small = _aside(_compose, few, FEW)
        large = _measured(Path(folder, "large"), FEW, LARGE)
    show(
        f"Digests: {NEW} new postings each, composed, rendered and stored, one core",
        [
            (f"{PROFILES:,} profiles, {POSTINGS:,} postings, digests/s",
             f"{1 / many.wall:.1f} ({1 / many.own:.1f} of own time)", "", "≥ 30"),
            ("queries a digest, fewest and most", "{} to {}".format(*many.queries), "", "flat"),
            ("memory at its most, MB", f"{many.memory:,.0f}", "", "< 200"),
            (f"one digest of {FEW}, {SMALL:,} postings stored, ms of own time",
             f"{small.own * 1000:.1f}", "1.00", ""),
            (f"the same, {LARGE:,} postings stored", f"{large.own * 1000:.1f}",
             f"{large.own / small.own:.2f}", "≤ 1.5"),
            *((f"{way}, ms of own time", f"{taken * 1000:.1f}", "", "")
              for way, taken in ways.items()),
        ],
    )  # fmt: skip


def _measured(path: Path, profiles: int, postings: int) -> Figures:
    """Fill a store at *path* and return what composing for *profiles* took, per digest."""
    _aside(_fill, str(path), profiles, postings)
    return _aside(_compose, str(path), profiles)


def _aside(work: Callable[..., _Result], *arguments: object) -> _Result:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


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
    readers = list(people(profiles))
    random.Random(5).shuffle(readers)  # those who share a source do not stand together
    compose_waiting(_street(store, *readers[:_FIRST]))
    settle()
    queries: list[int] = []

    def count(*_: object) -> None:
        queries[-1] += 1

    def clock() -> datetime:
        """Say what time it is: asked once for each digest, before anything is done for it."""
        queries.append(0)
        return NOW

    event.listen(store._database.engine, "before_cursor_execute", count)  # noqa: SLF001 - to count
    own, wall = time.process_time(), time.perf_counter()
    made = compose_waiting(replace(_street(store, *readers[_FIRST:]), clock=clock))
    # What is asked before the first digest is asked once for all of them.
    number, asked = len(made), (min(queries[1:]), max(queries[1:]))
    own, wall = (time.process_time() - own) / number, (time.perf_counter() - wall) / number
    assert number == len(readers) - _FIRST, "everybody's digest is due"
    # And one or two of before, whose duties came since.
    assert _fewest_shown(store) >= NEW
    store.close()
    return Figures(own=own, wall=wall, queries=asked, memory=_most_memory())


def _fewest_shown(store: Store) -> int:
    """Return how many postings the shortest of the digests shows that were made now."""
    shown = (
        select(func.count(digest_items.c.posting_id).label("number"))
        .select_from(digests)
        .join(digest_items, digest_items.c.digest_id == digests.c.id)
        .where(digests.c.made == NOW)
        .group_by(digests.c.id)
        .subquery()
    )
    with store._database.reading() as connection:  # noqa: SLF001 - past the street
        return int(connection.execute(select(func.min(shown.c.number))).scalar_one())


def _most_memory() -> float:
    """Return the most memory that this process had so far, in MB."""
    told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert told, "Linux says so"
    return int(told[1]) / 1000


def _ways(path: str, folder: str) -> dict[str, float]:
    """Return what the parts of a digest take, and other ways to write one; nothing is stored."""
    store = open_store(path)
    day = NOW.date()
    readers = people(FEW)
    brand, own = Path(folder, "brand"), Path(folder, "own")
    brand.mkdir()
    (brand / "brand.yaml").write_text("name: Plover Coaching\n", encoding="utf-8")
    shutil.copytree(brand, own)
    shutil.copy(_TEMPLATES / "digest.html.j2", own)
    street = _street(store, *readers)
    weekly = [replace(reader, weekly=day.weekday()) for reader in readers]
    made = [gather(street, reader, day, NOW).digest for reader in readers]
    made_weekly = [gather(street, reader, day, NOW).digest for reader in weekly]

    def write(templates: Environment) -> float:
        branded = replace(street, branded={one.profile: templates for one in made})
        return _each(made, lambda one: written(branded, one))

    taken = {
        "gathering alone": _each(readers, lambda one: gather(street, one, day, NOW)),
        "writing alone": _each(made, lambda one: written(street, one)),
        "gathering the weekly edition": _each(weekly, lambda one: gather(street, one, day, NOW)),
        "writing the weekly edition, with its picture":
            _each(made_weekly, lambda one: written(street, one)),
        "writing with a brand": write(environment(brand)),
        "writing with a template of one's own": write(environment(own)),
    }  # fmt: skip
    store.close()
    return taken


def _each(every: Sequence[_One], work: Callable[[_One], object]) -> float:
    """Return how long *work* takes for one of *every*, in seconds of the process itself."""
    for one in every[:_FIRST]:
        work(one)
    begun = time.process_time()
    for one in every[_FIRST:]:
        work(one)
    return (time.process_time() - begun) / (len(every) - _FIRST)


def _street(store: Store, *readers: Profile) -> Street:
    return Street(
        store=store, sources={}, every={}, channels={}, profiles=readers, rules=_RULES,
        templates=_SHIPPED, clock=lambda: NOW, holder="bench", actions=_ACTIONS, brief=True,
    )  # fmt: skip


_RULES = rule_engine.load()
_SHIPPED = environment(None)
_ACTIONS = actions_for(Signer(bytes(32)), public_url="https://digest.example")
