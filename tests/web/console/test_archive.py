"""The pages of past digests, asked over a real socket."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from cxdigest.console.drawn.inert import LEFT_OUT
from cxdigest.feedback import feedback_token
from cxdigest.model import Digest, Enclosure, Recipient, Rendered
from cxdigest.web.who import Visitor
from tests.web.console.instance import MORNING, NOW
from tests.web.console.test_sources import CLIENT, COACH, XSS, no_markup_of_strangers, seen_by

DAY = "2026-11-20"
TODAY = date(2026, 11, 20)
OTHER = Visitor(name="otto", role="coach", way="session", coach="otto", session="s")


def put(console, day, *, stream="ada", state="ready", **rendered):
    mail = replace(Rendered(subject="Seven roles", text="Seven.", html="<p>Seven.</p>"), **rendered)
    digest = Digest(profile=stream, day=day, made=MORNING)
    to = [Recipient("out", "ada@home.example"), Recipient("out", "berta@coach.example", "cc")]
    made = console.store.record_digest(digest, mail, to, now=MORNING, state=state)
    assert made
    return made


def fail(console, profile="ada"):
    """Have the delivery of today's digest be given up."""
    one = console.store.deliveries(profile, TODAY)[0]
    console.store.record_bounce(one.id, words="4.2.2 " + XSS, now=NOW)
    return one.id


def test_digests_are_listed_by_month_and_go_on_where_a_page_ended(console):
    for month in (9, 10):
        for day in range(1, 29):
            put(console, date(2026, month, day))
    page = console.get("/archive/ada")
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page.text) == [
        "November 2026",
        "October 2026",
        "September 2026",
    ]
    assert page.text.count('class="row filed"') == 40
    older = re.search(r'href="([^"]*before=[^"]*)"', page.text)[1]
    rest = console.get(older)
    assert rest.text.count('class="row filed"') == 17
    assert "Older" not in rest.text
    october = console.get("/archive/ada?month=2026-10")
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", october.text)[0] == "October 2026"
    assert "October 2026 (28)" in page.text


def test_a_digest_is_shown_as_it_was_sent_with_deliveries_and_postings(console):
    page = console.get(f"/archive/ada/{DAY}")
    assert "Friday 20 November 2026" in page.text
    assert "Sent." in page.text
    assert "ada@home.example" in page.text
    frame = re.search(r'<iframe [^>]*src="([^"]*)" sandbox', page.text)
    posting = console.posting("Passenger Journey Designer")
    assert f'href="/postings/ada/{posting}"' in page.text
    assert len(page.content) < 100_000
    mail = console.get(frame[1])
    assert "Passenger Journey Designer" in mail.text
    assert "href=" not in mail.text
    assert mail.headers["x-frame-options"] == "SAMEORIGIN"
    policy = mail.headers["content-security-policy"]
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= set(policy.split("; "))
    assert "script-src" not in policy


def test_words_of_a_reader_cannot_be_said_from_the_archive(console):
    token = feedback_token(console.desk.signer, "a" * 32, "b" * 16, "genuine")
    link = f"https://digest.example/f/{token}"
    put(console, date(2026, 11, 1), html=f'<a href="{link}">Genuine</a>', text=f"Genuine: {link}")
    for path in ("", "/mail.html", "/mail.txt"):
        assert token not in console.get(f"/archive/ada/2026-11-01{path}").text
    assert LEFT_OUT in console.get("/archive/ada/2026-11-01/mail.txt").text


def test_pictures_lie_in_the_mail_and_files_are_given_out_as_files(console):
    files = (
        Enclosure(name="week.png", media="image/png", content=b"\x89PNG", cid="week"),
        Enclosure(name='../x".html\r\nX: y', media="text/html", content=b"<b>x</b>"),
    )
    put(console, date(2026, 11, 1), html='<img alt="" src="cid:week">', enclosures=files)
    at = "/archive/ada/2026-11-01"
    assert "data:image/png;base64," in console.get(f"{at}/mail.html").text
    given = console.get(f"{at}/files/1")
    assert given.content == b"<b>x</b>"
    assert given.headers["content-type"] == "application/octet-stream"
    told = given.headers["content-disposition"]
    assert told.startswith("attachment; ")
    assert "/" not in told
    assert "x-y" not in given.headers
    for wrong in ("2", "-1", "x", "9" * 30):
        assert console.get(f"{at}/files/{wrong}").status_code == 404


def test_a_delivery_that_came_back_is_tried_again(console):
    one = fail(console)
    page = console.get(f"/archive/ada/{DAY}")
    assert "came back" in page.text
    no_markup_of_strangers(page)
    done = console.follow(console.post(f"/archive/ada/{DAY}/deliveries/{one}/retry"))
    assert "It is tried again at a worker" in done.text
    (now,) = console.store.deliveries("ada", TODAY)
    assert (now.state, now.due) == ("waiting", NOW)
    console.turn()
    assert console.store.deliveries("ada", TODAY)[0].state == "sent"
    again = console.post(f"/archive/ada/{DAY}/deliveries/{one}/retry")
    assert again.status_code == 409
    assert "is on its way or arrived" in again.text


