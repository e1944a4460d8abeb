"""Who may be asked for pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxdigest.pages.employers import shipped_boards
from cxdigest.pages.hosts import Hosts, asks_to_log_in, never_asked

NEVER = re.split(
    r"\s+",
    """
    linkedin.com www.linkedin.com de.linkedin.com linkedin.cn lnkd.in media.licdn.com
    indeed.com www.indeed.com uk.indeed.com indeed.co.uk de.indeed.com apply.indeed.com
    glassdoor.com www.glassdoor.co.uk glassdoor.de fr.glassdoor.ch
    monster.com www.monster.de jobs.monster.co.uk monsterindia.com www.monstergulf.com
    ziprecruiter.com www.ziprecruiter.co.uk ziprecruiter.in
    simplyhired.com www.simplyhired.ca simplyhired.co.in
    WWW.LinkedIn.com www.linkedin.com.
""".strip(),
)
OTHERS = ["indeedlytech.com", "notlinkedin.com", "monsterenergy.com", "careers.acme.com"]


@pytest.mark.parametrize("host", NEVER)
def test_six_boards_are_never_asked_even_where_they_are_named(host):
    assert never_asked(host)
    hosts = Hosts(allowed=["boards", "employers", host.lower().rstrip(".")])
    assert "never asked" in hosts.refusal(f"https://{host}/jobs/1")
    assert "never asked" in hosts.refusal(f"https://user@{host}:8443/jobs/1")


@pytest.mark.parametrize("host", OTHERS)
def test_what_only_sounds_alike_may_be_asked(host):
    assert never_asked(host) == ""
    assert Hosts().refusal(f"https://{host}/jobs/1") == ""


@pytest.mark.parametrize(
    "url",
    ["https://boards-api.greenhouse.io/v1/boards/a/jobs/1", "https://api.lever.co/v0/postings/a",
     "https://api.ashbyhq.com/posting-api/job-board/a", "https://acme.recruitee.com/api/offers/",
     "https://api.smartrecruiters.com/v1/companies/a/postings", "https://a.jobs.personio.de/xml",
     "https://apply.workable.com/api/v1/widget/accounts/a"],
)  # fmt: skip
def test_the_public_records_may_be_asked_when_they_alone_are_named(url):
    assert Hosts(allowed=["boards"]).refusal(url) == ""
    assert Hosts(allowed=["employers"]).refusal("https://careers.acme.example/1") == ""
    assert Hosts(allowed=["boards"]).refusal("https://careers.acme.example/1")
    assert Hosts(allowed=[]).refusal(url)


@pytest.mark.parametrize(
    "host",
    ["www.reed.co.uk", "au.seek.com", "www.stepstone.de", "www.dice.com", "uk.jora.com",
     "himalayas.app", "www.cadremploi.fr", "www.facebook.com"],
)  # fmt: skip
def test_other_job_boards_are_asked_where_the_reader_names_them(host):
    assert "pages.hosts" in Hosts().refusal(f"https://{host}/job/1")
    assert Hosts(allowed=[host]).refusal(f"https://{host}/job/1") == ""


def test_the_readers_word_against_a_host_holds_for_all_below_it():
    hosts = Hosts(never=["acme.example"])
    assert "pages.never" in hosts.refusal("https://careers.acme.example/1")
    assert hosts.refusal("https://acme.example.org/1") == ""


@pytest.mark.parametrize(
    "url",
    ["https://mail.tarn.example/ls/click?upn=" + "a" * 60, "https://engage.indeed.com/f/a/x",
     "https://click.tarn.example/r/" + "b" * 60, "mailto:a@b.example", "", "ftp://a.example/x"],
)  # fmt: skip
def test_trackers_and_what_is_no_page_are_not_asked(url):
    assert Hosts(allowed=["boards", "employers", "tarn.example"]).refusal(url)


@pytest.mark.parametrize(
    ("url", "login"),
    [("https://a.example/login?next=/1", True), ("https://login.a.example/", True),
     ("https://a.example/users/sign_in", True), ("https://accounts.a.example/x", True),
     ("https://a.example/jobs/login-manager", False), ("https://a.example/jobs/1", False)],
)  # fmt: skip
def test_a_place_to_log_in_is_known_by_its_address(url, login):
    assert asks_to_log_in(url) is login


@given(st.text(max_size=80))
def test_whatever_is_written_as_a_link_gives_an_answer(text):
    assert isinstance(Hosts().refusal(f"https://{text}"), str)
    asks_to_log_in(f"https://{text}")


def test_the_shipped_list_names_known_boards_only():
    from cxdigest.pages.boards import BOARDS

    shipped = shipped_boards()
    assert shipped
    assert {board for board, _ in shipped.values()} <= set(BOARDS)
    assert all(token for _, token in shipped.values())
