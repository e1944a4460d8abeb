"""What one line of an alert states, in the spellings that boards use."""

from __future__ import annotations

import pytest

from cxdigest.extract.lines.facts import is_age, is_pay, is_rating, split_place, workplace
from cxdigest.extract.lines.layout import cards, read_layout
from cxdigest.extract.lines.signs import TRADE, is_navigation


@pytest.mark.parametrize(
    "line",
    [
        "$171,000 - $248,000 a year", "£52K-£60K / year", "From $19 an hour", "Up to £75K/year",
        "$45,500–$84,500 a year", "CA$60 000 par an", "45 000 € brut par an", "$39 / hr",
        "55.000 € – 68.000 € pro Jahr", "$150K - $230K (Employer est.)", "59.000 €", "EUR 4.500",
        "₹6,00,000 - ₹9,00,000 a year", "12 LPA", "$24.50 an hour + tips", "8 000 zł",
    ],
)  # fmt: skip
def test_pay_is_told_in_any_currency(line: str) -> None:
    assert is_pay(line)


@pytest.mark.parametrize(
    "line",
    [
        "Manage a $5M budget across three regions", "4 days ago", "401(k) with company match",
        "Leeds, UK", "3 connections", "Series B, $40M raised from investors last year in Berlin",
        "Customer Experience Manager", "",
    ],
)  # fmt: skip
def test_line_that_only_mentions_money_is_no_pay(line: str) -> None:
    assert not is_pay(line)


@pytest.mark.parametrize(
    "line",
    ["Just posted", "4 days ago", "30+ days ago", "21h", "1d", "vor 3 Tagen", "il y a 2 jours",
     "hace 5 días", "Today", "Gerade veröffentlicht", "2 giorni fa", "Active 3 days ago", "New"],
)  # fmt: skip
def test_age_is_told_in_several_languages(line: str) -> None:
    assert is_age(line)


@pytest.mark.parametrize("line", ["New York, NY", "Today Tix", "3 connections", "Daytona", "4"])
def test_what_only_sounds_like_an_age_is_none(line: str) -> None:
    assert not is_age(line)


def test_rating_is_told_from_other_numbers() -> None:
    assert all(map(is_rating, ("3.6", "4", "3,8 ★", "4.0★")))
    assert not any(map(is_rating, ("3.6 km", "40", "Rated 4", "")))


@pytest.mark.parametrize(
    ("line", "place", "mode"),
    [
        ("Leeds, England (Hybrid)", "Leeds, England", "hybrid"),
        ("Berlin (Vor Ort)", "Berlin", "onsite"),
        ("Lyon (À distance)", "Lyon", "remote"),
        ("Madrid (Híbrido)", "Madrid", "hybrid"),
        ("Remote", "Remote", "remote"),
        ("Remote in Austin, TX", "Austin, TX", "remote"),
        ("Hybrid work in Leeds", "Leeds", "hybrid"),
        ("Frankfurt (Main)", "Frankfurt (Main)", ""),
        ("Stratford-upon-Avon", "Stratford-upon-Avon", ""),
        ("Remoteville, KY", "Remoteville, KY", ""),
    ],
)
def test_place_and_workplace_are_parted(line: str, place: str, mode: str) -> None:
    assert split_place(line) == (place, mode)


def test_workplace_is_never_guessed() -> None:
    assert workplace("remote-first culture") == workplace("") == ""


@pytest.mark.parametrize(
    "words", ["View job", "Apply now", "Unsubscribe", "Jobs in Leeds", "Jetzt bewerben"]
)
def test_button_is_navigation(words: str) -> None:
    assert is_navigation(words)


@pytest.mark.parametrize(
    "title", ["Change Manager", "Visa Officer", "Support Engineer", "Help Desk Analyst", "Manager"]
)
def test_trade_that_sounds_like_an_order_is_no_navigation(title: str) -> None:
    assert TRADE.search(title)
    assert not is_navigation(title)


def test_layout_keeps_what_is_seen_and_where_it_leads() -> None:
    layout = read_layout(
        "<style>x{}</style><div style='display: none'>hidden</div><p>one <b>two</b>&nbsp;&zwnj;</p>"
        "<div><a href=/a>three<br>four</a> five</div><title>no</title>"
    )
    assert [line.text for line in layout.lines] == ["one two", "three", "four five"]
    assert [(line.link, line.linked) for line in layout.lines] == [
        ("", ""),
        ("/a", "three"),
        ("/a", "four"),
    ]


def test_card_is_the_largest_box_with_one_target_alone() -> None:
    card = "<tr><td><a href=/{0}>Title {0}</a></td></tr><tr><td>Company {0}</td></tr>"
    html = (
        "".join(f"<table>{card.format(n)}</table>" for n in (1, 2))
        + "<p><a href=/x>Unsubscribe</a></p>"
    )
    found = cards(read_layout(html), lambda href: href if href != "/x" else "")
    assert [[line.text for line in one.lines] for one in found] == [
        ["Title 1", "Company 1"],
        ["Title 2", "Company 2"],
    ]
