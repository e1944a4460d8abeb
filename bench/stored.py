"""A store as it is after weeks of use, filled past the street so that a million postings take a
minute: postings, what was judged of them, sightings, polls, and the digests that showed them.

Everything is invented and drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from cxdigest.model import Evidence, Kind, Profile, Recipient
from cxdigest.store import Store
from cxdigest.store.bulk import insert_all
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
RULES = "bench"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = 300  #: postings that are new to each profile
AN_ALERT = 10  #: postings in one alert
PAST, A_DAY = 14, 20  #: earlier digests of each profile, and postings in each
POLLS = 28 * 24  #: of each source
_KINDS: tuple[Kind, ...] = ("genuine", "unclear", "service", "support", "store", "success", "other")
_WEIGHTS = (8, 10, 35, 10, 12, 10, 15)
_EMPLOYERS = [f"{a} & {b}" for a in ("Tarn", "Vale", "Gannet", "Plover", "Moth", "Whin", "Sable")
              for b in ("Tide", "Copper", "Larkspur", "Juniper", "Ember", "Skerry")]  # fmt: skip
_TITLES = ("Customer Experience Manager", "Head of Customer Experience", "CX Specialist",
           "Customer Experience Advisor", "Guest Experience Associate", "Client Experience Lead",
           "Customer Success Manager", "Member Experience Representative")  # fmt: skip
_WORDS = (
    "own the customer journey from first contact to renewal and map where it hurts",
    "answer 60 to 80 inbound calls a day and log each in the system",
    "coach 14 agents to handle time and quality targets",
    "greet visitors and keep the front desk and the foyer in order",
    "turn what customers say into the three things to mend next",
    "diagnose line faults and guide customers through router set-up",
    "work with product, data and operations on standards of service",
)


def people(number: int) -> tuple[Profile, ...]:
    """Return so many profiles, each with a mailbox of its own and one recipient."""
    return tuple(
        Profile(
            name=f"reader-{one:05}",
            heading=f"Reader {one}",
            sources=(f"mail-{one:05}",),
            recipients=(Recipient("mail", f"reader-{one}@post.example"),),
            send_at=time(7),
            zone=ZoneInfo("UTC"),
            days=frozenset(range(7)),
            lookback=timedelta(days=14),
        )
        for one in range(number)
    )


def fill(store: Store, readers: Sequence[Profile], *, stored: int, others: bool = False) -> None:
    """Fill *store* with *stored* postings; each reader has 300 that are new and 280 that are not.

    The readers share all postings; with *others* their own come first, and a source that is none
    of theirs showed the rest.
    """
    draw = random.Random(20261122)
    own = min(stored, len(readers) * NEW) if others else stored
    _insert(store, sources, map(_source, [*_names(readers), "elsewhere"]))
    _insert(store, profiles, (_blank(profiles, name=p.name, registered=NOW) for p in readers))
    _insert(store, postings, (_posting(draw, n) for n in range(stored)))
    _insert(store, verdicts, (_verdict(draw, n) for n in range(stored)))
    _insert(store, pages, (_page(n) for n in range(0, stored, 3)))
    _insert(store, polls, _polls(readers))
    numbers = iter(range(1, 10**9))
    for place, reader in enumerate(readers):
        _show(store, reader, place, own, numbers)
    if others:
        _show_elsewhere(store, range(own, stored), numbers)


def _show(store: Store, reader: Profile, place: int, own: int, numbers: Iterator[int]) -> None:
    """Let a reader's source show what is new to it and what its earlier digests had."""
    fresh = [(place * 100 + n) % own for n in range(NEW)]
    past = [(place * 100 + NEW + n) % own for n in range(PAST * A_DAY)]
    shown, items, made = [(fresh, NOW - 2 * HOUR)], [], []
    for ago in range(1, PAST + 1):
        had = past[(ago - 1) * A_DAY : ago * A_DAY]
        shown.append((had, NOW - ago * DAY - 2 * HOUR))
        made.append(_digest(reader, NOW - ago * DAY))
        items += [_item(made[-1]["id"], reader, n, at) for at, n in enumerate(had)]
    source = reader.sources[0]
    found = [one for batch, seen in shown for one in _alerts(source, batch, seen, numbers)]
    _insert(store, alerts, (alert for alert, _ in found))
    _insert(store, sightings, (one for _, seen in found for one in seen))
    _insert(store, digests, made)
    _insert(store, digest_items, items)


def _show_elsewhere(store: Store, rest: range, numbers: Iterator[int]) -> None:
    for start in range(0, len(rest), 50_000):
        batch = rest[start : start + 50_000]
        found = list(_alerts("elsewhere", batch, NOW - (start % 30) * DAY, numbers))
        _insert(store, alerts, (alert for alert, _ in found))
        _insert(store, sightings, (one for _, seen in found for one in seen))


