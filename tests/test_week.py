"""The picture of a week, from what digests said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cxdigest.week import Counted, counted_in, since, week_of
from tests.days import DAY, candidate, day_of, verdict


def said(days_ago, kind="service", number=1, origin="linkedin", tier="title"):
    day = DAY - timedelta(days=days_ago)
    return Counted(day=day, kind=kind, tier=tier, origin=origin, number=number)


def empty(**more):
    return replace(day_of([]), **more)


def test_a_week_ends_today_and_has_seven_days():
    week = week_of([said(0, number=2), said(6, number=3), said(7, number=5)], empty())
    assert week.share.kinds == {"service": 5}
    assert (week.share.since, week.share.until) == (DAY - timedelta(days=6), DAY)
    assert since(DAY, weekly=False) == week.share.since


def test_the_days_own_postings_count_and_titles_that_claim_nothing_do_not():
    claims = candidate("Head of Customer Experience", "Acme", "Hull", verdict("genuine"))
    other = candidate("Baker", "Acme", "Hull", verdict("other", claims=False))
    digest = day_of([claims, other])
    assert [one.kind for one in counted_in(digest)] == ["genuine"]
    assert week_of([], digest).share.kinds == {"genuine": 1}


def test_what_settings_hid_counts_as_well_since_the_alerts_showed_it():
    hidden = candidate("CX Lead", "Acme", "Hull", verdict("genuine"))
    assert week_of([], empty(hidden=(hidden,))).share.kinds == {"genuine": 1}


def test_there_is_no_picture_of_nothing():
    assert week_of([said(8)], empty()) is None
    assert week_of([said(56)], empty(weekly=True)) is None


def test_a_share_says_what_its_verdicts_could_see():
    week = week_of([said(1, tier="full", number=2), said(2)], empty())
    assert week.share.tiers == {"full": 2, "title": 1}


def test_the_weekly_edition_looks_back_over_eight_weeks_the_oldest_first():
    week = week_of([said(0), said(55, "genuine"), said(56, "genuine")], empty(weekly=True))
    assert len(week.trend) == 8
    assert week.trend[0].kinds == {"genuine": 1}
    assert week.trend[-1] == week.share
    assert all(
        after.since == before.until + timedelta(days=1)
        for before, after in zip(week.trend, week.trend[1:], strict=False)
    )
    assert since(DAY, weekly=True) == week.trend[0].since


def test_where_genuine_roles_come_from_names_the_most_fruitful_first():
    past = [
        said(1, "service", 9, "indeed"),
        said(1, "genuine", 1, "indeed"),
        said(30, "genuine", 4, "linkedin"),
        said(2, "service", 2, "trueup"),
    ]
    week = week_of(past, empty(weekly=True))
    assert week.origins == (("linkedin", 4, 4), ("indeed", 1, 10), ("trueup", 0, 2))
