"""The digest as a mail: words, sizes, safety, and how it looks in a real browser."""

from __future__ import annotations

import re
import socket
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from selectolax.lexbor import LexborHTMLParser

from cxdigest.errors import RenderError
from cxdigest.model import Action, Candidate, Digest, Posting, Rendered, Shortfall
from cxdigest.render import HTML_LIMIT, environment, render
from cxdigest.render import words as plain
from cxdigest.render.row import Row, row_of
from cxdigest.render.templates import _shipped
from cxdigest.rules import judge, load
from cxdigest.text import edition_mark, has_edition_mark, squash
from tests import days
from tests.ready import shipped_templates
from tests.render import editions
from tests.servers.chromium import Chromium

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
DAYS = {
    "rich": days.rich,
    "doubtful": days.doubtful,
    "empty": days.empty,
    "poisoned": days.poisoned,
}


@pytest.fixture(scope="module")
def templates() -> Environment:
    return shipped_templates()


@pytest.fixture(scope="module")
def mails(templates: Environment) -> dict[str, Rendered]:
    return {name: render(make(), templates) for name, make in DAYS.items()}


@pytest.fixture(scope="module")
def endless(templates: Environment) -> Rendered:
    return render(days.endless(), templates)


def visible(html: str) -> str:
    """What a reader sees: no head, no preheader."""
    tree = LexborHTMLParser(html)
    for hidden in tree.css("head, .preheader"):
        hidden.decompose()
    assert tree.body is not None
    return squash(tree.body.text(separator=" "))


def links(html: str) -> list[str]:
    return [node.attributes["href"] or "" for node in LexborHTMLParser(html).css("a[href]")]


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rich", "doubtful"])
def test_the_text_part_of_a_day_reads_as_expected(mails: dict[str, Rendered], name: str) -> None:
    assert mails[name].text == (HERE / "render" / f"{name}.expect.txt").read_text("utf-8")


def subject_of(*candidates: Candidate, failing: int = 0) -> str:
    reports = [days.report(f"s{n}", "network", "down") for n in range(failing)]
    return render(days.day_of(candidates, *reports), shipped_templates()).subject


def test_the_subject_tells_the_numbers_and_the_day() -> None:
    genuine, service = days.verdict("genuine"), days.verdict("service")
    one = days.candidate("a", judged=genuine)
    two = days.candidate("b", judged=genuine)
    aside = days.candidate("c", judged=service)
    look = days.candidate("d")
    assert subject_of(one) == "1 customer experience role · Sat 21 Nov"
    assert subject_of(one, two, aside) == "2 customer experience roles, 1 set aside · Sat 21 Nov"
    assert subject_of(look) == "No customer experience roles, 1 worth a look · Sat 21 Nov"
    assert subject_of() == "No new postings · Sat 21 Nov"
    assert subject_of(failing=1) == "No new postings, 1 source needs attention · Sat 21 Nov"
    assert subject_of(failing=2) == "No new postings, 2 sources need attention · Sat 21 Nov"


@pytest.mark.parametrize("name", DAYS)
def test_the_subject_is_one_clean_line(mails: dict[str, Rendered], name: str) -> None:
    subject = mails[name].subject
    assert subject == squash(subject)
    assert not [char for char in subject if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}]


@pytest.mark.parametrize("name", DAYS)
def test_both_parts_show_the_mark_by_which_cxdigest_knows_its_own_mails(
    mails: dict[str, Rendered], name: str
) -> None:
    mark = edition_mark("morag", days.DAY)
    assert mark in visible(mails[name].html)
    assert mark in mails[name].text
    assert has_edition_mark(mails[name].text)


@pytest.mark.parametrize("name", DAYS)
def test_every_link_stands_in_both_parts_in_the_same_order(
    mails: dict[str, Rendered], name: str
) -> None:
    in_text = re.findall(r"^ +(https?://\S+)$", mails[name].text, re.MULTILINE)
    assert links(mails[name].html) == in_text


