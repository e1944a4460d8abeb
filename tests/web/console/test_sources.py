"""The pages of sources and alerts, asked over a real socket."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest

from cxdigest.config import FeedConfig
from cxdigest.web.who import Visitor
from tests.asking import asking
from tests.store.world import read, sighting
from tests.web.console.instance import NOW
from tests.web.shown import shown

XSS = '<script>alert("x")</script><img src=x onerror=alert(1)>'
CLIENT = Visitor(name="ben", role="client", way="session", profile="ben", session="s")
COACH = Visitor(name="berta", role="coach", way="session", coach="berta", session="s")


@contextlib.contextmanager
def seen_by(console, visitor):
    """The same pages, as *visitor* sees them."""
    with (
        shown(console.desk, lambda: visitor) as address,
        asking(address) as client,
    ):
        yield client


def alerts_in(page: httpx.Response) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/sources/[\w-]+/alerts/\d+)"', page.text)))


def alert_with(console, words: str, source: str = "inbox") -> str:
    rows = re.findall(
        r'href="(/sources/[\w-]+/alerts/\d+)"[^>]*>([^<]*)', console.get(f"/sources/{source}").text
    )
    return next(path for path, title in rows if words in title)


def no_markup_of_strangers(page: httpx.Response) -> None:
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text


def test_all_sources_are_shown_with_their_yield_in_words_beside_the_line(console):
    page = console.get("/sources")
    assert page.status_code == 200
    assert "new alerts" in page.text
    assert "26 alerts in 30 days, at most 26 on one day" in page.text
    assert page.text.count("<polyline") == 4
    assert "2 alerts could not be read in the last 7 days" in page.text


def test_a_source_that_left_the_configuration_is_shown_as_such_and_not_polled(console):
    console.store.register_sources(["old"], now=NOW)
    assert "removed from the configuration" in console.get("/sources").text
    page = console.get("/sources/old")
    assert "is not in the configuration any more" in page.text
    assert "Poll now" not in page.text
    assert console.post("/sources/old/poll").status_code == 409


def test_polling_now_makes_the_source_due_and_the_page_shows_what_came(console):
    asked = console.post("/sources/inbox/poll")
    page = console.follow(asked)
    assert "It is due now" in page.text
    assert "Look again" in page.text
    piece = re.search(r'hx-get="([^"]*)" hx-trigger="every 2s"', page.text)
    assert console.store.due_sources(["inbox"], now=NOW) == ["inbox"]
    console.turn()  # another process might do it: the store is all that they share
    after = console.get(piece[1])
    assert "Polled: nothing new." in after.text
    assert "hx-trigger" not in after.text  # it ends by itself
    assert "Polled: nothing new." in console.get(asked.headers["location"]).text


def test_a_poll_that_nobody_does_is_not_waited_for_for_ever(console):
    where = console.post("/sources/inbox/poll").headers["location"]
    console.now = NOW + timedelta(minutes=4)
    page = console.get(where)
    assert "No worker has looked at it yet" in page.text
    assert "hx-trigger" not in page.text


def test_a_server_that_asked_to_be_left_alone_is(console):
    console.store.claim_source("inbox", now=NOW, lease=timedelta(minutes=1), holder="w")
    console.store.record_poll(
        "inbox", outcome="throttled", message="inbox: 429", now=NOW, next_poll=NOW + timedelta(hours=2), holder="w"
    )  # fmt: skip
    answer = console.post("/sources/inbox/poll")
    assert answer.status_code == 409
    assert "Its server asked to be left alone; it may be asked again in 2 h." in answer.text
    assert console.store.due_sources(["inbox"], now=NOW) == []


def test_a_poll_is_asked_for_with_the_forms_own_secret_alone(console):
    assert console.client.post("/sources/inbox/poll", data={"csrf": "x"}).status_code == 403
    assert console.store.due_sources(["inbox"], now=NOW) == []


def test_alerts_are_listed_by_pages_and_those_not_readable_alone(console):
    first = console.get("/sources/inbox")
    assert len(alerts_in(first)) == 25
    older = re.search(r'href="([^"]*before=[^"]*)"', first.text)[1].replace("&amp;", "&")
    second = console.get(older)
    assert len(alerts_in(second)) == 1
    assert not set(alerts_in(first)) & set(alerts_in(second))
    unread = console.get("/sources/inbox?alerts=unread")
    assert len(alerts_in(unread)) == 2
    assert "It is not a feed but a web page" in unread.text


@pytest.mark.parametrize("wrong", ["before=x", "before=1-", "before=99999999999999999999999-1", "asked=-1", "asked=1-x", "asked=9" + "9" * 40])  # fmt: skip
def test_an_address_that_nobody_made_is_no_error(console, wrong):
    assert console.get(f"/sources/inbox?{wrong}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/sources/none", "/sources/none/asked?asked=1-0", "/sources/inbox/asked?asked=x", "/sources/inbox/alerts/x",
     "/sources/inbox/alerts/99999999999999999999999999", "/sources/inbox/alerts/1/inside",
     "/sources/inbox/alerts/1/file"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(console, path):
    assert console.get(path).status_code == 404


def test_an_alert_shows_its_postings_and_what_came_crossed_out(console):
    path = alert_with(console, "Head of Customer Insight")
    page = console.get(path)
    assert "read as LinkedIn" in page.text
    assert "/postings/ada/" in page.text
    inside = console.get(f"{path}/inside")
    assert "Quillfeather Insurance" in inside.text
    assert "How it is read today" in inside.text
    assert "chosen" in inside.text
    raw = console.get(f"{path}/file").content.decode()
    recipient = re.search(r"^To: .*<(.*)>", raw, re.MULTILINE)[1]
    assert recipient not in inside.text
    assert len(inside.content) < 100_000
    copy = console.get(f"{path}/file?copy=1")
    assert recipient not in copy.text
    assert copy.headers["content-type"] == "application/octet-stream"
    assert re.fullmatch(
        r"attachment; filename=\"inbox-[\d-]+-crossed-out\.eml\"; filename\*=UTF-8''inbox-[\d-]+-crossed-out\.eml",
        copy.headers["content-disposition"],
    )


def test_an_alert_of_another_source_is_not_shown_as_one_of_this(console):
    path = alerts_in(console.get("/sources/bens"))[0]
    assert console.get(path.replace("/bens/", "/inbox/")).status_code == 404


def test_an_alert_whose_bytes_are_gone_says_so(console):
    path = alerts_in(console.get("/sources/inbox"))[0]
    console.store.prune_raw_alerts(before=NOW + timedelta(days=1))
    assert console.get(path).status_code == 200
    assert "It is gone" in console.get(f"{path}/inside").text
    assert console.get(f"{path}/file").status_code == 410


def test_one_alert_is_read_again_and_nothing_is_lost(console):
    path = alert_with(console, "Head of Customer Insight")
    before = console.get(path).text.count('<li class="row">')
    page = console.follow(console.post(f"{path}/reread"))
    assert "It was read as before." in page.text
    assert page.text.count('<li class="row">') == before


def test_words_of_strangers_are_text_on_every_page(console):
    store = console.store
    raw = f'From: {XSS}\r\nSubject: {XSS}\r\nContent-Type: text/plain; name="{XSS}"\r\n\r\n{XSS}'.encode()
    one = read(
        "k", sighting(f"Role {XSS}", company=XSS), raw=raw, sender=XSS, reason=XSS, format=XSS
    )
    one = replace(one, extraction=replace(one.extraction, disagreements=(XSS,)))
    evil = "evil'\"><img src=x onerror=alert(1)>"
    store.register_sources([evil, "inbox"], now=NOW)
    store.record_batch("inbox", (one,), {}, now=NOW + timedelta(seconds=1))
    store.record_poll("inbox", outcome="network", message=XSS, now=NOW, next_poll=NOW, holder=XSS)
    path = alert_with(console, "Role ")
    for asked in (
        "/sources",
        "/sources/inbox",
        path,
        f"{path}/inside",
        f"/sources/{quote(evil, safe='')}",
    ):
        page = console.get(asked)
        assert page.status_code < 500
        no_markup_of_strangers(page)
        assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "&lt;script&gt;" in console.get(path).text


def test_secrets_of_a_source_are_on_no_page(tmp_path, console):
    feed = FeedConfig(type="feed", url="https://ada:hunter2@feeds.example/x/0123456789?key=hunter2")
    more = {**console.config.sources, "feed": feed}
    config = console.config.model_copy(update={"sources": more})
    console.store.register_sources(["feed"], now=NOW)
    console.store.record_poll(
        "feed", outcome="network", message=f"feed: {feed.url} was not reached", now=NOW, next_poll=NOW, holder="w"
    )  # fmt: skip
    with (
        shown(replace(console.desk, config=config)) as address,
        asking(address) as client,
    ):
        for path in ("/sources", "/sources/feed"):
            page = client.get(path)
            assert "feeds.example" in page.text
            assert "hunter2" not in page.text
            assert "0123456789" not in page.text


def test_sources_are_an_admins_alone(console):
    path = alerts_in(console.get("/sources/bens"))[0]
    for visitor in (CLIENT, COACH):
        with seen_by(console, visitor) as client:
            for asked in (
                "/sources",
                "/sources/bens",
                "/sources/bens/asked?asked=1-0",
                path,
                f"{path}/inside",
                f"{path}/file",
            ):
                assert client.get(asked).status_code == 403
            for asked in ("/sources/bens/poll", f"{path}/reread"):
                assert client.post(asked).status_code == 403


def test_behind_a_posting_only_ones_own_alerts_are_shown_and_only_crossed_out(console):
    store = console.store
    posting = console.posting("Customer Experience Coordinator")
    bens = store.taken_behind(posting, ["bens"])
    adas = store.taken_behind(posting, ["inbox"])
    assert bens
    assert adas
    with seen_by(console, CLIENT) as client:
        mine = f"/postings/ben/{posting}/alerts/{bens[0].id}"
        page = client.get(mine)
        assert page.status_code == 200
        assert "as it came" not in page.text
        assert client.get(f"{mine}/inside").status_code == 200
        copy = client.get(f"{mine}/file?copy=")
        assert "crossed-out" in copy.headers["content-disposition"]
        for path in (
            f"/postings/ben/{posting}/alerts/{adas[0].id}",
            f"/postings/ada/{posting}/alerts/{adas[0].id}",
            f"/postings/ben/another/alerts/{bens[0].id}",
            f"/postings/none/{posting}/alerts/{bens[0].id}",
        ):
            for more in ("", "/inside", "/file"):
                assert client.get(path + more).status_code == 404, path + more
