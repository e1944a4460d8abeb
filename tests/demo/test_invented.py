"""The invented alerts are read as what they were made of, by the readers of real ones."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cxdigest.demo.boards import BOARDS, FEEDS
from cxdigest.demo.invented import openings, planned
from cxdigest.demo.people import PASTED, SAID
from cxdigest.demo.weeks import weeks_until
from cxdigest.extract import extract
from cxdigest.extract.split import split

NOW = datetime(2026, 11, 22, 5, 4, tzinfo=UTC)
FORMATS = {
    "kestrel": "fallback", "google-mail": "google-alerts-mail", "google-feed": "google-alerts-feed",
    "rss": "job-feed",
}  # fmt: skip


def test_there_are_sixty_alerts_of_every_board_for_three_people():
    assert len(planned()) == 60
    assert {one.board for one in planned()} == set(BOARDS)
    people = Counter(one.source.split("-")[0].rstrip("s") for one in planned())
    assert set(people) == {"robin", "samira", "jona"}
    assert min(people.values()) >= 15


@pytest.mark.parametrize("board", BOARDS)
def test_an_alert_shows_the_openings_that_it_was_made_of(board):
    for plan in (one for one in planned() if one.board == board):
        raw = BOARDS[board](plan.search, plan.shows, NOW)
        (alert,) = split(io.BytesIO(raw), source=plan.source, name="alert")
        read = extract(alert)
        if board == "cut-off":
            assert (read.outcome, read.sightings) == ("empty", ())
            continue
        assert read.format == FORMATS.get(board, board)
        assert [one.title.split(" | ")[0] for one in read.sightings if board == "google-mail"] in (
            [], [one.title for one in plan.shows],
        )  # fmt: skip
        assert all(
            sighting.title.startswith(opening.title)
            for sighting, opening in zip(read.sightings, plan.shows, strict=True)
        )
        if not board.startswith("google"):  # its hits name employers in titles alone
            told = [(one.company, one.location) for one in read.sightings]
            assert told == [(one.company, one.place.split(" (")[0]) for one in plan.shows]
        assert all(one.is_posting for one in read.sightings)


def test_a_feed_of_the_demo_holds_one_alert_each():
    assert all(len(one.shows) == 1 for one in planned() if one.board in FEEDS)


def test_every_opening_is_shown_and_none_shares_its_number():
    shown = {one.key for plan in planned() for one in plan.shows}
    assert shown == set(openings())
    assert len({one.number for one in openings().values()}) == len(openings())


def test_people_speak_of_openings_that_they_were_shown_before():
    for word in SAID:
        days = [
            one.day
            for one in planned()
            if one.source.startswith(word.profile)
            and any(shown.key == word.opening for shown in one.shows)
        ]
        assert max(days) >= word.day, word
    for pasted in PASTED:
        assert max(p.day for p in planned() if openings()[pasted.opening] in p.shows) >= pasted.day


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        ("2026-11-22T07:10", "2026-11-22"),
        ("2026-11-22T07:01", "2026-11-22"),  # or the worker would make them of what came since
        ("2026-11-22T06:59", "2026-11-21"),
        ("2026-11-22T00:02", "2026-11-21"),
        ("2026-07-01T06:30", "2026-07-01"),  # it is half past seven in Leeds
        ("2026-03-29T06:10", "2026-03-29"),  # an hour was left out this night
    ],
)
def test_the_latest_digests_are_those_of_this_morning_or_of_yesterday(now, latest):
    weeks = weeks_until(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert weeks.latest.isoformat() == latest
    mornings = [moment for _, moment in weeks.mornings()]
    assert mornings == sorted(mornings)
    assert mornings[-1] < weeks.now
    local = {moment.astimezone(ZoneInfo("Europe/London")).time().isoformat() for moment in mornings}
    assert local == {"07:00:00"}
