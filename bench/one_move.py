"""One move in a process of its own, which loads nothing else: ``python -m bench.one_move FROM TO``.

Prints how many rows that were and the processor time of each part as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from cxdigest.store import open_store
from cxdigest.store.copies.moving import begin_move, carry_out

PARTS = ("copy", "index", "compare", "words")


def main(source: str, target: str) -> None:
    """Move, as ``cxdigest migrate-store`` does."""
    begun, last = time.perf_counter(), time.process_time()
    parts = dict.fromkeys(PARTS, 0.0)
    plan = begin_move(source, target)
    now = datetime.now(UTC)
    for step in carry_out(plan, source, target, now=now, ended=lambda _: True):
        parts[step.part] += time.process_time() - last
        last = time.process_time()
    with closing(open_store(target)) as store:
        while store.take_in_words():
            pass
    parts["words"] = time.process_time() - last
    rows = sum(there.rows for _, there in plan.tables.values())
    told = {"rows": rows, "s": time.perf_counter() - begun, "parts": parts, "peak": _peak()}
    print(json.dumps(told))


def _peak() -> int:
    """Return the most memory so far in kB; what getrusage tells is the parent's too."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
