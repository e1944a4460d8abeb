"""Alerts written to stop the reader: each is read, or refused with a reason, and soon."""

from __future__ import annotations

import time

import pytest

from cxdigest.errors import AlertError
from cxdigest.extract import extract
from cxdigest.extract.feeds.entries import read_feed
from cxdigest.extract.hits.google_hits import plain
from cxdigest.extract.lines.layout import read_layout
from cxdigest.extract.lines.totals import announced
from cxdigest.extract.mails.mail import read_mail
from cxdigest.extract.mails.mime import leaves
from cxdigest.model import Alert, FeedEntry

HEAD = (
    b"From: %s <jobalerts-noreply@linkedin.com>\r\nSubject: new jobs\r\n"
    b"Date: Mon, 02 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)


def mail(raw: bytes) -> Alert:
    return Alert(source="s", key="k", media="mail", raw=raw, digest="d")


def seconds(work: object) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_a_part_of_dashes_alone_does_not_hold_up_the_reader():
    raw = (
        HEAD % b"Jobs" + b'Content-Type: multipart/mixed; boundary="' + b"-" * 60 + b'"\r\n\r\n'
    ) + b"-" * 3_000_000
    assert seconds(lambda: list(leaves(raw))) < 8


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b><i><a href=x>" * 60_000,
        "<p>" + "".join(f"<b id={n}>" for n in range(8_000)) + "</p>" + "<p>x</p>" * 8_000,
        "<p>" + "".join(f"<FONT x='>' y={n}>" for n in range(8_000)) + "</p>" + "<p>x" * 8_000,
    ],
    ids=["elements in elements", "styles in styles", "styles opened anew", "signs in attributes"],
)
def test_html_that_grows_while_it_is_parsed_is_bounded(html):
    assert seconds(lambda: read_layout(f"<html><body>{html}")) < 8


def test_what_stands_before_the_bound_is_still_read():
    lines = read_layout("<p>Customer Experience Lead</p>" + "<div>" * 200_000).lines
    assert [line.text for line in lines] == ["Customer Experience Lead"]


def test_a_sender_of_comments_within_comments_costs_the_sender_alone():
    raw = HEAD.replace(b"%s <jobalerts-noreply@linkedin.com>", b"(" * 100_000) + b"\r\nHello\r\n"
    assert extract(mail(raw)).outcome == "not-an-alert"


def test_a_google_mail_with_endless_json_is_read_without_it():
    link = b"https://www.google.com/url?url=https://boards.example/jobs/1&ct=ga"
    raw = (
        b"From: Google Alerts <googlealerts-noreply@google.com>\r\nSubject: Google Alert - cx\r\n"
        b"Date: Mon, 02 Nov 2026 08:00:00 +0000\r\nContent-Type: text/html\r\n\r\n"
        b"<script data-scope=inboxmarkup type=application/json>" + b"[" * 100_000 + b"</script>"
        b'<a href="' + link + b'">Customer Experience Lead - Invented Ltd</a>'
    )
    assert extract(mail(raw)).outcome == "read"


def test_a_hit_with_a_number_of_thousands_of_digits_is_read():
    assert plain(f"<b>CX</b> Lead &#{'9' * 5000}; &amp; Host") == "CX Lead \ufffd & Host"


def test_a_total_of_thousands_of_digits_is_no_total():
    parsed = read_mail(HEAD % b"Jobs" + b"\r\nHello\r\n")
    assert announced(parsed, [f"Showing 1-2 of {'9' * 5000} jobs"]) is None
    assert announced(parsed, ["Showing 1-2 of 3,141 jobs"]) == 3141


@pytest.mark.parametrize(
    "number", ["9" * 5000, "9999999", "55296", "xD800", "x110000", "x" + "f" * 5000]
)
def test_a_number_that_names_no_character_costs_a_feed_one_letter(number):
    feed = (
        "<rss version='2.0'><channel><title>Roles</title>"
        "<item><title>CX &#0067;&#x4c;</title><link>https://jobs.example/1</link></item>"
        f"<item><title>CX &#{number}; & Lead</title><link>https://jobs.example/2</link></item>"
        "</channel></rss>"
    )
    first, second = read_feed(feed.encode()).entries
    assert (first.title, second.title) == ("CX CL", "CX \ufffd & Lead")


def test_a_feed_of_signs_alone_is_refused_in_words():
    with pytest.raises(AlertError, match="reasonable time"):
        read_feed(b"<rss><channel><item><title>" + b"&#" * 500_000 + b"</title></item></channel>")


def test_a_fault_in_a_format_makes_one_alert_unreadable():
    class Broken(FeedEntry):  # as if a format stumbled over what it was given
        @property
        def title(self):
            raise ZeroDivisionError

    entry = object.__new__(Broken)
    alert = Alert(source="s", key="k", media="feed", raw=b"", digest="d", entry=entry)
    found = extract(alert)
    assert (found.outcome, found.sightings) == ("unreadable", ())
    assert "AttributeError" in found.reason or "ZeroDivisionError" in found.reason
