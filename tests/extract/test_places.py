"""What looks like a place, and what only has a capital letter."""

from __future__ import annotations

import pytest

from cxdigest.extract.lines.places import place_signs


@pytest.mark.parametrize(
    "line",
    ["Austin, TX", "Leeds, UK", "United States", "Paris (75)", "22047 Hamburg", "Remote",
     "Leeds (Hybrid)", "London SW1A 1AA", "US, CA, SANTA CLARA", "Greater Boston Area",
     "New York, NY 10016", "REMOTE - UNITED STATES", "Sydney, NSW 2000"],
)  # fmt: skip
def test_place_is_sure(line: str) -> None:
    assert place_signs(line) == 3


@pytest.mark.parametrize("line", ["Leeds, West Yorkshire", "FREMONT, CALIFORNIA"])
def test_town_with_its_county_is_likely(line: str) -> None:
    assert place_signs(line) == 2


@pytest.mark.parametrize("line", ["Leeds", "Stratford-upon-Avon", "San Luis Obispo", "Hull"])
def test_town_alone_may_be_a_place(line: str) -> None:
    assert place_signs(line) == 1


@pytest.mark.parametrize(
    "line",
    ["Search, ads, and consumer apps", "Brindle & Oake, Inc.", "Medical, Dental, Vision, Life, 401k",
     "Full-time", "Tech", "Member Services", "Own the journey of our members in Leeds", "",
     "Vollzeit, unbefristet", "£45,000", "3.8 ★"],
)  # fmt: skip
def test_what_stands_on_other_lines_is_no_place(line: str) -> None:
    assert place_signs(line) == 0
