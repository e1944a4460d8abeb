"""What was made last is given again to those who would make the same, and to nobody else."""

from __future__ import annotations

import pytest

from cxdigest.latest import Latest


def test_what_would_be_made_of_the_same_is_not_made_again():
    latest: Latest[object] = Latest(10)
    first = latest.made("posting", ("title", "place"), object)
    assert latest.made("posting", ("title", "place"), object) is first
    assert latest.made("another", ("title", "place"), object) is not first


def test_what_changed_is_made_anew_and_stays_as_it_is_now():
    latest: Latest[str] = Latest(10)
    latest.made("posting", "before", lambda: "before")
    assert latest.made("posting", "now", lambda: "now") == "now"
    assert latest.made("posting", "now", lambda: "not asked") == "now"


def test_what_could_not_be_made_is_tried_again():
    latest: Latest[float] = Latest(10)
    with pytest.raises(ZeroDivisionError):
        latest.made("posting", "same", lambda: 1 / 0)
    assert latest.made("posting", "same", lambda: 2.0) == 2.0


def test_no_more_are_kept_than_there_is_room_for():
    latest: Latest[int] = Latest(3)
    for number in range(100):
        assert latest.made(number, number, lambda number=number: number) == number
    assert len(latest._known) <= 3


def test_what_is_asked_for_again_and_again_stays():
    latest: Latest[object] = Latest(3)
    shared = latest.made("shared by many", "same", object)
    for number in range(100):
        latest.made(number, number, object)
        assert latest.made("shared by many", "same", object) is shared
