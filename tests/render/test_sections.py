"""What stands around and beside the postings: notes, gaps, words of readers, what was left out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from cxdigest.model import (
    Action,
    Correction,
    Digest,
    Evidence,
    Hiding,
    Rendered,
)
from cxdigest.render import UNSUBSCRIBE, render
from cxdigest.render.row import row_of
from cxdigest.render.sections import groups_of
from cxdigest.text import squash
from tests import days
from tests.ready import shipped_templates
from tests.render import editions


@pytest.fixture(scope="module")
def templates() -> Environment:
    return shipped_templates()


@pytest.fixture(scope="module")
def mail(templates: Environment) -> Rendered:
    return render(editions.everything(), templates, (editions.PLOT,))


def shown(mail: Rendered) -> str:
    tree = LexborHTMLParser(mail.html)
    for hidden in tree.css("head, .preheader"):
        hidden.decompose()
    assert tree.body is not None
    return squash(tree.body.text(separator=" "))


def parts(mail: Rendered) -> tuple[str, str]:
    return shown(mail), squash(mail.text)


# --- the order ---------------------------------------------------------------------------------


def test_both_parts_are_read_in_the_same_order(mail: Rendered) -> None:
    order = (
        "No digest Tuesday and Wednesday: this computer was off.", "a note from una kettlewell",
        "Look at the ferry job first", "customer experience roles", "worth a look",
        "called customer experience; the duties say something else", "Nearest to customer",
        "other trades", "seen again", "Halcyon Rail", "posted again yesterday.", "closed since",
        "Sedge Water", "what your corrections changed", "“CX Operations Lead” at Juniper Parcel",
        "your week", "96 titles say", "Customer service 41 of 96", "Week by week", "To Sat 3 Oct",
        "Where genuine roles come from", "LinkedIn 8 of 60", "These are your alerts", "needs attention",
        "careers-feed", "2 alerts could not be read", "No posting was found in a mail from Harbour",
        "The mail is cut off", "Left out by your own settings", "1 posting could not be written out",
        "Sources polled", "A verdict adds up", "Stop these mails",
    )  # fmt: skip
    for part in parts(mail):
        at = 0
        for said in order:
            assert said.lower() in part.lower()[at:], (said, part[at : at + 300])
            at = part.lower().index(said.lower(), at)


def test_headings_step_down_one_level_at_a_time(mail: Rendered) -> None:
    levels = [int(str(node.tag)[1]) for node in LexborHTMLParser(mail.html).css("h1, h2, h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= one + 1 for one, later in pairwise(levels))


# --- what was missed, noted, corrected, left out -----------------------------------------------


@pytest.mark.parametrize(
    ("back", "why", "told"),
    [
        ((1,), "this computer was off", "No digest Friday: this computer was off."),
        ((4, 3), "", "No digest Tuesday and Wednesday."),
        ((20, 1), "it was paused", "No digest Sun 1 Nov and Fri 20 Nov: it was paused."),
        (tuple(range(1, 13)), "", "No digest on 12 days from Mon 9 Nov to Fri 20 Nov."),
    ],
)
def test_a_gap_is_told_with_its_reason(
    templates: Environment, back: tuple[int, ...], why: str, told: str
) -> None:
    missed = tuple(days.DAY - timedelta(days=number) for number in back)
    digest = replace(days.empty(), missed=missed, missed_why=why)
    for part in parts(render(digest, templates)):
        assert told in part


def test_a_note_keeps_its_paragraphs_and_names_who_wrote_it(templates: Environment) -> None:
    digest = replace(days.rich(), note="One <b>bold</b> line.\n\n\nAnother.", coach="")
    mail = render(digest, templates)
    notes = [node.text() for node in LexborHTMLParser(mail.html).css("p.said")]
    assert notes == ["One <b>bold</b> line.", "Another."]
    assert (
        "A NOTE ON THIS DIGEST\n=====================\nOne <b>bold</b> line.\nAnother.\n"
        in mail.text
    )


def test_a_note_of_thousands_of_lines_is_cut_and_says_so(templates: Environment) -> None:
    mail = render(replace(days.empty(), note="line\n" * 5000), templates)
    assert "[…]" in mail.html
    assert mail.html.count('class="said ink"') == 42  # 40, the rest in one, and the mark


def test_corrections_say_what_they_changed_and_many_are_counted(templates: Environment) -> None:
    one = Correction(word="not-for-me", title="", company="", changed="it is gone")
    text = squash(render(replace(days.empty(), corrections=(one,) * 20), templates).text)
    assert text.count("You said that “(no title)” is not for you. It is gone.") == 12
    assert "And 8 more corrections." in text


def test_a_word_on_an_employer_is_told_in_plain_words(templates: Environment) -> None:
    one = Correction(
        word="hide-employer", title="Sales Hero", company="Bright", changed="it is gone"
    )
    text = squash(render(replace(days.empty(), corrections=(one,)), templates).text)
    said = "You said that “Sales Hero” at Bright is from an employer you want hidden. It is gone."
    assert said in text


def test_what_the_settings_left_out_is_counted_by_reason(templates: Environment) -> None:
    hidings = (
        Hiding(reason="below your salary", count=1200),
        Hiding(reason="of employers that you hide", count=3),
    )
    told = "Left out by your own settings: 1,200 below your salary, 3 of employers that you hide."
    for part in parts(render(replace(days.empty(), hidings=hidings), templates)):
        assert told in part
    many = tuple(Hiding(reason=f"reason {at}", count=2) for at in range(20))
    text = squash(render(replace(days.empty(), hidings=many), templates).text)
    assert "2 reason 11, 16 for other reasons." in text


def test_postings_that_cannot_be_written_are_named_by_their_references(
    templates: Environment,
) -> None:
    found = tuple(days.candidate("x", key=f"ref{at:02}") for at in range(14))
    for part in parts(render(replace(days.empty(), quarantined=found), templates)):
        assert "14 postings could not be written out and stand here by reference alone: " in part
        assert "ref00, ref01" in part
        assert "ref11 and 2 more. Nothing is lost: cxdigest explain REF shows it." in part


def test_the_way_out_stands_in_a_mail_and_not_in_what_is_no_mail(templates: Environment) -> None:
    mail = render(days.rich(), templates)
    assert mail.html.count(UNSUBSCRIBE) == mail.text.count(UNSUBSCRIBE) == 1
    filed = render(days.rich(), templates, mailed=False)
    for part in parts(filed):
        assert "Stop these mails" not in part
        assert UNSUBSCRIBE not in part


def test_what_became_of_earlier_postings_stands_in_the_subject_of_a_day_without_news(
    templates: Environment,
) -> None:
    old = editions.everything()
    mail = render(replace(days.empty(), again=old.again, closed=old.closed), templates)
    assert mail.subject == "No new postings, 1 seen again, 1 closed since · Sat 21 Nov"
    for part in parts(mail):
        assert "Of earlier postings, 1 seen again and 1 closed since." in part
        assert "Shown 12 days ago, closed since." in part


# --- one posting -------------------------------------------------------------------------------


def test_a_readers_own_word_stands_instead_of_what_the_verdict_could_see() -> None:
    said = Evidence(
        rule="you.said-so", kind="genuine", points=9, reason="You said so.", quote="", where="title"
    )
    found = days.candidate("CX Lead", judged=days.verdict("genuine", said, tier="title"))
    told = row_of(replace(found, said="genuine"), days.rich())
    assert told.origin == "You said so · first seen today · LinkedIn"
    applied = row_of(replace(found, said="applied"), days.rich())
    assert (
        applied.origin == "You applied · first seen today · LinkedIn · judged from the title alone"
    )


def test_full_rows_have_all_links_and_what_was_set_aside_the_one_that_brings_it_back(
    templates: Environment,
) -> None:
    mail = render(editions.ordinary(), templates)
    tree = LexborHTMLParser(mail.html)
    told = [node.text() for node in tree.css("p.acts")]
    assert set(told) == {"Genuine · Not genuine · Hide employer · Applied · Not for me"}
    assert len(told) == 7 + 6  # genuine ones and those worth a look
    back = [node.text() for node in tree.css("p.item a.soft, p.one a.soft")]
    assert back == ["Say it is genuine"] * 22
    soft = [node.attributes["href"] for node in tree.css("a.soft")]
    links = [link for link in soft if link != UNSUBSCRIBE]
    assert links == re.findall(r"^   [A-Z][a-z ]+: (\S+)$", mail.text, re.MULTILINE)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "https://digest.example/f/a b", "mailto:jo@post.example?subject=a\nBcc: x",
        "https://digest.example/" + "x" * 400, "", "ftp://digest.example/f",
        'https://digest.example/f/"onclick=', "mailto:ü@post.example",
    ],
)  # fmt: skip
def test_a_link_that_is_none_is_left_out(url: str) -> None:
    found = replace(days.candidate("a"), actions=(Action(word="genuine", url=url),))
    assert row_of(found, days.rich()).acts == ()


def test_a_link_may_be_a_mail(templates: Environment) -> None:
    url = "mailto:cx@post.example?subject=cxdigest%20abc.DEF_-1"
    found = replace(days.candidate("a"), actions=(Action(word="applied", url=url),))
    assert f'<a class="soft" href="{url}"' in render(days.day_of([found]), templates).html


def test_wishes_that_are_missed_are_said_and_hide_nothing(mail: Rendered) -> None:
    for part in parts(mail):
        assert "Not as you wished: pays £68,000 to £76,000; in Leith, Scotland" in part


# --- one section -------------------------------------------------------------------------------


def test_a_reason_that_several_share_is_said_once(templates: Environment) -> None:
    reason = "Only the title could be read, and titles alone do not tell."
    for part in parts(render(days.rich(), templates)):
        assert part.count(reason) == 1
        assert part.count("This posting has not been judged yet.") == 1


def test_those_that_share_a_reason_stand_together_where_the_first_of_them_stood() -> None:
    rows = [
        days.candidate(title, judged=days.verdict("unclear", reason=reason))
        for title, reason in (("a", "One."), ("b", "Two."), ("c", "One."), ("d", "Three."))
    ]
    digest = Digest(profile="p", day=days.DAY, made=days.NOW, unclear=tuple(rows))
    group = groups_of(digest)["unclear"]
    assert [row.title for row in group.rows] == ["a", "c", "b", "d"]
    assert group.shared == {"One.": 2}


def test_kinds_are_shown_as_the_profile_says(templates: Environment) -> None:
    show = {"service": "full", "store": "count", "genuine": "compact", "success": "count"}
    digest = replace(editions.ordinary(), show=show)
    mail = render(digest, templates)
    tree = LexborHTMLParser(mail.html)
    assert len(tree.css("p.why")) == 6 + 1  # customer service: six called otherwise, one honest
    assert "A plainer title: Vice President, Customer Service" in shown(mail)
    assert not any(node.text() == "Head of Customer Experience" for node in tree.css("h3"))
    for part in parts(mail):
        assert "Head of Customer Experience" in part
        assert "Lantern Cinemas" not in part
        assert "Only counted, as you wished: 6 of shop floor or front desk." in part
        assert "Only counted, as you wished: 2 of customer success and 1 of" in part
        assert "more posting" not in part


@pytest.mark.parametrize("kind", ["genuine", "unclear"])
def test_wanted_postings_stand_in_the_mail_although_the_profile_would_only_count_them(
    templates: Environment, kind: str
) -> None:
    digest = replace(days.rich(), show={kind: "count"})
    group = groups_of(digest)[kind]
    assert not group.counted
    html = render(digest, templates).html
    assert all(row.title.replace("&", "&amp;") in html for row in group.rows)


# --- dates in the reader's language ------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "subject", "long"),
    [
        ("en", "· Sat 21 Nov", "Saturday 21 November 2026"),
        ("en_GB", "· Sat 21 Nov", "Saturday, 21 November 2026"),
        ("en_US", "· Sat, Nov 21", "Saturday, November 21, 2026"),
        ("de", "· Sa., 21. Nov.", "Samstag, 21. November 2026"),
        ("fr-CA", "· sam. 21 nov.", "samedi 21 novembre 2026"),
        ("xx_nowhere", "· Sat 21 Nov", "Saturday, 21 November 2026"),
    ],
)
def test_dates_are_written_as_the_readers_language_writes_them(
    templates: Environment, locale: str, subject: str, long: str
) -> None:
    digest = replace(days.rich(), locale=locale)
    mail = render(digest, templates)
    assert mail.subject.endswith(subject)
    assert long in shown(mail)
    assert mail.text.startswith(long)
    heading = LexborHTMLParser(mail.html).css_first("h1")
    assert heading.attributes["lang"] == locale.replace("_", "-")


def test_ages_and_gaps_are_dated_in_the_readers_language(templates: Environment) -> None:
    found = days.told(days.candidate("a", posted="2025-12-01"), valid_through="2026-12-31")
    digest = replace(days.day_of([found]), locale="de", missed=(date(2026, 11, 19),))
    text = render(digest, templates).text
    assert "posted Mo., 1. Dez. 2025" in text.lower().replace("mo.", "Mo.").replace("dez.", "Dez.")
    assert "apply until Do., 31. Dez." in text
    assert "No digest Donnerstag." in text