def test_a_delivery_of_another_digest_is_not_tried_again_from_here(console):
    one = fail(console, "ben")
    assert console.post(f"/archive/ada/{DAY}/deliveries/{one}/retry").status_code == 409
    assert console.store.deliveries("ben", TODAY)[0].bounced


@pytest.mark.parametrize(
    ("state", "told"),
    [("review", "It waits for its coach and has not been sent."), ("held", "Its coach keeps it back."), ("empty", "There was no news that day")],
)  # fmt: skip
def test_how_a_digest_stands_is_said_in_plain_words(console, state, told):
    put(console, date(2026, 11, 1), state=state)
    assert told in console.get("/archive/ada/2026-11-01").text


def test_a_digest_that_the_next_one_replaced_says_so(console):
    made = put(console, date(2026, 11, 1), state="held")
    assert console.store.lapse_review(made)
    assert "was never sent" in console.get("/archive/ada/2026-11-01").text


def test_a_client_sees_what_was_sent_and_no_more(console):
    put(console, date(2026, 11, 1), stream="ben", state="review", subject="Not yet")
    put(console, date(2026, 11, 2), stream="ben", state="held", subject="Not yet")
    put(console, date(2026, 11, 3), stream="ben")
    one = fail(console, "ben")
    with seen_by(console, CLIENT) as client:
        page = client.get("/archive/ben")
        assert page.text.count('class="row filed"') == 2
        assert "Not yet" not in page.text
        for day in ("2026-11-01", "2026-11-02"):
            for more in ("", "/mail.html", "/mail.txt", "/files/0"):
                assert client.get(f"/archive/ben/{day}{more}").status_code == 404
        own = client.get("/archive/ben/2026-11-03")
        assert "berta@coach.example" not in own.text
        assert "Try again" not in client.get(f"/archive/ben/{DAY}").text
        assert client.post(f"/archive/ben/{DAY}/deliveries/{one}/retry").status_code == 403
        for path in (
            "/archive/ada",
            f"/archive/ada/{DAY}",
            f"/archive/ada/{DAY}/mail.html",
            "/mails/coach/berta",
            "/mails/review/ben",
        ):
            assert client.get(path).status_code == 404


def test_a_coach_sees_own_clients_digests_and_own_mails(console):
    put(console, TODAY, stream="review/ben", subject="Please look")
    put(console, TODAY, stream="review/ada", subject="Not yours")
    put(console, date(2026, 11, 1), stream="ben", state="review")
    with seen_by(console, COACH) as client:
        mails = client.get("/mails").text
        assert "Berta Lind" in mails
        assert "Ben Okafor" in mails
        assert "Ada Marlow" not in mails
        assert "Please look" in client.get(f"/mails/review/ben/{DAY}").text
        assert client.get("/archive/ben/2026-11-01").status_code == 200
        for path in (
            "/archive/ada",
            f"/mails/review/ada/{DAY}",
            "/mails/coach/otto",
            "/mails/other/ben",
        ):
            assert client.get(path).status_code == 404
    with seen_by(console, OTHER) as client:
        for path in (
            "/archive/ben",
            "/mails/coach/berta",
            f"/mails/coach/berta/{DAY}",
            "/mails/review/ben",
        ):
            assert client.get(path).status_code == 404


def test_words_of_strangers_are_text_in_the_archive(console):
    files = (Enclosure(name=XSS, media=XSS, content=b"1"),)
    put(console, date(2026, 11, 1), subject=XSS, text=XSS, html=f"<p>{XSS}</p>", enclosures=files)
    for path in ("/archive/ada", "/archive/ada/2026-11-01"):
        page = console.get(path)
        no_markup_of_strangers(page)
        assert "&lt;script&gt;" in page.text
    mail = console.get("/archive/ada/2026-11-01/mail.html").text
    assert "alert" not in mail
    assert "<img>" in mail


@pytest.mark.parametrize("day", ["2026-13-01", "20261120", "2026-11-20T", "x", "2020-01-01"])
def test_a_day_without_a_digest_is_not_found(console, day):
    assert console.get(f"/archive/ada/{day}").status_code == 404


@pytest.mark.parametrize("query", ["before=x", "month=x", "month=9999-12", "month=2026-00"])
def test_a_list_asked_for_in_a_way_that_nobody_made_begins_at_its_beginning(console, query):
    page = console.get(f"/archive/ada?{query}")
    assert page.status_code == 200
    assert 'class="row filed"' in page.text