def test_both_parts_tell_the_same_in_the_same_order(mails: dict[str, Rendered]) -> None:
    digest = days.rich()
    html, text = visible(mails["rich"].html), squash(mails["rich"].text)
    for part in (html, text):
        at = 0
        for found in (*digest.genuine, *digest.unclear, *digest.flagged, *digest.others):
            posting = found.posting
            at = part.index(posting.title, at)
            assert posting.company in part[at : at + 200]
    for said in (
        "Hybrid", "£68,000 to £76,000", "Posted 2 days ago · LinkedIn and Indeed",
        "“own the passenger journey from first search to the quay, and the programme that changes",
        "The job owns the whole journey.", "judged from the title alone", "Judged from the alert's",
        "This posting has not been judged yet.", "Customer service · Plover Telecom",
        "Technical support · ", "Shop floor or front desk · ", "customer success", "another trade",
        "link through the board's tracker", "careers-feed : the login was refused.",
        "2 alerts could not be read", "The mail is cut off in its second part.", "inbox 06:53 (31 alerts)",
        "A plainer title: Vice President, Customer Service", "A plainer title: Front Desk Coordinator",
        "It can be wrong, so nothing was deleted",
    ):  # fmt: skip
        assert said in html.replace(" · ", " · ")
        assert said.replace(" :", ":").lower() in text.lower()


def test_a_posting_with_its_duties_leads_with_words_and_not_with_a_count() -> None:
    """Of a verdict as the judge makes it, were its count of sentences the strongest evidence."""
    posting = Posting(
        id="1",
        title="Director of Customer Experience",
        description="The team sits in Leeds and keeps the voice of our guests in mind. "
        * 4
        + "Own the guest journey end to end. Run the voice of the customer programme. "
        "Chair the customer council with all functions and write the business case for changes.",
    )
    found = judge(posting, load())
    counted_first = tuple(sorted(found.evidence, key=lambda item: item.rule != "week.genuine"))
    assert counted_first[0].rule == "week.genuine"
    found = replace(found, evidence=counted_first)
    row = row_of(Candidate(posting=posting, verdict=found, seen=()), days.rich())
    assert "sentences" not in row.reason
    assert row.reason in {item.reason for item in found.evidence if item.pack}


def test_an_empty_day_sends_a_short_honest_mail(mails: dict[str, Rendered]) -> None:
    mail = mails["empty"]
    assert "your 2 sources were polled and brought nothing new." in visible(mail.html)
    assert len(mail.text) < 400
    assert "<h2" not in mail.html


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([], "this profile has no sources yet"),
        (["empty"], "your source was polled and brought nothing new"),
        (
            ["empty", "auth", "new"],
            "only 2 of 3 sources could be read, so something may be missing",
        ),
        (["gone"], "only 0 of 1 source could be read"),
    ],
)
def test_an_empty_day_does_not_hide_that_a_source_failed(
    templates: Environment, outcomes: list[str], said: str
) -> None:
    reports = [days.report(f"s{n}", word) for n, word in enumerate(outcomes)]  # type: ignore[arg-type]
    mail = render(days.day_of([], *reports), templates)
    assert said in visible(mail.html)
    assert said in squash(mail.text)


def test_an_empty_day_does_not_hide_that_an_alert_could_not_be_read(
    templates: Environment,
) -> None:
    mail = render(days.day_of([], days.report("inbox", "empty", unread=1)), templates)
    assert mail.subject == "No new postings, 1 alert could not be read · Sat 21 Nov"
    assert "No new postings, but 1 alert could not be read." in mail.text
    assert "1 alert could not be read and may hold postings. They are kept" in visible(mail.html)


def row_of_one(found: Candidate) -> Row:
    return row_of(found, days.day_of([found]))


def test_the_quoted_words_speak_for_the_kind_and_come_from_the_duties_first() -> None:
    row = row_of_one(
        days.candidate(
            "Customer Experience Advisor",
            judged=days.verdict(
                "service",
                days.words("service", "Advisor", "The title.", "title", points=9),
                days.words("genuine", "own the journey", "Not this kind."),
                days.words("service", "not here", "It excuses.", points=-4),
                days.words("service", "answer calls", "Calls.", "requirements"),
                days.words("service", "answer calls", "Calls again.", "duties"),
                days.words("service", "third", "More.", "duties"),
                days.words("service", "fourth", "More.", "duties"),
                days.words("service", "fifth", "One line has its end.", "duties"),
            ),
        )
    )
    assert row.quotes == ("answer calls", "third", "fourth")
    assert (row.where, row.reason) == ("in the requirements", "Calls.")


def test_further_quotes_stand_only_where_the_line_has_room() -> None:
    long = "answer between sixty and eighty inbound calls a day and put right what went wrong"
    judged = days.verdict(
        "service", days.words("service", long, "r"), days.words("service", long[::-1], "r")
    )
    assert row_of_one(days.candidate("a", judged=judged)).quotes == (long,)
    assert plain.quoted(["a", "b", "c"]) == "“a”, “b” and “c”"


