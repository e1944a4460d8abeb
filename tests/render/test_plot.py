"""The picture in a weekly edition."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from cxdigest.model import Share, Week
from cxdigest.render.plot import WIDTH, picture_of
from tests.days import DAY

GENUINE = (10, 106, 77)


def share(weeks_ago, **kinds):
    until = DAY - timedelta(days=7 * weeks_ago)
    return Share(since=until - timedelta(days=6), until=until, kinds=kinds, tiers={})


def week(*shares, origins=()):
    trend = tuple(share(len(shares) - 1 - n, **kinds) for n, kinds in enumerate(shares))
    return Week(share=trend[-1], trend=trend, origins=tuple(origins))


def drawn(one, locale="en"):
    return Image.open(io.BytesIO(picture_of(one, locale).content)).convert("RGB")


def column(picture, number, of):
    """Return how many of the pixels in the middle of a column are the genuine ones' colour."""
    left = round((number + 0.2) * picture.width / of)
    near = (picture.getpixel((left, row)) for row in range(44, picture.height))
    return sum(all(abs(a - b) < 12 for a, b in zip(one, GENUINE, strict=True)) for one in near)


def test_columns_are_as_high_as_their_numbers():
    picture = drawn(week({"genuine": 2, "service": 6}, {"genuine": 4, "unclear": 4}))
    assert picture.width == 2 * WIDTH
    small, large = column(picture, 0, of=2), column(picture, 1, of=2)
    assert large == pytest.approx(2 * small, abs=4)
    assert small > 20


def test_a_file_is_small_and_is_the_same_for_the_same_week():
    one = week(*[{"genuine": n, "service": 30 - n} for n in range(8)], origins=[("indeed", 4, 90)])
    picture = picture_of(one)
    assert picture == picture_of(one)
    assert len(picture.content) < 30_000
    assert (picture.media, picture.name) == ("image/png", "week.png")


def test_dates_are_in_the_readers_language_or_in_digits_where_the_font_lacks_its_letters():
    one = week({"genuine": 1})
    written = {locale: picture_of(one, locale) for locale in ("en", "fr", "ja", "ar", "el")}
    assert written["fr"] != written["en"]
    assert written["ja"] == written["ar"] == written["el"] != written["en"]


def test_weeks_without_any_posting_and_names_without_end_are_drawn():
    many = [("a-format-with-a-name-without-end-" * 9, 99_999, 99_999)] * 8
    assert drawn(week({}, {}, origins=many)).height < 1200
