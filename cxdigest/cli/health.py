"""``cxdigest health``: is the worker awake, and is nothing overdue? For containers."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cxdigest import app, schedule
from cxdigest.config import Config, load
from cxdigest.roll import Roll
from cxdigest.store import Store
from cxdigest.worker import clock

#: So many wakes may be missed before the worker counts as asleep: a turn may take a while.
MISSED_WAKES = 10


def health(config: Path, *, json: bool) -> int:
    """Return 0 if the worker woke recently and nothing is overdue, else 1 and say what is."""
    settings = load(config)
    now = clock()
    grace = max(settings.worker.wake * MISSED_WAKES, timedelta(minutes=10))
    with app.open_stored(settings) as store:
        woke = store.last_wake()
        in_use = [name for name, one in settings.sources.items() if one.enabled]
        problems = store.overdue(now=now, grace=grace, sources_in_use=in_use)
        problems += missing_digests(settings, store, late=now - grace)
    if woke is None or now - woke > grace:
        since = f"since {woke:%Y-%m-%d %H:%M} UTC" if woke else "yet"
        problems.insert(0, f"the worker has not woken {since}; is `cxdigest serve` running?")
    if json:
        answer = {
            "healthy": not problems,
            "last_wake": woke.isoformat() if woke else None,
            "problems": problems,
        }
        print(jsonlib.dumps(answer))
    for problem in problems:
        print(f"cxdigest: {problem}", file=sys.stderr)
    if not problems and not json:
        print(f"healthy: the worker woke at {woke:%Y-%m-%d %H:%M:%S} UTC, nothing is overdue")
    return 1 if problems else 0


def missing_digests(settings: Config, store: Store, *, late: datetime) -> Iterator[str]:
    """Yield a sentence for each digest that was due by *late* and has not been made."""
    people, standing = Roll(settings, store).people()
    for name, profile in people.items():
        if profile.paused or (name in standing and standing[name].paused):
            continue
        day = schedule.due_day(
            late, send_at=profile.send_at, zone=profile.time_zone, days=profile.days
        )
        if day and not store.digest_day_exists(name, day):
            yield f"The digest of {name} for {day} was due and has not been made."