def test_no_words_are_quoted_twice() -> None:
    judged = days.verdict(
        "service",
        days.words("service", "Lead three contact centres", "Teams of agents."),
        days.words("service", "calls a day", "Many."),
        days.words("service", "lead three contact centres with 240 agents", "So many."),
        days.words("service", "calls", "Words of the trade."),
    )
    row = row_of_one(days.candidate("Head of Customer Experience", judged=judged))
    assert row.quotes == ("lead three contact centres with 240 agents", "calls a day")
    assert row.reason == "Teams of agents."


def test_the_reasons_of_unread_alerts_are_sentences(templates: Environment) -> None:
    reasons = ("it is cut off", "It is a web page.")
    report = days.report("alerts", alerts=2, unread=2, unread_reasons=reasons)
    mail = render(days.day_of([], report), templates)
    told = ("From source alerts: It is cut off.", "From source alerts: It is a web page.")
    assert "learns how.\n- {}\n- {}\n".format(*told) in mail.text
    assert f"learns how. {' '.join(told)}" in visible(mail.html).replace(" :", ":")


def test_a_verdict_without_evidence_has_no_words_to_quote() -> None:
    row = row_of_one(days.candidate("Head of CX", judged=days.verdict("genuine")))
    assert (row.quotes, row.reason, row.where) == ((), "", "")


def test_a_posting_of_unknown_age_tells_none() -> None:
    bare = Posting(id="p", title="Head of CX")
    assert row_of_one(Candidate(posting=bare, verdict=None, seen=())).age == ""


def test_an_unclear_posting_without_a_stated_reason_still_says_why() -> None:
    row = row_of_one(days.candidate("Head of CX", judged=days.verdict("unclear")))
    assert row.reason == "The words found do not settle what the job is."


def test_a_workplace_that_the_place_names_is_not_said_twice() -> None:
    assert row_of_one(days.candidate("a", "b", "Remote, UK", workplace="remote")).workplace == ""
    assert row_of_one(days.candidate("a", "b", "Leith", workplace="remote")).workplace == "Remote"


def test_a_day_of_doubt_alone_begins_with_what_is_worth_a_look(templates: Environment) -> None:
    mail = render(days.day_of([days.candidate("Head of CX", "", "Leith")]), templates)
    assert "Nothing is certain yet; the first worth a look is Head of CX, Leith." in mail.html


def test_no_word_accuses_an_employer() -> None:
    shipped = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("digest*.j2"))
    shipped += "".join(
        path.read_text("utf-8") for path in (HERE.parent / "cxdigest" / "render").glob("*.py")
    )
    assert not re.search(r"fake|mislead|mislabel|pretend|decept|bogus|scam", shipped, re.IGNORECASE)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2026-11-21", "today"),
        ("2026-11-20", "yesterday"),
        ("2026-11-19", "2 days ago"),
        ("2026-10-22", "30 days ago"),
        ("2026-10-21", "Wed 21 Oct"),
        ("2026-11-22", "Sun 22 Nov"),  # a board's clock runs ahead
        ("2025-12-01", "Mon 1 Dec 2025"),
    ],
)
def test_an_age_is_told_as_a_person_would(then: str, said: str) -> None:
    assert plain.days_ago(date.fromisoformat(then), days.DAY) == said


def test_dates_are_english_whatever_the_machine_speaks() -> None:
    assert plain.long_day(date(2026, 2, 4)) == "Wednesday 4 February 2026"
    assert [plain.short_day(date(2026, 3, n)) for n in (2, 3, 5)] == [
        "Mon 2 Mar", "Tue 3 Mar", "Thu 5 Mar",
    ]  # fmt: skip


def test_first_seen_is_told_by_the_profiles_own_clock(templates: Environment) -> None:
    # 23:30 UTC on the 20th is 08:30 on the 21st in Tokyo, and 18:30 on the 20th in New York.
    found = days.candidate("Head of CX", judged=days.verdict("genuine"))
    seen = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    posting = Posting(id="p", title="Head of CX", first_seen=seen)
    for zone, said in (
        ("Asia/Tokyo", "First seen today"),
        ("America/New_York", "First seen yesterday"),
        ("No/Such_Zone", "First seen yesterday"),  # UTC; a wrong name must not stop the mail
    ):
        one = Candidate(posting=posting, verdict=found.verdict, seen=())
        digest = Digest(profile="p", day=days.DAY, made=days.NOW, genuine=(one,), zone=zone)
        assert said in render(digest, templates).text


