"""A store as it is after weeks of use, filled past the street so that a million postings take
some minutes: postings, what was judged of them, sightings, polls, and the digests that showed them.

Everything is invented and drawn with a fixed seed; what postings say is that of the shipped rules'
own invented ones, and what they were judged to be is what those rules say of them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, text

from cxdigest.identity import IDENTITY
from cxdigest.model import Posting, Profile, Recipient, Verdict
from cxdigest.rules import judge_many, load
from cxdigest.store import Store
from cxdigest.store.copies.landing import finish
from cxdigest.store.database.bulk import insert_all
from cxdigest.store.schema import (
    alerts,
    digest_items,
    digests,
    pages,
    polls,
    postings,
    profiles,
    sightings,
    sources,
    verdicts,
)

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINE = 3  #: sources of each profile
SHARING = 15  #: profiles that have a source in common
NEW = 300  #: postings that are new to each profile, a third from each of its sources
AN_ALERT = 10  #: postings in one alert
PAST, A_DAY = 14, 21  #: earlier digests of each profile, and postings in each
POLLS = 7 * 24  #: of each source, the last of them
FRESH, _DAILY = NEW // MINE, A_DAY // MINE  #: of one source
EACH = FRESH + PAST * _DAILY
_PATTERN = 20_000  #: postings elsewhere that are made one by one; forty times what is invented
_AT_ONCE = timedelta()
Insert = Callable[[Table, Any], None]
_INVENTED = Path(__file__).parent.parent / "tests" / "rules" / "invented.jsonl"
_PLACES = ("Leeds", "York", "Remote, UK", "Bristol", "Glasgow")
_LONG = 5  #: so many times the duties of an invented posting are as long as real ones
_EMPLOYERS = [f"{a} & {b}" for a in ("Tarn", "Vale", "Gannet", "Plover", "Moth", "Whin", "Sable")
              for b in ("Tide", "Copper", "Larkspur", "Juniper", "Ember", "Skerry")]  # fmt: skip


def people(number: int) -> tuple[Profile, ...]:
    """Return so many profiles, each with one recipient and three sources that others have too."""
    return tuple(
        Profile(
            name=f"reader-{one:05}",
            heading=f"Reader {one}",
            sources=tuple(source_name(place) for place in _places(one, number)),
            recipients=(Recipient("mail", f"reader-{one}@post.example"),),
            send_at=time(7),
            zone=ZoneInfo("UTC"),
            days=frozenset(range(7)),
            lookback=timedelta(days=14),
        )
        for one in range(number)
    )


def fill(store: Store, number: int, *, stored: int, later: timedelta = _AT_ONCE) -> None:
    """Fill *store* with *stored* postings, of which 300 are new to each of *number* profiles.

    And 294 were in their earlier digests. What none of their sources showed came by another. All
    of it is as at ``NOW``, or so much *later*.
    """
    insert = partial(_insert, store, later)
    readers, places = people(number), range(_sources(number))
    insert(sources, map(_source, [*map(source_name, places), "elsewhere"]))
    insert(profiles, (_blank(profiles, name=p.name, registered=NOW) for p in readers))
    judged = _judged()
    told, by = [one for one, _ in judged], judged[0][1].rules
    shown = len(places) * EACH
    made = min(stored, shown + _PATTERN)  # one by one; what is beyond is like these
    insert(postings, (_posting(told[n % len(told)], n, by) for n in range(made)))
    insert(verdicts, (_verdict(judged[n % len(judged)][1], n) for n in range(made)))
    insert(pages, (_page(n) for n in range(0, made, 3)))
    insert(polls, _polls(list(map(source_name, places))))
    numbers = iter(range(1, 10**9))
    for place in places:
        _show(insert, told, source_name(place), place * EACH, numbers)
    _show_elsewhere(insert, told, range(shown, made), numbers)
    for begin in range(made, stored, _PATTERN):
        _repeat(store, range(shown, shown + min(_PATTERN, stored - begin)), by=begin - shown)
    for one, reader in enumerate(readers):
        _remember(insert, reader, _places(one, number))
    with store._database.writing() as connection:  # noqa: SLF001 - past the street
        for _ in finish(connection, ()):  # the numbers that PostgreSQL gives go on after these
            pass


def _sources(number: int) -> int:
    return max(8, number * MINE // SHARING)


def _places(one: int, number: int) -> list[int]:
    """Return which sources are a profile's; no two profiles have all three in common."""
    every = _sources(number)
    return [(one + beyond) % every for beyond in (0, 1, 2 + one // every)]


def source_name(place: int) -> str:
    """Return the name of the source at *place*."""
    return f"mail-{place:05}"


def _judged() -> list[tuple[Posting, Verdict]]:
    """Return the invented postings, every third with its duties, and what the rules say of them."""
    records = [json.loads(line) for line in _INVENTED.read_text(encoding="utf-8").splitlines()]
    made = []
    for number in range(3 * len(records)):
        said = records[number % len(records)]
        one = Posting(id="", title=said["title"], snippet=said["description"][:160])
        made.append(one if number % 3 else replace(one, description=said["description"]))
    return list(zip(made, judge_many(made, load()), strict=True))


def _show(
    insert: Insert, told: Sequence[Posting], source: str, begin: int, numbers: Iterator[int]
) -> None:
    """Let a source show what is new today, and what it showed on the days before."""
    shown = [(range(begin, begin + FRESH), NOW - 2 * HOUR)]
    shown += [(_shown_ago(begin, ago), NOW - ago * DAY - 2 * HOUR) for ago in range(1, PAST + 1)]
    found = [one for batch, seen in shown for one in _alerts(told, source, batch, seen, numbers)]
    insert(alerts, (alert for alert, _ in found))
    insert(sightings, (one for _, seen in found for one in seen))


def _repeat(store: Store, pattern: range, *, by: int) -> None:
    """Store what was shown elsewhere in *pattern* again, under numbers that are so much higher.

    Row by row in the database itself: every index and trigger works as for any other row.
    """
    known = [{"id": key(number), "later": key(number + by)} for number in pattern]
    with store._database.writing() as connection:  # noqa: SLF001 - past the street
        connection.exec_driver_sql("CREATE TEMP TABLE pattern (id TEXT PRIMARY KEY, later TEXT)")
        connection.execute(text("INSERT INTO pattern VALUES (:id, :later)"), known)
        connection.exec_driver_sql("ANALYZE pattern")
        for table, changes, where in _REPEATED:
            written = [changes.get(name, f'"{name}"') for name in table.c.keys()]  # noqa: SIM118
            connection.exec_driver_sql(
                f"INSERT INTO {table.name} ({', '.join(map(_named, table.c.keys()))}) "
                f"SELECT {', '.join(written)} FROM {table.name} WHERE {where}".replace(
                    ":by", str(by)
                )
            )
        connection.exec_driver_sql("DROP TABLE pattern")


def _later(known: str) -> str:
    return f"(SELECT later FROM pattern WHERE pattern.id = {known})"


def _named(column: str) -> str:
    return f'"{column}"'


_THESE = "posting_id IN (SELECT id FROM pattern)"
#: What is other in a row that is stored again, and which rows are.
_REPEATED: tuple[tuple[Table, Mapping[str, str], str], ...] = (
    (
        postings,
        {"id": _later("postings.id"), "url": "url || '-:by'"},
        "id IN (SELECT id FROM pattern)",
    ),
    (verdicts, {"id": "id + :by", "posting_id": _later("posting_id")}, _THESE),
    (pages, {"posting_id": _later("posting_id")}, _THESE),
    (
        alerts,
        {"id": "id + :by", "key": "key || '-:by'", "digest": "digest || '-:by'"},
        f"id IN (SELECT alert_id FROM sightings WHERE {_THESE})",
    ),
    (
        sightings,
        {
            "alert_id": "alert_id + :by",
            "posting_id": _later("posting_id"),
            "key": _later("key"),
            "url": "url || '-:by'",
        },
        _THESE,
    ),
)


def _shown_ago(begin: int, ago: int) -> range:
    start = begin + FRESH + (ago - 1) * _DAILY
    return range(start, start + _DAILY)


def _show_elsewhere(
    insert: Insert, told: Sequence[Posting], rest: range, numbers: Iterator[int]
) -> None:
    for day, start in enumerate(range(0, len(rest), 500)):
        batch = rest[start : start + 500]
        found = list(_alerts(told, "elsewhere", batch, NOW - (day % 30) * DAY, numbers))
        insert(alerts, (alert for alert, _ in found))
        insert(sightings, (one for _, seen in found for one in seen))


def _remember(insert: Insert, reader: Profile, places: Sequence[int]) -> None:
    """Let a profile have had its earlier digests."""
    made = [_digest(reader, NOW - ago * DAY) for ago in range(1, PAST + 1)]
    had = [
        [n for place in places for n in _shown_ago(place * EACH, ago)] for ago in range(1, PAST + 1)
    ]
    insert(digests, made)
    insert(
        digest_items,
        (_item(one["id"], reader, n, at) for one, day in zip(made, had, strict=True)
         for at, n in enumerate(day)),
    )  # fmt: skip


def _insert(store: Store, later: timedelta, table: Table, rows: Any) -> None:
    rows = (_moved(row, later) for row in rows) if later else iter(rows)
    while part := list(islice(rows, 20_000)):
        with store._database.writing() as connection:  # noqa: SLF001 - past the street
            insert_all(connection, table, part)


def _moved(row: Mapping[str, Any], later: timedelta) -> Mapping[str, Any]:
    """Return *row* with all its days and moments so much *later*."""
    return row | {name: value + later for name, value in row.items() if isinstance(value, date)}


def _blank(table: Table, **values: object) -> dict[str, Any]:
    """Return a row with *values*, and what is usual in every other column."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.nullable or column.autoincrement is True:
            row[column.name] = None
        elif column.type.python_type is bool:
            row[column.name] = False
        elif column.type.python_type in {int, float}:
            row[column.name] = 0
        else:
            row[column.name] = ""
    return row | values


def _source(name: str) -> Mapping[str, Any]:
    return _blank(
        sources, name=name, cursor={}, next_poll=NOW + HOUR, polled=NOW - HOUR, outcome="new"
    )


def key(number: int) -> str:
    """Return the id of the posting with this *number*."""
    return f"{number * 2654435761 % 2**32:08x}{number:08x}"


def _stated(one: Posting, number: int) -> dict[str, Any]:
    """Return what the alert that showed a posting states, and what is known of it from there."""
    drawn = zlib.crc32(number.to_bytes(4))
    return {
        "title": one.title,
        "company": _EMPLOYERS[drawn % len(_EMPLOYERS)],
        "location": _PLACES[drawn // 64 % len(_PLACES)],
        "workplace": ("", "remote", "hybrid")[drawn // 512 % 3],
        "salary": ("", "£48,000 to £52,000")[drawn // 2048 % 2],
        "url": f"https://jobs.example/view/{number}",
        "snippet": one.snippet,
    }


def _posting(one: Posting, number: int, by: str) -> Mapping[str, Any]:
    seen = NOW - (number % 30) * DAY
    return _POSTING | _stated(one, number) | {
        "id": key(number),
        "description": one.description * _LONG,
        "duties_from": "greenhouse" if one.description else "",
        "first_seen": seen,
        "last_seen": seen,
        "tier": "full" if one.description else "snippet",
        "judged": by,
        "keyed": IDENTITY,
    }  # fmt: skip


def _verdict(said: Verdict, number: int) -> Mapping[str, Any]:
    return asdict(said) | {"id": number + 1, "posting_id": key(number), "judged": NOW}


def _page(number: int) -> Mapping[str, Any]:
    asked = NOW - (number % 30) * DAY
    return _PAGE | {"posting_id": key(number), "outcome": "read", "asked": asked, "attempts": 1}


def _polls(names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    row = _blank(polls, outcome="new", holder="bench", alerts=1, sightings=10)
    numbers = iter(range(1, 10**9))
    for name in names:
        for ago in range(POLLS):
            yield row | {"id": next(numbers), "source": name, "polled": NOW - ago * HOUR}


def _alerts(
    told: Sequence[Posting],
    source: str,
    batch: Sequence[int],
    seen: datetime,
    numbers: Iterator[int],
) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield alerts that show *batch*, each with the rows of its sightings."""
    for start in range(0, len(batch), AN_ALERT):
        number, part = next(numbers), batch[start : start + AN_ALERT]
        alert = _ALERT | {
            "id": number, "source": source, "key": str(number), "digest": str(number),
            "stored": seen, "received": seen, "announced": len(part), "shown": len(part),
        }  # fmt: skip
        yield (
            alert,
            [
                _sighting(source, number, at, one, seen) | _stated(told[one % len(told)], one)
                for at, one in enumerate(part)
            ],
        )


def _sighting(source: str, alert: int, at: int, one: int, seen: datetime) -> dict[str, Any]:
    return _SIGHTING | {
        "alert_id": alert,
        "position": at,
        "source": source,
        "seen": seen,
        "posting_id": key(one),
        "key": key(one),
    }


def _digest(reader: Profile, made: datetime) -> Mapping[str, Any]:
    day: date = made.date()
    return _blank(
        digests, id=f"{reader.name} {day}", profile=reader.name, day=day, made=made,
        subject="7 roles", text=b"A digest. " * 200, html=b"<p>A digest.</p>" * 900,
        state="ready", dropped=[],
    )  # fmt: skip


def _item(digest: str, reader: Profile, number: int, at: int) -> Mapping[str, Any]:
    section = ("genuine", "unclear", "flagged", "others")[at % 4]
    return {
        "digest_id": digest, "posting_id": key(number), "profile": reader.name,
        "section": section, "position": at,
        "kind": "unclear", "tier": "snippet", "origin": "linkedin", "claims": at % 3 == 0,
    }  # fmt: skip


_POSTING = _blank(postings)
_PAGE = _blank(pages)
_ALERT = _blank(
    alerts, media="mail", outcome="read", format="linkedin", sender="linkedin.example",
    authenticity="verified", disagreements=[], addressed=[],
)  # fmt: skip
_SIGHTING = _blank(
    sightings, format="linkedin", section="primary", is_posting=True, authenticity="verified"
)
