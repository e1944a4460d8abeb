"""Whatever the day brings: 80 KB of HTML, the wanted postings first, the rest attached."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from cxdigest.model import (
    Action,
    Correction,
    Digest,
    Hiding,
    Kind,
    Rendered,
    Week,
)
from cxdigest.render import HTML_LIMIT, render
from cxdigest.render.fit import longest, plan_of, seems_to_fit, total_of, turns_of
from cxdigest.render.sections import groups_of
from tests import days
from tests.ready import shipped_templates
from tests.render import editions

#: Each letter takes five bytes in HTML, or four in UTF-8 alone.
WORST = ('"' * 900, "\U0001f469" * 900, "<b>&" * 900, "word " * 900)


@pytest.fixture(scope="module")
def templates() -> Environment:
    return shipped_templates()


def hostile(letters: str, rows: int, sources: int) -> Digest:
    """A day on which every text is as long as it can be and every list has thousands."""
    found = [
        replace(
            days.candidate(letters, letters, letters, days.verdict(kind, days.words(kind, letters[:200], letters), reason=letters, suggests=letters), salary=letters, key=f"{kind}{at}", url=f"https://jobs.example/{at}?" + "&a" * 900),
            actions=tuple(Action(word="applied", url="https://digest.example/" + "&" * 370) for _ in range(5)),
            missed=(letters,) * 9, since=letters, said="not-for-me",
        )
        for kind in ("genuine", "unclear", "service", "other")
        for at in range(rows)
    ]  # fmt: skip
    reports = [
        days.report(
            f"{at}{letters}", "network", letters, silent=letters, unread=3, overflowed=True,
            unread_reasons=(f"{at}{letters}", f"again {at}{letters}"),
        )
        for at in range(sources)
    ]  # fmt: skip
    many = tuple(found[: max(1, rows // 2)]) if found else ()
    return replace(
        days.day_of(found, *reports, heading=letters), again=many, closed=many, quarantined=many * 50,
        hidings=tuple(Hiding(reason=letters, count=7) for _ in range(500)),
        corrections=(Correction(word="genuine", title=letters, company=letters, changed=letters),) * 500,
        missed=tuple(days.DAY - timedelta(days=at) for at in range(1, 900)), missed_why=letters,
        note=f"{letters}\n" * 9, coach=letters,
        week=Week(share=editions.share(), trend=editions.trend(), origins=((letters, 3, 9),) * 99), weekly=True,
    )  # fmt: skip


@pytest.mark.parametrize("letters", WORST, ids=["quotes", "emoji", "markup", "words"])
@pytest.mark.parametrize(("rows", "sources"), [(0, 1000), (3, 1000), (60, 20)])
def test_no_day_makes_more_than_the_limit(
    templates: Environment, letters: str, rows: int, sources: int
) -> None:
    digest = hostile(letters, rows, sources)
    mail = render(digest, templates, (editions.PLOT,))
    assert len(mail.html.encode()) <= HTML_LIMIT
    assert len(mail.text.encode()) <= 2_000_000
    for key in ("genuine", "unclear") if rows else ():
        assert "more posting" in mail.html or mail.html.count("<h3") > rows, key
    # Nothing crowds the wanted ones out: they get at least half of the mail.
    if rows == 60:
        section = mail.html.split("<h2")[2]
        assert len(section.encode()) > HTML_LIMIT // 4


def day_of_many(**numbers: int) -> Digest:
    kinds: dict[str, Kind] = {"genuine": "genuine", "unclear": "unclear", "flagged": "service", "others": "other"}  # fmt: skip
    return days.day_of(
        [
            days.candidate(f"{key} {at:04} posting", "Plover Telecom", "Reading", days.verdict(kinds[key], days.words(kinds[key], f"words of {key} {at}", "A reason.")), key=f"{key}-{at}")
            for key, number in numbers.items()
            for at in range(number)
        ]
    )  # fmt: skip


def forms(mail: Rendered, key: str) -> tuple[int, int]:
    """How many of a section stand in the mail in full, and how many in one line."""
    tree = LexborHTMLParser(mail.html)
    return tuple(
        sum(node.text().startswith(f"{key} ") for node in tree.css(selector))
        for selector in ("h3", "p.one")
    )  # type: ignore[return-value]


@pytest.mark.parametrize(("genuine", "unclear"), [(10, 10), (60, 60), (120, 60), (20, 140)])
def test_wanted_postings_all_stand_in_the_mail_on_a_large_day(
    templates: Environment, genuine: int, unclear: int
) -> None:
    digest = editions.acting(day_of_many(genuine=genuine, unclear=unclear, flagged=200, others=200))
    mail = render(digest, templates)
    assert len(mail.html.encode()) <= HTML_LIMIT
    assert sum(forms(mail, "genuine")) == genuine
    assert sum(forms(mail, "unclear")) == unclear
    _, lines = forms(mail, "genuine")
    assert not (lines and forms(mail, "unclear")[0]), "genuine ones get their full form first"
    assert forms(mail, "others")[1] >= 10
    entries = [node.text() for node in LexborHTMLParser(mail.html).css("p.item")]
    assert sum(text.startswith("flagged ") for text in entries) >= 10


def test_of_more_wanted_postings_than_any_mail_holds_the_rest_is_attached(
    templates: Environment,
) -> None:
    digest = day_of_many(genuine=400, unclear=400, flagged=5, others=5)
    mail = render(digest, templates)
    page, table = mail.enclosures
    listed = page.content.decode()
    for found in (*digest.genuine, *digest.unclear, *digest.flagged, *digest.others):
        assert found.posting.title in mail.html or found.posting.title in listed
    assert "the attached file postings-2026-11-21.html" in mail.html
    assert (page.name, page.media) == ("postings-2026-11-21.html", "text/html")
    assert (table.name, table.media) == ("postings-2026-11-21.csv", "text/csv")


def test_what_stands_in_one_line_is_attached_in_full(templates: Environment) -> None:
    digest = editions.acting(day_of_many(genuine=120))
    mail = render(digest, templates)
    whole, lines = forms(mail, "genuine")
    assert lines
    assert whole + lines == 120
    page = mail.enclosures[0].content.decode()
    assert page.count("<h3>") == lines
    assert f"words of genuine {digest.genuine[-1].posting.id.removeprefix('genuine-')}" in page


def test_a_day_that_fits_has_nothing_attached(templates: Environment) -> None:
    assert render(editions.ordinary(), templates).enclosures == ()


def test_the_attached_page_runs_and_fetches_nothing_and_shows_markup_as_text(
    templates: Environment,
) -> None:
    poisoned = [
        replace(found, posting=replace(found.posting, id=f"{at}-{found.posting.id}"))
        for at in range(40)
        for found in (*days.poisoned().genuine, *days.poisoned().flagged)
    ]
    page = render(days.day_of(poisoned), templates).enclosures[0].content.decode()
    tree = LexborHTMLParser(page)
    assert not tree.css("script, img, iframe, link, base, form, [onclick], [src]")
    assert "<script>alert(1)</script>" in (tree.body.text() if tree.body else "")
    assert not [
        a for a in tree.css("a[href]") if not (a.attributes["href"] or "").startswith("http")
    ]


def test_the_attached_table_holds_no_formula(templates: Environment) -> None:
    odd = [
        days.candidate(f"=HYPERLINK({at})", "+1", "-2", salary="@x", key=str(at))
        for at in range(400)
    ]
    table = render(days.day_of(odd), templates).enclosures[1]
    assert table.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert rows
    for row in rows:
        assert row["title"].startswith("'=HYPERLINK(")
        assert (row["employer"], row["place"], row["salary"]) == ("'+1", "'-2", "'@x")
        assert row["section"] == "Worth a look"


def test_thousands_of_postings_make_files_that_a_server_takes(templates: Environment) -> None:
    mail = render(day_of_many(unclear=5000), templates)
    page, table = mail.enclosures
    assert len(page.content) < 2_000_000
    assert "more, in the table." in page.content.decode()
    assert len(table.content.splitlines()) > 4000


# --- the search for what fits ------------------------------------------------------------------


def test_the_longest_plan_is_found_whatever_rows_weigh() -> None:
    chance = random.Random(4)
    for _ in range(30):
        sizes = [chance.choice([150, 400, 3000]) for _ in range(400)]
        groups = groups_of(day_of_many(genuine=100, others=300))
        turns = turns_of(groups)

        def write(plan: object, sizes: list[int] = sizes) -> str:
            shown = plan.shown  # type: ignore[attr-defined]
            return "x" * (900 + sum(sizes[: shown["genuine"] + shown["others"]]))

        written, plan = longest(write, turns, 60_000, write(plan_of(turns, 0)))
        assert len(written) <= 60_000
        assert len(written) > 50_000
        assert written == write(plan)


def test_places_are_given_away_in_the_order_of_their_worth() -> None:
    turns = turns_of(groups_of(day_of_many(genuine=2, unclear=1, flagged=12, others=1)))
    plans = [plan_of(turns, length) for length in range(20)]
    assert [plan.shown["genuine"] for plan in plans[:4]] == [0, 1, 2, 2]
    assert plans[3].shown["unclear"] == 1
    assert plans[14].shown == {"genuine": 2, "unclear": 1, "flagged": 10, "others": 1, "again": 0, "closed": 0}  # fmt: skip
    assert plans[14].whole["genuine"] == 0
    assert (plans[16].whole["genuine"], plans[17].whole["unclear"]) == (2, 1)
    assert plans[19] == total_of(turns)
    assert plans[19].shown["flagged"] == 12
    assert seems_to_fit(turns, HTML_LIMIT)
