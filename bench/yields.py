"""How often the watch over silences is wrong, and how late it is, on invented histories.

A year of each kind of source, drawn with a fixed seed and looked at once a day. A false alarm is a
day on which a source that goes on is first called silent. Then each is stopped, or its mails are
changed so that nothing can be read, and the days until that is said are counted.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bench.tables import show
from cxdigest import yields
from cxdigest.yields import Day

SOURCES, YEAR, SEED = 100, 365, 20261122
#: So many days of history before a source is stopped, and so long is waited for a word about it.
SETTLED, WAIT = 150, 70

_FIXED = {(1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)}
Kind = Callable[[random.Random, date], tuple[int, int]]  #: (alerts with postings, other mails)


def _daily(draw: random.Random, _day: date) -> tuple[int, int]:
    return int(draw.random() < 0.97), 0


def _weekdays(draw: random.Random, day: date) -> tuple[int, int]:
    works = day.weekday() < 5 and (day.month, day.day) not in _FIXED and not _at_christmas(day)
    return int(works and draw.random() < 0.97), 0


def _at_christmas(day: date) -> bool:
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 3)


def _weekly(draw: random.Random, day: date) -> tuple[int, int]:
    return int(day.weekday() == 0 and draw.random() < 0.98), 0


def _irregular(rate: float) -> Kind:
    """An alert that comes only when there is something: every day with the same chance."""
    return lambda draw, _day: (int(draw.random() < rate), 0)


def _bursts(draw: random.Random, day: date) -> tuple[int, int]:
    """Quiet and busy weeks by turns, as hiring goes."""
    busy = random.Random(f"{day.isocalendar()[:2]}{draw.getstate()[1][0]}").random() < 0.5
    return (draw.choice((1, 2, 5)) if draw.random() < (0.8 if busy else 0.25) else 0), 0


def _letters(draw: random.Random, day: date) -> tuple[int, int]:
    """Daily alerts from a sender that writes other letters too, more of them in some weeks."""
    hits, _ = _daily(draw, day)
    return hits, sum(
        draw.random() < (0.5 if day.isocalendar()[1] % 6 == 0 else 0.15) for _ in "abc"
    )


def _news(draw: random.Random, _day: date) -> tuple[int, int]:
    """A feed whose entries are mostly news, which is read and is no miss."""
    return sum(draw.random() < 0.1 for _ in range(6)), 0


KINDS: dict[str, Kind] = {
    "every day": _daily,
    "weekdays, with holidays": _weekdays,
    "every Monday": _weekly,
    "irregular, 5 a week": _irregular(5 / 7),
    "irregular, 3 a week": _irregular(3 / 7),
    "irregular, 1 a week": _irregular(1 / 7),
    "busy and quiet weeks": _bursts,
    "daily, with other letters": _letters,
    "feed, mostly news": _news,
}


def _history(kind: Kind, seed: int, days: int) -> list[Day]:
    draw = random.Random(f"{SEED} {seed}")
    first = date(2026, 1, 1) + timedelta(days=draw.randrange(365))
    made = []
    for number in range(days):
        day = first + timedelta(days=number)
        hits, misses = kind(draw, day)
        made.append(Day(day=day, hits=hits, misses=misses, shown=6 * hits))
    return made


def _is_silent(days: Sequence[Day]) -> bool:
    recent = days[-yields.HISTORY.days :]
    return yields.silence(recent, today=recent[-1].day) is not None


def _false_alarms(days: Sequence[Day]) -> int:
    said = [_is_silent(days[: number + 1]) for number in range(len(days))]
    return sum(now and not before for before, now in zip([False, *said], said, strict=False))


def _delay(days: Sequence[Day], spoil: Callable[[Day], Day]) -> int | None:
    """Return after how many days it is said that all since ``SETTLED`` is spoiled."""
    spoiled = [*days[:SETTLED], *map(spoil, days[SETTLED:])]
    for waited in range(1, WAIT + 1):
        if _is_silent(spoiled[: SETTLED + waited]):
            return waited
    return None


def _stopped(day: Day) -> Day:
    return Day(day=day.day)


def _changed(day: Day) -> Day:
    return replace(day, hits=0, shown=0, misses=day.misses + day.hits)


def table() -> None:
    """Measure and print."""
    rows = []
    for name, kind in KINDS.items():
        years = [_history(kind, number, YEAR) for number in range(SOURCES)]
        alarms = sum(map(_false_alarms, years))
        stopped, changed = (
            _told([_delay(y, spoil) for y in years]) for spoil in (_stopped, _changed)
        )
        rows.append((name, f"{alarms} in {SOURCES} years", stopped, changed))
    show(
        f"Silences: {SOURCES} sources of each kind for a year, seed {SEED}",
        rows,
        columns=("kind", "false alarms", "days until a stop is said", "… a change"),
    )


def _told(delays: Sequence[int | None]) -> str:
    found = sorted(delay for delay in delays if delay is not None)
    if not found:
        return "never"
    late = found[int(len(found) * 0.95) - 1]
    missed = len(delays) - len(found)
    never = f"; {missed} not within {WAIT}" if missed else ""
    return f"{statistics.median(found):.0f} (95 %: {late}){never}"
