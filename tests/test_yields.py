"""When a source is said to be silent, on sequences of days that real sources make."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cxdigest.yields import ALERTS, PAUSE, Day, sentence, silence, silences, usual

START = date(2026, 3, 2)  # a Monday, far from the holidays


def days(pattern: str, *, first: date = START) -> list[Day]:
    """One day a character: ``x`` an alert with 6 postings, ``o`` one unread, ``b`` both, ``.`` none."""
    return [
        Day(
            day=first + timedelta(days=number),
            hits=int(mark in "xb"),
            misses=int(mark in "ob"),
            shown=6 * (mark in "xb"),
        )
        for number, mark in enumerate(pattern)
    ]


def said(pattern: str, **more):
    """The silence at the end of *pattern*, looked at on the day after."""
    made = days(pattern, **more)
    return silence(made, today=made[-1].day + timedelta(days=1))


WEEK = "x......"
WORK = "xxxxx.."


@pytest.mark.parametrize(
    ("before", "quiet"),
    [
        ("x" * 60, PAUSE - 1),
        # The weekend is the longest pause, two days: four times that may pass, and more is needed.
        (WORK * 8 + "xxxxx", 8),
        # Six days lie between two Mondays.
        (WEEK * 9 + "x", 24),
        # The longest pause was five days.
        ("xx.x....x.xx.....x" * 3, 20),
    ],
    ids=["daily", "weekdays", "weekly", "irregular"],
)
def test_a_pause_counts_from_the_day_on_that_is_longer_than_four_times_any_before(before, quiet):
    assert said(before + "." * quiet) is None
    found = said(before + "." * (quiet + 1))
    assert found is not None
    assert (found.pause, found.misses, found.changed) == (quiet + 1, 0, False)


def test_a_weekly_alert_does_not_alarm_on_day_three():
    assert said(WEEK * 9 + "x...") is None


def test_a_burst_is_no_reason_to_expect_one():
    assert said(("xxxx" + "." * 10) * 4 + "xxxx" + "." * 40) is None
    assert said(("xxxx" + "." * 10) * 4 + "xxxx" + "." * 41) is not None


@pytest.mark.parametrize("pattern", ["", ".", "x", "x" * 4 + "." * 60, "x" * 20 + "." * 60])
def test_a_new_source_is_expected_to_do_nothing(pattern):
    made = days(pattern)
    assert silence(made, today=START + timedelta(days=len(pattern))) is None


def test_a_source_that_goes_on_again_is_silent_no_more():
    stopped = "x" * 40 + "." * 20
    assert said(stopped)
    assert said(stopped + "x") is None


def test_days_without_a_poll_are_no_silence():
    before = days("x" * 40)
    # Paused for a month: those days are not there; then polled for two days, both without alerts.
    after = days("..", first=START + timedelta(days=70))
    assert silence([*before, *after], today=after[-1].day + timedelta(days=1)) is None


def test_today_does_not_count_before_it_is_over():
    made = days("x" * 40 + "." * PAUSE)
    assert silence(made, today=made[-1].day) is None
    assert silence(made, today=made[-1].day + timedelta(days=1))


def test_the_days_between_christmas_and_new_year_do_not_count():
    first = date(2026, 12, 24) - timedelta(days=40)
    made = days("x" * 40 + "." * 15, first=first)  # until 7 January: six days are left
    assert silence(made, today=date(2027, 1, 8)) is None


def test_alerts_that_show_nothing_any_more_are_told_after_a_few():
    assert said("x" * 30 + "o" * (ALERTS - 1)) is None
    found = said("x" * 30 + "o" * ALERTS)
    assert found is not None
    assert (found.misses, found.changed) == (ALERTS, True)


def test_a_sender_that_writes_other_letters_too_is_not_taken_for_changed():
    mixed = "xbxox" * 8
    assert said(mixed + "ooo") is None, "one other letter was usual between two alerts"
    assert said(mixed + "ooooo") is not None


def test_other_letters_of_a_weekly_sender_do_not_count_before_the_alert_is_overdue():
    made = WEEK * 9 + "x"
    assert said(made + "oooooo") is None
    assert said(made + "ooooooo") is not None


def test_what_is_usual_is_told_by_the_day_or_by_the_week():
    assert str(usual(days("x" * 10))) == "1 alert a day with 6 postings each"
    assert str(usual(days(WEEK * 4 + "x"))) == "1 alert a week with 6 postings each"
    assert str(usual(days(WORK * 4 + "x"))) == "5 alerts a week with 6 postings each"
    assert usual(days("xxxx" + "." * 20)) is None


def test_the_sentence_names_source_and_sender_and_the_way_out():
    found = said("x" * 30 + "oooo")
    assert found
    assert sentence(found, "saved-searches", "linkedin.com") == (
        "linkedin.com in saved-searches brought 1 alert a day with 6 postings each until 31 Mar; the"
        " last 4 alerts showed none: the board has probably changed how it writes them; send one"
        " with `cxdigest report-format`, and after an update read them with `cxdigest reread`."
    )
    ended = said("x" * 30 + "." * 8)
    assert ended
    assert "31 Mar, and nothing in the 8 days since: see whether the alert still runs" in sentence(
        ended, "google"
    )


def test_of_several_senders_only_the_silent_one_is_named():
    senders = {
        "linkedin.com": days("x" * 40 + "." * 9),
        "indeed.com": days("x" * 49),
        "": days("." * 49),
    }
    (told,) = silences("inbox", senders, today=START + timedelta(days=49))
    assert told.startswith("linkedin.com in inbox brought")


def test_a_source_that_is_silent_as_a_whole_is_named_once():
    senders = {name: days("x" * 40 + "." * 9) for name in ("linkedin.com", "indeed.com")}
    (told,) = silences("inbox", senders, today=START + timedelta(days=49))
    assert told.startswith("inbox brought 2 alerts a day")


def test_a_board_that_moves_to_a_host_below_its_own_is_not_silent():
    senders = {
        "jobs.example": days("x" * 40 + "." * 20),
        "mail.jobs.example": days("." * 40 + "x" * 20),
        "notjobs.example": days("." * 60),
    }
    assert silences("inbox", senders, today=START + timedelta(days=60)) == []


def test_alerts_of_unknown_senders_that_get_one_are_no_silence():
    senders = {"": days("x" * 40 + "." * 20), "linkedin.com": days("." * 40 + "x" * 20)}
    assert silences("inbox", senders, today=START + timedelta(days=60)) == []
