"""The feed source against a real server on loopback."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cxdigest.errors import SourceError
from cxdigest.model import Alert, Cursor
from cxdigest.net import Http
from cxdigest.sources import Batch, Source
from cxdigest.sources.feed import FeedSource
from tests.servers.web import LOOPBACK, Web

NOW = datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
TLS = ssl.create_default_context()  # takes a while to make
ETAG, DATE = '"v1"', "Sun, 01 Nov 2026 06:00:00 GMT"


def atom(*numbers: int) -> str:
    entries = "".join(
        f"<entry><id>tag:jobs.example,2026:{n}</id><title>Role {n}</title>"
        f'<link href="https://jobs.example/{n}"/><published>2026-11-01T0{n}:00:00Z</published></entry>'
        for n in numbers
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Roles</title>'
        f"<id>tag:jobs.example,2026:feed</id>{entries}</feed>"
    )


def nothing_is_known(_: str) -> bool:
    return False


@pytest.fixture
def make_http() -> Iterator[Callable[..., Http]]:
    made: list[Http] = []

    def make(**wishes: object) -> Http:
        settings = {"user_agent": "cxdigest-tests", "allow": LOOPBACK, "pace": 0, "deadline": 30}
        made.append(Http(**{**settings, "tls": TLS, **wishes}))
        return made[-1]

    yield make
    for http in made:
        http.close()


@pytest.fixture
def http(make_http: Callable[..., Http]) -> Http:
    return make_http()


def poll(source: FeedSource, cursor: Cursor, known: Callable[[str], bool] = nothing_is_known):
    return list(source.fetch(cursor, now=NOW, known=known))


def only(batches: list[Batch]) -> Batch:
    assert len(batches) == 1
    return batches[0]


def failure(source: FeedSource, cursor: Cursor | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        poll(source, cursor or {})
    return caught.value


def test_each_entry_becomes_an_alert_of_its_own(http: Http, web: Web):
    source: Source = FeedSource("roles", web.page("/feed", atom(1, 2)), http)
    batch = only(poll(source, {}))
    assert [alert.key for alert in batch.alerts] == [
        "tag:jobs.example,2026:1",
        "tag:jobs.example,2026:2",
    ]
    first: Alert = batch.alerts[0]
    assert (first.source, first.media) == ("roles", "feed")
    assert first.received == datetime(2026, 11, 1, 1, tzinfo=UTC)
    assert first.digest == hashlib.sha256(first.raw).hexdigest()
    assert b"Role 1" in first.raw
    assert b"Role 2" not in first.raw
    assert first.entry is not None
    assert first.entry.title == "Role 1"
    assert source.name == "roles"


def test_the_second_poll_is_conditional_and_unchanged_yields_nothing(http: Http, web: Web):
    source = FeedSource("roles", web.page("/feed", atom(1), etag=ETAG, modified=DATE), http)
    cursor = only(poll(source, {})).cursor
    assert (cursor["etag"], cursor["modified"]) == (ETAG, DATE)
    assert poll(source, cursor) == []
    assert web.requests[1].headers["If-None-Match"] == ETAG
    assert web.requests[1].headers["If-Modified-Since"] == DATE


def test_a_server_without_validators_gives_all_its_entries_again(http: Http, web: Web):
    source = FeedSource("roles", web.page("/feed", atom(1)), http)
    first = only(poll(source, {}))
    assert only(poll(source, first.cursor)) == first


def test_an_empty_feed_is_no_failure(http: Http, web: Web):
    batch = only(poll(FeedSource("roles", web.page("/feed", atom(), etag=ETAG), http), {}))
    assert batch.alerts == ()
    assert batch.cursor["etag"] == ETAG


def test_validators_of_an_unreadable_answer_are_never_kept(http: Http, web: Web):
    url = web.page("/feed", "<html><title>Oops</title></html>", etag='"bad"')
    source = FeedSource("roles", url, http)
    cursor = {"url": url, "etag": ETAG, "modified": "", "moved": ""}
    assert failure(source, cursor).outcome == "unreadable"
    # Nothing was yielded, so the cursor stands as it was and the next poll asks with it again.
    web.page("/feed", atom(1), etag=ETAG)
    assert poll(source, cursor) == []


def test_validators_of_another_address_are_not_used(http: Http, web: Web):
    old = FeedSource("roles", web.page("/old", atom(1), etag=ETAG), http)
    cursor = only(poll(old, {})).cursor
    new = FeedSource("roles", web.page("/new", atom(2), etag=ETAG), http)
    assert [alert.key[-1] for alert in only(poll(new, cursor)).alerts] == ["2"]


def test_not_modified_without_being_asked_is_reported(http: Http, web: Web):
    source = FeedSource("roles", web.page("/feed", status=304), http)
    assert failure(source).outcome == "network"


@pytest.mark.parametrize(
    ("status", "outcome", "advice"),
    [
        (401, "auth", "user name and password"),
        (403, "auth", "private browser window"),
        (404, "gone", "copy the feed's address anew"),
        (410, "gone", "remove the source"),
        (429, "throttled", "`every`"),
        (400, "network", "open the address in a browser"),
        (500, "network", "tried again"),
        (502, "network", "tried again"),
        (503, "network", "tried again"),
    ],
)
def test_a_refusal_has_an_outcome_and_a_way_out(
    http: Http, web: Web, status: int, outcome: str, advice: str
):
    url = web.page("/feed", "<html>no</html>", status=status)
    error = failure(FeedSource("roles", url, http))
    assert error.outcome == outcome
    assert str(error).startswith(f"{url} answered {status}: ")
    assert advice in str(error)
    assert error.retry_after is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["900", "Mon, 02 Nov 2026 07:45:00 GMT"])
def test_a_server_that_asks_to_wait_is_waited_for(http: Http, web: Web, status: int, said: str):
    """The server's clock stands at 07:30."""
    url = web.page("/feed", status=status, headers={"Retry-After": said})
    error = failure(FeedSource("roles", url, http))
    assert error.outcome == "throttled"
    assert error.retry_after == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("<!DOCTYPE html><html><title>Before you\n continue &amp; agree</title><p>Hi", "text/html",
         'text/html with the title "Before you continue & agree": It is not a feed but a web page'),
        ('{"jobs": []}', "application/json; charset=utf-8", "application/json of 12 bytes: It is not a feed but JSON"),
        ("", "text/xml", "text/xml of 0 bytes: It is not a feed but an empty answer"),
        ("plain words", "", "untyped data of 11 bytes: It is not a feed but"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_unreadable_and_kept(
    http: Http, web: Web, body: str, kind: str, said: str
):
    error = failure(FeedSource("roles", web.page("/feed", body, kind=kind), http))
    assert error.outcome == "unreadable"
    assert error.body == body.encode()
    assert said in str(error)


def test_a_web_page_about_feeds_served_as_a_feed_is_still_a_feed(http: Http, web: Web):
    source = FeedSource("roles", web.page("/feed", atom(1), kind="text/html"), http)
    assert len(only(poll(source, {})).alerts) == 1


@pytest.mark.parametrize("trouble", ["hang", "drip", "cut", "refused", "unknown", "private"])
def test_trouble_on_the_way_is_a_network_failure(
    make_http: Callable[..., Http], web: Web, trouble: str
):
    url = {
        "hang": lambda: web.hang("/feed"),
        "drip": lambda: web.drip("/feed"),
        "cut": lambda: web.cut("/feed", b"<feed>", announced=900),
        "refused": lambda: "http://127.0.0.1:9/feed",
        "unknown": lambda: "http://nowhere.invalid/feed",
        "private": lambda: web.redirect("/feed", "http://10.0.0.1/"),
    }[trouble]()
    error = failure(FeedSource("roles", url, make_http(deadline=0.4)))
    assert error.outcome == "network"
    assert url in str(error)


def test_a_feed_over_the_cap_is_unreadable(make_http: Callable[..., Http], web: Web):
    source = FeedSource("roles", web.page("/feed", atom(1)), make_http(max_bytes=100))
    error = failure(source)
    assert error.outcome == "unreadable"
    assert "net.max_bytes" in str(error)


@pytest.mark.parametrize(("status", "told"), [(301, True), (308, True), (302, False), (307, False)])
def test_a_permanent_move_is_followed_and_told_in_the_cursor(
    http: Http, web: Web, status: int, told: bool
):
    new = web.page("/new", atom(1), etag=ETAG)
    source = FeedSource("roles", web.redirect("/old", "/new", status=status), http)
    batch = only(poll(source, {}))
    assert len(batch.alerts) == 1
    assert batch.cursor["moved"] == (new if told else "")
    assert poll(source, batch.cursor) == []


def test_a_move_that_comes_later_is_told_although_nothing_is_new(http: Http, web: Web):
    source = FeedSource("roles", web.page("/old", atom(1), etag=ETAG), http)
    cursor = only(poll(source, {})).cursor
    new = web.page("/new", atom(1), etag=ETAG)
    web.redirect("/old", "/new", status=301)
    batch = only(poll(source, cursor))
    assert batch.alerts == ()
    assert batch.cursor == {**cursor, "moved": new}


def test_messages_hide_the_token_in_a_feeds_address(http: Http, web: Web):
    web.page("/feed", status=404)
    error = failure(FeedSource("roles", f"{web.url}/feed?token=hunter2", http))
    assert "hunter2" not in str(error)


def test_a_feed_that_leads_to_a_login_names_both_addresses(http: Http, web: Web):
    page = web.page(
        "/login", '<html><title>Sign in</title><input type="password">', kind="text/html"
    )
    error = failure(FeedSource("roles", web.redirect("/feed", "/login?next=feed"), http))
    assert str(error).startswith(
        f'{web.url}/feed → {page}?… delivered text/html with the title "Sign in"'
    )
    assert "log in" in str(error)


def google(*numbers: int) -> str:
    """A Google Alerts feed, newest first."""
    entries = "".join(
        f"<entry><id>tag:google.com,2013:googlealerts/feed:{n}</id><title>Role {n}</title>"
        f'<link href="https://www.google.com/url?url=https://jobs.example/{n}"/></entry>'
        for n in numbers
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Google Alert</title>{entries}</feed>'


def test_a_google_feed_of_nothing_but_news_has_overflowed_until_it_has_not(http: Http, web: Web):
    known: set[str] = set()
    cursor: Cursor = {}
    fulls = []
    for newest in (20, 41, 61, 80, 101):
        url = web.page("/feed", google(*range(newest, newest - 20, -1)))
        batch = only(poll(FeedSource("g", url, http), cursor, known.__contains__))
        cursor = batch.cursor
        known |= {alert.key for alert in batch.alerts}
        fulls.append(batch.full)
    # The first poll tells nothing; the fourth holds one entry that the third held.
    assert fulls == [0, 1, 2, 0, 1]


def test_a_google_feed_that_is_not_full_or_a_feed_of_others_has_not_overflowed(
    http: Http, web: Web
):
    cursor: Cursor = {"url": web.page("/feed", google(*range(19)))}
    assert only(poll(FeedSource("g", str(cursor["url"]), http), cursor)).full == 0
    cursor = {"url": web.page("/other", atom(*range(25)))}
    assert only(poll(FeedSource("g", str(cursor["url"]), http), cursor)).full == 0
