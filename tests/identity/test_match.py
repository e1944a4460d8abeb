"""Pairs that are one opening and pairs that are two, each with what makes them so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from string import ascii_lowercase

import pytest
import yaml

from cxdigest.identity import find_merges, posting_of, same_opening, sketch
from cxdigest.identity.groups import MOST_ALIKE
from cxdigest.model import Sighting

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
DAY = timedelta(days=1)
PAIRS = yaml.safe_load(Path(__file__).with_name("pairs.yaml").read_text("utf-8"))
CASES = [
    pytest.param(*shown, word == "one", id=f"{word}: {why}")
    for word, pairs in PAIRS.items()
    for why, shown in pairs.items()
]


def seen(shown, board="linkedin", mark="1", *, now=NOW, **more):
    title, company, location = (part.strip() for part in shown.split("|"))
    more.setdefault("native_id", f"{board}:{mark}")
    more.setdefault("url", f"https://{board}.example/{mark}")
    sighting = Sighting(format=board, title=title, company=company, location=location, **more)
    return posting_of(sighting, now=now)


def match(one, other):
    first, second = sketch(one), sketch(other)
    found = same_opening(first, second)
    assert (found is None) == (same_opening(second, first) is None), "whichever comes first"
    merged = find_merges([first, second], [])
    assert len(merged) == (found is not None), "they share a key where they are one"
    return found


def reason(one, other):
    found = match(one, other)
    return found.reason if found else ""


@pytest.mark.parametrize(("one", "other", "same"), CASES)
def test_two_sightings_are_one_opening_or_two(one, other, same):
    assert bool(reason(seen(one), seen(other, "indeed", "2"))) == same


ROLE = "Journey Analyst | Harbour Mutual | Bristol"


def test_the_reason_says_what_differs_in_writing():
    other = seen("Journey analyst! | Harbour Mutual plc | Bristol, UK", "indeed")
    assert reason(seen(ROLE), other) == (
        "The same title, employer and place (title as “Journey Analyst” and “Journey analyst!”;"
        " employer as “Harbour Mutual” and “Harbour Mutual plc”;"
        " place as “Bristol” and “Bristol, UK”)."
    )


def test_two_records_of_one_board_at_one_time_are_two_openings():
    assert not reason(seen(ROLE), seen(ROLE, mark="2"))


def test_two_pages_of_one_careers_site_are_two_openings():
    pages = [seen(ROLE, native_id="", url=f"https://careers.harbour.example/{n}") for n in (1, 2)]
    assert not reason(*pages)


def test_a_new_record_after_days_is_the_opening_posted_again_with_its_dates():
    again = seen(ROLE, mark="2", now=NOW + 9 * DAY)
    assert reason(seen(ROLE), again) == (
        "Posted again: seen until 2026-11-21, and as a new record of the same title, employer and"
        " place since 2026-11-30."
    )
    assert not reason(seen(ROLE), seen(ROLE, mark="2", now=NOW + 2 * DAY)), "too soon"
    assert not reason(seen(ROLE), seen(ROLE, mark="2", now=NOW + 90 * DAY)), "a new opening"


def test_the_boards_id_behind_where_to_apply_is_certain():
    copy = replace(
        seen("CX Journey Person | Harbour | ", "indeed"),
        apply_url="https://boards.greenhouse.io/harbour/jobs/4501",
    )
    own = seen(ROLE, "greenhouse", "4501")
    assert reason(copy, own) == "Both are greenhouse:4501 on the board itself."


def test_an_agencys_copy_is_tied_to_the_employer_that_its_text_names():
    text = "Harbour Mutual is looking for someone who listens."
    copy = seen("Journey Analyst | Jobgether | Bristol, UK", "indeed", snippet=text)
    assert reason(copy, seen(ROLE)) == (
        "Jobgether shows the same title and place, and its text names Harbour Mutual."
    )
    silent = seen("Journey Analyst | Jobgether | Bristol, UK", "indeed", snippet="A great firm.")
    assert not reason(silent, seen(ROLE))
    elsewhere = seen("Journey Analyst | Jobgether | Bath", "indeed", snippet=text)
    assert not reason(elsewhere, seen(ROLE))
    employer = seen("Journey Analyst | Oakhill Ltd | Bristol", "indeed", snippet=text)
    assert not reason(employer, seen(ROLE)), "no agency: it only speaks of another"


def test_a_third_that_fits_two_which_exclude_each_other_joins_neither():
    leeds, bath = (
        seen("Analyst Lead | Oak Works | Leeds"),
        seen("Analyst Lead | Oak Works | Bath", mark="2"),
    )
    nowhere = seen("Analyst Lead | Oak Works | ", "indeed", "3")
    for order in permutations([leeds, bath, nowhere]):
        assert find_merges([sketch(one) for one in order], []) == []


def test_two_short_names_that_could_be_either_stay_apart():
    names = ("Foxglove", "Foxglove Housing Trust", "Foxglove Care Homes")
    shown = [seen(f"Journey Analyst | {name} | Leeds", f"board{n}") for n, name in enumerate(names)]
    assert find_merges([sketch(one) for one in shown], []) == []


def test_the_one_seen_first_survives():
    late, early = seen(ROLE, now=NOW + DAY), seen(ROLE, "indeed")
    (merged,) = find_merges([sketch(late)], [sketch(early)])
    assert (merged.survivor, merged.absorbed) == (early.id, late.id)


def test_who_names_different_employers_is_not_asked_for_the_other():
    mine, its, copy = (
        sketch(seen(f"Journey Analyst | {who} | Bristol", mark=mark))
        for who, mark in (("Harbour Mutual", "1"), ("Tarn Vale", "2"), ("", "3"))
    )
    assert mine.asks.isdisjoint(its.keys)
    assert its.asks.isdisjoint(mine.keys)
    assert not copy.asks.isdisjoint(mine.keys), "a copy may be anybody's"
    assert not mine.asks.isdisjoint(copy.keys)


def test_an_employer_with_more_openings_than_are_compared_still_finds_each_copy():
    towns = [f"{one}{other}ton" for one in ascii_lowercase for other in ascii_lowercase][
        : 2 * MOST_ALIKE
    ]
    shown = [
        sketch(seen(f"Journey Analyst | Harbour Mutual | {town}", board, town))
        for board in ("linkedin", "indeed")
        for town in towns
    ]
    merged = find_merges(shown, [])
    assert {(one.survivor, one.absorbed) for one in merged} == {
        tuple(sorted((first.id, other.id)))
        for first, other in zip(shown[: len(towns)], shown[len(towns) :], strict=True)
    }
