"""The picture of the week: bars of text, shares with their numbers, pictures that stand beside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from cxdigest.model import Digest, Enclosure, Share, Week
from cxdigest.render import render
from cxdigest.render.picture import origins_of, picture_of
from cxdigest.text import squash
from tests import days
from tests.ready import shipped_templates
from tests.render import editions


def day_with(week: Week) -> Digest:
    return replace(days.empty(), week=week)


def test_a_share_states_its_number_its_tiers_what_is_unclear_and_whose_alerts_it_is_of() -> None:
    # 12 of 96 is 12.5%, 20 of 96 is 20.8%.
    mail = render(day_with(Week(share=editions.share())), shipped_templates())
    for part in (squash(LexborHTMLParser(mail.html).body.text(separator=" ")), squash(mail.text)):  # type: ignore[union-attr]
        assert "96 titles say customer experience; 12 mean it (12%)." in part
        assert "Of 20 it cannot be told yet (21%)." in part
        assert "Customer service 41 of 96 (43%)" in part
        assert "96 postings, Sun 15 Nov to Sat 21 Nov; judged from the duties 48," in part
        assert "the title alone 18. These are your alerts, not the market." in part
        assert "█" * 13 in part  # 30 blocks stand for all: 41 of 96 are 12.8
        assert "█" * 14 not in part


def test_the_bars_stand_in_the_order_of_the_kinds_and_none_is_drawn_of_nothing() -> None:
    picture = picture_of(day_with(Week(share=editions.share())), ())
    assert picture
    assert [bar.label for bar in picture.bars] == [
        "Customer experience", "Customer service", "Technical support", "Shop floor or front desk",
        "Customer success", "Another trade", "Cannot tell yet",
    ]  # fmt: skip
    assert all(bar.blocks for bar in picture.bars)
    assert picture.title == "Your week"
    assert not picture.trend
    assert not picture.images


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ({}, "No title said customer experience in these days."),
        ({"genuine": 1}, "1 title says customer experience; 1 means it (100%)."),
        ({"service": 3}, "3 titles say customer experience; 0 mean it (0%)."),
    ],
)
def test_a_small_week_is_told_in_its_own_numbers(kinds: dict[str, int], told: str) -> None:
    picture = picture_of(day_with(Week(share=editions.share(kinds=kinds))), ())  # type: ignore[arg-type]
    assert picture
    assert picture.told == told


def test_the_weekly_edition_shows_eight_weeks_and_where_roles_come_from_in_words() -> None:
    mail = render(editions.weekly(), shipped_templates(), (editions.PLOT,))
    assert mail.enclosures == (editions.PLOT,)
    shown = squash(LexborHTMLParser(mail.html).body.text(separator=" "))  # type: ignore[union-attr]
    for part in (shown, squash(mail.text)):
        assert "To Sat 3 Oct 4 of 43 (9%), cannot tell 9" in part
        assert "To Sat 21 Nov 7 of 54 (13%), cannot tell 10" in part
        assert "LinkedIn 8 of 60 (13%)" in part
        assert "Google Alerts 1 of 9 (11%)" in part


def test_weeks_before_the_first_posting_are_one_line() -> None:
    shares = [editions.share(days_back=6)]
    for back in range(1, 8):
        day = days.DAY - timedelta(days=7 * back)
        shares.insert(0, Share(since=day - timedelta(days=6), until=day, kinds={}, tiers={}))
    week = Week(share=shares[-1], trend=tuple(shares))
    picture = picture_of(replace(day_with(week), weekly=True), ())
    assert picture
    assert [one.label for one in picture.trend] == ["To Sat 14 Nov", "To Sat 21 Nov"]
    assert picture.trend[0].told == "nothing to count"


def test_two_formats_of_one_board_are_one_line() -> None:
    origins = (("google-alerts", 1, 4), ("linkedin", 3, 7), ("google-alerts-mail", 1, 3))
    week = Week(share=editions.share(days_back=6), origins=origins)
    assert origins_of(week) == [("LinkedIn", 3, 7), ("Google Alerts", 2, 7)]


def test_more_than_one_week_is_called_so() -> None:
    week = Week(share=editions.share(days_back=55))
    picture = picture_of(day_with(week), ())
    assert picture
    assert picture.title == "Your last 8 weeks"


def test_a_picture_that_the_mail_cannot_show_does_not_go_with_it() -> None:
    odd = replace(editions.PLOT, cid='x"><img src=https://spy.example/p.gif>')
    mail = render(editions.weekly(), shipped_templates(), (odd, replace(editions.PLOT, cid="")))
    assert mail.enclosures == ()
    assert "<img" not in mail.html
    assert "spy.example" not in mail.html
    without = render(replace(editions.weekly(), week=None), shipped_templates(), (editions.PLOT,))
    assert without.enclosures == ()


def test_a_week_without_a_posting_in_its_trend_is_told_and_not_divided_by() -> None:
    none = Share(since=days.DAY - timedelta(days=6), until=days.DAY, kinds={}, tiers={})
    week = Week(share=none, trend=(none,), origins=(("a-new-board", 0, 0),))
    plot = Enclosure(name="p.png", media="image/png", content=b"", cid="p")
    mail = render(replace(day_with(week), weekly=True), shipped_templates(), (plot,))
    assert "To Sat 21 Nov nothing to count" in mail.text
    assert "A new board 0 of 0 (0%)" in mail.text
    assert "0 postings" not in mail.text
    assert "No postings, Sun 15 Nov to Sat 21 Nov. These are your alerts" in mail.text
