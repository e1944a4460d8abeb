"""One opening, one posting; and in doubt two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cxdigest.identity import merge, posting_id, posting_of, tier_of, with_page
from cxdigest.model import Page, Sighting

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
ROLE = Sighting(
    format="linkedin",
    title="Head of Customer Experience",
    company="Harbour & Sons",
    location="Leith",
    url="https://www.linkedin.com/jobs/view/11/",
    native_id="linkedin:11",
)


def test_the_boards_own_id_decides_whatever_else_the_alert_says():
    again = replace(ROLE, title="Head of CX", location="Edinburgh", section="other-alerts")
    assert posting_id(again) == posting_id(ROLE)


def test_two_boards_ids_are_two_postings():
    assert posting_id(replace(ROLE, native_id="linkedin:12")) != posting_id(ROLE)


def test_one_link_and_title_is_one_posting():
    plain = replace(ROLE, native_id="", url="https://jobs.harbour.example/77")
    decorated = replace(plain, title="  HEAD of customer-experience ", company="")
    assert posting_id(decorated) == posting_id(plain)


def test_two_openings_behind_one_careers_page_stay_two():
    page = replace(ROLE, native_id="", url="https://harbour.example/careers")
    assert posting_id(replace(page, title="Journey Manager")) != posting_id(page)


def test_without_a_usable_link_title_employer_and_place_decide():
    wrapped = replace(ROLE, native_id="", url="https://click.example/x1", opaque=True)
    tomorrow = replace(wrapped, url="https://click.example/y2")
    elsewhere = replace(wrapped, location="Glasgow")
    assert posting_id(tomorrow) == posting_id(wrapped)
    assert posting_id(elsewhere) != posting_id(wrapped)


def test_a_title_with_a_lone_surrogate_still_has_an_id():
    assert len(posting_id(replace(ROLE, native_id="", url="", title="CX \udcff lead"))) == 16


def test_merging_fills_what_was_missing_and_keeps_what_was_stated():
    first = posting_of(replace(ROLE, company="", snippet="short", posted="2026-11-20"), now=NOW)
    later = posting_of(
        replace(
            ROLE, title="Head of CX", salary="£70,000", snippet="a longer one", posted="2026-11-18"
        ),
        now=NOW + timedelta(days=2),
    )
    merged = merge(first, later)
    assert merged.title == "Head of Customer Experience"
    assert merged.company == "Harbour & Sons"
    assert merged.salary == "£70,000"
    assert merged.snippet == "a longer one"
    assert merged.posted == "2026-11-18"
    assert (merged.first_seen, merged.last_seen) == (NOW, NOW + timedelta(days=2))


def test_a_link_that_can_be_followed_replaces_one_that_cannot():
    wrapped = posting_of(replace(ROLE, url="https://click.example/x", opaque=True), now=NOW)
    plain = posting_of(ROLE, now=NOW)
    assert merge(wrapped, plain).url == plain.url
    assert merge(plain, wrapped).url == plain.url


def test_merging_twice_changes_nothing_more():
    first, later = posting_of(ROLE, now=NOW), posting_of(replace(ROLE, salary="£1"), now=NOW)
    once = merge(first, later)
    assert merge(once, later) == once


def test_the_tier_is_what_a_verdict_can_see():
    bare = posting_of(ROLE, now=NOW)
    assert tier_of(bare) == "title"
    assert tier_of(replace(bare, snippet="Own the journey.")) == "snippet"
    assert tier_of(replace(bare, description="Teaser only.")) == "snippet"
    assert tier_of(replace(bare, description="You will map the journey. " * 20)) == "full"


def test_a_page_fills_what_is_missing_and_rewrites_nothing():
    known = posting_of(replace(ROLE, salary="£70,000"), now=NOW)
    page = Page(
        reader="json-ld",
        title="Another title",
        company="Harbour and Sons Limited",
        salary="£60,000",
        workplace="hybrid",
        employment="full-time",
        description="You will map the journey. " * 20,
        valid_through="2026-12-24",
    )
    told = with_page(known, page)
    assert (told.title, told.company) == (known.title, known.company)
    assert (told.salary, told.workplace) == ("£70,000", "hybrid")
    assert (told.duties_from, tier_of(told)) == ("json-ld", "full")
    assert (told.employment, told.valid_through) == ("full-time", "2026-12-24")
    assert with_page(told, page) == told


def test_the_longer_duties_win_and_those_that_the_reader_pasted_always():
    known = replace(posting_of(ROLE, now=NOW), description="x" * 500, duties_from="alert")
    short = Page(reader="article", description="y" * 400)
    assert with_page(known, short).duties_from == "alert"
    assert with_page(known, replace(short, description="y" * 600)).duties_from == "article"
    pasted = replace(known, duties_from="you")
    assert with_page(pasted, replace(short, description="y" * 600)) == pasted


def test_the_employers_own_link_on_a_page_becomes_the_link_without_its_trackers():
    apply = "https://boards.greenhouse.io/harbour/jobs/4501?gh_src=abc"
    told = with_page(posting_of(ROLE, now=NOW), Page(reader="json-ld", apply_url=apply))
    assert told.url == told.apply_url == "https://boards.greenhouse.io/harbour/jobs/4501"
    assert told.native_id == ROLE.native_id, "the id of the record that was seen stays"


def test_a_link_through_a_tracker_never_comes_from_a_page():
    page = Page(reader="json-ld", apply_url="https://elinks.dice.com/a/sc/abc")
    for url, opaque in ((ROLE.url, False), ("", False)):
        known = posting_of(replace(ROLE, url=url, opaque=opaque), now=NOW)
        told = with_page(known, page)
        assert (told.url, told.opaque, told.apply_url) == (url, False, "")


def test_the_page_has_the_last_word_on_closing():
    known = posting_of(ROLE, now=NOW)
    shut = with_page(known, Page(reader="json-ld", closed="Closed since 2026-11-01."))
    assert shut.closed == "Closed since 2026-11-01."
    assert with_page(shut, Page(reader="json-ld")).closed == ""


def test_the_employers_page_beats_a_board_and_a_board_beats_a_tracker():
    opaque = posting_of(replace(ROLE, url="https://click.example/x", opaque=True), now=NOW)
    board = posting_of(ROLE, now=NOW)
    own = posting_of(replace(ROLE, url="https://careers.harbour.example/7"), now=NOW)
    for one in ((opaque, board, own), (own, board, opaque), (board, own, opaque)):
        first, *later = one
        for view in later:
            first = merge(first, view)
        assert first.url == own.url