def _names(readers: Sequence[Profile]) -> list[str]:
    return [reader.sources[0] for reader in readers]


def _insert(store: Store, table: Table, rows: Any) -> None:
    rows = iter(rows)
    while part := list(islice(rows, 20_000)):
        with store._database.writing() as connection:
            insert_all(connection, table, part)


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


def _key(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:08x}"


def _posting(draw: random.Random, number: int) -> Mapping[str, Any]:
    tier = "full" if number % 3 == 0 else "snippet"
    seen = NOW - (number % 30) * DAY
    words = " ".join(draw.choices(_WORDS, k=3))
    return _POSTING | {
        "id": _key(number),
        "title": f"{draw.choice(_TITLES)} {number}",
        "company": draw.choice(_EMPLOYERS),
        "location": draw.choice(("Leeds", "York", "Remote, UK", "Bristol", "Glasgow")),
        "workplace": draw.choice(("", "remote", "hybrid")),
        "salary": draw.choice(("", "£48,000 to £52,000")),
        "url": f"https://jobs.example/view/{number}",
        "snippet": words[:160],
        "description": f"<p>{words}</p>" * 3 if tier == "full" else "",
        "duties_from": "greenhouse" if tier == "full" else "",
        "first_seen": seen,
        "last_seen": seen,
        "tier": tier,
        "judged": RULES,
        "keyed": RULES,
    }


def _verdict(draw: random.Random, number: int) -> Mapping[str, Any]:
    kind = draw.choices(_KINDS, _WEIGHTS)[0]
    evidence = [
        asdict(
            Evidence(
                rule=f"{kind}.bench-{place}",
                kind=kind,
                points=4 - place,
                reason="This is what the work is about.",
                quote=draw.choice(_WORDS),
                where="duties",
                pack=kind,
            )
        )
        for place in range(4)
    ]
    return _VERDICT | {
        "id": number + 1,
        "posting_id": _key(number),
        "rules": RULES,
        "tier": "full" if number % 3 == 0 else "snippet",
        "kind": kind,
        "confidence": draw.random(),
        "claims": True,
        "flagged": kind in {"service", "support", "store"},
        "points": 4,
        "evidence": evidence,
        "reason": "The words found do not settle it." if kind == "unclear" else "",
        "judged": NOW,
    }


def _page(number: int) -> Mapping[str, Any]:
    asked = NOW - (number % 30) * DAY
    return _PAGE | {"posting_id": _key(number), "outcome": "read", "asked": asked, "attempts": 1}


def _polls(readers: Sequence[Profile]) -> Iterator[Mapping[str, Any]]:
    row = _blank(polls, outcome="new", holder="bench", alerts=1, sightings=10)
    numbers = iter(range(1, 10**9))
    for name in _names(readers):
        for ago in range(POLLS):
            yield row | {"id": next(numbers), "source": name, "polled": NOW - ago * HOUR}


def _alerts(
    source: str, batch: Sequence[int], seen: datetime, numbers: Iterator[int]
) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield alerts that show *batch*, each with the rows of its sightings."""
    for start in range(0, len(batch), AN_ALERT):
        number, part = next(numbers), batch[start : start + AN_ALERT]
        alert = _ALERT | {
            "id": number, "source": source, "key": str(number), "digest": str(number),
            "stored": seen, "received": seen, "announced": len(part), "shown": len(part),
        }  # fmt: skip
        yield alert, [_sighting(source, number, at, one, seen) for at, one in enumerate(part)]


def _sighting(source: str, alert: int, at: int, one: int, seen: datetime) -> Mapping[str, Any]:
    return _SIGHTING | {
        "alert_id": alert,
        "position": at,
        "source": source,
        "seen": seen,
        "posting_id": _key(one),
        "key": _key(one),
        "title": f"{_TITLES[one % len(_TITLES)]} {one}",
        "company": _EMPLOYERS[one % len(_EMPLOYERS)],
        "url": f"https://jobs.example/view/{one}",
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
        "digest_id": digest, "posting_id": _key(number), "profile": reader.name,
        "section": section, "position": at,
    }  # fmt: skip


_POSTING = _blank(postings)
_VERDICT = _blank(verdicts)
_PAGE = _blank(pages)
_ALERT = _blank(
    alerts, media="mail", outcome="read", format="linkedin", sender="linkedin.example",
    authenticity="verified", disagreements=[], addressed=[],
)  # fmt: skip
_SIGHTING = _blank(
    sightings, format="linkedin", section="primary", is_posting=True, authenticity="verified"
)
