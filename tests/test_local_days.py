"""Once per local day, at or after the send time: wherever the clocks go, and whatever people do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cxdigest import schedule
from cxdigest.pipeline import compose_waiting
from tests.worlds import DAY, HOUR, MINUTE, World, profile

EVERY_DAY = range(7)
STEP = 10 * MINUTE

#: Both changes of a year, and what is special about them.
ZONES = {
    "Europe/Berlin": "02:00 to 03:00 and back",
    "Europe/Dublin": "winter time is the exception",
    "America/New_York": "02:00 to 03:00 and back",
    "America/Havana": "midnight to 01:00, 01:00 to midnight",
    "America/Santiago": "midnight to 01:00, midnight to 23:00 of the day before; southern",
    "America/Nuuk": "23:00 to midnight: the end of a day is left out",
    "Atlantic/Azores": "midnight to 01:00",
    "Africa/Cairo": "midnight to 01:00, midnight to 23:00 of the day before",
    "Africa/Casablanca": "back for Ramadan",
    "Asia/Beirut": "midnight to 01:00, midnight to 23:00 of the day before",
    "Australia/Sydney": "02:00 to 03:00; southern",
    "Australia/Lord_Howe": "02:00 to 02:30, half an hour; southern",
    "Pacific/Auckland": "02:00 to 03:00; southern",
    "Pacific/Chatham": "02:45 to 03:45; southern",
    "Antarctica/Troll": "two hours",
}
SEND_TIMES = ("00:00", "00:30", "01:30", "02:15", "02:50", "07:00", "22:30", "23:30", "23:59")


def changes(zone: ZoneInfo, year: int = 2026) -> Iterator[datetime]:
    """Yield the first hours of UTC after each change of the clocks."""
    now = datetime(year, 1, 1, tzinfo=UTC)
    while now.year == year:
        if now.astimezone(zone).utcoffset() != (now - HOUR).astimezone(zone).utcoffset():
            yield now
        now += HOUR


def made(zone: ZoneInfo, send_at: time, since: datetime, until: datetime) -> dict[date, datetime]:
    """Return when each digest is made by a worker that wakes every ten minutes."""
    found: dict[date, datetime] = {}
    now = since
    while now < until:
        day = schedule.due_day(now, send_at=send_at, zone=zone, days=EVERY_DAY)
        if day:
            found.setdefault(day, now)  # what the store's unique (profile, day) does
        now += STEP
    return found


@pytest.mark.parametrize("name", ZONES)
def test_around_both_changes_every_local_day_has_its_digest_once_and_in_time(name):
    zone, told = ZoneInfo(name), list(changes(ZoneInfo(name)))
    assert len(told) == 2
    for change in told:
        for send_at in map(time.fromisoformat, SEND_TIMES):
            since, until = change - 2 * DAY, change + 3 * DAY
            days = made(zone, send_at, since, until)
            first, *inner = sorted(days)
            wanted = [first + n * DAY for n in range(1, len(inner) + 1)]
            assert inner == wanted, f"{send_at} in {name}: no day is left out"
            assert len(inner) >= 4
            assert list(days) == sorted(days), "one after the other"
            for day in inner:
                told_at = days[day].astimezone(zone).replace(tzinfo=None)
                late = told_at - datetime.combine(day, send_at)
                # At once; on the night itself off by what the clocks leave out or repeat.
                assert -2 * HOUR < late <= 2 * HOUR + STEP
                if abs(days[day] - change) > DAY:
                    assert timedelta() <= late < STEP, f"{send_at} in {name} on {day}: {told_at}"


@pytest.mark.parametrize(
    ("zone", "days", "since"),
    [
        # 30 December 2011 was skipped on Samoa, 21 August 1993 (a Saturday) on Kwajalein.
        ("Pacific/Apia", ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"], "2011-12-28T12:00"),
        ("Pacific/Kwajalein", ["1993-08-19", "1993-08-20", "1993-08-22", "1993-08-23"], "1993-08-19T12:00"),
    ],
)  # fmt: skip
def test_a_day_that_a_country_skipped_has_no_digest_and_its_neighbours_have(zone, days, since):
    begin = datetime.fromisoformat(since).replace(tzinfo=UTC)
    found = made(ZoneInfo(zone), time(7), begin, begin + 4 * DAY)
    for day in map(date.fromisoformat, days):
        assert day in found
    skipped = date.fromisoformat(days[1]) + DAY
    assert skipped not in found


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Nuuk", "America/Santiago"])
def test_what_is_announced_as_the_next_digest_is_when_it_is_made(name):
    zone = ZoneInfo(name)
    for change in changes(zone):
        for send_at in map(time.fromisoformat, SEND_TIMES):
            now = change - 36 * HOUR
            while now < change + 36 * HOUR:
                said = schedule.next_send(now, send_at=send_at, zone=zone, days=EVERY_DAY)
                due = schedule.due_day(said, send_at=send_at, zone=zone, days=EVERY_DAY)
                before = schedule.due_day(
                    said - MINUTE / 60, send_at=send_at, zone=zone, days=EVERY_DAY
                )
                assert due is not None
                assert due != before
                now = said


# -- what people and machines do, with the real store ----------------------------------------------

STORIES = {
    "every morning at seven, and once however often it wakes": """
        Europe/Berlin
        2026-11-21 06:59  nothing
        2026-11-21 07:00  21
        2026-11-21 07:01  nothing
        2026-11-21 23:59  nothing
        2026-11-22 06:59  nothing
        2026-11-22 07:00  22
    """,
    "moved east at noon: it is the next day there, and its digest is due at once": """
        America/Los_Angeles
        2026-11-21 07:00  21
        2026-11-21 12:00  nothing
        Pacific/Auckland
        2026-11-22 09:01  22
        2026-11-22 09:02  nothing
        2026-11-23 06:59  nothing
        2026-11-23 07:00  23
    """,
    "moved west at noon: the days that had their digest have no second, the next one has its own": """
        Pacific/Auckland
        2026-11-21 07:00  21
        2026-11-22 07:00  22
        America/Los_Angeles
        2026-11-21 15:00  nothing
        2026-11-22 07:00  nothing
        2026-11-23 06:59  nothing
        2026-11-23 07:00  23
        2026-11-24 07:00  24
    """,
    "moved a little west before breakfast: the same day, an hour later": """
        Europe/Berlin
        2026-11-21 07:00  21
        2026-11-22 06:59  nothing
        Europe/London
        2026-11-22 06:00  nothing
        2026-11-22 07:00  22
        2026-11-23 07:00  23
    """,
    "moved a little west after breakfast: no second digest": """
        Europe/Berlin
        2026-11-21 07:00  21
        Europe/London
        2026-11-21 06:01  nothing
        2026-11-21 07:00  nothing
        2026-11-22 07:00  22
    """,
    "asleep over the send time: as soon as it wakes that day": """
        Europe/Berlin
        2026-11-21 07:00  21
        2026-11-22 06:30  nothing
        2026-11-22 21:15  22
        2026-11-23 07:00  23
    """,
    "asleep for three days: one digest for the day it wakes, none for the days that are over": """
        Europe/Berlin
        2026-11-21 07:00  21
        2026-11-24 05:00  nothing
        2026-11-24 07:00  24
        2026-11-25 07:00  25
    """,
    "asleep until past midnight: the day is over, the next comes in its time": """
        Europe/Berlin
        2026-11-21 06:59  nothing
        2026-11-22 00:10  nothing
        2026-11-22 07:00  22
    """,
    "busy or asleep over midnight, with a late send time: for three hours it is not too late": """
        Europe/Berlin at 23:59
        2026-11-21 23:58  nothing
        2026-11-22 00:04  21
        2026-11-22 00:05  nothing
        2026-11-23 02:58  22
        2026-11-24 02:59  nothing
        2026-11-24 23:59  24
    """,
    "the clock set back an hour after the digest: no second one": """
        Europe/Berlin
        2026-11-21 07:00  21
        2026-11-21 06:01  nothing
        2026-11-21 07:00  nothing
        2026-11-22 07:00  22
    """,
    "the clock set back a day after the digest: no second one, and the next in its time": """
        Europe/Berlin
        2026-11-20 07:00  20
        2026-11-21 07:00  21
        2026-11-20 07:05  nothing
        2026-11-21 07:00  nothing
        2026-11-22 07:00  22
    """,
    "the clock ran a month ahead for a while: today's digest comes in its time": """
        Europe/Berlin
        2026-11-20 07:00  20
        2026-12-21 07:00  21
        2026-11-21 06:00  nothing
        2026-11-21 07:00  21
        2026-11-22 07:00  22
        2026-12-20 07:00  20
        2026-12-21 07:00  nothing
        2026-12-22 07:00  22
    """,
    "the night when the clocks go back, with a digest in the hour that comes twice": """
        Europe/Berlin at 02:30
        2026-10-24 02:30  24
        2026-10-25 02:29  nothing
        2026-10-25 02:30  25
        2026-10-25 02:30 again  nothing
        2026-10-26 02:30  26
    """,
    "the evening that Nuuk leaves out: its digest comes in the night, tomorrow's tomorrow": """
        America/Nuuk at 23:30
        2026-03-27 23:30  27
        2026-03-28 22:59  nothing
        2026-03-29 00:29  nothing
        2026-03-29 00:30  28
        2026-03-29 23:29  nothing
        2026-03-29 23:30  29
    """,
    "Fridays only, seen from a zone that is a day ahead": """
        Pacific/Kiritimati on Fridays
        2026-11-19 07:00  nothing
        2026-11-20 07:00  20
        2026-11-21 07:00  nothing
        2026-11-27 06:59  nothing
        2026-11-27 07:00  27
    """,
}  # fmt: skip


def lines(story: str) -> Iterator[tuple[dict, datetime, int | None]]:
    """Yield (settings of the profile, UTC moment, day of the month of the digest that is made)."""
    settings: dict = {}
    for line in filter(None, map(str.strip, story.splitlines())):
        if "/" in line:
            name, _, rest = line.partition(" ")
            send_at = rest.removeprefix("at ") if rest.startswith("at") else "07:00"
            settings = {"zone": ZoneInfo(name), "send_at": time.fromisoformat(send_at)}
            if "Fridays" in rest:
                settings["days"] = frozenset({4})
            continue
        moment, _, said = line.partition("  ")
        local = datetime.fromisoformat(moment.removesuffix(" again"))
        local = local.replace(tzinfo=settings["zone"], fold=moment.endswith("again"))
        yield settings, local.astimezone(UTC), None if said.strip() == "nothing" else int(said)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_each_story_of_a_clock_has_the_digests_that_it_says(story, tmp_path):
    world = World(tmp_path)
    for settings, world.now, expected in lines(STORIES[story]):
        world.profiles = [profile(**settings)]
        days = [one.day.day for one in compose_waiting(world.street) if one.digest]
        assert days == ([expected] if expected else []), world.now
    world.store.close()


def test_two_workers_at_the_same_moment_make_one_digest_a_day(tmp_path):
    worlds = [World(tmp_path, holder=f"w{number}") for number in range(2)]
    for world in worlds:
        world.profiles = [profile(f"p{number}") for number in range(4)]
    together, done = threading.Barrier(2), []

    def work(world):
        for _ in range(3):
            together.wait()
            done.extend(one for one in compose_waiting(world.street) if one.digest)
            world.now += DAY

    workers = [threading.Thread(target=work, args=(world,)) for world in worlds]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(done) == len({(one.profile, one.day) for one in done}) == 12
    assert len(worlds[0].store.deliveries()) == 12
    for world in worlds:
        world.store.close()
