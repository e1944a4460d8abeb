"""Values of a JobPosting in the spellings that they are met in, worked out by hand."""

from __future__ import annotations

import pytest

from cxdigest.jobposting import (
    employment_of,
    facts_in_scripts,
    iso_date,
    pay,
    without_workplace,
    workplace_of,
)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T23:59:59-08:00", "2026-11-22"),  # the day that is written
        ("2026-11-22 08:00:00 UTC", "2026-11-22"),
        ("20261122", "2026-11-22"),
        ("2026/11/2", "2026-11-02"),
        ("22.11.2026", "2026-11-22"),
        ("02.03.2026", "2026-03-02"),  # with dots the day stands first
        ("22/11/2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("05/06/2026", ""),  # May or June
        ("05/05/2026", "2026-05-05"),
        ("22 November 2026", "2026-11-22"),
        ("22nd of Nov", ""),
        ("November 22, 2026", "2026-11-22"),
        ("Nov 22nd, 2026", "2026-11-22"),
        ("22. Dezember 2026", "2026-12-22"),
        ("22 décembre 2026", "2026-12-22"),
        ("22 de noviembre de 2026", "2026-11-22"),
        ("Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22"),
        (1795305600, "2026-11-22"),
        (1795305600000, "2026-11-22"),
        ("1795305600000", "2026-11-22"),
        ("2026-02-30", ""),
        ("0001-01-01", ""),
        ("9999-12-31", ""),
        (True, ""),
        (float("nan"), ""),
        (10**400, ""),
        (None, ""),
        ({"a": 1}, ""),
        ("soon", ""),
    ],
)
def test_dates_are_read_where_they_can_mean_one_day_only(written: object, day: str) -> None:
    assert iso_date(written) == day


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        ({"low": 60000, "high": 75000, "currency": "USD", "period": "YEAR"}, "$60,000-$75,000 a year"),
        ({"low": 21, "high": 24.5, "currency": "GBP", "period": "hourly"}, "£21-£24.50 an hour"),
        ({"low": 3000, "currency": "EUR", "period": "MONTH"}, "from €3,000 a month"),
        ({"low": None, "high": 75000, "currency": "SEK"}, "up to SEK 75,000"),
        ({"low": 60000, "high": 60000}, "60,000"),
        ({"low": None, "single": "60.000,00", "currency": "€"}, "€60,000"),
        ({"low": "60 000", "high": "75'000", "currency": "CHF"}, "CHF 60,000-CHF 75,000"),
        ({"low": None, "single": 500, "period": "DAY", "currency": "AUD"}, "A$500 a day"),
        ({"low": None, "single": 900, "period": "WEEK"}, "900 a week"),
        ({"low": 0, "high": 0, "currency": "USD", "period": "YEAR"}, ""),
        ({"low": -5, "high": 10**30}, ""),
        ({"low": "negotiable"}, ""),
        ({"low": True, "high": {"a": 1}}, ""),
    ],
)  # fmt: skip
def test_pay_is_written_from_its_parts(parts: dict[str, object], written: str) -> None:
    assert pay(**parts) == written


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("FULL_TIME", "full-time"),
        ("Full time", "full-time"),
        ("FullTime", "full-time"),
        (["FULL_TIME", "PART_TIME"], "full-time, part-time"),
        ("FULL_TIME,CONTRACTOR", "full-time, contract"),
        ("PER_DIEM", "per diem"),
        ("OTHER", ""),
        ("Werkstudent", "Werkstudent"),
        (None, ""),
        (7, "7"),
    ],
)
def test_employment_is_named_in_one_way(stated: object, read: str) -> None:
    assert employment_of(stated) == read


@pytest.mark.parametrize(
    ("stated", "workplace"),
    [
        ("TELECOMMUTE", "remote"),
        ("on-site", "onsite"),
        ("ON_SITE", "onsite"),
        ("Hybrid (remote two days)", "hybrid"),
        ("unspecified", ""),
        (["", None, "remote"], "remote"),
        ("Remoteville Road", ""),
    ],
)
def test_workplace_is_told(stated: object, workplace: str) -> None:
    assert workplace_of(stated) == workplace


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("Leeds (Hybrid)", "Leeds"),
        ("Leeds - Remote", "Leeds"),
        ("Remote - Ireland", "Ireland"),
        ("Remote", ""),
        ("Remote in Spain", "Spain"),
        ("Leeds, England", "Leeds, England"),
        ("Remoteville", "Remoteville"),
    ],
)
def test_a_place_is_left_without_its_workplace(place: str, left: str) -> None:
    assert without_workplace(place) == left


def test_json_that_says_nothing_about_jobs_gives_nothing() -> None:
    assert facts_in_scripts('<script type="application/ld+json">{"@type":"Recipe"}</script>') == ()
    assert facts_in_scripts("<script>{}</script>") == ()
    assert facts_in_scripts("") == ()