def test_sources_polled_on_another_day_or_never_say_so(templates: Environment) -> None:
    late = days.report("late")
    object.__setattr__(late, "polled", datetime(2026, 11, 18, 6, 0, tzinfo=UTC))
    never = days.report("never")
    object.__setattr__(never, "polled", None)
    text = squash(render(days.day_of([], late, never), templates).text)
    assert "Sources polled: late Wed 18 Nov 06:00, never not yet (Europe/London time)." in text


def test_a_format_that_is_new_here_is_still_named() -> None:
    assert plain.format_words("google-alerts-feed") == "Google Alerts"
    assert plain.format_words("linkedin") == "LinkedIn"
    assert plain.format_words("harbour-jobs") == "Harbour jobs"


# --- what is known of postings, senders and alerts ---------------------------------------------


def test_the_html_part_tells_what_the_text_part_tells(mails: dict[str, Rendered]) -> None:
    shown = visible(mails["doubtful"].html).replace(" .", ".")
    for said in (
        "Full-time · apply until Mon 30 Nov", "judged from the employer's own page on Greenhouse",
        "Sender not verified", "No longer open", "Applications closed 2 days ago",
        "No longer open · sender not verified", "First seen 18 days ago, posted again yesterday",
        "judged from the duties you sent", "ref 5d0f6c1a9b7e4412", "Reply to this mail",
        "The feed google-alerts was full of new entries", "LinkedIn announced 30 openings and showed 6.",
        "news.plumb-roles.example announced 96 openings and showed 8.", "See the whole search",
        "2 further alerts showed fewer than announced.", "lose less", "In 3 alerts the two parts",
        "2 alerts came from senders who are not verified", "it used to bring postings and now does not",
    ):  # fmt: skip
        assert said in shown
        assert said.lower() in squash(mails["doubtful"].text).lower()


def test_duties_are_asked_for_by_reply_only_where_a_reply_can_arrive(
    templates: Environment,
) -> None:
    unheard = render(replace(days.doubtful(), replies=False), templates)
    for part in (visible(unheard.html), squash(unheard.text)):
        assert "Reply to this mail" not in part
        assert "cxdigest explain REF --duties FILE" in part


def marks(found: Candidate) -> str:
    return row_of_one(found).marks


def test_a_posting_is_marked_only_where_no_sender_of_it_may_be_genuine() -> None:
    found = days.candidate("a", formats=("linkedin", "indeed"))
    one, other = found.seen
    failed, verified = replace(one, authenticity="failed"), replace(other, authenticity="verified")
    assert marks(replace(found, seen=(failed, replace(other, authenticity="failed"))))
    assert not marks(replace(found, seen=(failed, verified)))
    assert not marks(replace(found, seen=(failed, other))), "of whom nothing is known"
    assert not marks(replace(found, seen=()))


@pytest.mark.parametrize(
    ("last", "until", "mark"),
    [
        ("2026-11-21", "apply until today", ""),
        ("2026-11-20", "", "Applications closed yesterday"),
        ("2026-12-31", "apply until Thu 31 Dec", ""),
        ("soon", "", ""),
        ("", "", ""),
    ],
)
def test_until_when_to_apply_is_said_on_the_day_and_not_after(
    last: str, until: str, mark: str
) -> None:
    row = row_of_one(days.told(days.candidate("a"), valid_through=last))
    assert (row.until, row.marks) == (until, mark)


def test_a_closed_posting_offers_no_way_to_apply_and_asks_for_no_duties() -> None:
    facts = {"apply_url": "https://careers.example/1", "valid_through": "2026-12-01"}
    row = row_of_one(days.told(days.candidate("a"), closed="It is gone.", **facts))
    assert (row.marks, row.until, row.apply_url, row.reference) == ("No longer open", "", "", "")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://jobs.example/a", ""])
def test_a_way_to_apply_is_shown_only_where_it_is_another_link_that_may_be_clicked(
    link: str,
) -> None:
    found = days.told(days.candidate("a", url="https://jobs.example/a"), apply_url=link)
    assert row_of_one(found).apply_url == ""


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("", ""),
        ("alert", ""),
        ("you", "judged from the duties you sent"),
        ("lever", "judged from the employer's own page on Lever"),
        ("json-ld", "judged from its own page"),
        ("article", "judged from its own page"),
    ],
)
def test_it_is_said_where_the_duties_came_from(reader: str, said: str) -> None:
    found = days.candidate("a", judged=days.verdict("genuine"))
    assert row_of_one(days.told(found, duties_from=reader)).note == said
    title_only = days.candidate("a", judged=days.verdict("genuine", tier="title"))
    row = row_of_one(days.told(title_only, duties_from=reader))
    assert row.note == "judged from the title alone"


