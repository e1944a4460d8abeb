"""What the Google formats do with alerts that are odd, cut off, or none."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from cxdigest.extract.boards import google_alerts_mail
from cxdigest.extract.feeds import google_alerts_feed, job_feed
from cxdigest.extract.hits.google_hits import Hit, sighting
from cxdigest.extract.mails.mail import Mail, read_mail
from cxdigest.model import FeedEntry

HERE = Path(__file__).parent
ENTRY = FeedEntry(
    key="tag:google.com,2013:googlealerts/feed:1", raw=b"", feed_title="", feed_id="", title="", link="", summary="", author="", published=None,
)  # fmt: skip


def _mail(name: str) -> Mail:
    return read_mail((HERE / name).read_bytes())


def _urls(mail: Mail) -> list[str]:
    return [found.url for found in google_alerts_mail.FORMAT.read(mail).sightings]


def test_both_parts_of_a_mail_show_the_same_hits() -> None:
    mail = _mail("mail-html-both-parts.eml")
    assert _urls(replace(mail, html="")) == _urls(replace(mail, text="")) == _urls(mail)


def test_titles_do_not_depend_on_the_part() -> None:
    mail = _mail("mail-html-both-parts.eml")
    read = google_alerts_mail.FORMAT.read
    only_text, only_html = read(replace(mail, html="")), read(replace(mail, text=""))
    assert [s.title for s in only_text.sightings] == [s.title for s in only_html.sightings]
    assert [s.snippet for s in only_text.sightings] == [s.snippet for s in only_html.sightings]


def test_hits_that_only_the_json_holds_are_kept() -> None:
    mail = _mail("mail-html-only.eml")
    script = mail.html[mail.html.index("<script") : mail.html.index("</script>") + 9]
    assert _urls(replace(mail, html=script)) == _urls(mail)


def test_hit_that_one_part_lost_is_taken_from_the_other() -> None:
    mail = _mail("mail-html-both-parts.eml")
    short = mail.text.replace("Customer Journey Analyst", "").split("=== Web")[0]
    assert len(_urls(replace(mail, text=short))) == 5


@pytest.mark.parametrize("name", ["mail-2013-latin1.eml", "mail-2020-base64.eml"])
def test_blank_lines_between_all_lines_lose_no_hit(name: str) -> None:
    mail = _mail(name)
    assert _urls(replace(mail, text=mail.text.replace("\n", "\n\n"))) == _urls(mail)


def test_mail_is_known_by_its_text_when_the_sender_is_lost() -> None:
    mail = replace(_mail("mail-2013-latin1.eml"), sender="someone@mail.example", headers={})
    assert google_alerts_mail.FORMAT.recognises(mail)


def test_mail_of_another_sender_is_left_to_other_formats() -> None:
    mail = replace(
        _mail("mail-2013-latin1.eml"),
        sender="someone@mail.example",
        headers={},
        text="Hello",
        html="",
    )
    assert not google_alerts_mail.FORMAT.recognises(mail)


def test_mail_about_the_alert_itself_is_not_an_alert() -> None:
    mail = replace(
        _mail("mail-2020-base64.eml"),
        html="",
        text="Click to verify this Google Alert:\nhttps://www.google.com/alerts/verify?s=x\n",
    )
    extraction = google_alerts_mail.FORMAT.read(mail)
    assert extraction.outcome == "not-an-alert"
    assert extraction.reason


def test_announced_results_that_cannot_be_read_are_reported() -> None:
    mail = replace(
        _mail("mail-2020-base64.eml"),
        html="",
        text="=== Web - 3 new results for [x] ===\n\nnothing\n",
    )
    extraction = google_alerts_mail.FORMAT.read(mail)
    assert extraction.outcome == "unreadable"
    assert "3 results" in extraction.reason


def test_long_title_is_not_run_into_the_site_below_it() -> None:
    title = "Customer Experience Manager for the whole of the north and the islands"
    text = f"=== News - 1 new result for [x] ===\n\n{title}\nTelegraph-and-Argus\nWe seek a manager.\n<https://a.example/jobs/1>\n"
    found = google_alerts_mail.FORMAT.read(
        replace(_mail("mail-2013-latin1.eml"), text=text)
    ).sightings
    assert [(s.title, s.snippet) for s in found] == [(title, "We seek a manager.")]


def test_address_is_decoded_exactly_once() -> None:
    link = "https://www.google.com/url?rct=j&sa=t&url=https://a.example/jobs%3Fdone%3D100%2525&ct=ga&usg=x"
    found = google_alerts_feed.FORMAT.read(replace(ENTRY, title="Lead", link=link)).sightings[0]
    assert found.url == "https://a.example/jobs?done=100%25"


def test_entry_without_a_title_is_kept_by_its_text() -> None:
    found = google_alerts_feed.FORMAT.read(replace(ENTRY, summary="We seek &amp; find")).sightings
    assert [s.title for s in found] == ["We seek & find"]


def test_entry_without_anything_is_unreadable() -> None:
    extraction = google_alerts_feed.FORMAT.read(ENTRY)
    assert extraction.outcome == "unreadable"
    assert extraction.reason


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("Lead - Indeed.com", "https://uk.indeed.com/viewjob?jk=0123456789abcdef", "Lead"),
        ("Lead | LinkedIn", "https://www.linkedin.com/jobs/view/4301990001/", "Lead"),
        ("Lead - Leeds", "https://uk.indeed.com/viewjob?jk=0123456789abcdef", "Lead - Leeds"),
        (
            "Lead - Field Systematic ...",
            "https://careers.field.example/1",
            "Lead - Field Systematic ...",
        ),
        ("Lead | Acme Careers", "https://www.acme.example/1", "Lead"),
        ("Lead - Acme", "https://www.acmeshop.example/1", "Lead - Acme"),
        ("Indeed.com", "https://uk.indeed.com/", "Indeed.com"),
        ("Lead｜CV-Library", "https://www.cv-library.co.uk/job/1", "Lead"),
    ],
)
def test_only_the_site_itself_is_taken_off_a_title(title: str, url: str, expected: str) -> None:
    assert sighting(Hit(title=title, url=url), format_name="x").title == expected


def test_place_that_google_cut_off_is_no_place() -> None:
    found = sighting(
        Hit(
            title="Acme hiring CX Lead in Stratford upon ...",
            url="https://www.linkedin.com/jobs/view/4301990001/",
        ),
        format_name="x",
    )
    assert (found.title, found.company, found.location) == ("CX Lead", "Acme", "")


@pytest.mark.parametrize(
    "words",
    ["=== " + " - " * 200_000, "a" + " " * 500_000 + "b", "<b " * 200_000, "- " * 300_000, "&lt;script " * 50_000, "\n".join(["=== a - 1"] * 50_000)],
    ids=["heading", "spaces", "tags", "dashes", "scripts", "headings"],
)  # fmt: skip
def test_words_made_to_exhaust_the_reader_do_not(words: str) -> None:
    mail = replace(_mail("mail-2020-base64.eml"), text=words, html=f"<p>{words}</p>")
    entry = replace(ENTRY, title=words, summary=words, link="https://a.example/1")
    started = time.thread_time()
    google_alerts_mail.FORMAT.read(mail)
    google_alerts_feed.FORMAT.read(entry)
    job_feed.FORMAT.read(entry)
    assert time.thread_time() - started < 10


def test_mail_of_very_many_links_is_read_in_time() -> None:
    rows = "".join(
        f"<div><a href='https://a.example/jobs/{n}'>Lead {n}</a> words of it</div>"
        for n in range(3000)
    )
    mail = replace(_mail("mail-html-only.eml"), text="", html=f"<div>{rows}</div>")
    started = time.thread_time()
    assert len(google_alerts_mail.FORMAT.read(mail).sightings) == 500
    assert time.thread_time() - started < 10
