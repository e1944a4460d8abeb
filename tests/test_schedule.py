"""Due, next and again: decided from plain values, in every zone and season."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cxdigest import schedule

EVERY_DAY = range(7)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "send_at", "due_from"),
    [
        # An ordinary winter day: Berlin is one hour ahead of UTC.
        ("Europe/Berlin", "2026-11-21", "07:00", "2026-11-21T06:00"),
        # Spring, 02:00 -> 03:00 on 29 March: 02:30 does not exist and is read as UTC+1, 03:30 summer time.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),
        ("Europe/Berlin", "2026-03-29", "07:00", "2026-03-29T05:00"),
        # Autumn, 03:00 -> 02:00 on 25 October: 02:30 comes twice, the first is in summer time.
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        # Lord Howe Island moves its clocks by half an hour: 02:00 -> 02:30 on 4 October.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        # Zones off the hour, and far from Greenwich.
        ("Asia/Kathmandu", "2026-06-01", "07:00", "2026-06-01T01:15"),
        ("Pacific/Kiritimati", "2026-06-01", "07:00", "2026-05-31T17:00"),
    ],
)
def test_a_digest_is_due_from_its_local_time_on(zone, day, send_at, due_from):
    local = {
        "send_at": time.fromisoformat(send_at),
        "zone": ZoneInfo(zone),
        "days": EVERY_DAY,
    }
    assert schedule.due_day(utc(due_from), **local) == date.fromisoformat(day)
    before = schedule.due_day(utc(due_from) - timedelta(minutes=1), **local)
    assert before is None or before < date.fromisoformat(day)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_over_a_year_of_half_hours_every_local_day_is_due_exactly_once(zone):
    made: list[date] = []
    now = utc("2026-01-01T12:00")
    while now < utc("2027-01-01T12:00"):
        day = schedule.due_day(now, send_at=time(2, 15), zone=ZoneInfo(zone), days=EVERY_DAY)
        if day and day not in made:  # what the store's unique (profile, day) does
            made.append(day)
        now += timedelta(minutes=30)
    assert made == [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]


def test_a_machine_asleep_over_the_send_time_sends_when_it_wakes_that_day():
    late = schedule.due_day(
        utc("2026-11-21T22:59"), send_at=time(7), zone=ZoneInfo("Europe/Berlin"), days=EVERY_DAY
    )
    assert late == date(2026, 11, 21)


def test_a_weekday_without_a_digest_is_never_due():
    saturday = utc("2026-11-21T12:00")
    assert (
        schedule.due_day(saturday, send_at=time(7), zone=ZoneInfo("UTC"), days={0, 1, 2, 3, 4})
        is None
    )


def test_a_source_that_works_is_polled_at_its_pace():
    now = utc("2026-11-21T07:00")
    assert schedule.next_poll(now, every=HOUR, failures=0, wish=None, spread=0) == now + HOUR


def test_many_sources_do_not_come_back_in_step():
    now = utc("2026-11-21T07:00")
    latest = schedule.next_poll(now, every=HOUR, failures=0, wish=None, spread=0.999)
    # At most a tenth of an hour later.
    assert now + HOUR < latest <= now + HOUR + timedelta(minutes=6)


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (HOUR, 1, timedelta(hours=2)),
        (HOUR, 2, timedelta(hours=4)),
        (HOUR, 3, timedelta(hours=6)),  # 8 hours would be over the longest wait
        (HOUR, 500, timedelta(hours=6)),
        (timedelta(hours=12), 3, timedelta(hours=12)),  # never sooner than asked
    ],
)
def test_a_failing_source_is_asked_less_and_less_often_but_the_same_day(every, failures, wait):
    now = utc("2026-11-21T07:00")
    assert (
        schedule.next_poll(now, every=every, failures=failures, wish=None, spread=0) == now + wait
    )


def test_the_servers_wish_lengthens_the_wait_and_never_shortens_it():
    now = utc("2026-11-21T07:00")
    long = schedule.next_poll(now, every=HOUR, failures=1, wish=timedelta(hours=9), spread=0)
    short = schedule.next_poll(now, every=HOUR, failures=0, wish=timedelta(seconds=5), spread=0)
    assert long == now + timedelta(hours=9)
    assert short == now + HOUR


def test_a_delivery_is_tried_for_two_days_and_then_given_up():
    now = utc("2026-11-21T07:00")
    tries = [schedule.next_try(now, attempts) for attempts in range(1, 10)]
    assert tries[0] == now + timedelta(minutes=1)
    assert tries[-1] is None
    waits = [moment - now for moment in tries if moment]
    assert waits == sorted(waits)
    assert timedelta(hours=46) < sum(waits, timedelta()) < timedelta(hours=48)


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        ("2026-11-21T05:59", EVERY_DAY, "2026-11-21T06:00"),
        ("2026-11-21T06:00", EVERY_DAY, "2026-11-22T06:00"),
        # 21 November 2026 is a Saturday; on Mondays only, the same Monday a week later.
        ("2026-11-21T12:00", [0], "2026-11-23T06:00"),
        ("2026-11-23T06:00", [0], "2026-11-30T06:00"),
    ],
)
def test_the_next_digest_is_due_at_the_first_send_time_still_to_come(now, days, expected):
    zone = ZoneInfo("Europe/Berlin")
    found = schedule.next_send(utc(now), send_at=time(7), zone=zone, days=days)
    assert found == utc(expected)


def test_an_overflowing_source_is_polled_ever_sooner_and_never_below_fifteen_minutes():
    hour = timedelta(hours=1)
    waits = [schedule.sooner(hour, full) / timedelta(minutes=1) for full in (0, 1, 2, 3, 10**9)]
    assert waits == [60, 30, 15, 15, 15]
    five = timedelta(minutes=5)
    assert schedule.sooner(five, 3) == five, "what is polled more often stays so"