def test_only_an_unclear_posting_without_its_duties_has_a_reference() -> None:
    def reference(verdict: object) -> str:
        return row_of_one(days.candidate("a", judged=verdict, key="id-1")).reference  # type: ignore[arg-type]

    assert reference(days.verdict("unclear", tier="title")) == "id-1"
    assert reference(None) == "id-1"
    assert reference(days.verdict("unclear", tier="full")) == ""
    assert reference(days.verdict("genuine", tier="title")) == ""


@pytest.mark.parametrize(
    ("dates", "age"),
    [
        (("2026-11-03", "2026-11-20"), "first seen 18 days ago, posted again yesterday"),
        (("2026-11-18", "2026-11-20"), "first seen yesterday"),  # two records side by side
        (("2026-11-18", "2026-11-21"), "first seen 3 days ago, posted again today"),
    ],
)
def test_a_new_record_days_after_the_old_one_is_posted_again(
    dates: tuple[str, ...], age: str
) -> None:
    assert row_of_one(days.reposted(days.candidate("a", days=1), *dates)).age == age


def test_the_same_record_sent_again_and_another_boards_record_are_not_posted_again() -> None:
    found = days.reposted(days.candidate("a", days=1), "2026-11-03", "2026-11-20")
    one, other = found.seen
    same = replace(found, seen=(one, replace(other, key=one.key)))
    boards = replace(found, seen=(one, replace(other, format="indeed")))
    assert row_of_one(same).age == row_of_one(boards).age == "first seen yesterday"


def test_a_source_that_fell_silent_is_named_in_the_subject_of_an_empty_day(
    templates: Environment,
) -> None:
    silent = days.report("inbox", "empty", silent="inbox brought 2 alerts a day until 2 Nov.")
    mail = render(days.day_of([], silent), templates)
    assert mail.subject == "No new postings, 1 source needs attention · Sat 21 Nov"
    assert "inbox brought 2 alerts a day until 2 Nov." in visible(mail.html)


def test_a_long_list_of_shortfalls_names_the_largest_and_counts_the_rest(
    templates: Environment,
) -> None:
    cut = tuple(Shortfall(announced=n, shown=1, sender=f"s{n}.example") for n in range(2, 40))
    text = render(days.day_of([], days.report("inbox", shortfalls=cut)), templates).text
    assert re.findall(r"announced (\d+)", text) == ["39", "38", "37"]
    assert "35 further alerts showed fewer than announced." in text


# --- whatever the alerts bring -----------------------------------------------------------------


@pytest.mark.parametrize("name", DAYS)
def test_both_parts_can_be_encoded_and_hold_no_control_characters(
    mails: dict[str, Rendered], name: str
) -> None:
    for part in (mails[name].html, mails[name].text, mails[name].subject):
        part.encode()
        bad = {char for char in part if unicodedata.category(char) in {"Cc", "Zl", "Zp"}}
        assert bad <= {"\n"}
        assert not set(part) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("name", DAYS)
def test_the_html_part_runs_nothing_and_fetches_nothing(
    mails: dict[str, Rendered], name: str
) -> None:
    tree = LexborHTMLParser(mails[name].html)
    assert not tree.css("script, img, iframe, object, embed, svg, link, base, form, video, audio")
    assert not tree.css("[src], [background], [srcset], [onclick], [onerror]")
    styles = "".join(node.text() for node in tree.css("style"))
    styles += "".join(node.attributes["style"] or "" for node in tree.css("[style]"))
    assert not re.search(r"url\(|@import|expression|var\(|flex|grid|position:", styles)
    assert not tree.css("details, summary, dialog")
    assert all(link.startswith(("http://", "https://")) for link in links(mails[name].html))


def test_markup_and_template_syntax_in_a_title_are_shown_as_they_are(
    mails: dict[str, Rendered],
) -> None:
    shown = visible(mails["poisoned"].html)
    assert "<script>alert(1)</script><img src=https://spy.example/p.gif>" in shown
    assert "{{ mail.__class__.__mro__ }}" in shown
    assert "{{ mail.__class__.__mro__ }}" in mails["poisoned"].text


def test_a_title_of_ten_thousand_characters_is_cut_with_an_ellipsis() -> None:
    assert plain.clean("Z" * 10_000) == "Z" * 159 + "…"
    assert plain.clean("x " * 5_000_000, 10) == "x x x x x…"
    assert plain.clean("Z" * 160) == "Z" * 160


