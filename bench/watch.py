"""What it costs to be watched and to be kept: a probe, a scrape, a backup, beside many postings."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from bench.stored import NOW, fill, people
from bench.tables import show
from cxdigest.console.instance.metrics import exposition, metrics
from cxdigest.console.instance.vitals import vitals
from cxdigest.store import open_store
from cxdigest.store.copies import backup
from cxdigest.store.copies.restore import restore

_PROFILES = 1000
_SIZES = (100_000, 1_000_000)


def main(arguments: Sequence[str]) -> None:
    """Measure and print; *arguments* are numbers of stored postings."""
    for number in map(int, arguments or map(str, _SIZES)):
        with tempfile.TemporaryDirectory(prefix="cxdigest-bench-") as folder:
            _measure(Path(folder), number)


def _measure(folder: Path, number: int) -> None:
    url = str(folder / "cxdigest.sqlite")
    store = open_store(url)
    fill(store, _PROFILES, stored=number)
    readers = people(_PROFILES)
    sources = {name: None for one in readers for name in one.sources}
    street = SimpleNamespace(
        store=store, profiles=readers, sources=sources, coaches=(), holder="w", clock=lambda: NOW
    )
    store.wake(now=NOW, holder="w")
    rows = [_timed("counters, the first time ever", lambda: store.tally(now=NOW))]
    rows.append(_timed("counters, nothing new", lambda: store.tally(now=NOW)))
    rows.append(_timed("/healthz", lambda: vitals(street, wake=timedelta(minutes=1))))
    told = vitals(street, wake=timedelta(minutes=1))
    rows.append(_timed("sizes, every ten minutes", store.sizes))
    sizes = store.sizes()
    rows.append(_timed("/metrics besides", lambda: exposition(metrics(street, told, sizes))))
    file = folder / "one.backup"
    whole = backup.Beside(files={})
    rows.append(_timed("backup", lambda: backup.write(url, file, whole, now=NOW)))
    store.close()
    with backup.opened(file) as opened:
        target = str(folder / "new" / "cxdigest.sqlite")
        rows.append(_timed("restore", lambda: restore(opened, target, force=False, now=NOW)))
    held = f"{Path(url).stat().st_size / 1e6:,.0f} MB"
    packed = f"{file.stat().st_size / 1e6:,.0f} MB"
    rows.append(("store", held, f"backup {packed}", ""))
    show(f"{number:,} postings, {_PROFILES:,} profiles: processor and clock, in seconds", rows)


def _timed(what: str, call: Callable[[], object]) -> tuple[str, str, str, str]:
    began, clock = time.process_time(), time.perf_counter()
    call()
    spent = time.process_time() - began
    return what, f"{spent:.3f}", f"{time.perf_counter() - clock:.3f}", ""
