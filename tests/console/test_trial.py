"""Try it: what somebody pastes, links or drops is judged as the street would, and kept nowhere."""

from __future__ import annotations

import ssl
from datetime import date
from pathlib import Path

import pytest

from cxdigest.console.rules import trial
from cxdigest.errors import WrongUseError
from cxdigest.extract import extract
from cxdigest.extract.split import split
from cxdigest.net import Http
from cxdigest.pages.hosts import Hosts
from tests.pipeline.test_pages import json_ld
from tests.town import Road, Town
from tests.worlds import NOW, World, shipped_rules

EXAMPLES = Path(__file__).parents[2] / "examples" / "alerts"
PAGE = "https://careers.quillfeather.example/jobs/head-of-cx"
TODAY = date(2026, 11, 21)
CALLS = "You answer inbound calls and resolve complaints. You process returns and refunds. " * 6


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def town(web, world):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    http = Http(user_agent="cxdigest-tests", pace=0, deadline=5, tls=tls, transport=Road(web))
    made = Town(web, http)
    world.pages = made.desk(world)
    yield made
    http.close()


def test_what_was_pasted_is_judged_with_its_words_marked():
    posting = trial.pasted(" Customer\nExperience  Associate ", "Tarn & Vale", CALLS)
    assert posting.title == "Customer Experience Associate"
    one = trial.try_out(posting, shipped_rules())
    assert (one.verdict.kind, one.verdict.flagged, one.verdict.tier) == ("service", True, "full")
    assert one.points[0] == ("service", one.verdict.points)
    pieces = [piece for block in one.text.duties for piece in block.pieces]
    assert "".join(piece.text for piece in pieces) == CALLS.strip()
    marks = [piece for piece in pieces if piece.marks]
    assert any("inbound calls" in piece.text for piece in marks)
    assert one.before is None


def test_a_posting_needs_a_title():
    with pytest.raises(WrongUseError, match="title"):
        trial.pasted(" \n", "Tarn & Vale", CALLS)


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_file_is_read_as_the_poller_would_read_it(path):
    read = trial.read_file(path.read_bytes(), path.name, now=NOW)
    with path.open("rb") as stream:
        alerts = [extract(one) for one in split(stream, source="inbox", name=path.name)]
    assert [one.read.outcome for one in read.alerts] == [one.outcome for one in alerts]
    assert [one.read.sightings for one in read.alerts] == [one.sightings for one in alerts]
    shown = [one.title for each in alerts for one in each.sightings if one.is_posting]
    assert [one.title for one in read.postings] == shown
    assert all(one.made for one in read.alerts if one.read.outcome == "read")


def test_a_file_of_very_many_alerts_says_what_is_left_out():
    mail = (EXAMPLES / "03-indeed-alert.eml").read_bytes()
    mbox = b"".join(
        b"From a@b.example Sat Nov 21 07:30:00 2026\n" + mail + b"\n" for _ in range(30)
    )
    read = trial.read_file(mbox, "all.mbox", now=NOW)
    assert len(read.postings) <= trial.MOST_POSTINGS
    assert "more alerts" in read.left_out


def test_a_link_is_read_as_the_pages_of_postings_are(town, world):
    town.page(PAGE, json_ld())
    found = trial.fetched(f" {PAGE}?utm_source=mail", world.street, today=TODAY)
    assert (found.title, found.company) == ("Head of Customer Experience", "Quillfeather")
    assert "strategy from end to end" in found.description
    assert "<p>" not in found.description
    assert town.all_asked == ["https://careers.quillfeather.example/robots.txt", PAGE]
    assert world.store.counts()["postings"] == 0


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://www.linkedin.com/jobs/view/1", "LinkedIn forbids programs"),
        ("javascript:alert(1)", "leads to no web page"),
        ("file:///etc/passwd", "leads to no web page"),
        ("", "no web page"),
        ("not a link", "leads to no web page"),
        ("https://blocked.example/jobs/1", "pages.never"),
        ("https://shy.example/jobs/1", "robots.txt of shy.example forbids"),
        ("https://gone.example/jobs/1", "gone"),
    ],
)
def test_a_link_that_may_not_be_read_says_why(town, world, url, why):
    town.page("https://shy.example/robots.txt", "User-agent: *\nDisallow: /", kind="text/plain")
    world.pages = town.desk(world, hosts=Hosts(never=("blocked.example",)))
    with pytest.raises(WrongUseError, match=why):
        trial.fetched(url, world.street, today=TODAY)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254", "localhost", "0.0.0.0"])
def test_a_link_into_a_private_network_is_never_asked(town, world, web, host):
    guarded = Http(user_agent="cxdigest-tests", pace=0, deadline=5)
    world.pages = town.desk(world, http=guarded)
    port = web.url.rpartition(":")[2]
    with pytest.raises(WrongUseError, match=r"not a public one|not among|no web page") as refused:
        trial.fetched(f"http://{host}:{port}/secret", world.street, today=TODAY)
    assert "127.0.0.1" not in str(refused.value)
    guarded.close()
    assert web.requests == []


def test_a_page_that_leads_into_a_private_network_is_left(town, world, web):
    town.redirect(PAGE, "http://169.254.169.254/latest/meta-data")
    guarded = Http(
        user_agent="cxdigest-tests", pace=0, deadline=5, allow=("127.0.0.1/32",),
        resolve=lambda host, _port: ["169.254.169.254" if host[0].isdigit() else "127.0.0.1"],
    )  # fmt: skip
    world.pages = town.desk(world, http=guarded)
    port = web.url.rpartition(":")[2]
    web.redirect("/jobs", "http://169.254.169.254/latest/meta-data")
    with pytest.raises(WrongUseError, match=r"not a public one.*net\.allow") as refused:
        trial.fetched(f"http://careers.quillfeather.example:{port}/jobs", world.street, today=TODAY)
    assert "169.254" not in str(refused.value)
    guarded.close()


def test_where_an_inner_name_leads_is_told_to_the_log_alone(town, world, caplog):
    guarded = Http(
        user_agent="cxdigest-tests",
        pace=0,
        deadline=5,
        resolve=lambda _host, _port: ["10.20.30.40"],
    )
    world.pages = town.desk(world, http=guarded)
    with pytest.raises(WrongUseError) as refused:
        trial.fetched("http://wiki.quillfeather.example/jobs", world.street, today=TODAY)
    guarded.close()
    assert "10.20" not in str(refused.value)
    assert "wiki.quillfeather.example is 10.20.30.40, which is " in caplog.text


def test_hostile_files_are_read_or_refused_in_words(torture):
    names = [path for path in sorted(torture.rglob("*")) if path.is_file()][::7]
    for path in names:
        read = trial.read_file(path.read_bytes(), path.name, now=NOW)
        for one in read.alerts:
            assert one.read.sightings or one.read.reason, path