def test_a_title_without_a_visible_character_still_has_a_row(mails: dict[str, Rendered]) -> None:
    assert visible(mails["poisoned"].html).count("(no title)") == 4
    assert mails["poisoned"].text.count(". (no title)") == 4


@given(st.text(), st.integers(2, 50))
def test_cleaned_text_is_one_visible_line(text: str, most: int) -> None:
    line = plain.clean(text, most)
    assert len(line) <= most
    assert line == squash(line)
    assert not [char for char in line if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    line.encode()


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://jobs.example/1?a=b&c=%20d#e", "https://jobs.example/1?a=b&c=%20d#e"),
        (" HTTPS://jobs.example/1 ", "https://jobs.example/1"),
        ("https://jobs.example/a b\"><'", "https://jobs.example/a%20b%22%3E%3C'"),
        ("https://jobs.example/ü", "https://jobs.example/%C3%BC"),
        ("https://jobs.example/\ud83d", ""),
        ("https://jobs.example/\nBcc:", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt://jobs.example/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("//jobs.example/1", ""),
        ("https:///1", ""),
        ("http://[::1", ""),
        ("", ""),
        ("https://jobs.example/" + "x" * 2000, ""),
    ],
)
def test_only_plain_web_links_can_be_clicked(url: str, safe: str) -> None:
    assert plain.safe_url(url) == safe


@given(st.text())
def test_no_link_can_leave_its_attribute_or_its_line(url: str) -> None:
    for link in (plain.safe_url(url), plain.safe_url("https://jobs.example/" + url)):
        assert re.fullmatch(r"(?:https?://[!#-;=?-~]+)?", link, re.IGNORECASE)


@pytest.mark.parametrize("name", DAYS)
def test_lines_of_the_text_part_end_at_78_characters(mails: dict[str, Rendered], name: str) -> None:
    long = [line for line in mails[name].text.splitlines() if len(line) > 78]
    assert all(re.fullmatch(r" *https?://\S+", line) for line in long)


# --- a large day -------------------------------------------------------------------------------


def shown_in(mail: Rendered, kind: str) -> int:
    return len(re.findall(rf">{kind} \d+: a rather", mail.html))


def test_two_thousand_postings_stay_below_the_limit_and_are_counted(endless: Rendered) -> None:
    assert 0.95 * HTML_LIMIT < len(endless.html.encode()) <= HTML_LIMIT
    shown = {kind: shown_in(endless, kind) for kind in ("genuine", "unclear", "service", "other")}
    assert shown["genuine"] > 50
    more = [int(n) for n in re.findall(r"And (\d+) more postings;", endless.html)]
    assert [500 - n for n in shown.values()] == more
    assert "28 more sources" in visible(endless.html)  # of 40, 12 are named


def test_what_the_html_part_counts_the_text_part_lists(endless: Rendered) -> None:
    for kind in ("genuine", "unclear", "service", "other"):
        for number in (0, 250, 499):
            assert f"{number + 1}. {kind} {number}: a rather long name" in endless.text
    assert "no room for" not in endless.text


