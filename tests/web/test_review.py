"""The page of a review: only a button acts, and what is shown is text."""

from __future__ import annotations

import re

import pytest

from cxdigest.pipeline.links.review_links import ReviewLinks
from cxdigest.web.beside import desk_for
from tests.asking import asking
from tests.pipeline.practice import Practice
from tests.web.shown import shown
from tests.worlds import MINUTE, Scripted, alert


@pytest.fixture
def practice(tmp_path):
    """Ada's digest of today waits for Berta."""
    evil = "CX <script>alert(1)</script> Designer"
    made = Practice(tmp_path, sources=[Scripted(script=[[alert("CX Lead"), alert(evil)]])])
    made.turn()
    yield made
    made.store.close()


@pytest.fixture
def pages(practice):
    """A browser without JavaScript."""
    desk = desk_for(practice.street)
    with (
        shown(desk) as address,
        asking(address) as client,
    ):
        yield client


@pytest.fixture
def link(practice):
    """The link in Berta's mail."""
    links = ReviewLinks(signer=desk_for(practice.street).signer)
    return f"/review/{links.token(practice.waiting().id, 'look')}"


def number(page, title):
    rows = re.findall(r'value="(\d+)"[^>]*> <span dir="auto">(.*?)</span>', page.text)
    return next(found for found, shown in rows if title in shown)


def test_looking_changes_nothing_and_shows_postings_as_text(practice, pages, link):
    before = practice.waiting()
    page = pages.get(link)
    assert page.status_code == 200
    assert pages.head(link).status_code == 200
    assert practice.waiting() == before
    assert "<script" not in page.text
    assert "If you say nothing until 09:30 on Sat 21 Nov (UTC time), it is sent." in page.text


def test_a_note_and_a_dropped_posting_are_kept_and_sent_by_one_button(practice, pages, link):
    out = number(pages.get(link), "Designer")
    saved = pages.post(link, data={"note": "Hello\r\nAda", "drop": out, "do": "save"})
    assert "Your changes are kept." in saved.text
    assert (practice.waiting().note, len(practice.waiting().dropped)) == ("Hello\nAda", 1)
    assert f'value="{out}" checked' in saved.text
    sent = pages.post(link, data={"note": "Good morning", "drop": out, "do": "approve"})
    assert "is approved and goes out now" in sent.text
    practice.turn(after=MINUTE)
    (mail,) = practice.mails_to("ada")
    assert "Good morning" in mail
    assert "Designer" not in mail
    for late in (pages.get(link), pages.post(link, data={"do": "approve"})):
        assert late.status_code in {409, 410}


def test_a_hold_is_shown(practice, pages, link):
    assert "It is held." in pages.post(link, data={"do": "hold"}).text
    assert practice.waiting().state == "held"


def test_a_note_that_is_too_long_changes_nothing(practice, pages, link):
    answer = pages.post(link, data={"note": "ü" * 4001, "do": "approve"})
    assert answer.status_code == 409
    assert practice.waiting().state == "review"
    assert pages.post(link, data={"note": "ü" * 4000, "do": "save"}).status_code == 200


def test_links_that_we_never_made_and_links_for_something_else_open_nothing(practice, pages, link):
    links = ReviewLinks(signer=desk_for(practice.street).signer)
    other = f"/review/{links.token(practice.waiting().id, 'approve')}"
    letter = "y" if link[-2] == "x" else "x"  # the key is another each time, and so is the link
    for path in (f"{link[:-2]}{letter}{link[-1]}", other, "/review/x"):
        assert pages.get(path).status_code == 404
        assert pages.post(path, data={"do": "approve"}).status_code == 404
    assert practice.waiting().state == "review"