@pytest.mark.parametrize("number", [30, 60, 130, 300])
def test_genuine_and_doubtful_postings_stand_whole_and_the_others_give_way(
    templates: Environment, number: int
) -> None:
    wanted = [
        days.candidate(f"{kind} {n}: a rather", "Plover Telecom", "Reading", days.verdict(kind))
        for kind in ("genuine", "unclear")
        for n in range(number // 4)
    ]
    rest = [
        days.candidate(f"{kind} {n}: a rather", "Plover Telecom", "Reading", days.verdict(kind))
        for kind in ("service", "other")
        for n in range(number)
    ]
    mail = render(days.day_of([*wanted, *rest]), templates)
    assert len(mail.html.encode()) <= HTML_LIMIT
    assert shown_in(mail, "genuine") == shown_in(mail, "unclear") == number // 4
    assert shown_in(mail, "service") >= 10
    assert shown_in(mail, "other") >= 10


def test_a_text_part_beyond_its_own_limit_counts_the_rest(
    templates: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cxdigest.render.TEXT_LIMIT", 40_000)
    mail = render(days.endless(40), templates)
    assert len(mail.text.encode()) <= 40_000
    left = re.findall(r"And (\d+) more postings that this mail has no room for", mail.text)
    shown = len(re.findall(r"^\d+\. (?:genuine|unclear|service|other) ", mail.text, re.MULTILINE))
    assert shown + sum(map(int, left)) == 160


# --- people's own templates --------------------------------------------------------------------


def test_a_template_of_ones_own_replaces_the_shipped_one_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "digest.txt.j2").write_text("{{ mail.day }} & {{ mail.mark }}\n")
    mail = render(days.rich(), environment(tmp_path))
    assert mail.text == f"Saturday 21 November 2026 & {edition_mark('morag', days.DAY)}\n"
    assert "Northwind Ferries" in mail.html


@pytest.mark.parametrize(
    ("name", "source", "line", "said"),
    [
        ("digest.txt.j2", "fine\n{% if %}\n", 2, "Expected an expression"),
        ("digest.txt.j2", "fine\n\n{{ mail.dya }}\n", 3, "no attribute 'dya'"),
        ("digest.html.j2", "<p>\n{{ nothing }}\n", 2, "'nothing' is undefined"),
        ("digest.html.j2", "{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("digest.html.j2", "\n{% set x = mail.sections.index(7) %}", 2, "not in tuple"),
        ("digest.html.j2", "{{ 1 // 0 }}", 1, "integer division or modulo by zero"),
        (
            "digest.parts.html.j2",
            "{% macro row(a, b) %}\n{{ b.tilte }}{% endmacro %}",
            None,
            "tally",
        ),
        ("digest.html.j2", "{% for x in range(10 ** 9) %}{% endfor %}", 1, "Range too big"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    tmp_path: Path, name: str, source: str, line: int | None, said: str
) -> None:
    (tmp_path / name).write_text(source)
    with pytest.raises(RenderError) as caught:
        render(days.rich(), environment(tmp_path))
    message = str(caught.value)
    assert said in message
    if line:
        assert message.startswith(f"{tmp_path / name}:{line}: ")


def test_a_template_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "digest.txt.j2").write_bytes(b"\xff\xfe")
    with pytest.raises(RenderError, match=r"^digest\.txt\.j2: .*can't decode"):
        render(days.empty(), environment(tmp_path))


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "digest.html.j2").write_text("{% include 'letterhead.j2' %}")
    with pytest.raises(RenderError, match=r"^letterhead\.j2: there is no such template"):
        render(days.empty(), environment(tmp_path))


def test_a_template_whose_styles_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "digest.html.j2").write_text('<style>p { margin: 0 }</style><p style="\'">x</p>')
    with pytest.raises(RenderError, match=r"^digest\.html\.j2: its styles cannot be inlined: "):
        render(days.empty(), environment(tmp_path))


def test_a_template_cannot_make_the_mail_load_a_style_sheet(tmp_path: Path) -> None:
    secret = tmp_path / "own.css"
    secret.write_text("p { color: #123456 }")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        (tmp_path / "digest.html.j2").write_text(
            f'<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">'
            f'<link rel="stylesheet" href="{secret}"><p>x</p>'
        )
        mail = render(days.empty(), environment(tmp_path))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "#123456" not in mail.html


def test_templates_are_found_in_an_installed_package_and_in_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "cxdigest"
    package.mkdir()
    assert _shipped(package) == tmp_path / "templates"
    (package / "templates").mkdir()
    assert _shipped(package) == package / "templates"


# --- colours -----------------------------------------------------------------------------------


def colours(scheme: str) -> tuple[dict[str, str], dict[str, str]]:
    """The text colours and the grounds of the light or the dark style, by class."""
    css = (TEMPLATES / "digest.css.j2").read_text("utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for names, rule in re.findall(
        r"^\s*([^{}@]+?) \{([^}]*)\}", dark if scheme == "dark" else light, re.MULTILINE
    ):
        for kind, pattern in enumerate(
            (r"(?<![-\w])color: (#\w{6})", r"background-color: (#\w{6})")
        ):
            for colour in re.findall(pattern, rule):
                found[kind].update(dict.fromkeys(names.split(", "), colour))
    return found


def channels(colour: str, inverted: bool) -> list[float]:
    values = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return [(255 - value if inverted else value) / 255 for value in values]


def luminance(colour: str, inverted: bool) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in channels(colour, inverted)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, inverted: bool) -> float:
    dark, light = sorted([luminance(one, inverted), luminance(other, inverted)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("inverted", [False, True], ids=["as-is", "inverted-by-the-client"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_colour_has_contrast_on_every_ground(scheme: str, inverted: bool) -> None:
    texts, grounds = colours(scheme)
    assert len(texts) == 8
    assert len(grounds) == 2
    weak = {
        (text, ground): contrast(colour, under, inverted)
        for text, colour in texts.items()
        for ground, under in grounds.items()
        if contrast(colour, under, inverted) < 4.5
    }
    assert not weak


def test_dark_mode_knows_every_colour_of_the_light_one() -> None:
    assert [set(found) for found in colours("light")] == [set(found) for found in colours("dark")]


def test_black_on_white_has_the_contrast_that_the_standard_names() -> None:
    assert round(contrast("#000000", "#ffffff", False), 1) == 21.0


# --- in a real browser -------------------------------------------------------------------------

OVERFLOWING = """[...document.querySelectorAll('body *')].filter(node =>
    node.getBoundingClientRect().right > innerWidth + 0.5).map(node => node.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", [*DAYS, "endless"])
def test_nothing_is_wider_than_the_window(
    chromium: Chromium, mails: dict[str, Rendered], endless: Rendered, tmp_path: Path, name: str
) -> None:
    page = tmp_path / f"{name}.html"
    page.write_text({**mails, "endless": endless}[name].html, "utf-8")
    for width in (320, 600, 1000):
        assert chromium.measure(page, width, "innerWidth") == width
        assert chromium.measure(page, width, "document.documentElement.scrollWidth") == width
        assert chromium.measure(page, width, OVERFLOWING) == []


def test_the_sheet_is_at_most_600_pixels_wide_and_in_the_middle(
    chromium: Chromium, mails: dict[str, Rendered], tmp_path: Path
) -> None:
    page = tmp_path / "rich.html"
    page.write_text(mails["rich"].html, "utf-8")
    script = "(b => [b.left, b.width])(document.querySelector('.sheet').getBoundingClientRect())"
    assert chromium.measure(page, 1000, script) == [200, 600]
    assert chromium.measure(page, 320, script) == [0, 320]


@pytest.mark.parametrize("dark", [False, True])
def test_a_client_that_knows_dark_mode_shows_it(
    chromium: Chromium, mails: dict[str, Rendered], tmp_path: Path, dark: bool
) -> None:
    page, picture = tmp_path / "rich.html", tmp_path / "rich.png"
    page.write_text(mails["rich"].html, "utf-8")
    script = "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    sheet = "rgb(27, 33, 36)" if dark else "rgb(255, 255, 255)"
    assert chromium.measure(page, 600, script, dark=dark) == sheet
    chromium.screenshot(page, picture, 600, dark=dark)
    png = picture.read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 600
    assert int.from_bytes(png[20:24], "big") > 2000


def test_the_hidden_first_sentence_stays_hidden(
    chromium: Chromium, mails: dict[str, Rendered], tmp_path: Path
) -> None:
    page = tmp_path / "rich.html"
    page.write_text(mails["rich"].html, "utf-8")
    shown = chromium.measure(page, 600, "document.body.innerText")
    assert "The first is Head of Customer Experience" not in shown
    assert "The first is Head of Customer Experience at Northwind Ferries" in mails["rich"].html
    assert shown.startswith("Morag Tulloch")


@pytest.mark.parametrize("name", ["everything", "large"])
def test_new_sections_and_large_days_fit_a_small_phone(
    chromium: Chromium, templates: Environment, tmp_path: Path, name: str
) -> None:
    make = {"everything": editions.everything, "large": editions.large}[name]
    page = tmp_path / f"{name}.html"
    mail = render(make(), templates, (editions.PLOT,))
    page.write_text(mail.html, "utf-8")
    assert chromium.measure(page, 320, "document.documentElement.scrollWidth") == 320
    assert chromium.measure(page, 320, OVERFLOWING) == []
    for attached in mail.enclosures:
        if attached.media == "text/html":
            page.write_bytes(attached.content)
            assert chromium.measure(page, 320, "document.documentElement.scrollWidth") == 320


def test_the_same_posting_is_worded_anew_for_another_day_another_zone_and_another_reader() -> None:
    found = days.candidate("CX Lead", judged=days.verdict("genuine"), days=1)
    said = replace(
        found, said="genuine", actions=(Action(word="applied", url="https://a.example"),)
    )
    today = days.day_of([found])
    tomorrow = replace(today, day=today.day + timedelta(days=1))
    far = replace(today, zone="Pacific/Kiritimati", locale="de")
    assert row_of(found, today).age == "first seen yesterday"
    assert row_of(found, tomorrow).age == "first seen 2 days ago"
    assert row_of(found, far).age != row_of(found, tomorrow).age
    assert row_of(said, today).said == "you said so"
    assert [act.url for act in row_of(said, today).acts] == ["https://a.example"]
    assert row_of(found, today).acts == ()
    assert row_of(found, today, full=False).full is False
